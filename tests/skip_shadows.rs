//! `--skip-broken`: no remaining operation receives requests for a skipped one, unless both have the same security
//! requirements.

use keystub::diag::Level;
use keystub::{Error, Generator, Input, Inspection};

/// A document whose operations require a key, with one valid operation and these paths.
fn document(paths: &str) -> String {
    format!(
        "openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\nsecurity: [{{key: []}}]\npaths:\n\
         \x20 /kept: {{get: {{operationId: kept, responses: {{'200': {{description: d}}}}}}}}\n{paths}\
         components:\n  securitySchemes: {{key: {{type: apiKey, in: header, name: X-Key}}}}\n"
    )
}

fn generator(text: &str) -> Generator {
    Generator::client(Input::Memory { name: "api.yaml".into(), bytes: text.into() })
}

fn skipping(text: &str) -> Result<Inspection, Error> {
    generator(text).skip_broken().inspect()
}

/// Whether the document is rejected without the flag, with a place for each error.
fn is_refused(text: &str) -> bool {
    match generator(text).inspect() {
        Err(Error::Document(refusal)) => {
            let mut errors = refusal.diagnostics().iter().filter(|found| found.level == Level::Error);
            errors.all(|error| !error.pointer.is_empty())
        }
        Err(other) => panic!("{other}"),
        Ok(_) => false,
    }
}

#[test]
fn skipped_operation_is_not_shadowed_by_weaker_access() {
    let paths = |guarded: &str| {
        let broken = format!("  /a/mine: {{get: {{{guarded} parameters: [5], responses: {{}}}}}}\n");
        let other = "  /a/{id}:\n    get: {operationId: one, security: [], responses: {}}\n    put: {operationId: put, security: [], responses: {}}\n";
        document(&format!("{broken}{other}"))
    };
    let left = |inspection: &Inspection| -> Vec<String> {
        inspection.api().operations.iter().map(|operation| operation.id.clone()).collect()
    };
    // The requirements of `/a/mine` are not those of `/a/{id}`, which would receive its requests.
    assert_eq!(left(&skipping(&paths("")).unwrap()), ["kept", "put"]);
    // If both have the same requirements, nothing changes for callers.
    assert_eq!(left(&skipping(&paths("security: [],")).unwrap()), ["kept", "one", "put"]);
}

