//! Schemes whose tokens are bound to a key (`dpop`): what can be named, and that nothing changes for other schemes.

use keystub::{Generator, Input, Output};

const SPEC: &str = "fixtures/ok/bound-tokens.yaml";

fn generated(generator: &Generator) -> Result<Output, String> {
    generator.generate().map_err(|error| error.to_string())
}

/// A document with two operations: one that requires `oauth` and `token` together, and one that requires `login`.
fn document() -> Input {
    let text = "openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /a:
    get:
      operationId: both
      security: [{oauth: [], token: []}]
      responses: {'204': {description: done}}
    put:
      operationId: others
      security: [{login: []}, {certificate: []}, {hawk: []}]
      responses: {'204': {description: done}}
components:
  securitySchemes:
    oauth: {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://id.example.com/token', scopes: {}}}}
    token: {type: http, scheme: bearer}
    login: {type: http, scheme: basic}
    hawk: {type: http, scheme: hawk}
    certificate: {type: mutualTLS}
    unused: {type: http, scheme: bearer}
";
    Input::Memory { name: "document".into(), bytes: text.into() }
}

#[test]
fn only_used_schemes_with_access_tokens_can_be_bound() {
    let rows = [
        ("oaut", "`oaut` in `dpop` is not a security scheme that an operation uses; did you mean `oauth`?"),
        ("unused", "`unused` in `dpop` is not a security scheme that an operation uses"),
        ("login", "the scheme `login` in `dpop` has no access tokens; expected `oauth2`, `openIdConnect`, or `http`"),
        ("certificate", "the scheme `certificate` in `dpop` has no access tokens"),
        ("hawk", "the scheme `hawk` in `dpop` has no access tokens"),
    ];
    for generator in [Generator::client, Generator::server] {
        for (scheme, expected) in rows {
            let error = generated(&generator(document()).dpop(scheme)).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
    }
}

#[test]
fn bound_and_bearer_tokens_cannot_be_required_together() {
    for (bound, other) in [("oauth", "token"), ("token", "oauth")] {
        let error = generated(&Generator::server(document()).dpop(bound)).unwrap_err();
        let expected =
            format!("`{bound}` is in `dpop` and `{other}` is not, but operation `both` requires both in one header");
        assert!(error.contains(&expected), "{error}");
    }
    generated(&Generator::server(document()).dpop("oauth").dpop("token")).unwrap();
}

#[test]
fn only_named_schemes_are_bound() {
    for (generator, package) in
        [(Generator::client as fn(&'static str) -> Generator, "aws-lc-rs"), (Generator::server, "hmac")]
    {
        let (without, with) =
            (generated(&generator(SPEC)).unwrap(), generated(&generator(SPEC).dpop("oauth")).unwrap());
        let is_own = |path: &str, file: &str| path.ends_with(file) && !path.contains("/runtime/");
        let has = |output: &Output, file: &str, text: &str| {
            output.files().iter().any(|(path, content)| is_own(path, file) && content.contains(text))
        };
        assert!(!without.files().iter().any(|(path, _)| path.contains("dpop")));
        assert!(!has(&without, "auth.rs", "DPoP") && !has(&without, "Cargo.toml", package));
        assert!(with.files().iter().any(|(path, _)| path.ends_with("runtime/dpop.rs")));
        assert!(has(&with, "Cargo.toml", package));
        let files = with.files();
        let (_, auth) = files.iter().find(|(path, _)| is_own(path, "/auth.rs")).unwrap();
        let kind = |name: &str| {
            let (_, rest) = auth.split_once(&format!("name: \"{name}\",")).unwrap();
            rest.split('}').next().unwrap().trim().to_owned()
        };
        assert_eq!(kind("oauth"), r#"kind: rt::SchemeKind::Http("DPoP"),"#);
        assert_eq!(kind("token"), "kind: rt::SchemeKind::Bearer,");
        // As the document writes it: the credential is the user's.
        assert_eq!(kind("bound"), r#"kind: rt::SchemeKind::Http("dpop"),"#);
    }
}
