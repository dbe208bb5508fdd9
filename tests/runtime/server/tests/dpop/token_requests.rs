//! Proofs of token requests, for authorization servers (RFC 9449, section 5).

use super::*;

/// The thumbprint, or the text of the rejection.
fn thumbprint(policy: &DpopPolicy, proofs: &[&str]) -> Result<String, String> {
    let request = request_to("POST", "/token", proofs);
    match policy.verify_token_request(&request).now_or_never().expect("nothing is waited for") {
        Ok(thumbprint) => Ok(thumbprint),
        Err(Reject::Challenge(challenge)) => Err(description(&challenge)),
        Err(other) => Err(format!("{other:?}")),
    }
}

fn claims() -> Value {
    json!({ "jti": "one", "htm": "POST", "htu": format!("{URL}/token"), "iat": NOW })
}

#[test]
fn proof_of_a_token_request_names_the_key_of_the_token() {
    for caller in [Caller::p256(), Caller::ed()] {
        let found = thumbprint(&policy(&Time::new(NOW)), &[&caller.proof(&claims())]);
        assert_eq!(found, Ok(caller.thumbprint()));
    }
    // A token is not required, nor compared.
    let with_hash = with(claims(), "ath", json!(hash("token")));
    assert!(thumbprint(&policy(&Time::new(NOW)), &[&Caller::p256().proof(&with_hash)]).is_ok());
}

#[test]
fn wrong_proofs_of_token_requests_are_rejected() {
    let caller = Caller::p256();
    let rows = [
        ("`htm` of the proof", with(claims(), "htm", json!("GET"))),
        ("`htu` of the proof", with(claims(), "htu", json!(format!("{URL}/pets")))),
        ("`iat` of the proof", with(claims(), "iat", json!(NOW - 61))),
        ("claim missing in the proof", without(claims(), "jti")),
    ];
    for (reason, claims) in rows {
        assert_eq!(thumbprint(&policy(&Time::new(NOW)), &[&caller.proof(&claims)]), Err(reason.to_owned()));
    }
    let policy = policy(&Time::new(NOW));
    let proof = caller.proof(&claims());
    assert_eq!(thumbprint(&policy, &[]), Err("missing proof".to_owned()));
    assert_eq!(thumbprint(&policy, &[&proof, &proof]), Err("more than one proof".to_owned()));
    assert!(thumbprint(&policy, &[&proof]).is_ok());
    assert_eq!(thumbprint(&policy, &[&proof]), Err("proof used before".to_owned()));
}
