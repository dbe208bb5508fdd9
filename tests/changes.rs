//! `keystub changes`: every kind has a fixture with two versions in which it is the only change, and with its verdicts.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

const HEAD: &str = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n";

fn keystub(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_keystub")).args(arguments).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn kinds() -> BTreeSet<String> {
    let page = stdout(&keystub(&["changes", "--kinds"]));
    page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).map(str::to_owned).collect()
}

/// Compares two versions, which are written to a folder without their common head.
fn compare(folder: &Path, old: &str, new: &str, options: &[&str]) -> Output {
    let paths = [("old.yaml", old), ("new.yaml", new)].map(|(name, text)| {
        let path = folder.join(name);
        std::fs::write(&path, format!("{HEAD}{text}")).unwrap();
        path.to_str().unwrap().to_owned()
    });
    let arguments = ["changes", &paths[0], &paths[1]];
    keystub(&[&arguments[..], options].concat())
}

/// The changes as JSON.
fn changes(folder: &Path, old: &str, new: &str) -> Vec<serde_json::Value> {
    let output = compare(folder, old, new, &["--format", "json", "--fail", "never"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    json["changes"].as_array().unwrap().clone()
}

fn versions(kind: &str) -> (String, String) {
    let text = std::fs::read_to_string(format!("fixtures/changes/{kind}.yaml"))
        .unwrap_or_else(|error| panic!("{kind} has no fixture: {error}"));
    let (old, new) = text.split_once("---\n").unwrap();
    (old.to_owned(), new.to_owned())
}

#[test]
fn every_kind_is_the_only_change_of_its_fixture() {
    let folder = tempfile::tempdir().unwrap();
    let mut faults = Vec::new();
    for kind in kinds() {
        let (old, new) = versions(&kind);
        let text = |change: &serde_json::Value, key: &str| change[key].as_str().unwrap().to_owned();
        let line = |change| {
            let [security, clients, servers] = ["security", "clients", "servers"].map(|key| text(change, key));
            format!("{}: # Security {security}, clients {clients}, servers {servers}", text(change, "kind"))
        };
        // A change that comes with another one by its nature names it.
        let also = old.lines().nth(2).and_then(|line| line.strip_prefix("# Also "));
        let all = changes(folder.path(), &old, &new);
        if let Some(also) = also
            && !all.iter().any(|change| text(change, "kind") == also)
        {
            faults.push(format!("{kind}: expected {also} too"));
        }
        let others = all.iter().filter(|change| also.is_none_or(|also| text(change, "kind") != also));
        let found: Vec<String> = others.map(line).collect();
        let expected = format!("{kind}: {}", old.lines().nth(1).unwrap());
        if found != [expected.as_str()] {
            faults.push(format!("expected {expected}, found {found:?}"));
        }
        let unchanged = changes(folder.path(), &new, &new);
        if !unchanged.is_empty() {
            faults.push(format!("{kind}: a document differs from itself: {unchanged:?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_fixture_belongs_to_a_kind() {
    let kinds = kinds();
    assert!(kinds.len() > 20, "{kinds:?}");
    for entry in std::fs::read_dir("fixtures/changes").unwrap() {
        let path = entry.unwrap().path();
        assert!(kinds.contains(path.file_stem().unwrap().to_str().unwrap()), "{}", path.display());
    }
}

#[test]
fn kinds_page_is_up_to_date() {
    let page = stdout(&keystub(&["changes", "--kinds"]));
    if std::env::var_os("KEYSTUB_UPDATE").is_some() {
        std::fs::write("docs/CHANGES.md", &page).unwrap();
    }
    let written = std::fs::read_to_string("docs/CHANGES.md").unwrap_or_default();
    assert_eq!(written, page, "run the test with KEYSTUB_UPDATE=1");
}

const SCHEMES: &str = "components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}}\n";

#[test]
fn change_of_the_root_security_is_one_change_of_all_operations_that_inherit_it() {
    let folder = tempfile::tempdir().unwrap();
    let paths = "paths:
  /pets:
    get: {responses: {'204': {description: d}}}
    put: {responses: {'204': {description: d}}}
    post: {responses: {'204': {description: d}}, security: [{key: []}]}
";
    let old = format!("security: [{{key: []}}]\n{paths}{SCHEMES}");
    let new = format!("{paths}{SCHEMES}");
    let found = changes(folder.path(), &old, &new);
    assert_eq!(found.len(), 2, "one for each place in the new version: {found:?}");
    let operations: BTreeSet<&str> = found
        .iter()
        .flat_map(|change| change["operations"].as_array().unwrap())
        .map(|text| text.as_str().unwrap())
        .collect();
    assert_eq!(operations, BTreeSet::from(["GET /pets", "PUT /pets"]));
    for change in &found {
        assert_eq!((&change["kind"], &change["security"]), (&"access-opened".into(), &"weakened".into()));
        assert_eq!(change["old"]["line"], 3);
    }
}

#[test]
fn status_is_1_for_the_verdicts_of_fail_only() {
    let folder = tempfile::tempdir().unwrap();
    let status = |kind: &str, options: &[&str]| {
        let (old, new) = versions(kind);
        compare(folder.path(), &old, &new, options).status.code()
    };
    assert_eq!(status("access-opened", &[]), Some(1));
    assert_eq!(status("access-opened", &["--fail", "breaking"]), Some(0));
    assert_eq!(status("operation-removed", &[]), Some(1));
    assert_eq!(status("operation-removed", &["--fail", "weakened,moved"]), Some(0));
    assert_eq!(status("access-guarded", &["--fail", "strengthened"]), Some(1));
    assert_eq!(status("operation-added", &[]), Some(0));
    assert_eq!(status("deprecated-operation-removed", &[]), Some(1));
    assert_eq!(status("server-moved", &["--fail", "moved"]), Some(1));
}

#[test]
fn text_and_markdown_name_the_change_with_the_worst_first() {
    let folder = tempfile::tempdir().unwrap();
    let old = format!(
        "paths: {{/a|b: {{get: {{responses: {{'204': {{description: d}}}}, security: [{{key: []}}]}}}}}}\n{SCHEMES}"
    );
    let new = format!(
        "paths: {{/a|b: {{get: {{responses: {{'204': {{description: d}}}}, security: []}}}}, /c: {{get: {{responses: {{'204': \
         {{description: d}}}}, security: [{{key: []}}]}}}}}}\n{SCHEMES}"
    );
    let text = stdout(&compare(folder.path(), &old, &new, &[]));
    assert!(text.starts_with("weakened[access-opened]: was `key`, is `public`\n  old "), "{text}");
    assert!(text.contains("old.yaml:3:") && text.contains("operations: GET /a|b\n"), "{text}");
    assert!(text.ends_with("2 changes: 1 weakened, 0 moved, 0 strengthened; 0 breaking for clients\n"), "{text}");
    let markdown = stdout(&compare(folder.path(), &old, &new, &["--format", "markdown"]));
    assert!(markdown.contains("| weakened | `access-opened`: was `key`, is `public` | GET /a\\|b |"), "{markdown}");
}

#[test]
fn invalid_version_is_an_error_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let good = format!("paths: {{}}\n{SCHEMES}");
    let bad = "paths: {/a: {get: {responses: {'204': {description: d}}, security: [{nope: []}]}}}\n";
    let output = compare(folder.path(), &good, bad, &[]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(error.contains("unknown-scheme") && error.contains("new.yaml:3:"), "{error}");
}

/// The kinds of the changes between two versions with one operation and these schemes.
fn kinds_between(old: (&str, &str), new: (&str, &str)) -> BTreeSet<String> {
    let folder = tempfile::tempdir().unwrap();
    let document = |(security, schemes): (&str, &str)| {
        let operation = format!("{{responses: {{'204': {{description: d}}}}, security: {security}}}");
        format!("paths: {{/a: {{get: {operation}}}}}\ncomponents: {{securitySchemes: {{{schemes}}}}}\n")
    };
    let found = changes(folder.path(), &document(old), &document(new));
    found.iter().map(|change| change["kind"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn change_of_a_scheme_does_not_hide_a_weaker_access() {
    let key = |name: &str| format!("k: {{type: apiKey, in: header, name: {name}}}, b: {{type: http, scheme: basic}}");
    let found = kinds_between(("[{k: [], b: []}]", &key("X-A")), ("[{k: []}]", &key("X-B")));
    assert_eq!(found, BTreeSet::from(["access-weakened".to_owned(), "key-moved".to_owned()]));
    let found = kinds_between(("[{k: []}]", &key("X-A")), ("[{k: [], b: []}]", &key("X-B")));
    assert_eq!(found, BTreeSet::from(["access-strengthened".to_owned(), "key-moved".to_owned()]));
}

#[test]
fn new_urls_of_an_issuer_are_reported_by_where_they_lead() {
    let code =
        "authorizationCode: {authorizationUrl: 'https://id.example/a', tokenUrl: 'https://id.example/t', scopes: {}}";
    let oauth = |flows: &str| format!("o: {{type: oauth2, flows: {{{code}{flows}}}}}");
    let machine = |url: &str| oauth(&format!(", clientCredentials: {{tokenUrl: '{url}', scopes: {{}}}}"));
    let removed = oauth("").replace(
        ", tokenUrl: 'https://id.example/t'",
        ", tokenUrl: 'https://id.example/t', refreshUrl: 'https://id.example/r'",
    );
    let found = kinds_between(("[{o: []}]", &removed), ("[{o: []}]", &oauth("")));
    assert_eq!(found, BTreeSet::from(["issuer-url-changed".to_owned()]), "a URL of a flow that remains was removed");
    let bearer = "o: {type: http, scheme: bearer}";
    let found = kinds_between(("[{o: []}]", bearer), ("[{o: []}]", &oauth("").replace("https", "http")));
    assert_eq!(found, BTreeSet::from(["issuer-clear".to_owned(), "scheme-strengthened".to_owned()]));
    for (url, expected) in [
        ("https://id.example/t", vec!["flow-added"]),
        ("https://evil.example/t", vec!["flow-added", "issuer-moved"]),
        ("http://evil.example/t", vec!["flow-added", "issuer-clear"]),
    ] {
        let found = kinds_between(("[{o: []}]", &oauth("")), ("[{o: []}]", &machine(url)));
        assert_eq!(found, expected.into_iter().map(str::to_owned).collect(), "{url}");
    }
}

#[test]
fn names_of_http_schemes_are_compared_without_case() {
    let scheme = |name: &str| format!("s: {{type: http, scheme: {name}}}");
    assert_eq!(kinds_between(("[{s: []}]", &scheme("Digest")), ("[{s: []}]", &scheme("digest"))), BTreeSet::new());
}

#[test]
fn clear_servers_are_reported_by_host_and_removed_ones_always() {
    let folder = tempfile::tempdir().unwrap();
    let document = |urls: &[&str]| {
        let servers: Vec<String> = urls.iter().map(|url| format!("{{url: '{url}'}}")).collect();
        format!("servers: [{}]\npaths: {{}}\n", servers.join(", "))
    };
    let kinds = |old: &[&str], new: &[&str]| -> BTreeSet<String> {
        let found = changes(folder.path(), &document(old), &document(new));
        found.iter().map(|change| change["kind"].as_str().unwrap().to_owned()).collect()
    };
    let both = BTreeSet::from(["server-clear".to_owned(), "server-removed".to_owned()]);
    assert_eq!(kinds(&["https://a.example", "http://b.example"], &["http://a.example", "http://b.example"]), both);
    assert_eq!(kinds(&["https://a.example"], &[]), BTreeSet::from(["server-removed".to_owned()]));
    assert_eq!(kinds(&["/v1"], &["https://a.example/v1"]), BTreeSet::from(["server-moved".to_owned()]));
    let clear = BTreeSet::from(["server-clear".to_owned()]);
    assert_eq!(kinds(&[], &["http://127.evil.example"]), clear, "only an address is loopback");
    assert_eq!(kinds(&["https://127.0.0.1"], &["https://127.0.0.1", "http://127.0.0.1"]), BTreeSet::new());
}

#[test]
fn passwords_in_urls_are_not_printed() {
    let folder = tempfile::tempdir().unwrap();
    let document = |url: &str| {
        format!(
            "paths: {{/a: {{get: {{responses: {{'204': {{description: d}}}}, security: [{{o: []}}]}}}}}}\ncomponents: \
             {{securitySchemes: {{o: {{type: oauth2, flows: {{clientCredentials: {{tokenUrl: '{url}', scopes: {{}}}}}}}}}}}}\n"
        )
    };
    let (old, new) = (document("https://id.example/t"), document("https://ann:hunter2@other.example/t"));
    for format in ["text", "json", "markdown"] {
        let output = compare(folder.path(), &old, &new, &["--format", format]);
        let printed = stdout(&output) + &String::from_utf8_lossy(&output.stderr);
        assert!(!printed.contains("hunter2"), "{printed}");
    }
}

#[test]
fn added_operation_with_optional_credentials_is_public() {
    let folder = tempfile::tempdir().unwrap();
    let guarded = "/a: {get: {responses: {'204': {description: d}}, security: [{key: []}]}}";
    let optional = "/b: {get: {responses: {'204': {description: d}}, security: [{key: []}, {}]}}";
    let old = format!("paths: {{{guarded}}}\n{SCHEMES}");
    let new = format!("paths: {{{guarded}, {optional}}}\n{SCHEMES}");
    assert_eq!(changes(folder.path(), &old, &new)[0]["kind"], "public-operation-added");
}

/// The changes of an API with one operation, which sends and receives `Pet`, and these schemas.
fn of_schemas(old: &str, new: &str) -> Vec<(String, String, Vec<String>)> {
    let folder = tempfile::tempdir().unwrap();
    let document = |schemas: &str| {
        let content = "content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}";
        format!(
            "paths:\n  /pets:\n    post: {{requestBody: {{{content}}}, responses: {{'200': {{description: d, {content}}}}}}}\n    \
             put: {{requestBody: {{{content}}}, responses: {{'204': {{description: d}}}}}}\ncomponents: {{schemas: {{{schemas}}}}}\n"
        )
    };
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let entry = |change: &serde_json::Value| {
        let operations = change["operations"].as_array().unwrap().iter().map(text).collect();
        (text(&change["kind"]), text(&change["message"]), operations)
    };
    changes(folder.path(), &document(old), &document(new)).iter().map(entry).collect()
}

#[test]
fn change_of_a_component_is_one_change_for_each_direction() {
    let found = of_schemas(
        "Pet: {type: object, properties: {owner: {$ref: '#/components/schemas/Owner'}}}, Owner: {type: object, properties: \
         {name: {type: string}}}",
        "Pet: {type: object, properties: {owner: {$ref: '#/components/schemas/Owner'}}}, Owner: {type: object, properties: \
         {name: {type: integer}}}",
    );
    let all = ["POST /pets".to_owned(), "PUT /pets".to_owned()];
    let message = "`Owner.name`: was `string`, is `integer`".to_owned();
    let request = ("request-type-changed".to_owned(), message.clone(), all.to_vec());
    let response = ("response-type-changed".to_owned(), message, vec!["POST /pets".to_owned()]);
    assert_eq!(found, [request, response]);
}

#[test]
fn references_names_texts_and_order_of_schemas_are_not_changes() {
    let old =
        "Pet: {type: object, properties: {id: {type: integer}, tag: {type: object, properties: {a: {type: string}}}}}";
    for new in [
        "Pet: {type: object, properties: {tag: {$ref: '#/components/schemas/Tag'}, id: {type: integer}}}, Tag: {type: \
         object, properties: {a: {type: string}}}",
        "Pet: {$ref: '#/components/schemas/Animal'}, Animal: {type: object, description: d, properties: {id: {type: \
         integer}, tag: {type: object, properties: {a: {type: string, example: x}}}}}",
        "Pet: {allOf: [{$ref: '#/components/schemas/Base'}, {type: object, properties: {id: {type: integer}}}]}, Base: \
         {type: object, properties: {tag: {type: object, properties: {a: {type: string}}}}}",
    ] {
        assert_eq!(of_schemas(old, new), [], "{new}");
        assert_eq!(of_schemas(new, old), [], "{new}");
    }
}

#[test]
fn recursive_schemas_end() {
    let tree = |ty: &str| {
        format!(
            "Pet: {{type: object, properties: {{value: {{type: {ty}}}, children: {{type: array, items: {{$ref: \
             '#/components/schemas/Pet'}}}}, more: {{type: object, additionalProperties: {{$ref: \
             '#/components/schemas/Lists'}}}}}}}}, Lists: {{type: array, items: {{$ref: '#/components/schemas/Lists'}}}}"
        )
    };
    let longer = tree("string").replace(
        "Lists: {type: array, items: {$ref: '#/components/schemas/Lists'}}",
        "Lists: {type: array, items: {type: array, items: {$ref: '#/components/schemas/Lists'}}}",
    );
    assert_eq!(of_schemas(&tree("string"), &longer), []);
    let found = of_schemas(&tree("string"), &tree("integer"));
    assert_eq!(
        found.iter().map(|(_, message, _)| message.as_str()).collect::<Vec<_>>(),
        ["`Pet.value`: was `string`, is `integer`"; 2]
    );
}

#[test]
fn inherited_property_is_reported_where_it_is_written() {
    let cats = |ty: &str| {
        format!(
            "Base: {{type: object, properties: {{age: {{type: {ty}}}}}}}, Cat: {{allOf: [{{$ref: \
             '#/components/schemas/Base'}}, {{type: object, properties: {{purrs: {{type: boolean}}}}}}]}}, Pet: {{type: \
             object, properties: {{cat: {{$ref: '#/components/schemas/Cat'}}}}}}"
        )
    };
    let folder = tempfile::tempdir().unwrap();
    let document = |schemas: String| {
        format!(
            "paths:\n  /pets:\n    post: {{requestBody: {{content: {{application/json: {{schema: {{$ref: \
             '#/components/schemas/Pet'}}}}}}}}, responses: {{'204': {{description: d}}}}}}\ncomponents: {{schemas: {{{schemas}}}}}\n"
        )
    };
    let found = changes(folder.path(), &document(cats("string")), &document(cats("integer")));
    assert_eq!(found[0]["new"]["pointer"], "/components/schemas/Base/properties/age");
    assert_eq!(found[0]["message"], "`Cat.age`: was `string`, is `integer`");
}

#[test]
fn bounds_are_compared_with_those_of_all_parts() {
    let name = |bounds: &str| format!("Pet: {{type: object, properties: {{name: {{{bounds}}}}}}}");
    let kinds = |old: &str, new: &str| -> Vec<String> {
        of_schemas(&name(old), &name(new)).into_iter().map(|(kind, message, _)| format!("{kind}: {message}")).collect()
    };
    let all = "allOf: [{type: string, maxLength: 20}, {type: string, maxLength: 10}]";
    assert_eq!(kinds("type: string, maxLength: 10", all), [""; 0], "the smaller maximum applies");
    assert_eq!(
        kinds(all, "type: string, maxLength: 20"),
        ["request-bounds-loosened: `Pet.name`: `maxLength` was `10`, is `20`"]
    );
    assert_eq!(kinds("type: string", "type: string, minLength: 0"), [""; 0], "an absent minimum is zero");
    assert_eq!(
        kinds("type: string, minLength: 1", "type: string"),
        ["request-bounds-loosened: `Pet.name`: `minLength` was `1`, is absent"]
    );
    assert_eq!(
        kinds("type: string", "type: string, pattern: '^a'"),
        ["request-bounds-tightened: `Pet.name`: `pattern` was absent, is `^a`"]
    );
}

#[test]
fn write_only_property_that_is_sent_is_a_secret() {
    let found = of_schemas(
        "Pet: {type: object, properties: {code: {type: string, writeOnly: true}}}",
        "Pet: {type: object, properties: {code: {type: string}}}",
    );
    let kinds: Vec<&str> = found.iter().map(|(kind, ..)| kind.as_str()).collect();
    assert_eq!(kinds, ["response-secret-added"]);
}

#[test]
fn status_that_a_range_or_default_covers_is_not_removed() {
    let folder = tempfile::tempdir().unwrap();
    let document = |responses: &str| format!("paths: {{/a: {{get: {{responses: {{{responses}}}}}}}}}\n");
    let old = document("'200': {description: d}, '404': {description: d}");
    let new = document("2XX: {description: d}, default: {description: d}");
    let found = changes(folder.path(), &old, &new);
    let messages: Vec<&str> = found.iter().map(|change| change["message"].as_str().unwrap()).collect();
    assert_eq!(messages, ["the response `2XX` was added", "the response `default` was added"]);
}

#[test]
fn payload_of_a_webhook_is_received_by_clients() {
    let folder = tempfile::tempdir().unwrap();
    let document = |ty: &str| {
        format!(
            "paths: {{}}\nwebhooks:\n  pet:\n    post:\n      requestBody: {{content: {{application/json: {{schema: {{type: object, \
             properties: {{name: {{type: {ty}}}}}}}}}}}}}\n      responses: {{'200': {{description: d, content: {{application/json: \
             {{schema: {{type: {ty}}}}}}}}}}}\n"
        )
    };
    let found = changes(folder.path(), &document("integer"), &document("number"));
    let kinds: BTreeSet<&str> = found.iter().map(|change| change["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, BTreeSet::from(["response-type-widened", "request-type-widened"]));
    let sent = found.iter().find(|change| change["kind"] == "response-type-widened").unwrap();
    assert_eq!(sent["message"], "`body.name`: was `integer`, is `number`");
    assert_eq!(sent["operations"], serde_json::json!(["webhook pet (POST)"]));
}

#[test]
fn allowed_change_does_not_fail_until_its_date() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = versions("access-opened");
    let fingerprint = changes(folder.path(), &old, &new)[0]["fingerprint"].as_str().unwrap().to_owned();
    let file = folder.path().join("allow.toml");
    let allow = |entries: &str, options: &[&str]| {
        std::fs::write(&file, entries).unwrap();
        compare(folder.path(), &old, &new, &[&["--allow", file.to_str().unwrap()], options].concat())
    };
    let entry = |fingerprint: &str, more: &str| {
        format!("[[allow]]\nfingerprint = \"{fingerprint}\"\nreason = \"listing is public\"\n{more}")
    };
    let allowed = allow(&entry(&fingerprint, "expires = 9999-12-31\n"), &[]);
    assert_eq!(allowed.status.code(), Some(0));
    assert!(stdout(&allowed).ends_with("0 breaking for clients; 1 allowed\n"), "{}", stdout(&allowed));
    let expired = allow(&entry(&fingerprint, "expires = 2020-01-01\n"), &[]);
    assert_eq!(expired.status.code(), Some(1));
    assert!(stdout(&expired).contains("expired on 2020-01-01"), "{}", stdout(&expired));
    let other = allow(&entry("0123456789abcdef", ""), &[]);
    assert_eq!(other.status.code(), Some(1));
    assert!(stdout(&other).contains("`0123456789abcdef` is unused"), "{}", stdout(&other));
    let json = allow(&entry(&fingerprint, ""), &["--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["changes"][0]["allowed"], "listing is public");
    let invalid = allow("[[allow]]\nfingerprint = 1\n", &[]);
    assert_eq!(invalid.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&invalid.stderr).contains("no `fingerprint`"));
}

#[test]
fn allowance_of_a_security_change_does_not_cover_other_operations() {
    let folder = tempfile::tempdir().unwrap();
    let document = |root: &str, paths: &[&str]| {
        let path = |path: &&str| format!("  {path}: {{get: {{responses: {{'204': {{description: d}}}}}}}}\n");
        format!("security: {root}\npaths:\n{}{SCHEMES}", paths.iter().map(path).collect::<String>())
    };
    let fingerprint = |paths: &[&str]| {
        let found = changes(folder.path(), &document("[{key: []}]", paths), &document("[]", paths));
        assert_eq!(found.len(), 1);
        found[0]["fingerprint"].clone()
    };
    assert_ne!(fingerprint(&["/a"]), fingerprint(&["/a", "/b"]));
    assert_eq!(fingerprint(&["/a"]), fingerprint(&["/a"]));
}

#[test]
fn audience_selects_what_is_listed_and_what_fails() {
    let folder = tempfile::tempdir().unwrap();
    let count = |kind: &str, audience: &str| {
        let (old, new) = versions(kind);
        let output = compare(folder.path(), &old, &new, &["--for", audience, "--format", "json"]);
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        (json["changes"].as_array().unwrap().len(), output.status.code())
    };
    assert_eq!(count("access-opened", "security"), (1, Some(1)));
    assert_eq!(count("access-opened", "clients"), (0, Some(0)));
    assert_eq!(count("operation-removed", "security"), (0, Some(0)));
    assert_eq!(count("operation-removed", "clients,security"), (1, Some(1)));
    assert_eq!(count("operation-added", "servers"), (1, Some(0)));
}

#[test]
fn sarif_and_annotations_are_at_lines_of_the_new_version() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = versions("response-property-lost");
    let sarif = compare(folder.path(), &old, &new, &["--format", "sarif"]);
    assert_eq!(sarif.status.code(), Some(1));
    let log: serde_json::Value = serde_json::from_slice(&sarif.stdout).unwrap();
    let run = &log["runs"][0];
    let result = &run["results"][0];
    assert_eq!(run["tool"]["driver"]["rules"].as_array().unwrap().len(), kinds().len());
    assert_eq!(
        run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize]["id"],
        "response-property-lost"
    );
    assert_eq!((&result["level"], &result["ruleId"]), (&"error".into(), &"response-property-lost".into()));
    let location = &result["locations"][0]["physicalLocation"];
    assert!(location["artifactLocation"]["uri"].as_str().unwrap().ends_with("/new.yaml"));
    assert!(location["region"]["startLine"].as_u64().unwrap() > 1);
    let (old, new) = versions("operation-removed");
    let text = stdout(&compare(folder.path(), &old, &new, &["--format", "github"]));
    assert!(text.starts_with("::error file=") && text.contains("/new.yaml,line="), "{text}");
    assert!(text.contains("title=operation-removed::breaking: "), "{text}");
}

#[test]
fn weaker_scheme_under_another_key_weakens() {
    let all = "bearer: {type: http, scheme: bearer}, header: {type: apiKey, in: header, name: X-Key}, query: {type: apiKey, in: \
               query, name: key}, mtls: {type: mutualTLS}, basic: {type: http, scheme: basic}";
    for (old, new, expected) in [
        ("[{mtls: []}]", "[{bearer: []}]", "access-downgraded"),
        ("[{bearer: []}]", "[{header: []}]", "access-downgraded"),
        ("[{header: []}]", "[{query: []}]", "access-downgraded"),
        ("[{mtls: []}]", "[{basic: [], mtls: []}, {bearer: []}]", "access-downgraded"),
        ("[{header: []}]", "[{bearer: []}]", "access-moved"),
        ("[{header: []}]", "[{basic: []}]", "access-moved"),
        ("[{query: []}, {mtls: []}]", "[{query: [], bearer: []}, {header: []}]", "access-moved"),
    ] {
        assert_eq!(kinds_between((old, all), (new, all)), BTreeSet::from([expected.to_owned()]), "{old} -> {new}");
    }
    let issuer = |key: &str, scheme: &str| {
        format!(
            "{key}: {{type: openIdConnect, openIdConnectUrl: '{scheme}://id.example/.well-known/openid-configuration'}}"
        )
    };
    let found = kinds_between(("[{a: []}]", &issuer("a", "https")), ("[{b: []}]", &issuer("b", "http")));
    assert_eq!(found, BTreeSet::from(["access-downgraded".to_owned()]));
    let found = kinds_between(("[{a: []}]", &issuer("a", "http")), ("[{b: []}]", &issuer("b", "https")));
    assert_eq!(found, BTreeSet::from(["access-moved".to_owned()]));
}

#[test]
fn object_that_became_one_of_several_types_is_still_accepted() {
    let object = "{type: object, properties: {id: {type: integer}}}";
    let labels =
        |items: &str| format!("Pet: {{type: object, properties: {{labels: {{type: array, items: {items}}}}}}}");
    let (one, several) = (labels(object), labels(&format!("{{oneOf: [{{type: string}}, {object}]}}")));
    let messages = |old: &str, new: &str| -> Vec<String> {
        of_schemas(old, new).into_iter().map(|(kind, message, _)| format!("{kind}: {message}")).collect()
    };
    let changed = |verb: &str, [first, second]: [&str; 2]| {
        [first, second].map(|kind| format!("{kind}: `Pet.labels[]`: the alternative `string` was {verb}"))
    };
    assert_eq!(messages(&one, &several), changed("added", ["response-variant-added", "request-variant-added"]));
    assert_eq!(messages(&several, &one), changed("removed", ["request-variant-removed", "response-variant-removed"]));
}

#[test]
fn removal_names_the_announced_sunset() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = versions("deprecated-operation-removed");
    let found = changes(folder.path(), &old, &new);
    assert_eq!(found[0]["message"], "GET /owners was removed; `x-sunset` announced `2026-01-01`");
}

#[test]
fn path_that_was_shadowed_before_is_not_a_change() {
    let folder = tempfile::tempdir().unwrap();
    let (_, new) = versions("access-shadowed");
    let renamed = new.replace("{id}", "{name}").replace("name: id", "name: name");
    let found = changes(folder.path(), &new, &renamed);
    assert!(found.iter().all(|change| change["kind"] != "access-shadowed"), "{found:?}");
    let integer = new.replace("type: string", "type: integer");
    let widened = changes(folder.path(), &integer, &new);
    assert!(widened.iter().any(|change| change["kind"] == "access-shadowed"), "the parameter now matches: {widened:?}");
}
