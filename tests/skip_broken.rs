//! `--skip-broken`: each error removes the smallest part that contains it and nothing else; security is never skipped.

use keystub::diag::Level;
use keystub::model::security::Access;
use keystub::{Error, Generator, Input, Inspection, TargetKind};

/// The document around each case: a scheme, one valid operation, and what the case adds.
const HEAD: &str = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\nsecurity: [{key: []}]\n";
const SCHEMES: &str = "  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}\n";
const KEPT: &str = "  /kept: {get: {operationId: kept, responses: {'200': {description: d}}}}\n";

fn document(paths: &str, components: &str) -> String {
    format!("{HEAD}paths:\n{KEPT}{paths}components:\n{SCHEMES}{components}")
}

fn generator(text: &str) -> Generator {
    Generator::new(TargetKind::ClientReqwest, Input::Memory { name: "api.yaml".into(), bytes: text.into() })
}

fn skipping(text: &str) -> Result<Inspection, Error> {
    generator(text).skip_broken().inspect()
}

/// The codes of the errors without and with the flag.
fn refused(text: &str) -> (Vec<&'static str>, Vec<&'static str>) {
    let codes = |outcome: Result<Inspection, Error>| match outcome {
        Err(Error::Document(refusal)) => {
            let errors = refusal.diagnostics().iter().filter(|found| found.level == Level::Error);
            errors.map(|found| found.code.as_str()).collect()
        }
        Err(other) => panic!("{other}"),
        Ok(_) => Vec::new(),
    };
    (codes(generator(text).inspect()), codes(skipping(text)))
}

/// Name, code, paths, components, and what is skipped.
type Case = (&'static str, &'static str, &'static str, &'static str, &'static [&'static str]);

const CASES: &[Case] = &[
    (
        "invalid query of a path skips the path",
        "fixed-query",
        "  /a?b={c}: {get: {responses: {}}}\n",
        "",
        &["#/paths/~1a?b={c}"],
    ),
    ("invalid key of `paths` skips itself", "bad-path", "  a: {get: {responses: {}}}\n", "", &["#/paths/a"]),
    (
        "a parameter takes its operation, not the path",
        "unknown-parameter-place",
        "  /a:\n    get: {parameters: [{name: p, in: qeury, schema: {type: string}}], responses: {}}\n    put: {operationId: put, responses: {}}\n",
        "",
        &["#/paths/~1a/get"],
    ),
    (
        "a parameter of a path takes the path",
        "unsupported-style",
        "  /a:\n    parameters: [{name: p, in: header, style: form, schema: {type: string}}]\n    get: {responses: {}}\n",
        "",
        &["#/paths/~1a"],
    ),
    (
        "a failure response takes itself",
        "unknown-type",
        "  /a: {get: {responses: {'200': {description: d}, '400': {description: d, content: {application/json: {schema: {type: x}}}}}}}\n",
        "",
        &["#/paths/~1a/get/responses/400"],
    ),
    (
        "the only success takes its operation",
        "unknown-type",
        "  /a: {get: {responses: {'200': {description: d, content: {application/json: {schema: {type: x}}}}, '400': {description: d}}}}\n",
        "",
        &["#/paths/~1a/get"],
    ),
    (
        "one success of two takes itself",
        "unknown-type",
        "  /a: {get: {responses: {'200': {description: d, content: {application/json: {schema: {type: x}}}}, '201': {description: d}}}}\n",
        "",
        &["#/paths/~1a/get/responses/200"],
    ),
    (
        "one media type of two takes itself",
        "unknown-type",
        "  /a: {post: {requestBody: {content: {application/json: {schema: {type: x}}, text/plain: {schema: {type: string}}}}, responses: {}}}\n",
        "",
        &["#/paths/~1a/post/requestBody/content/application~1json"],
    ),
    (
        "the only media type of a body takes the operation",
        "unknown-type",
        "  /a: {post: {requestBody: {content: {application/json: {schema: {type: x}}}}, responses: {}}}\n",
        "",
        &["#/paths/~1a/post"],
    ),
    (
        "a component that nobody needs takes itself",
        "malformed",
        "",
        "  schemas: {A: {properties: {x: {nullable: 7}}}}\n",
        &["#/components/schemas/A"],
    ),
    (
        "a schema takes all that reaches it",
        "unknown-type",
        "  /a: {get: {responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/B'}}}}}}}\n",
        "  schemas: {A: {type: x}, B: {properties: {a: {$ref: '#/components/schemas/A'}}}, C: {type: string}}\n",
        &["#/components/schemas/A", "#/components/schemas/B", "#/paths/~1a/get"],
    ),
    (
        "a kind of a choice takes the choice",
        "malformed",
        "  /a: {get: {responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/P'}}}}}}}\n",
        "  schemas:\n    P: {type: object, discriminator: {propertyName: k}, required: [k], properties: {k: {type: string}}}\n    A: {allOf: [{$ref: '#/components/schemas/P'}, {properties: {x: {nullable: 7}}}]}\n",
        &["#/components/schemas/A", "#/components/schemas/P", "#/paths/~1a/get"],
    ),
    (
        "a mapping needs what it names",
        "malformed",
        "  /a: {get: {responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/P'}}}}}}}\n",
        "  schemas:\n    P: {type: object, discriminator: {propertyName: k, mapping: {a: A}}, properties: {k: {type: string}}}\n    A: {nullable: 7}\n",
        &["#/components/schemas/A", "#/components/schemas/P", "#/paths/~1a/get"],
    ),
    (
        "a response of the components takes what refers to it",
        "malformed",
        "  /a: {get: {responses: {'200': {description: d}, default: {$ref: '#/components/responses/R'}}}}\n",
        "  responses: {R: 5}\n",
        &["#/components/responses/R", "#/paths/~1a/get/responses/default"],
    ),
    (
        "a reference to nothing takes its owner",
        "dangling-ref",
        "  /a: {get: {responses: {'200': {$ref: '#/components/responses/none'}}}}\n",
        "",
        &["#/paths/~1a/get"],
    ),
    (
        "a circle of references goes whole",
        "cyclic-ref",
        "",
        "  schemas: {A: {$ref: '#/components/schemas/B'}, B: {$ref: '#/components/schemas/A'}}\n",
        &["#/components/schemas/A", "#/components/schemas/B"],
    ),
    (
        "a reference to another host takes its owner",
        "remote-ref",
        "  /a: {$ref: 'https://a.test/a.yaml'}\n",
        "",
        &["#/paths/~1a"],
    ),
    (
        "an infinite type takes what holds it",
        "infinite-type",
        "  /a: {get: {responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}}}}\n",
        "  schemas: {A: {allOf: [{$ref: '#/components/schemas/A'}]}}\n",
        &["#/components/schemas/A", "#/paths/~1a/get"],
    ),
    (
        "invalid status skips itself",
        "bad-status",
        "  /a: {get: {responses: {'200': {description: d}, '2000': {description: d}}}}\n",
        "",
        &["#/paths/~1a/get/responses/2000"],
    ),
];

