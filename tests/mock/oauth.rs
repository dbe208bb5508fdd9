//! The authorization server of the mock.

use crate::running_mock::Mock;

#[test]
fn client_credentials_need_the_secret() {
    let mock = Mock::petshop(&[]);
    let secret = mock.printed("secret ").to_owned();
    let token = "/.keystub/oauth/token";
    let right = format!("grant_type=client_credentials&client_id=keystub-mock&client_secret={secret}");
    let answer = mock.form(token, &format!("{right}&scope=pets:write"));
    assert_eq!(answer.json()["scope"], "pets:write");
    let access = answer.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(mock.send("DELETE /pets/7", &format!("Authorization: Bearer {access}\r\n"), "").status, 204);
    let wrong = [
        (right.replace(&secret, "guess"), "invalid_client"),
        (right.replace(&format!("&client_secret={secret}"), ""), "invalid_client"),
        (format!("{right}&scope=admin"), "invalid_scope"),
        (format!("{right}&client_id=keystub-mock"), "invalid_request"),
        (right.replace("client_credentials", "magic"), "unsupported_grant_type"),
        (right.replace("keystub-mock", "other"), "invalid_client"),
    ];
    for (body, code) in wrong {
        let answer = mock.form(token, &body);
        assert_eq!(answer.json()["error"], code, "{body}");
        assert!(answer.json().get("access_token").is_none(), "{body}");
    }
    let revoked =
        mock.form("/.keystub/oauth/revoke", &format!("token={access}&client_id=keystub-mock&client_secret={secret}"));
    assert_eq!(revoked.status, 200);
    assert_eq!(mock.send("DELETE /pets/8", &format!("Authorization: Bearer {access}\r\n"), "").status, 401);
}

#[test]
fn passwords_and_clients_in_the_authorization_header_are_checked() {
    use base64::Engine;
    let mock = Mock::petshop(&[]);
    let token = "/.keystub/oauth/token";
    let password = mock.printed("user mock-user, password ").to_owned();
    let by_password = format!("grant_type=password&client_id=keystub-mock&username=mock-user&password={password}");
    assert_eq!(mock.form(token, &by_password).status, 200);
    for wrong in [by_password.replace(&password, "guess"), by_password.replace("mock-user", "nobody")] {
        assert_eq!(mock.form(token, &wrong).json()["error"], "invalid_grant", "{wrong}");
    }
    let secret = mock.printed("secret ").to_owned();
    let rows = [("keystub-mock", secret.as_str(), 200), ("keystub-mock", "guess", 401), ("other", &secret, 401)];
    for (id, secret, status) in rows {
        let login = base64::engine::general_purpose::STANDARD.encode(format!("{id}:{secret}"));
        let head = format!("Authorization: Basic {login}\r\nContent-Type: application/x-www-form-urlencoded\r\n");
        let answer = mock.send(&format!("POST {token}"), &head, "grant_type=client_credentials");
        assert_eq!(answer.status, status, "{id}: {}", answer.body);
    }
    // A client that sends another scheme is refused, whatever its body has.
    let head = "Authorization: Bearer x\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    let answer = mock.send(&format!("POST {token}"), head, &by_password);
    assert_eq!(answer.json()["error"], "invalid_client");
}

/// The verifier and the challenge of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn code(mock: &Mock) -> String {
    let query = format!(
        "response_type=code&client_id=keystub-mock&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fcb&state=s1&prompt=none\
         &code_challenge={CHALLENGE}&code_challenge_method=S256&scope=pets%3Awrite"
    );
    let answer = mock.send(&format!("GET /.keystub/oauth/authorize?{query}"), "", "");
    assert_eq!(answer.status, 303, "{}", answer.body);
    let target = answer.header("location")[0].to_owned();
    assert!(target.starts_with("http://127.0.0.1:1/cb?code=") && target.contains("&state=s1&iss=http"), "{target}");
    target.split("code=").nth(1).unwrap().split('&').next().unwrap().replace("%2D", "-").replace("%5F", "_")
}

