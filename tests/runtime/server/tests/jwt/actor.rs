//! The party that acts for the subject of an exchanged token (RFC 8693, section 4.1).

use runtime_server::runtime::jwt::Claims;

use super::*;

/// The claims of a token with this claim in addition to the usual ones.
fn verified(name: &str, value: Value) -> Result<Claims, Reject> {
    let header = header(Algorithm::ES256, "p256").to_string();
    let token = es256(&header, &with(claims(), name, value).to_string());
    let verdict = verifier().verify(Bearer { token: &token }).now_or_never().unwrap();
    verdict.map(|granted| granted.principal)
}

/// The examples of sections 4.1 and 4.4.
#[test]
fn actor_and_those_before_it_are_available() {
    let claims =
        verified("act", json!({ "sub": "service16", "act": { "sub": "service77", "iss": "https://b.example" } }));
    let claims = claims.unwrap();
    assert_eq!(claims.subject, "ann");
    let actor = claims.actor().unwrap();
    assert_eq!((actor.subject(), actor.issuer(), actor.client_id()), (Some("service16"), None, None));
    let prior = actor.prior().unwrap();
    assert_eq!((prior.subject(), prior.issuer()), (Some("service77"), Some("https://b.example")));
    assert_eq!((prior.prior(), prior.all().len()), (None, 2));
    let claims = verified("act", json!({ "client_id": "s6BhdRkqt3", "iss": "https://b.example" })).unwrap();
    assert_eq!(claims.actor().unwrap().client_id(), Some("s6BhdRkqt3"));
}

/// A party that could act is not one that does.
#[test]
fn party_that_may_act_is_not_the_actor() {
    let claims = verified("may_act", json!({ "sub": "admin@example.com" })).unwrap();
    assert_eq!(claims.actor(), None);
    assert_eq!(claims.may_act().unwrap().subject(), Some("admin@example.com"));
    let claims = verified("azp", json!("service16")).unwrap();
    assert_eq!((claims.actor(), claims.may_act()), (None, None));
}

#[test]
fn token_whose_actor_is_not_identified_is_rejected() {
    let rows = [
        json!(null),
        json!("service16"),
        json!(["service16"]),
        json!({}),
        json!({ "iss": "https://b.example" }),
        json!({ "sub": "" }),
        json!({ "sub": null }),
        json!({ "sub": 16 }),
        json!({ "sub": ["service16"] }),
        json!({ "sub": "service16", "iss": 1 }),
        json!({ "client_id": "" }),
        json!({ "sub": "service16", "act": "service77" }),
        json!({ "sub": "service16", "act": { "act": { "sub": "service77" } } }),
    ];
    for act in rows {
        assert_eq!(verified("act", act.clone()).map(drop), Err(Reject::Invalid("actor")), "{act}");
    }
}