#[test]
fn each_error_skips_the_smallest_part() {
    let mut faults = Vec::new();
    for (name, code, paths, components, expected) in CASES {
        let text = document(paths, components);
        let (without, _) = refused(&text);
        if !without.contains(code) {
            faults.push(format!("{name}: without the flag it reports {without:?}"));
            continue;
        }
        let inspection = match skipping(&text) {
            Ok(inspection) => inspection,
            Err(error) => {
                faults.push(format!("{name}: {error}"));
                continue;
            }
        };
        let mut left: Vec<&str> =
            inspection.not_generated().iter().filter(|left| left.is_broken).map(|left| left.at.as_str()).collect();
        left.sort_unstable();
        if left != *expected {
            faults.push(format!("{name}: left out are {left:?}"));
        }
        let skipped: Vec<_> = inspection.diagnostics().iter().filter(|found| found.level == Level::Skipped).collect();
        if skipped.is_empty() || skipped.iter().any(|found| found.line.is_none() || found.help.is_none()) {
            faults.push(format!("{name}: {skipped:?}"));
        }
        let api = inspection.api();
        if !api.operations.iter().any(|operation| operation.id == "kept") {
            faults.push(format!("{name}: what is right is gone"));
        }
        if api.operations.iter().any(|operation| operation.access == Access::Open) {
            faults.push(format!("{name}: an operation is open"));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// Errors in security, each with another error that would skip the operation.
const SECURITY: &[(&str, &str, &str)] = &[
    ("unknown-scheme", "  /a: {get: {security: [{zzz: []}], parameters: [5], responses: {}}}\n", ""),
    ("unknown-scheme", "  /a?x=1: {get: {security: [{zzz: []}], responses: {}}}\n", ""),
    ("malformed", "  /a: {get: {security: , parameters: [5], responses: {}}}\n", ""),
    ("malformed", "  /a: {get: {security: [5], responses: {}}}\n", ""),
    ("malformed", "  /a: {get: {security: {key: []}, responses: {}}}\n", ""),
    ("malformed", "  /a: {get: {security: [{key: all}], responses: 7}}\n", ""),
    (
        "conflicting-schemes",
        "  /a: {get: {security: [{b: [], c: []}], parameters: [5], responses: {}}}\n",
        "    b: {type: http, scheme: basic}\n    c: {type: http, scheme: bearer}\n",
    ),
    ("unsupported-scheme", "  /a: {get: {security: [{b: []}], responses: {}}}\n", "    b: {type: magic}\n"),
    (
        "bad-header-name",
        "  /a: {get: {security: [{b: []}], responses: {}}}\n",
        "    b: {type: apiKey, in: header, name: a b}\n",
    ),
    ("malformed", "", "    b: {type: apiKey, in: nowhere, name: a}\n"),
    ("dangling-ref", "", "    b: {$ref: '#/components/securitySchemes/none'}\n"),
];

#[test]
fn errors_in_security_are_never_skipped() {
    let mut faults = Vec::new();
    for (code, paths, schemes) in SECURITY {
        let broken = "  /broken: {get: {parameters: [5], responses: {}}}\n";
        let around = "  securitySchemes:\n    key: {type: apiKey, in: header, name: X-Key}\n";
        let text = format!("{HEAD}paths:\n{KEPT}{broken}{paths}components:\n{around}{schemes}");
        let (without, with) = refused(&text);
        if without.is_empty() || !with.contains(code) {
            faults.push(format!("{code}: {paths}{schemes}: without {without:?}, with {with:?}"));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn document_security_is_never_skipped() {
    let text = format!("{HEAD}paths:\n{KEPT}  /a?b={{c}}: {{get: {{responses: {{}}}}}}\n");
    assert_eq!(refused(&text).1, ["unknown-scheme"]);
    let text = document("  /a?b={c}: {get: {responses: {}}}\n", "").replace("security: [{key: []}]", "security: key");
    assert_eq!(refused(&text).1, ["malformed"]);
}

#[test]
fn document_level_errors_are_never_skipped() {
    for (code, text) in [
        ("syntax", "openapi: 3.0.3\nx: [".to_owned()),
        ("not-openapi", "a: 1".to_owned()),
        ("unsupported-version", "openapi: 4.0.0".to_owned()),
        ("malformed", document("", "").replace("info: {title: t, version: '1'}", "info: 5")),
        ("malformed", format!("{HEAD}paths: 5\ncomponents:\n{SCHEMES}")),
        ("malformed", format!("{HEAD}paths: {{}}\ncomponents:\n{SCHEMES}  schemas: 5\n")),
    ] {
        let (without, with) = refused(&text);
        assert_eq!(without, with, "{text}");
        assert!(with.contains(&code), "{text}: {with:?}");
    }
}

#[test]
fn document_without_remaining_operations_is_rejected() {
    let text = format!("{HEAD}paths:\n  /a?b={{c}}: {{get: {{responses: {{}}}}}}\ncomponents:\n{SCHEMES}");
    let (without, with) = refused(&text);
    assert_eq!((without, with), (vec!["fixed-query"], vec!["fixed-query"]));
}

#[test]
fn remaining_operations_keep_their_security() {
    let operations = "  /a:
    get: {operationId: a, security: [{key: []}, {two: [], key: []}, {}], responses: {'200': {description: d}}}
    put: {operationId: b, security: [], responses: {'200': {description: d}, '400': BROKEN}}
    post: {operationId: c, security: [{token: [read]}], responses: {'200': {description: d}}}
";
    let schemes = "    two: {type: apiKey, in: query, name: k}
    token: {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://a.test/t', scopes: {read: r}}}}\n";
    let schemes = format!("  securitySchemes:\n    key: {{type: apiKey, in: header, name: X-Key}}\n{schemes}");
    let of = |paths: String| format!("{HEAD}paths:\n{KEPT}{paths}components:\n{schemes}");
    let access = |inspection: &Inspection| -> Vec<(String, Access)> {
        inspection.api().operations.iter().map(|found| (found.id.clone(), found.access.clone())).collect()
    };
    let right = generator(&of(operations.replace("BROKEN", "{description: d}"))).inspect().unwrap();
    let broken = operations.replace("BROKEN", "{description: d, content: {application/json: {schema: {type: x}}}}");
    let broken = skipping(&of(format!("{broken}  /b?c={{d}}: {{get: {{security: [], responses: {{}}}}}}\n"))).unwrap();
    assert_eq!(access(&right), access(&broken));
    assert_eq!(access(&right).len(), 4);
}

#[test]
fn skipped_parts_are_listed_in_the_readme() {
    let text = document("  /a?b|{c}: {get: {responses: {}}}\n", "");
    let out = generator(&text).skip_broken().generate().unwrap();
    assert!(
        out.files()["README.md"].contains("| `#/paths/~1a?b\\|{c}` | the query of this path contains the placeholder")
    );
    assert!(!generator(&document("", "")).generate().unwrap().files()["README.md"].contains("Skipped parts"));
    let printed = out.warnings().join("\n");
    assert!(printed.contains("skipped[fixed-query]") && printed.contains("--> api.yaml:6:3"), "{printed}");
}

#[test]
fn more_errors_than_a_report_keeps_are_skipped() {
    let paths: String = (0..500).map(|n| format!("  /a{n}?b={{c}}: {{get: {{responses: {{}}}}}}\n")).collect();
    let inspection = skipping(&document(&paths, "")).unwrap();
    assert_eq!(inspection.not_generated().iter().filter(|left| left.is_broken).count(), 500);
    assert_eq!(inspection.api().operations.len(), 1);
}
