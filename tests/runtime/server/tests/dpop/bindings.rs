//! The key to which a token is bound (RFC 9449, sections 6 and 7), and the examples of the RFCs.

use axum::Router;
use axum::routing::post;
use runtime_server::runtime::credentials::Bearer;
use runtime_server::runtime::introspection::Introspection;
use tokio::net::TcpListener;

use super::*;

#[test]
fn token_must_be_bound_to_the_key_of_the_proof_and_to_no_other() {
    let (caller, other) = (Caller::p256(), Caller::ed());
    let (own, other) = (caller.thumbprint(), other.thumbprint());
    let rows: Vec<(Result<&str, &str>, Value)> = vec![
        (Ok("ann"), json!({ "cnf": { "jkt": own } })),
        (Ok("ann"), json!({ "cnf": { "jkt": own }, "typ": "DPoP" })),
        (Err("bound to another key"), json!({ "cnf": { "jkt": other } })),
        (Err("bound to another key"), json!({ "cnf": { "jkt": "" } })),
        (Err("not bound to a key"), json!({})),
        (Err("not bound to a key"), json!({ "cnf": {} })),
        (Err("not bound to a key"), json!({ "cnf": null })),
        (Err("not bound to a key"), json!({ "cnf": own })),
        (Err("not bound to a key"), json!({ "cnf": { "jkt": [own] } })),
        (Err("not bound to a key"), json!({ "cnf": { "x5t#S256": own } })),
        (Err("not bound to a key"), json!({ "jkt": own })),
        (Err("bound to several keys"), json!({ "cnf": { "jkt": own, "x5t#S256": own } })),
        (Err("not an access token"), json!({ "cnf": { "jkt": own }, "token_use": "id" })),
        (Err("expired"), json!({ "cnf": { "jkt": own }, "exp": NOW - 60 })),
        (Err("audience"), json!({ "cnf": { "jkt": own }, "aud": "other" })),
    ];
    for (expected, more) in rows {
        let token = token_with(more.clone());
        let request = request(&[&caller.proof(&claims(&token, "one"))]);
        let outcome = verify(&verifier(&Time::new(NOW)), &token, &request);
        assert_eq!(outcome.as_deref().map_err(String::as_str), expected, "{more}");
    }
}

#[test]
fn bound_token_is_rejected_as_bearer_token() {
    let token = token_of(&Caller::p256());
    let outcome = tokens().verify(Bearer { token: &token }).now_or_never().unwrap();
    assert_eq!(outcome.map(drop), Err(Reject::Invalid("bound to a key")));
}

/// A token of another issuer takes no room in the store, so that only callers with tokens can fill it.
#[test]
fn proof_with_an_invalid_token_is_not_remembered() {
    let (caller, time) = (Caller::p256(), Time::new(NOW));
    let verifier = DpopVerifier::jwt(tokens(), policy(&time).proofs(RecentProofs::new(1).clock(time.clock())));
    let (good, mut bad) = (token_of(&caller), token_of(&caller));
    bad.truncate(bad.len() - 4);
    let request_with = |token: &str| request(&[&caller.proof(&claims(token, "one"))]);
    assert_eq!(verify(&verifier, &bad, &request_with(&bad)), Err("signature".to_owned()));
    let unbound = token_with(json!({}));
    assert_eq!(verify(&verifier, &unbound, &request_with(&unbound)), Err("not bound to a key".to_owned()));
    assert_eq!(verify(&verifier, &good, &request_with(&good)), Ok("ann".to_owned()));
}

/// The request of RFC 9449, section 7.1, with the introspection response of section 6.2.
#[tokio::test]
async fn example_of_the_rfc_is_accepted() {
    const TOKEN: &str = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
    const JKT: &str = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
    let proof = include_str!("rfc9449.txt").trim();
    let outcome = async |cnf: Value, token_type: &str| {
        let response = json!({
            "active": true, "sub": "someone@example.com", "nbf": 1_562_262_611, "exp": 1_562_266_216,
            "aud": "api", "token_type": token_type, "cnf": cnf,
        });
        let endpoint = Router::new().route("/", post(move || std::future::ready(response.to_string())));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let server = tokio::spawn(async move { axum::serve(listener, endpoint).await });
        let time = Time::new(1_562_262_618);
        let clock = time.clock();
        let tokens = Introspection::new(&url, "id", "secret", "api").unwrap();
        let tokens = tokens.clock(move || (clock(), std::time::Instant::now()));
        let policy = DpopPolicy::new("https://resource.example.org").unwrap().clock(time.clock());
        let policy = policy.proofs(RecentProofs::default().clock(time.clock()));
        let request = request_to("GET", "/protectedresource", &[proof]);
        let bearer = tokens.verify(Bearer { token: TOKEN }).await;
        let verifier = DpopVerifier::introspection(tokens, policy);
        let bound = verifier.verify(HttpCredentials { value: TOKEN, request: &request }).await;
        server.abort();
        (bound.map(|granted| granted.principal.subject), bearer.map(drop))
    };
    let subject = || Ok("someone@example.com".to_owned());
    let bound = Err(Reject::Invalid("bound to a key"));
    for token_type in ["DPoP", "Bearer"] {
        assert_eq!(outcome(json!({ "jkt": JKT }), token_type).await, (subject(), bound.clone()), "{token_type}");
    }
    let other = Caller::p256().thumbprint();
    let refused = |reason| Err(Reject::Invalid(reason));
    assert_eq!(outcome(json!({ "jkt": other }), "DPoP").await, (refused("bound to another key"), bound.clone()));
    assert_eq!(outcome(json!({}), "DPoP").await, (refused("not bound to a key"), bound.clone()));
    assert_eq!(outcome(json!({ "jkt": JKT }), "refresh_token").await, (refused("not a bearer token"), bound));
}

/// The example of RFC 7638, section 3.1, and that of RFC 8037, appendix A.3.
#[test]
fn thumbprints_are_those_of_the_rfcs() {
    let rsa = concat!(
        r#"{"e":"AQAB","kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFF"#,
        "xuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2",
        "QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2Nc",
        r#"Rwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"}"#
    );
    assert_eq!(hash(rsa), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    let ed = r#"{"crv":"Ed25519","kty":"OKP","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    assert_eq!(hash(ed), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}