#[test]
fn codes_are_bound_to_their_verifier_and_valid_once() {
    let mock = Mock::petshop(&[]);
    let token = "/.keystub/oauth/token";
    let body = |code: &str, verifier: &str| {
        format!(
            "grant_type=authorization_code&client_id=keystub-mock&code={code}&code_verifier={verifier}\
             &redirect_uri=http://127.0.0.1:1/cb"
        )
    };
    let own = code(&mock);
    let answer = mock.form(token, &body(&own, VERIFIER));
    assert_eq!(answer.status, 200, "{}", answer.body);
    let access = answer.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(mock.send("DELETE /pets/7", &format!("Authorization: Bearer {access}\r\n"), "").status, 204);
    assert_eq!(mock.form(token, &body(&own, VERIFIER)).json()["error"], "invalid_grant", "a code is valid once");
    assert_eq!(mock.form(token, &body(&code(&mock), &VERIFIER.replace('d', "e"))).json()["error"], "invalid_grant");
    let elsewhere = body(&code(&mock), VERIFIER).replace("/cb", "/elsewhere");
    assert_eq!(mock.form(token, &elsewhere).json()["error"], "invalid_grant");

    let refresh = answer.json()["refresh_token"].as_str().unwrap().to_owned();
    let again = format!("grant_type=refresh_token&client_id=keystub-mock&refresh_token={refresh}");
    assert_eq!(mock.form(token, &format!("{again}&scope=everything")).json()["error"], "invalid_scope");
    assert_eq!(mock.form(token, &again).status, 200);
    assert_eq!(mock.form(token, &again).json()["error"], "invalid_grant", "a refresh token is valid once");
}

#[test]
fn the_authorization_endpoint_refuses_what_is_unsafe() {
    let mock = Mock::petshop(&[]);
    let right = format!(
        "response_type=code&client_id=keystub-mock&redirect_uri=http://127.0.0.1:1/cb&state=s1\
         &code_challenge={CHALLENGE}&code_challenge_method=S256"
    );
    let ask = |query: &str| mock.send(&format!("GET /.keystub/oauth/authorize?{query}"), "", "");
    let page = ask(&right);
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Allow"), "{}", page.body);
    assert!(page.header("content-security-policy")[0].starts_with("default-src 'none'"));
    // The error is shown, not sent to an address that was not verified.
    for (old, new) in
        [("keystub-mock", "other"), ("http://127.0.0.1:1/cb", "javascript:alert(1)"), ("redirect_uri", "x")]
    {
        assert_eq!(ask(&right.replace(old, new)).status, 400, "{new}");
    }
    let injected = ask(&right.replace("/cb", "/%3Cscript%3E%22"));
    assert!(!injected.body.contains("<script>") && !injected.body.contains("cript>\""), "{}", injected.body);
    for (old, new, error) in [
        ("S256", "plain", "invalid_request"),
        ("response_type=code", "response_type=token", "unsupported_response_type"),
        ("code_challenge=", "other=", "invalid_request"),
    ] {
        let answer = ask(&right.replace(old, new));
        assert!(
            answer.status == 303
                && answer.header("location")[0].contains(&format!("error={}", error.replace('_', "%5F"))),
            "{new}: {}",
            answer.head
        );
    }
    let denied = mock.form(
        "/.keystub/oauth/authorize",
        &format!("decision=deny&request={}", right.replace('&', "%26").replace('=', "%3D")),
    );
    assert!(denied.header("location")[0].contains("error=access%5Fdenied"), "{}", denied.head);
}

#[test]
fn a_device_waits_for_its_user() {
    let mock = Mock::petshop(&[]);
    let device = mock.form("/.keystub/oauth/device", "client_id=keystub-mock&scope=pets:write").json();
    let code = device["device_code"].as_str().unwrap();
    let body =
        format!("grant_type=urn:ietf:params:oauth:grant-type:device_code&client_id=keystub-mock&device_code={code}");
    let ask = || mock.form("/.keystub/oauth/token", &body);
    assert_eq!(ask().json()["error"], "authorization_pending");
    let user_code = device["user_code"].as_str().unwrap();
    assert_eq!(mock.form("/.keystub/oauth/verify", "decision=allow&user_code=AAAA-AAAA").status, 404);
    assert_eq!(ask().json()["error"], "authorization_pending");
    assert_eq!(mock.form("/.keystub/oauth/verify", &format!("decision=allow&user_code={user_code}")).status, 200);
    assert_eq!(ask().status, 200);
    assert_eq!(ask().json()["error"], "invalid_grant", "a device code is valid once");
}

#[test]
fn tokens_expire_and_those_of_others_are_refused() {
    let mock = Mock::petshop(&["--expire", "1s"]);
    let token = mock.token("pets:write");
    std::thread::sleep(std::time::Duration::from_millis(2100));
    assert_eq!(mock.get("/pets", &token).status, 401);
    let other = Mock::petshop(&[]);
    assert_eq!(mock.get("/pets", &other.token("pets:write")).status, 401, "each process has its own key");
    for forged in ["eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.", "x.y.z", "token"] {
        assert_eq!(mock.get("/pets", forged).status, 401, "{forged}");
    }
}
