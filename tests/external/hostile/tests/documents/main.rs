//! Documents made to break a reader: each is generated, or rejected with diagnostics.

mod growth;

use std::collections::BTreeSet;
use std::fmt::Write;

use hostile::judge;
use keystub::{Error, Generator, Input, TargetKind};

const HEAD: &str = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\n";

fn input(text: &str) -> Input {
    Input::Memory { name: "hostile".to_owned(), bytes: text.as_bytes().to_owned() }
}

/// The code of the client, or the diagnostics.
fn client(text: &str) -> Result<String, String> {
    made(TargetKind::ClientReqwest, text).map(|(code, _)| code)
}

/// The code of one side with its warnings, or the diagnostics. Checks that every file is valid Rust.
fn made(side: TargetKind, text: &str) -> Result<(String, String), String> {
    match Generator::new(side, input(text)).name("hostile").generate() {
        Ok(output) => {
            let mut code = String::new();
            for (path, text) in
                output.files().iter().filter(|(path, _)| path.ends_with(".rs") && !path.contains("runtime"))
            {
                judge::rust(path, text).unwrap();
                code.push_str(text);
            }
            Ok((code, output.warnings().join("\n")))
        }
        Err(Error::Document(refusal)) => Err(refusal.to_string()),
        Err(other) => panic!("{other}"),
    }
}

/// A document whose only operation has the schema `A` in its request and response.
fn with_schemas(schemas: &str) -> String {
    format!(
        "{HEAD}paths:\n  /x:\n    post:\n      requestBody: {{content: {{application/json: {{schema: {{$ref: '#/components/schemas/A'}}}}}}}}\n      responses: {{'200': {{description: d, content: {{application/json: {{schema: {{$ref: '#/components/schemas/A'}}}}}}}}}}\ncomponents:\n  schemas:\n{schemas}\n"
    )
}

#[test]
fn keywords_and_colliding_names_get_distinct_identifiers() {
    let long = "x".repeat(10_000);
    let names = [
        "",
        "1a",
        "self",
        "Self",
        "crate",
        "async",
        "gen",
        "r#type",
        "a b",
        "a-b",
        "a_b",
        "aB",
        "ı",
        "İ",
        "K",
        "\u{212a}",
        "Result",
        "Option",
        "String",
        "Vec",
        "Box",
        "Ok",
        "Err",
        "Default",
        "Error",
        "std",
        "serde",
        "core",
        "Value",
        "\u{200d}",
        "\u{202e}x",
        "_",
        "__",
        "x",
        "X",
        "名前",
        "😀",
        &long,
        "../../x",
        "/etc/x",
        "C:\\x",
        "..%2f",
        "mod",
        "lib",
        "main",
        "Cargo",
        "con",
        "nul",
    ];
    let quoted = |name: &&str| serde_json::Value::from(*name).to_string();
    let mut text = r#"{"openapi":"3.0.3","info":{"title":"t","version":"1"},"tags":[],"paths":{"#.to_owned();
    for (at, name) in names.iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        let reference = quoted(
            &format!("#/components/schemas/{}", name.replace('~', "~0").replace('/', "~1").replace('%', "%25"))
                .as_str(),
        );
        write!(
            text,
            "{comma}\"/p{at}\":{{\"get\":{{\"operationId\":{0},\"tags\":[{0}],\"parameters\":[{{\"name\":{0},\"in\":\"query\",\"schema\":{{\"type\":\"string\"}}}}],\"responses\":{{\"200\":{{\"description\":\"d\",\"content\":{{\"application/json\":{{\"schema\":{{\"$ref\":{reference}}}}}}}}}}}}}}}",
            quoted(name)
        )
        .unwrap();
    }
    let properties: Vec<String> =
        names.iter().map(|name| format!("{}:{{\"type\":\"string\"}}", quoted(name))).collect();
    let schemas: Vec<String> = names
        .iter()
        .map(|name| format!("{}:{{\"type\":\"object\",\"properties\":{{{}}}}}", quoted(name), properties.join(",")))
        .collect();
    write!(text, "}},\"components\":{{\"schemas\":{{{}}}}}}}", schemas.join(",")).unwrap();
    for side in [TargetKind::ClientReqwest, TargetKind::ServerAxum] {
        let output =
            Generator::new(side, input(&text)).name("hostile").generate().unwrap_or_else(|error| panic!("{error}"));
        let path = if side == TargetKind::ClientReqwest { "src/types.rs" } else { "src/generated/types.rs" };
        let file = syn::parse_file(output.files()[path]).unwrap();
        let mut types = BTreeSet::new();
        for item in &file.items {
            let syn::Item::Struct(item) = item else { continue };
            assert!(types.insert(item.ident.to_string()), "duplicate type {}", item.ident);
            let fields: BTreeSet<String> =
                item.fields.iter().filter_map(|field| Some(field.ident.as_ref()?.to_string())).collect();
            assert_eq!(fields.len(), names.len(), "{}", item.ident);
        }
        assert_eq!(types.len(), names.len());
    }
}

