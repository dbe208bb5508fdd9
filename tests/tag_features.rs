//! `features = "tags"`: which features the parts of a generated crate need. `tests/external/tag-features` compiles the crates.

use std::collections::BTreeMap;
use std::process::Command;

use keystub::{Error, Features, Generator, Grouping, Layout, Output};

const SHOP: &str = "tests/external/tag-features/shop.yaml";

fn with_features(generator: Generator) -> Output {
    generator.features(Features::Tags).generate().unwrap()
}

/// A document with these lines of operations, each with its tags.
fn document(operations: &[(&str, &[&str])]) -> keystub::Input {
    let mut text = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:\n".to_owned();
    for (path, tags) in operations {
        text += &format!("  {path}: {{get: {{tags: {}, responses: {{}}}}}}\n", serde_json::json!(tags));
    }
    keystub::Input::Memory { name: "t.yaml".into(), bytes: text.into_bytes() }
}

/// The features of the first `cfg` of an item.
fn features(attributes: &[syn::Attribute]) -> Vec<String> {
    let Some(own) = attributes.iter().find(|attribute| attribute.path().is_ident("cfg")) else { return Vec::new() };
    let text = quote::quote!(#own).to_string();
    text.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn types_need_the_features_of_the_operations_that_reach_them() {
    for generator in [Generator::client(SHOP), Generator::server(SHOP)] {
        let output = with_features(generator);
        let (_, text) = output.files().into_iter().find(|(path, _)| path.ends_with("/types.rs")).unwrap();
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for item in syn::parse_file(text).unwrap().items {
            match &item {
                syn::Item::Struct(item) => found.insert(item.ident.to_string(), features(&item.attrs)),
                syn::Item::Enum(item) => found.insert(item.ident.to_string(), features(&item.attrs)),
                syn::Item::Type(item) => found.insert(item.ident.to_string(), features(&item.attrs)),
                syn::Item::Impl(item) => {
                    let ty = &item.self_ty;
                    let owner = quote::quote!(#ty).to_string();
                    assert_eq!(found.get(&owner), Some(&features(&item.attrs)), "impl of {owner}");
                    None
                }
                _ => None,
            };
        }
        let expected: [(&str, &[&str]); 16] = [
            ("Health", &[]),
            ("Error", &["pets", "store"]),
            ("Code", &["pets", "store"]),
            ("Kind", &["pets", "store"]),
            ("Pet", &["pets", "store"]),
            ("Id", &["pets", "store", "user-groups"]),
            ("Place", &["pets"]),
            ("Origin", &["pets"]),
            ("Order", &["store"]),
            ("Payment", &["store"]),
            ("Card", &["store"]),
            ("Transfer", &["store"]),
            ("Bank", &["store"]),
            ("Group", &["user-groups"]),
            ("Formats", &["serde-tag"]),
            ("ListPetsResponse", &["pets"]),
        ];
        for (name, expected) in expected {
            let found = found.get(name).unwrap_or_else(|| panic!("{name} is not among {found:?}"));
            assert_eq!(found, expected, "{name}");
        }
    }
}

/// The text without conditions, without the rows of operations that only keep their place, and without spaces, which depend on
/// them.
fn without_features(text: &str) -> String {
    let mut kept = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let bare = line.trim();
        let indent = &line[..line.len() - line.trim_start().len()];
        let ends_with = |end: &str| format!("{indent}{end}");
        if bare == "#[cfg(" {
            lines.by_ref().find(|line| *line == ends_with(")]")).unwrap();
        } else if bare.starts_with("#[cfg(not(") {
            lines.by_ref().find(|line| *line == ends_with("},")).unwrap();
        } else if !bare.starts_with("#[cfg(feature") && !bare.starts_with("#[cfg(any(feature") {
            kept += line;
        }
    }
    kept.split_whitespace().collect::<String>().replace(",]", "]")
}

#[test]
fn with_all_features_the_code_is_that_of_a_crate_without_features() {
    let plain = Generator::server(SHOP).generate().unwrap();
    let output = with_features(Generator::server(SHOP));
    for file in ["api.rs", "auth.rs", "authentication.rs", "router.rs", "types.rs"] {
        let path = format!("src/generated/{file}");
        let found = without_features(output.files()[path.as_str()]);
        assert!(found == without_features(plain.files()[path.as_str()]), "{path} differs:\n{found}");
    }
    let router = output.files()["src/generated/router.rs"];
    assert_eq!(router.matches("authenticate(").count(), 10);
    let scopes = output.files()["src/generated/auth.rs"];
    assert!(scopes.contains("#[cfg(feature = \"store\")]\n    \"orders\","), "{scopes}");
}

#[test]
fn a_crate_has_a_feature_for_each_tag_with_unique_names() {
    let tags = [
        "default",
        "Default Tag",
        "serde",
        "test double",
        "Über uns",
        "a/b",
        "A-B",
        "self",
        "2fa",
        "tokio",
        "blocking",
        "Tracing",
    ];
    let operations: Vec<(String, [&str; 1])> =
        tags.iter().enumerate().map(|(at, tag)| (format!("/p{at}"), [*tag])).collect();
    let operations: Vec<(&str, &[&str])> =
        operations.iter().map(|(path, tags)| (path.as_str(), tags.as_slice())).collect();
    let output = with_features(Generator::client(document(&operations)).with_test_double().with_blocking());
    let manifest: toml_edit::DocumentMut = output.files()["Cargo.toml"].parse().unwrap();
    let features: Vec<&str> = manifest["features"].as_table().unwrap().iter().map(|(name, _)| name).collect();
    let names = [
        "default",
        "test-double",
        "blocking",
        "default-tag",
        "default-tag-tag",
        "serde-tag",
        "test-double-tag",
        "uber-uns",
        "a-b",
        "self",
        "n2fa",
        "tokio",
        "blocking-tag",
        "tracing",
    ];
    assert_eq!(features, names);
    let default: Vec<&str> =
        manifest["features"]["default"].as_array().unwrap().iter().flat_map(|v| v.as_str()).collect();
    assert_eq!(default, &names[3..]);
    let readme = output.files()["README.md"];
    assert!(readme.contains("| `a-b` | `a/b`, `A-B` |"), "{readme}");
}

#[test]
fn documents_without_tags_have_no_features() {
    let of = |features| Generator::server(document(&[("/a", &[])])).features(features).generate().unwrap();
    assert_eq!(of(Features::None).files(), of(Features::Tags).files());
}

#[test]
fn features_of_a_module_are_refused() {
    let module = Generator::client(SHOP).layout(Layout::Module).features(Features::Tags);
    match module.generate() {
        Err(Error::Setting(message)) => {
            assert!(message.contains("`features = \"tags\"` needs `layout = \"crate\"`"), "{message}")
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn groups_need_the_features_of_their_tags() {
    let output = with_features(Generator::client(SHOP).groups(Grouping::Tags));
    let groups = output.files()["src/groups.rs"];
    assert!(groups.contains("#[cfg(feature = \"user-groups\")]\n    pub fn user_groups(&self)"), "{groups}");
    let operations = output.files()["src/operations.rs"];
    assert!(operations.contains("#[cfg(feature = \"pets\")]\nimpl<'c> super::groups::Pets<'c> {"), "{operations}");
}

/// A request for an operation whose feature is disabled must not reach an operation that requires less.
#[test]
fn disabled_operations_keep_their_place_only_if_another_one_would_receive_their_requests() {
    let text = r"
openapi: 3.0.3
info: {title: t, version: '1'}
security: [{key: []}]
paths:
  /a/mine: {get: {operationId: mine, tags: [a], responses: {}}}
  /a/{x}: {get: {operationId: other, tags: [b], security: [], parameters: [{name: x, in: path, required: true, schema: {type: string}}], responses: {}}}
  /b/mine: {get: {operationId: equal, tags: [a], responses: {}}}
  /b/{x}: {get: {operationId: same, tags: [b], parameters: [{name: x, in: path, required: true, schema: {type: string}}], responses: {}}}
  /c/mine: {get: {operationId: both, tags: [a, b], responses: {}}}
  /c/{x}: {get: {operationId: narrow, tags: [b], security: [], parameters: [{name: x, in: path, required: true, schema: {type: string}}], responses: {}}}
  /d/mine: {put: {operationId: method, tags: [a], responses: {}}}
  /d/{x}: {get: {operationId: read, tags: [b], security: [], parameters: [{name: x, in: path, required: true, schema: {type: string}}], responses: {}}}
  /e: {head: {operationId: head, tags: [a], responses: {}}, get: {operationId: get, security: [], responses: {}}}
components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}}
";
    let input = keystub::Input::Memory { name: "t.yaml".into(), bytes: text.as_bytes().to_vec() };
    let output = with_features(Generator::server(input));
    let router = output.files()["src/generated/router.rs"];
    let rows = router.split("#[cfg(not(").skip(1).map(|row| row.split_once("operation: ").unwrap().1);
    let kept: Vec<&str> = rows.map(|row| row.split_once(',').unwrap().0).collect();
    // Which of two paths is more specific is not decided: both keep their place.
    assert_eq!(kept, ["MINE", "OTHER", "NARROW", "HEAD"]);
}

#[test]
fn command_line_and_configuration_choose_features() {
    let folder = tempfile::tempdir().unwrap();
    let run = |name: &str, arguments: &[&str]| {
        let out = folder.path().join(name);
        let mut keystub = Command::new(env!("CARGO_BIN_EXE_keystub"));
        let output = keystub.args(["server", SHOP, "--out"]).arg(&out).args(arguments).output().unwrap();
        let manifest = std::fs::read_to_string(out.join("Cargo.toml")).unwrap_or_default();
        (output, manifest.contains("user-groups = []"))
    };
    assert!(run("flag", &["--features", "tags"]).1);
    assert!(run("key", &["--set", "features = \"tags\""]).1);
    assert!(!run("both", &["--set", "features = \"tags\"", "--features", "none"]).1);
    let (output, _) = run("unknown", &["--features", "tag"]);
    assert_eq!(output.status.code(), Some(2));
    let (output, _) = run("module", &["--features", "tags", "--layout", "module"]);
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(1) && message.contains("needs `layout = \"crate\"`"), "{message}");
    assert!(!folder.path().join("module").exists());
}
