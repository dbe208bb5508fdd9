//! Which introspection responses show an access token for this API.

use super::*;

/// The verdict on a token with these members in addition to `active` and `sub`.
async fn verdict(members: &str, tune: impl FnOnce(Introspection) -> Introspection) -> Result<(), Reject> {
    let server = Server::start(&format!(r#"{{"active":true,"sub":"ann",{members}}}"#)).await;
    Checked::tuned(&server, tune).check("t").await.map(drop)
}

#[tokio::test]
async fn only_access_tokens_are_accepted_by_introspection() {
    const ACCESS: Result<(), &str> = Ok(());
    const KIND: Result<(), &str> = Err("not an access token");
    const NOT_BEARER: Result<(), &str> = Err("not a bearer token");
    const BOUND: Result<(), &str> = Err("bound to a key");
    const ACTOR: Result<(), &str> = Err("actor");
    // The members, the verdict, and the verdict with `tokens_without_type`.
    let rows = [
        (r#""token_type":"Bearer""#, ACCESS, ACCESS),
        (r#""token_type":"bearer","scope":"read""#, ACCESS, ACCESS),
        (r#""token_type":"BEARER","typ":"Bearer""#, ACCESS, ACCESS),
        (r#""token_type":"Bearer","nonce":"n""#, ACCESS, ACCESS),
        (r#""token_use":"access_token""#, ACCESS, ACCESS),
        (r#""use":"access""#, ACCESS, ACCESS),
        (r#""typ":"at+jwt""#, ACCESS, ACCESS),
        (r#""token_type":null,"typ":"application/at+jwt""#, ACCESS, ACCESS),
        // oidc-provider and Spring Authorization Server omit the type of refresh tokens.
        (r#""scope":"read write","client_id":"app""#, KIND, ACCESS),
        (r#""token_type":null"#, KIND, ACCESS),
        (r#""typ":"JWT""#, KIND, ACCESS),
        // Keycloak, Ory Hydra, Amazon Cognito and others state the kind.
        (r#""token_type":"Refresh","typ":"Refresh""#, NOT_BEARER, NOT_BEARER),
        (r#""token_type":"Bearer","typ":"Refresh""#, KIND, KIND),
        (r#""token_type":"Bearer","typ":"Offline""#, KIND, KIND),
        (r#""token_type":"Bearer","typ":"ID""#, KIND, KIND),
        (r#""token_type":"Bearer","token_use":"refresh_token""#, KIND, KIND),
        (r#""token_type":"Bearer","token_use":"id""#, KIND, KIND),
        (r#""token_type":"Bearer","use":"refresh""#, KIND, KIND),
        (r#""token_type":"Bearer","use":"something""#, KIND, KIND),
        (r#""token_type":"Bearer","typ":["Bearer"]"#, KIND, KIND),
        (r#""typ":"Refresh""#, KIND, KIND),
        (r#""token_type":"Bearer","at_hash":"x""#, KIND, KIND),
        (r#""token_type":"Bearer","events":{}"#, KIND, KIND),
        (r#""token_type":"refresh_token""#, NOT_BEARER, NOT_BEARER),
        (r#""token_type":"access_token""#, NOT_BEARER, NOT_BEARER),
        (r#""token_type":"N_A""#, NOT_BEARER, NOT_BEARER),
        (r#""token_type":"mac""#, NOT_BEARER, NOT_BEARER),
        (r#""token_type":" Bearer""#, NOT_BEARER, NOT_BEARER),
        (r#""token_type":"""#, NOT_BEARER, NOT_BEARER),
        (r#""token_type":["Bearer"]"#, NOT_BEARER, NOT_BEARER),
        (r#""token_type":7"#, NOT_BEARER, NOT_BEARER),
        (r#""token_type":"N_A","token_use":"access""#, NOT_BEARER, NOT_BEARER),
        (r#""token_type":"DPoP""#, BOUND, BOUND),
        (r#""token_type":"DPoP","cnf":{"jkt":"x"}"#, BOUND, BOUND),
        (r#""token_type":"Bearer","typ":"DPoP""#, BOUND, BOUND),
        (r#""token_type":"Bearer","cnf":{"x5t#S256":"x"}"#, BOUND, BOUND),
        (r#""token_type":"Bearer","cnf":{}"#, BOUND, BOUND),
        (r#""token_type":"Bearer","act":{"sub":"service16"}"#, ACCESS, ACCESS),
        (r#""token_type":"Bearer","act":"service16""#, ACTOR, ACTOR),
    ];
    for (members, expected, expected_without_type) in rows {
        let members = format!(r#"{members},"aud":"api""#);
        assert_eq!(verdict(&members, |own| own).await, expected.map_err(Reject::Invalid), "{members}");
        let found = verdict(&members, Introspection::tokens_without_type).await;
        assert_eq!(found, expected_without_type.map_err(Reject::Invalid), "without type: {members}");
    }
}

#[tokio::test]
async fn only_tokens_for_the_audience_are_accepted() {
    let rows = [
        (r#","aud":"api""#, true),
        (r#","aud":["other","api"]"#, true),
        (r#","aud":"other""#, false),
        (r#","aud":"API""#, false),
        (r#","aud":"""#, false),
        (r#","aud":["api2"]"#, false),
        (r#","aud":["api",7]"#, false),
        (r#","aud":[]"#, false),
        (r#","aud":{"api":true}"#, false),
        (r#","aud":7"#, false),
        (r#","aud":null"#, false),
        ("", false),
    ];
    for (more, is_right) in rows {
        let server = Server::start(&format!(r#"{{"active":true,"sub":"ann","token_type":"Bearer"{more}}}"#)).await;
        let expected = if is_right { ann() } else { invalid("audience") };
        let found = Checked::by(&server).check("t").await.map(|(subject, _)| (subject, scopes()));
        assert_eq!(found, expected, "{more}");
        // Without the audience check all of them are accepted, but the kind of the token is still checked.
        let unchecked = |url: &str| Introspection::without_audience_check(url, "my api", "s:cr/et").unwrap();
        assert!(Checked::new(&server, unchecked, |own| own).check("t").await.is_ok(), "{more}");
        server.respond_with(200, &format!(r#"{{"active":true,"sub":"ann","scope":"read"{more}}}"#));
        let refused = Checked::new(&server, unchecked, |own| own).check("t").await;
        assert_eq!(refused, invalid("not an access token"), "{more}");
    }
}

#[tokio::test]
async fn principal_is_the_subject_or_else_the_client() {
    let rows = [
        (r#""sub":"ann","client_id":"app""#, Ok("ann")),
        (r#""client_id":"app","username":"Ann""#, Ok("app")),
        (r#""sub":null,"client_id":"app""#, Ok("app")),
        (r#""username":"Ann""#, Ok("Ann")),
        (r#""sub":"","client_id":"app""#, Err(Reject::Unavailable)),
        (r#""sub":7,"client_id":"app""#, Err(Reject::Unavailable)),
        (r#""sub":["ann"],"client_id":"app""#, Err(Reject::Unavailable)),
        (r#""scope":"read""#, Err(Reject::Unavailable)),
    ];
    for (members, expected) in rows {
        let server = Server::start(&format!(r#"{{"active":true,{members},"token_type":"Bearer","aud":"api"}}"#)).await;
        let found = Checked::by(&server).check("t").await.map(|(subject, _)| subject);
        assert_eq!(found.as_deref().map_err(Clone::clone), expected, "{members}");
    }
}