#[test]
fn paths_with_braces_and_percent_signs_stay_data() {
    for path in ["/{id}:cancel", "/{a}.{b}", "/a/{x}{y}/z", "/%7B0%7D/{x}", "/a/{x}{y}/{{z}}/%7B0%7D"] {
        let text = format!("{HEAD}paths:\n  '{path}':\n    get:\n      responses: {{'200': {{description: d}}}}\n");
        for side in [TargetKind::ClientReqwest, TargetKind::ServerAxum] {
            match made(side, &text) {
                Ok((code, _)) => assert!(code.contains("Segment::Text") && !code.contains("format!(\"/"), "{path}"),
                Err(listing) => assert!(listing.contains("error[bad-path]"), "{path}: {listing}"),
            }
        }
    }
}

#[test]
fn no_reference_is_fetched_or_quoted() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let targets = [
        format!("http://127.0.0.1:{port}/x.yaml"),
        format!("https://127.0.0.1:{port}/x.yaml#/A"),
        format!("//127.0.0.1:{port}/x"),
        "file:///etc/passwd".to_owned(),
        "/etc/passwd".to_owned(),
        "../../../../../../../../etc/passwd".to_owned(),
        "%2e%2e/%2e%2e/etc/passwd".to_owned(),
        "\\\\\\\\host\\\\share".to_owned(),
        "~/x".to_owned(),
        "#/../x".to_owned(),
    ];
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("references");
    std::fs::create_dir_all(&folder).unwrap();
    for target in targets {
        let spec = folder.join("api.yaml");
        std::fs::write(&spec, with_schemas(&format!("    A: {{$ref: \"{target}\"}}"))).unwrap();
        match Generator::client(&spec).generate() {
            Err(Error::Document(refusal)) => {
                let listing = refusal.to_string();
                assert!(!listing.contains("root:x:"), "{target}: {listing}");
            }
            other => panic!("{target}: {other:?}"),
        }
    }
    assert!(listener.accept().is_err(), "something connected");
}

#[test]
fn numbers_are_values_and_never_code() {
    let rows = [
        ("minimum: '1;evil()'", "malformed"),
        ("minimum: 1e400", ""),
        ("minimum: 1e308", ""),
        ("minimum: -0", ""),
        ("minimum: 9223372036854775808", ""),
        ("maximum: 123456789012345678901234567890", ""),
        ("minimum: .nan", ""),
        ("minimum: 5, maximum: 1", ""),
        ("multipleOf: 0", ""),
        ("multipleOf: -1", ""),
        ("default: 1e400", ""),
        ("default: '1;evil()'", ""),
    ];
    for (keywords, told) in rows {
        for kind in ["integer", "number"] {
            let schemas = format!("    A: {{type: object, properties: {{n: {{type: {kind}, {keywords}}}}}}}");
            match made(TargetKind::ServerAxum, &with_schemas(&schemas)) {
                Ok((code, _)) => assert!(told.is_empty() && !code.contains("evil"), "{keywords}"),
                Err(listing) => assert!(listing.contains("error[malformed]"), "{keywords}: {listing}"),
            }
        }
    }
    for keywords in ["maxItems: -1", "maxItems: 1e3", "maxItems: 18446744073709551616", "minItems: '1'"] {
        let schemas = format!("    A: {{type: array, items: {{type: string}}, {keywords}}}");
        if let Err(listing) = made(TargetKind::ServerAxum, &with_schemas(&schemas)) {
            assert!(listing.contains("error[malformed]"), "{keywords}: {listing}");
        }
    }
}

