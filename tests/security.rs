//! What is reported about security schemes and requirements.

use keystub::diag::{Finding, Level};
use keystub::{Error, Generator, Input, Inspection};

/// A document with these schemes and paths.
fn document(schemes: &str, paths: &str) -> String {
    format!(
        "openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths:\n{paths}components:\n  securitySchemes:\n{schemes}"
    )
}

fn generator(text: &str) -> Generator {
    Generator::client(Input::Memory { name: "api.yaml".into(), bytes: text.into() })
}

fn inspected(text: &str) -> Result<Inspection, Error> {
    generator(text).inspect()
}

/// The diagnostics, whether the document is refused or not.
fn findings(text: &str) -> Vec<Finding> {
    match inspected(text) {
        Ok(inspection) => inspection.diagnostics().to_vec(),
        Err(Error::Document(refusal)) => refusal.diagnostics().to_vec(),
        Err(other) => panic!("{other}"),
    }
}

/// Level, code and place of each diagnostic.
fn told(text: &str) -> Vec<(Level, &'static str, String)> {
    findings(text).into_iter().map(|found| (found.level, found.code.as_str(), found.pointer)).collect()
}

const RESERVED: &[&str] = &[
    "Host",
    "Content-Length",
    "Transfer-Encoding",
    "Trailer",
    "Connection",
    "Keep-Alive",
    "Proxy-Connection",
    "TE",
    "Upgrade",
    "Expect",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "Via",
    "Accept",
    "Content-Type",
    "Content-Encoding",
];

/// Headers that only the API or a browser cares about, and those that credentials are made for.
const FREE: &[&str] =
    &["X-API-Key", "Authorization", "Cookie", "Date", "Origin", "Referer", "Sec-Key", "Hosts", "X-Host"];

#[test]
fn a_key_in_a_reserved_header_is_an_error_at_the_scheme() {
    let guarded = "  /x: {get: {security: [{key: []}], responses: {}}}\n";
    let open = "  /x: {get: {responses: {}}}\n";
    let expected = vec![(Level::Error, "reserved-header", "/components/securitySchemes/key/name".to_owned())];
    for name in RESERVED {
        for name in [(*name).to_owned(), name.to_lowercase(), name.to_uppercase()] {
            for extra in ["", ", x-amazon-apigateway-authtype: awsSigv4"] {
                let scheme = format!("    key: {{type: apiKey, in: header, name: {name}{extra}}}\n");
                assert_eq!(told(&document(&scheme, guarded)), expected, "{scheme}");
                assert_eq!(told(&document(&scheme, open)), [], "{scheme}");
                assert!(generator(&document(&scheme, guarded)).skip_broken().inspect().is_err(), "{scheme}");
            }
            for place in ["query", "cookie"] {
                let scheme = format!("    key: {{type: apiKey, in: {place}, name: {name}}}\n");
                assert!(inspected(&document(&scheme, guarded)).is_ok(), "{scheme}");
            }
        }
    }
    for name in FREE {
        let scheme = format!("    key: {{type: apiKey, in: header, name: {name}}}\n");
        assert_eq!(told(&document(&scheme, guarded)), [], "{scheme}");
    }
}

#[test]
fn a_key_in_a_reserved_header_is_an_error_in_swagger_and_behind_a_reference() {
    let swagger = "swagger: '2.0'\ninfo: {title: t, version: '1'}\nsecurity: [{key: []}]\npaths: {/x: {get: {responses: {}}}}\n\
                   securityDefinitions: {key: {type: apiKey, in: header, name: host}}\n";
    assert_eq!(told(swagger), [(Level::Error, "reserved-header", "/securityDefinitions/key/name".to_owned())]);
    let scheme = "    key: {$ref: '#/x-schemes/key'}\n";
    let referred = document(scheme, "  /x: {get: {security: [{key: []}], responses: {}}}\n");
    let referred = format!("{referred}x-schemes: {{key: {{type: apiKey, in: header, name: host}}}}\n");
    assert_eq!(told(&referred), [(Level::Error, "reserved-header", "/x-schemes/key/name".to_owned())]);
}

#[test]
fn a_parameter_in_a_header_that_http_sets_is_left_out() {
    let parameters = |name: &str, place: &str| {
        let parameter = format!("{{name: {name}, in: {place}, schema: {{type: string}}}}");
        let text = document("    {}\n", &format!("  /x: {{get: {{parameters: [{parameter}], responses: {{}}}}}}\n"));
        inspected(&text).unwrap().api().operations[0].parameters.len()
    };
    for name in ["Host", "content-length", "TRANSFER-ENCODING", "Connection", "Upgrade", "TE", "Trailer", "Expect"] {
        assert_eq!((parameters(name, "header"), parameters(name, "query")), (0, 1), "{name}");
    }
    for name in ["Content-Encoding", "Via", "X-Host", "Date"] {
        assert_eq!(parameters(name, "header"), 1, "{name}");
    }
}
