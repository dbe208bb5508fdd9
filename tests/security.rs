//! Diagnostics about security schemes and requirements.

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

/// The diagnostics, whether the document is rejected or not.
fn findings(text: &str) -> Vec<Finding> {
    match inspected(text) {
        Ok(inspection) => inspection.diagnostics().to_vec(),
        Err(Error::Document(refusal)) => refusal.diagnostics().to_vec(),
        Err(other) => panic!("{other}"),
    }
}

/// Level, code and pointer of each diagnostic.
fn reported(text: &str) -> Vec<(Level, &'static str, String)> {
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

/// Headers that only the API or a browser uses, and those that are meant for credentials.
const FREE: &[&str] =
    &["X-API-Key", "Authorization", "Cookie", "Date", "Origin", "Referer", "Sec-Key", "Hosts", "X-Host"];

#[test]
fn key_in_reserved_header_is_an_error_at_the_scheme() {
    let guarded = "  /x: {get: {security: [{key: []}], responses: {'204': {description: d}}}}\n";
    let open = "  /x: {get: {responses: {'204': {description: d}}}}\n";
    let expected = vec![(Level::Error, "reserved-header", "/components/securitySchemes/key/name".to_owned())];
    for name in RESERVED {
        for name in [(*name).to_owned(), name.to_lowercase(), name.to_uppercase()] {
            for extra in ["", ", x-amazon-apigateway-authtype: awsSigv4"] {
                let scheme = format!("    key: {{type: apiKey, in: header, name: {name}{extra}}}\n");
                assert_eq!(reported(&document(&scheme, guarded)), expected, "{scheme}");
                assert_eq!(reported(&document(&scheme, open)), [], "{scheme}");
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
        assert_eq!(reported(&document(&scheme, guarded)), [], "{scheme}");
    }
}

#[test]
fn key_in_reserved_header_is_an_error_in_swagger_and_by_reference() {
    let swagger = "swagger: '2.0'\ninfo: {title: t, version: '1'}\nsecurity: [{key: []}]\npaths: {/x: {get: {responses: {'204': {description: d}}}}}\n\
                   securityDefinitions: {key: {type: apiKey, in: header, name: host}}\n";
    assert_eq!(reported(swagger), [(Level::Error, "reserved-header", "/securityDefinitions/key/name".to_owned())]);
    let scheme = "    key: {$ref: '#/x-schemes/key'}\n";
    let referred = document(scheme, "  /x: {get: {security: [{key: []}], responses: {'204': {description: d}}}}\n");
    let referred = format!("{referred}x-schemes: {{key: {{type: apiKey, in: header, name: host}}}}\n");
    assert_eq!(reported(&referred), [(Level::Error, "reserved-header", "/x-schemes/key/name".to_owned())]);
}

#[test]
fn header_parameter_that_http_sets_is_ignored() {
    let parameters = |name: &str, place: &str| {
        let parameter = format!("{{name: {name}, in: {place}, schema: {{type: string}}}}");
        let text = document(
            "    {}\n",
            &format!("  /x: {{get: {{parameters: [{parameter}], responses: {{'204': {{description: d}}}}}}}}\n"),
        );
        inspected(&text).unwrap().api().operations[0].parameters.len()
    };
    for name in ["Host", "content-length", "TRANSFER-ENCODING", "Connection", "Upgrade", "TE", "Trailer", "Expect"] {
        assert_eq!((parameters(name, "header"), parameters(name, "query")), (0, 1), "{name}");
    }
    for name in ["Content-Encoding", "Via", "X-Host", "Date"] {
        assert_eq!(parameters(name, "header"), 1, "{name}");
    }
}

/// A document whose operation requires this of an OAuth 2 scheme with the scopes `read:pets` and `write:pets`.
fn with_scopes(kind: &str, scopes: &str) -> String {
    let scheme = match kind {
        "oauth2" => {
            "{type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://a.test/t', scopes: {'read:pets': r}}, \
             implicit: {authorizationUrl: 'https://a.test/a', scopes: {'write:pets': w}}}}"
        }
        "openIdConnect" => "{type: openIdConnect, openIdConnectUrl: 'https://a.test/.well-known/openid-configuration'}",
        "bearer" => "{type: http, scheme: bearer}",
        other => panic!("{other}"),
    };
    let paths =
        format!("  /x: {{get: {{security: [{{token: {scopes}}}], responses: {{'204': {{description: d}}}}}}}}\n");
    document(&format!("    token: {scheme}\n"), &paths)
}

const ONE_SCOPE: &str = "/paths/~1x/get/security/0/token/0";
const REQUIREMENTS: &str = "/paths/~1x/get/security";

#[test]
fn blank_or_control_characters_in_required_scope_are_errors() {
    for scope in ["''", "' '", r#""\t""#, r#""\u00a0""#, r#""a\r\nb""#, r#""a\0""#, r#""a\u007f""#, r#""\u0085""#] {
        let scopes = format!("[{scope}]");
        let expected = [(Level::Error, "bad-scope", ONE_SCOPE.to_owned())];
        assert_eq!(reported(&with_scopes("oauth2", &scopes)), expected, "{scope}");
        assert_eq!(reported(&with_scopes("openIdConnect", &scopes)), expected, "{scope}");
        assert!(generator(&with_scopes("oauth2", &scopes)).skip_broken().inspect().is_err(), "{scope}");
        // Roles of other schemes may be any text.
        assert_eq!(reported(&with_scopes("bearer", &scopes)), [], "{scope}");
    }
    let default = with_scopes("oauth2", "['read:pets']") + "security: [{token: ['read:pets', '']}]\n";
    assert_eq!(reported(&default), [(Level::Error, "bad-scope", "/security/0/token/1".to_owned())]);
}

#[test]
fn invalid_required_scope_is_a_warning() {
    for scope in ["read:pets write:pets", "read\"pets", "read\\pets", "lire:été"] {
        let scopes = format!("['{scope}', 'read:pets']");
        let expected = [(Level::Warning, "bad-scope", REQUIREMENTS.to_owned())];
        assert_eq!(reported(&with_scopes("oauth2", &scopes)), expected, "{scope}");
        assert_eq!(reported(&with_scopes("openIdConnect", &scopes)), expected, "{scope}");
        assert_eq!(reported(&with_scopes("bearer", &scopes)), [], "{scope}");
        // It is not split: the operation requires what the document says.
        let inspection = inspected(&with_scopes("oauth2", &scopes)).unwrap();
        assert!(inspection.to_string().contains(&format!("token[{scope}, read:pets]")), "{inspection}");
    }
    let found = findings(&with_scopes("oauth2", "['read:pets write:pets']"));
    assert_eq!(found[0].help.as_deref(), Some("list each scope separately"));
}

#[test]
fn invalid_declared_scope_is_one_warning_per_scheme() {
    let of = |scopes: &str| with_scopes("oauth2", "['read:pets']").replace("'read:pets': r", scopes);
    let text = of(r#"'read:pets': r, '': x, ' ': x, "a\tb": x, 'c d': x"#);
    let found = findings(&text);
    assert_eq!(reported(&text), [(Level::Warning, "bad-scope", "/components/securitySchemes/token".to_owned())]);
    assert!(found[0].message.contains("`c d`"), "{found:?}");
    assert_eq!(reported(&text.replace("security: [{token: ['read:pets']}], ", "")), [], "a scheme that nothing uses");
}

#[test]
fn undeclared_scope_is_one_warning_per_scheme() {
    assert_eq!(reported(&with_scopes("oauth2", "['read:pets', 'write:pets']")), []);
    assert_eq!(reported(&with_scopes("openIdConnect", "['read:pet']")), []);
    assert_eq!(reported(&with_scopes("bearer", "['read:pet']")), []);
    let found = findings(&with_scopes("oauth2", "['read:pet', 'read:pets', Read:pets, admin]"));
    assert_eq!(found.len(), 1);
    let Finding { level, code, message, pointer, help, .. } = &found[0];
    assert_eq!((*level, code.as_str(), pointer.as_str()), (Level::Warning, "undeclared-scope", REQUIREMENTS));
    assert!(message.contains("`Read:pets`, `admin`, `read:pet`"), "{message}");
    assert_eq!(help.as_deref(), Some("its flows declare `read:pets`"));
    let far = findings(&with_scopes("oauth2", "[admin]"));
    assert_eq!(far[0].help.as_deref(), Some("its flows declare `read:pets`, `write:pets`"));
    let device = "{type: oauth2, flows: {deviceAuthorization: {deviceAuthorizationUrl: 'https://a.test/d', tokenUrl: 'https://a.test/t', \
                  scopes: {a: a}}}}";
    let device = document(
        &format!("    token: {device}\n"),
        "  /x: {get: {security: [{token: [a]}], responses: {'204': {description: d}}}}\n",
    );
    let device = device.replace("3.0.3", "3.2.0");
    assert_eq!(reported(&device), []);
    assert_eq!(reported(&device.replace("token: [a]", "token: [b]")).len(), 1);
}

#[test]
fn scopes_are_checked_in_default_security_and_swagger() {
    let swagger = "swagger: '2.0'\ninfo: {title: t, version: '1'}\nsecurity: [{token: [admin]}]\npaths: {/x: {get: {responses: {'204': {description: d}}}}}\n\
                   securityDefinitions: {token: {type: oauth2, flow: application, tokenUrl: 'ftp://a.test/t', scopes: {'a b': x}}}\n";
    assert_eq!(
        reported(swagger),
        [
            (Level::Warning, "undeclared-scope", "/security".to_owned()),
            (Level::Warning, "bad-scope", "/securityDefinitions/token".to_owned()),
            (Level::Warning, "bad-auth-url", "/securityDefinitions/token/tokenUrl".to_owned()),
        ]
    );
}

#[test]
fn unusable_auth_url_is_one_warning_per_scheme_and_reason() {
    let of = |flows: &str, version: &str| {
        let paths = "  /x: {get: {security: [{token: []}], responses: {'204': {description: d}}}}\n";
        document(&format!("    token: {{type: oauth2, {flows}}}\n"), paths).replace("3.0.3", version)
    };
    let at = |place: &str| (Level::Warning, "bad-auth-url", format!("/components/securitySchemes/token/{place}"));
    let flows = "flows: {clientCredentials: {tokenUrl: 'ftp://a.test/t', refreshUrl: 'http://a.test/r', scopes: {}}, \
                 implicit: {authorizationUrl: 'javascript:a', scopes: {}}}";
    let text = of(flows, "3.0.3");
    assert_eq!(reported(&text), [at("flows/clientCredentials/tokenUrl"), at("flows/clientCredentials/refreshUrl")]);
    assert!(findings(&text)[0].message.contains("another URL"), "{:?}", findings(&text));
    assert_eq!(reported(&text.replace("security: [{token: []}], ", "")), [], "a scheme that nothing uses");
    let flows = "oauth2MetadataUrl: 'file:///m', flows: {deviceAuthorization: {deviceAuthorizationUrl: 'https://u:p@a.test/d', \
                 tokenUrl: 'https://a.test/t#f', scopes: {}}}";
    assert_eq!(
        reported(&of(flows, "3.2.0")),
        [
            at("oauth2MetadataUrl"),
            at("flows/deviceAuthorization/deviceAuthorizationUrl"),
            at("flows/deviceAuthorization/tokenUrl")
        ]
    );
    let oidc = with_scopes("openIdConnect", "[]");
    assert_eq!(reported(&oidc), []);
    assert_eq!(reported(&oidc.replace("'https://a.test/.well", "'javascript:x/.well")), [at("openIdConnectUrl")]);
    let referred = document(
        "    token: {$ref: '#/x-schemes/token'}\n",
        "  /x: {get: {security: [{token: []}], responses: {'204': {description: d}}}}\n",
    );
    let referred =
        format!("{referred}x-schemes: {{token: {{type: openIdConnect, openIdConnectUrl: 'ftp://a.test/c'}}}}\n");
    assert_eq!(reported(&referred)[0].2, "/x-schemes/token/openIdConnectUrl");
}

#[test]
fn a_key_in_a_query_is_one_warning_if_an_operation_uses_it() {
    let paths = "  /x: {get: {security: [{key: []}], responses: {'204': {description: d}}}, put: {security: [{key: []}], responses: {'204': {description: d}}}}\n";
    for (place, expected) in [("query", 1), ("header", 0), ("cookie", 0)] {
        let scheme = format!("    key: {{type: apiKey, in: {place}, name: api_key}}\n");
        let found = reported(&document(&scheme, paths));
        assert_eq!(found.len(), expected, "{place}");
        assert!(
            found
                .iter()
                .all(|found| *found == (Level::Warning, "key-in-query", "/components/securitySchemes/key".to_owned()))
        );
        assert_eq!(reported(&document(&scheme, &paths.replace("security: [{key: []}], ", ""))), [], "{place}");
    }
    // A signature is valid for one request.
    let signature = "    key: {type: apiKey, in: query, name: sig, x-amazon-apigateway-authtype: awsSigv4}\n";
    assert_eq!(reported(&document(signature, paths)), []);
}

#[test]
fn misspelt_method_that_another_operation_serves_is_an_error() {
    let text = |key: &str, template: &str| {
        format!(
            "openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\nsecurity: [{{key: []}}]\npaths:\n\
             \x20 /u/mine: {{{key}: {{responses: {{'204': {{description: d}}}}}}}}\n\
             \x20 {template}: {{get: {{operationId: one, security: [], responses: {{'204': {{description: d}}}}}}}}\n\
             components:\n  securitySchemes: {{key: {{type: apiKey, in: header, name: X-Key}}}}\n"
        )
    };
    for (key, template, is_error) in [
        ("GET", "'/u/{x}'", true),
        ("gett", "'/{x}/mine'", true),
        ("Head", "'/u/{x}'", true),
        ("POST", "'/u/{x}'", false),
        ("GET", "'/v/{x}'", false),
        ("get", "'/u/{x}'", false),
        ("x-get", "'/u/{x}'", false),
    ] {
        let input = Input::Memory { name: "api.yaml".into(), bytes: text(key, template).into() };
        let generator = Generator::server(input);
        let found = generator.inspect().err().map(|error| error.to_string());
        let is_found = found.as_ref().is_some_and(|listing| listing.contains("error[bad-method]"));
        assert_eq!(is_found, is_error, "{key} {template}: {found:?}");
        // A skipped operation takes with it all operations that would receive its requests.
        let kept = generator.skip_broken().inspect();
        let is_open = kept.is_ok_and(|kept| kept.api().operations.iter().any(|own| own.id == "one"));
        assert_eq!(is_open, !is_error, "{key} {template}");
    }
}
