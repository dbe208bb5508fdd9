//! The functions in a client's `auth.rs` use the OAuth 2 flows and URLs of the document.

use keystub::Generator;

#[test]
fn every_flow_has_a_function_with_its_urls() {
    let out = Generator::client("fixtures/ok/oauth-flows.yaml").generate().unwrap();
    let text: String = out.files()["src/auth.rs"].split_whitespace().collect();
    let rows = [
        r#"ClientCredentials::new("https://id.example.com/client",id,secret)"#,
        r#"AuthorizationCode::new("https://id.example.com/authorize","https://id.example.com/code",id,redirect_uri,)"#,
        r#".refresh_url("https://id.example.com/refresh")"#,
        r#"PasswordGrant::new("https://id.example.com/password",id,secret,user,password)"#,
        r#"DeviceCode::new("https://id.example.com/device","https://id.example.com/paired",id,)"#,
        r#"RefreshToken::new("https://id.example.com/refresh",id,secret,token)"#,
        r#"discover("https://id.example.com/.well-known/openid-configuration").await"#,
    ];
    let plain = text.replace(",)", ")");
    for row in rows {
        assert!(plain.contains(&row.replace(",)", ")")), "{row}: {text}");
    }
    for function in ["client_credentials", "authorization_code", "password", "device_code", "refresh_token"] {
        assert!(text.contains(&format!("pubfnall_{function}(")), "{function}");
    }
    // The password grant exists but is deprecated.
    let (before, _) = text.split_once("pubfnall_password(").unwrap();
    let last = before.rsplit("pubfn").next().unwrap();
    assert!(last.contains("#[deprecated("), "{last}");
    assert_eq!(text.matches("#[deprecated(").count(), 1);
}

#[test]
fn relative_urls_are_resolved_against_the_base_url_of_the_call() {
    let out = Generator::client("fixtures/ok/oauth-relative.yaml").generate().unwrap();
    assert!(out.warnings().is_empty(), "{:?}", out.warnings());
    let text: String = out.files()["src/auth.rs"].split_whitespace().collect();
    let plain = text.replace(",)", ")");
    for row in [
        r#"pubfnlogin_password(base_url:&str,id:&str"#,
        r#"PasswordGrant::new(&rt::token_endpoint::resolved(base_url,"token"),id,secret,user,password)"#,
        r#"pubfnlogin_refresh_token(base_url:&str,id:&str"#,
        r#"RefreshToken::new(&rt::token_endpoint::resolved(base_url,"token"),id,secret,token)"#,
        r#"ClientCredentials::new(&rt::token_endpoint::resolved(base_url,"/client"),id,secret)"#,
        r#"AuthorizationCode::new("https://id.example.com/authorize",&rt::token_endpoint::resolved(base_url,"../code"),id,redirect_uri)"#,
        r#".refresh_url(&rt::token_endpoint::resolved(base_url,"/refresh?x=1"))"#,
        r#"pubfnall_password(id:&str"#,
        r#"DeviceCode::new(&rt::token_endpoint::resolved(base_url,"device"),&rt::token_endpoint::resolved(base_url,"//id.example.com/paired"),id)"#,
        r#"discover(&rt::token_endpoint::resolved(base_url,"/.well-known/oauth-authorization-server")).await"#,
        r#"discover(&rt::token_endpoint::resolved(base_url,"/.well-known/openid-configuration")).await"#,
    ] {
        assert!(plain.contains(row), "{row}: {text}");
    }
    let server = Generator::server("fixtures/ok/oauth-relative.yaml").generate().unwrap();
    assert!(server.warnings().is_empty(), "{:?}", server.warnings());
}

#[test]
fn relative_urls_of_swagger_are_resolved_too() {
    let text = "swagger: '2.0'
info: {title: t, version: '1'}
security: [{login: []}]
paths: {/a: {get: {responses: {'204': {description: d}}}}}
securityDefinitions: {login: {type: oauth2, flow: password, tokenUrl: token, scopes: {}}}
";
    let input = keystub::Input::Memory { name: "api.yaml".into(), bytes: text.into() };
    let out = Generator::client(input).generate().unwrap();
    assert!(out.warnings().is_empty(), "{:?}", out.warnings());
    assert!(out.files()["src/auth.rs"].contains(r#"resolved(base_url, "token")"#));
}

#[test]
fn urls_with_variables_are_reported_and_not_used() {
    let text = std::fs::read_to_string("fixtures/ok/oauth-relative.yaml").unwrap();
    let text = text.replace("tokenUrl: /client", "tokenUrl: '/{tenant}/client'");
    let input = keystub::Input::Memory { name: "api.yaml".into(), bytes: text.into() };
    let out = Generator::client(input).generate().unwrap();
    assert!(
        out.warnings().len() == 1
            && out.warnings()[0].contains("has a variable that no server of the document declares")
    );
    assert!(!out.files()["src/auth.rs"].contains("all_client_credentials"));
}

/// The `auth.rs` of a client whose server has this URL and whose password flow has this token URL.
fn token_url(servers: &str, url: &str) -> String {
    let text = format!(
        "openapi: 3.0.3
info: {{title: t, version: '1'}}
servers: {servers}
security: [{{login: []}}]
paths: {{/a: {{get: {{responses: {{'204': {{description: d}}}}}}}}}}
components: {{securitySchemes: {{login: {{type: oauth2, flows: {{password: {{tokenUrl: '{url}', scopes: {{}}}}}}}}}}}}
"
    );
    let input = keystub::Input::Memory { name: "api.yaml".into(), bytes: text.into() };
    let out = Generator::client(input).generate().unwrap();
    assert!(out.warnings().is_empty(), "{:?}", out.warnings());
    out.files()["src/auth.rs"].to_owned()
}

#[test]
fn slash_at_the_end_of_the_server_url_decides_what_relative_urls_mean() {
    for (servers, url, expected) in [
        ("[{url: 'https://a.test/v1/'}]", "token", "token"),
        ("[{url: 'https://a.test/v1'}]", "token", "../token"),
        ("[{url: 'https://a.test/v1'}]", "./token", ".././token"),
        ("[{url: 'https://a.test/v1'}]", "/token", "/token"),
        ("[{url: 'https://a.test'}]", "token", "token"),
        ("[{url: /v1}]", "token", "../token"),
        ("[{url: /v1/}]", "token", "token"),
        ("[{url: '/{v}', variables: {v: {default: v1/}}}]", "token", "token"),
        ("[{url: /}]", "token", "token"),
        ("[]", "token", "token"),
    ] {
        let text = token_url(servers, url);
        assert!(text.contains(&format!("resolved(base_url, \"{expected}\")")), "{servers} {url}: {text}");
    }
}

#[test]
fn server_variables_in_urls_have_their_defaults() {
    let servers = "[{url: 'https://{tenant}.a.test', variables: {tenant: {default: eu}, unused: {default: v2}}}, \
                   {url: 'https://b.test/{tenant}', variables: {tenant: {default: us}}}]";
    for (url, expected) in [
        ("https://{tenant}.id.test/{unused}/token", "\"https://eu.id.test/v2/token\""),
        ("/{tenant}/token", "\"/eu/token\""),
        ("{unused}/token", "\"v2/token\""),
    ] {
        let text = token_url(servers, url);
        assert!(text.contains(expected), "{url}: {text}");
    }
}
