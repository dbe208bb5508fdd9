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