#[test]
fn names_that_http_does_not_allow_are_reported() {
    let responses = "responses: {'200': {description: d}}";
    let rows = [
        format!("{{requestBody: {{content: {{\"a/b\\r\\nX: y\": {{schema: {{type: string}}}}}}}}, {responses}}}"),
        format!("{{parameters: [{{name: 'X Y', in: header, schema: {{type: string}}}}], {responses}}}"),
        format!("{{parameters: [{{name: \"X\\r\\nY\", in: header, schema: {{type: string}}}}], {responses}}}"),
        format!("{{parameters: [{{name: 'a;b', in: cookie, schema: {{type: string}}}}], {responses}}}"),
        "{responses: {'200 OK': {description: d}, '200': {description: d}}}".to_owned(),
        "{responses: {'99': {description: d}, '200': {description: d}}}".to_owned(),
    ];
    for operation in rows {
        for side in [TargetKind::ClientReqwest, TargetKind::ServerAxum] {
            let outcome = made(side, &format!("{HEAD}paths: {{/x: {{get: {operation}}}}}\n"));
            let told = outcome.map_or_else(|listing| listing, |(_, warnings)| warnings);
            assert!(told.contains("[bad-"), "{operation}: {told}");
        }
    }
}

#[test]
fn misleading_server_urls_are_not_base_urls() {
    let urls = [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "http://u:p@h",
        "//evil",
        "ftp://h",
        "https://",
        "https:// h",
        "https://h/\\u0000",
    ];
    for url in urls {
        let text = format!(
            "{HEAD}servers: [{{url: \"{url}\"}}]\npaths: {{/x: {{get: {{responses: {{'200': {{description: d}}}}}}}}}}\n"
        );
        let code = client(&text).unwrap_or_default();
        assert!(
            !code.contains("u:p@")
                && !code.contains("javascript:")
                && !code.contains("file:")
                && !code.contains("ftp:"),
            "{url}"
        );
        assert!(!code.contains("DEFAULT_BASE_URL: &str = \"//"), "{url}");
    }
    let text = format!(
        "{HEAD}servers: [{{url: 'https://h{{v}}/', variables: {{v: {{default: '@evil.example', enum: ['@evil.example']}}}}}}]\npaths: {{/x: {{get: {{responses: {{'200': {{description: d}}}}}}}}}}\n"
    );
    assert!(!client(&text).unwrap_or_default().contains("https://h@evil"), "a variable changes the host");
}

#[test]
fn order_of_keys_does_not_change_the_items() {
    let text = include_str!("../../../../../fixtures/world/petshop.yaml");
    let document: serde_json::Value = serde_yaml::from_str(text).unwrap();
    let items = |text: &str| -> BTreeSet<String> {
        let (code, _) = made(TargetKind::ServerAxum, text).unwrap();
        let is_item = |line: &&str| {
            ["pub fn ", "pub struct ", "pub enum ", "pub trait "].iter().any(|word| line.starts_with(word))
        };
        code.lines().filter(is_item).map(str::to_owned).collect()
    };
    assert!(items(text).len() > 20);
    assert_eq!(items(&document.to_string()), items(&reversed(&document)));
}

/// The document as JSON, with the keys of each object in reverse order.
fn reversed(node: &serde_json::Value) -> String {
    match node {
        serde_json::Value::Object(object) => {
            let pairs: Vec<String> = object
                .iter()
                .rev()
                .map(|(key, value)| format!("{}:{}", serde_json::json!(key), reversed(value)))
                .collect();
            format!("{{{}}}", pairs.join(","))
        }
        serde_json::Value::Array(items) => format!("[{}]", items.iter().map(reversed).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

#[test]
fn extensions_cannot_add_code() {
    let keys =
        ["x-rust-type", "x-go-type-import", "x-rust-derive", "x-codegen", "x-enumDescriptions", "x-rust-attribute"];
    for key in keys {
        let schemas = format!(
            "    A: {{type: object, {key}: 'std::process::Command', properties: {{a: {{type: string, {key}: 'std::process::Command'}}}}}}"
        );
        let code = client(&with_schemas(&schemas)).unwrap();
        assert!(!code.contains("process"), "{key}");
    }
}

#[test]
fn control_characters_in_diagnostics_are_escaped() {
    let name = "\\e]0;title\\a\\e[31m\\u202e";
    let text = format!(
        "{HEAD}paths: {{/x: {{get: {{security: [{{\"{name}\": []}}], responses: {{'200': {{description: d}}}}}}}}}}\n"
    );
    let listing = client(&text).unwrap_err();
    assert!(listing.contains("error[unknown-scheme]"), "{listing}");
    assert!(listing.chars().all(|c| !c.is_control() || c == '\n') && !listing.contains('\u{202e}'), "{listing:?}");
}