/// Entries of `paths` that are skipped, each with the operations of [`TEMPLATES`] that would receive its requests: if
/// these are public, and if they have the requirements of the document.
const LEFT_OUT: &[(&str, &[&str], &[&str])] = &[
    // A path item that cannot be read may have any method.
    ("  /x/mine: {$ref: nope.yaml}\n", &["get", "put", "head"], &["get", "put", "head"]),
    ("  /x/mine: {$ref: 'https://a.test/a.yaml'}\n", &["get", "put", "head"], &["get", "put", "head"]),
    ("  /x/mine: {$ref: '#/components/pathItems/none'}\n", &["get", "put", "head"], &["get", "put", "head"]),
    ("  /x/mine: null\n", &["get", "put", "head"], &["get", "put", "head"]),
    ("  /x/mine: []\n", &["get", "put", "head"], &["get", "put", "head"]),
    ("  /x/mine: text\n", &["get", "put", "head"], &["get", "put", "head"]),
    // An operation that cannot be read has its method.
    ("  /x/mine: {get: null}\n", &["get", "head"], &["get", "head"]),
    ("  /x/mine: {get: []}\n", &["get", "head"], &["get", "head"]),
    ("  /x/mine: {get: text}\n", &["get", "head"], &["get", "head"]),
    ("  /x/mine: {head: null}\n", &["get", "head"], &["get", "head"]),
    ("  /x/mine: {put: 5}\n", &["put"], &["put"]),
    ("  /x/mine: {delete: null}\n", &[], &[]),
    ("  /x/mine: {get: {parameters: [5], responses: {}}, put: []}\n", &["get", "put", "head"], &["put"]),
    ("  /x/mine: {get: {$ref: '#/none', parameters: [5], responses: {}}}\n", &["get", "head"], &["get", "head"]),
    // A key that is not a method may stand for any.
    ("  /x/mine: {parameters: [5], gett: {responses: {}}}\n", &["get", "put", "head"], &["get", "put", "head"]),
    ("  /x/mine: {parameters: [5], x-get: {responses: {}}}\n", &[], &[]),
    // A path that is not a template.
    ("  x/mine: {get: {security: [{key: []}], responses: {}}}\n", &["get", "put", "head"], &["get", "put", "head"]),
    ("  x/mine: null\n", &["get", "put", "head"], &["get", "put", "head"]),
    ("  GET /x/mine: {responses: {}}\n", &["get", "put", "head"], &["get", "put", "head"]),
    ("  '/x/{mine': {get: {responses: {}}}\n", &["get", "head"], &[]),
    ("  '/x/mine?a={b}': {get: {responses: {}}}\n", &["get", "head"], &[]),
    ("  y/mine: {get: {responses: {}}}\n", &[], &[]),
    // Other spellings of a path that the template matches.
    ("  /x/m%69ne: null\n", &["get", "put", "head"], &["get", "put", "head"]),
    ("  /x/mine/: null\n", &["get", "put", "head"], &["get", "put", "head"]),
    ("  /x/{other}: null\n", &["get", "put", "head"], &["get", "put", "head"]),
    ("  '/x/{a}.{b}': null\n", &["get", "put", "head"], &["get", "put", "head"]),
    ("  '/x/{id}:cancel': null\n", &["get", "put", "head"], &["get", "put", "head"]),
    ("  '/{a}/mine': null\n", &["get", "put", "head"], &["get", "put", "head"]),
    ("  /y/mine: null\n", &[], &[]),
    ("  /x: null\n", &[], &[]),
    ("  /x/mine/more: null\n", &[], &[]),
];

/// Public operations whose path matches more than one text.
const TEMPLATES: &str = "  /x/{id}:
    get: {operationId: get, security: [], responses: {}}
    put: {operationId: put, security: [], responses: {}}
    head: {operationId: head, security: [], responses: {}}
";

fn ids(inspection: &Inspection) -> Vec<&str> {
    inspection.api().operations.iter().map(|operation| operation.id.as_str()).collect()
}

#[test]
fn unreadable_operation_is_not_shadowed() {
    let mut faults = Vec::new();
    for (paths, if_public, if_guarded) in LEFT_OUT {
        for (templates, dropped) in [(TEMPLATES, if_public), (&TEMPLATES.replace("security: [], ", ""), if_guarded)] {
            let text = document(&format!("{paths}{templates}"));
            if !is_refused(&text) {
                faults.push(format!("{paths}: it is not an error without the flag"));
            }
            let inspection = skipping(&text).unwrap();
            let operations = ["kept", "get", "put", "head"].into_iter();
            let expected: Vec<&str> = operations.filter(|id| !dropped.contains(id)).collect();
            if ids(&inspection) != expected {
                faults.push(format!("{paths}{templates}: {:?}", ids(&inspection)));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn unreadable_operation_has_unknown_access_in_every_version() {
    let document = |version: &str, item: &str| {
        format!(
            r#"{{{version}, "info": {{"title": "t", "version": "1"}}, "paths": {{"/kept": {{"put": {{"responses": {{}}}}}},
            {item}, "/x/{{id}}": {{"get": {{"operationId": "get", "responses": {{}}}}}}}}}}"#
        )
    };
    for version in [r#""swagger": "2.0""#, r#""openapi": "3.0.3""#, r#""openapi": "3.1.0""#, r#""openapi": "3.2.0""#] {
        let items = [
            r#""/x/mine": null"#,
            r#""/x/mine": {"get": null}"#,
            r#""/x/mine": {"get": []}"#,
            r##""/x/mine": {"$ref": "#/none"}"##,
            r#""x/mine": {"get": {"responses": {}}}"#,
        ];
        for item in items {
            let text = document(version, item);
            assert!(is_refused(&text), "{text}");
            assert_eq!(ids(&skipping(&text).unwrap()), ["put kept"], "{text}");
        }
    }
}

