//! The responses of refused requests (RFC 9449, sections 7.1 and 9).

use axum::response::IntoResponse;
use runtime_server::runtime::auth::{Evidence, Outcome};
use runtime_server::runtime::auth_challenge::ChallengeError;
use runtime_server::runtime::credentials::Credentials;
use runtime_server::runtime::operation::{Access, Operation, Scheme, SchemeKind, SchemeUse};
use runtime_server::runtime::problem::Failure;

use super::*;

const SCHEMES: &[Scheme] = &[Scheme { name: "oauth", kind: SchemeKind::Http("DPoP") }];
static OPERATION: Operation = Operation {
    id: "listPets",
    method: "GET",
    path: &[],
    query: "",
    parameters: &[],
    access: Access::any_of(&[&[SchemeUse::new(0, &["read"])]]),
    accept: "",
};

/// The status, the challenges and the nonce of the response to a request with these header fields; only the status if it is
/// accepted.
fn answered(verifier: &DpopVerifier, headers: &[(&str, &str)]) -> (u16, Vec<String>, Option<String>) {
    let mut builder = Request::builder().method("GET").uri("/pets");
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    let parts = builder.body(()).unwrap().into_parts().0;
    let credentials = Credentials::of(&OPERATION, SCHEMES, &parts);
    let mut evidence = credentials.evidence();
    if let Some(presented) = credentials.http(0) {
        evidence.record(0, verifier.verify(presented).now_or_never().unwrap());
    }
    refusal(&evidence, verifier)
}

fn refusal(evidence: &Evidence, verifier: &DpopVerifier) -> (u16, Vec<String>, Option<String>) {
    let Err(denial) = evidence.decide_with(|_| verifier.challenge()) else { return (200, Vec::new(), None) };
    let response = Failure::Denied(denial).into_response();
    let text = |name: &str| {
        let values = response.headers().get_all(name).iter();
        values.map(|value| value.to_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    (response.status().as_u16(), text("www-authenticate"), text("dpop-nonce").pop())
}

/// Names and values.
type Headers<'a> = Vec<(&'a str, String)>;

#[test]
fn refusals_have_the_challenge_of_the_rfc() {
    let caller = Caller::p256();
    let (token, unbound) = (token_of(&caller), token_with(json!({})));
    let scopeless = token_with(json!({ "cnf": { "jkt": caller.thumbprint() }, "scope": "" }));
    let proof = |token: &str| caller.proof(&claims(token, "one"));
    let usual = r#"DPoP realm="api", algs="ES256 EdDSA""#;
    let invalid_proof = |why: &str| format!(r#"{usual}, error="invalid_dpop_proof", error_description="{why}""#);
    let dpop = |token: &str| format!("DPoP {token}");
    let rows: Vec<(u16, String, Headers<'_>)> = vec![
        (401, format!(r#"{usual}, scope="read""#), vec![]),
        // Without `DPoP`, a bound token does not count as a credential of the scheme.
        (
            401,
            format!(r#"{usual}, scope="read""#),
            vec![("authorization", format!("Bearer {token}")), ("dpop", proof(&token))],
        ),
        (401, invalid_proof("missing proof"), vec![("authorization", dpop(&token))]),
        (401, invalid_proof("`ath` of the proof"), vec![("authorization", dpop(&unbound)), ("dpop", proof(&token))]),
        (
            401,
            format!(r#"{usual}, error="invalid_token", error_description="not bound to a key""#),
            vec![("authorization", dpop(&unbound)), ("dpop", proof(&unbound))],
        ),
        (
            403,
            format!(r#"{usual}, error="insufficient_scope", scope="read""#),
            vec![("authorization", dpop(&scopeless)), ("dpop", proof(&scopeless))],
        ),
        (
            400,
            format!(r#"{usual}, error="invalid_request""#),
            vec![("authorization", dpop(&token)), ("authorization", dpop(&token)), ("dpop", proof(&token))],
        ),
    ];
    for (status, challenge, headers) in rows {
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let outcome = answered(&verifier(&Time::new(NOW)), &headers);
        assert_eq!(outcome, (status, vec![challenge], None), "{headers:?}");
    }
    for scheme in ["DPoP", "dpop"] {
        let (own, proof) = (format!("{scheme} {token}"), proof(&token));
        let headers = [("authorization", own.as_str()), ("dpop", proof.as_str())];
        assert_eq!(answered(&verifier(&Time::new(NOW)), &headers).0, 200);
    }
}

#[test]
fn algorithms_of_the_policy_are_announced() {
    let policy = policy(&Time::new(NOW)).algorithms(&[Algorithm::PS256, Algorithm::ES384]).unwrap();
    let verifier = DpopVerifier::jwt(tokens(), policy);
    let algorithms = r#"DPoP realm="api", algs="PS256 ES384""#;
    let without = answered(&verifier, &[]);
    assert_eq!(without.1, [format!(r#"{algorithms}, scope="read""#)]);
    let token = token_of(&Caller::p256());
    let authorization = format!("DPoP {token}");
    let without_proof = answered(&verifier, &[("authorization", &authorization)]);
    let error = r#"error="invalid_dpop_proof", error_description="missing proof""#;
    assert_eq!(without_proof.1, [format!("{algorithms}, {error}")]);
}

#[test]
fn nonce_is_sent_with_the_demand_for_it_and_accepted() {
    let (caller, time) = (Caller::p256(), Time::new(NOW));
    let token = token_of(&caller);
    let policy = policy(&time).nonces(&[7; 32], Duration::from_secs(300)).unwrap();
    let verifier = DpopVerifier::jwt(tokens(), policy);
    let authorization = format!("DPoP {token}");
    let proof = caller.proof(&claims(&token, "one"));
    let (status, challenges, nonce) = answered(&verifier, &[("authorization", &authorization), ("dpop", &proof)]);
    assert_eq!(
        (status, challenges),
        (401, vec![r#"DPoP realm="api", algs="ES256 EdDSA", error="use_dpop_nonce""#.to_owned()])
    );
    let proof = caller.proof(&with(claims(&token, "two"), "nonce", json!(nonce.expect("the nonce"))));
    assert_eq!(answered(&verifier, &[("authorization", &authorization), ("dpop", &proof)]), (200, Vec::new(), None));
    // Without a token there is nothing to prove.
    assert_eq!(answered(&verifier, &[]).2, None);
}

#[test]
fn nonce_is_sent_only_with_401_and_has_the_syntax_of_the_rfc() {
    let challenge = Challenge::new().dpop_nonce("abc").unwrap();
    let evidence = |outcome| Evidence::new(&OPERATION, SCHEMES, vec![(0, outcome)]);
    let verifier = verifier(&Time::new(NOW));
    let refused = |outcome| refusal(&evidence(outcome), &verifier);
    assert_eq!(refused(Outcome::Challenged(challenge.clone())).2.as_deref(), Some("abc"));
    let with_other =
        Evidence::new(&OPERATION, SCHEMES, vec![(0, Outcome::Challenged(challenge)), (1, Outcome::Unavailable)]);
    assert_eq!(refusal(&with_other, &verifier), (503, Vec::new(), None));
    for invalid in ["", "a b", "a\"b", "a\\b", "a\r\nb", "ä", "\u{7f}"] {
        assert_eq!(Challenge::new().dpop_nonce(invalid), Err(ChallengeError::Value), "{invalid:?}");
    }
}