#[test]
fn unreadable_operation_in_another_file_has_unknown_access() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("left_out_in_a_file");
    std::fs::create_dir_all(&folder).unwrap();
    let main = document(&format!("  /x/mine: {{$ref: other.yaml}}\n{TEMPLATES}"));
    std::fs::write(folder.join("api.yaml"), main).unwrap();
    for (other, expected) in [
        ("get: []\n", &["kept", "put"][..]),
        ("[]\n", &["kept"]),
        ("get: {parameters: [5], responses: {}}\n", &["kept", "put"]),
        ("get: {security: [], parameters: [5], responses: {}}\n", &["kept", "get", "put", "head"]),
        ("delete: {responses: {}}\n", &["kept", "delete x mine", "get", "put", "head"]),
    ] {
        std::fs::write(folder.join("other.yaml"), other).unwrap();
        let inspection = Generator::client(folder.join("api.yaml")).skip_broken().inspect().unwrap();
        assert_eq!(ids(&inspection), expected, "{other}");
    }
}

#[test]
fn unreadable_method_is_not_shadowed() {
    let others = |operations: &str| {
        let text = document(&format!(
            "  /x/mine: {{additionalOperations: {operations}}}
  /x/{{id}}:
    get: {{operationId: get, security: [], responses: {{}}}}
    additionalOperations: {{LOCK: {{operationId: lock, security: [], responses: {{}}}}}}
"
        ));
        text.replace("openapi: 3.0.3", "openapi: 3.2.0")
    };
    for (operations, expected) in [
        ("5", &["kept"][..]),
        ("{get: {responses: {}}}", &["kept"]),
        ("{LOCK: null}", &["kept", "get"]),
        ("{LOCK: {parameters: [5], responses: {}}}", &["kept", "get"]),
        ("{UNLOCK: null}", &["kept", "get", "lock"]),
    ] {
        assert_eq!(ids(&skipping(&others(operations)).unwrap()), expected, "{operations}");
    }
}

#[test]
fn shadowing_operation_is_reported_with_the_reason() {
    let text = document(&format!("  /x/mine: null\n{TEMPLATES}"));
    let inspection = skipping(&text).unwrap();
    let reasons: Vec<_> = inspection.not_generated().iter().filter(|left| left.at.contains("{id}/get")).collect();
    assert_eq!(reasons.len(), 1);
    let expected = "this operation would receive requests for the skipped `/x/mine`, whose security requirements cannot be \
                    read (duplicate-operation)";
    assert_eq!(reasons[0].reason, expected);
}

#[test]
fn operations_next_to_a_reference_are_skipped_with_its_target() {
    // It is undefined which of the two applies: the remaining operation would receive requests for the skipped one.
    let text =
        document("  /x: {$ref: '#/x-items/open', get: {responses: {}}}\n  /y: {$ref: '#/x-items/open', get: []}\n");
    let text = format!("{text}x-items: {{open: {{get: {{operationId: open, security: [], responses: {{}}}}}}}}\n");
    assert_eq!(ids(&skipping(&text).unwrap()), ["kept"]);
}

#[test]
fn operation_shared_by_two_paths_is_skipped_in_one() {
    let text = document(&format!(
        "  '/x/mine?a={{b}}': {{$ref: '#/x-items/mine'}}\n  /y: {{$ref: '#/x-items/mine'}}\n{TEMPLATES}"
    ));
    let text = format!("{text}x-items: {{mine: {{get: {{operationId: mine, responses: {{}}}}}}}}\n");
    assert_eq!(ids(&skipping(&text).unwrap()), ["kept", "mine", "put"]);
}
