//! Tokens as providers issue them: access tokens are accepted; ID, refresh and logout tokens of the same issuer, for
//! the same audience and signed with the same key, are rejected.

use super::*;

const PASSES: Result<(), &str> = Ok(());
const KIND: Result<(), &str> = Err("not an access token");
const TYPE: Result<(), &str> = Err("type");
const BOUND: Result<(), &str> = Err("bound to a key");

/// The verdict of each policy.
struct Verdicts {
    default: Result<(), &'static str>,
    /// With `tokens_without_type`.
    without_type: Result<(), &'static str>,
    /// With `possible_id_tokens`.
    possible_id: Result<(), &'static str>,
}

const fn all(verdict: Result<(), &'static str>) -> Verdicts {
    Verdicts { default: verdict, without_type: verdict, possible_id: verdict }
}

/// The verdicts for a token without `typ`.
const fn untyped(verdict: Result<(), &'static str>) -> Verdicts {
    Verdicts { default: TYPE, without_type: verdict, possible_id: TYPE }
}

/// The verdicts for a token of the type `JWT` without a claim that shows its kind.
const UNMARKED: Verdicts = Verdicts { default: KIND, without_type: KIND, possible_id: PASSES };

/// The issuer, the `typ` of the header, the claims in addition to the required ones, and the verdicts.
type Row = (&'static str, Option<&'static str>, Value, Verdicts);

fn access_tokens() -> Vec<Row> {
    vec![
        (
            "RFC 9068",
            Some("at+jwt"),
            json!({ "client_id": "app", "iat": NOW, "jti": "1", "auth_time": NOW }),
            all(PASSES),
        ),
        ("RFC 9068 in full", Some("application/at+jwt"), json!({ "client_id": "app", "scope": "read" }), all(PASSES)),
        ("RFC 9068 in capitals", Some("Application/AT+JWT"), json!({}), all(PASSES)),
        ("at+jwt with the claims of a request", Some("at+jwt"), json!({ "nonce": "n" }), all(PASSES)),
        ("Keycloak", Some("JWT"), json!({ "typ": "Bearer", "azp": "app", "scope": "", "sid": "s" }), all(PASSES)),
        ("Keycloak before 25", Some("JWT"), json!({ "typ": "Bearer", "azp": "app", "nonce": "n" }), all(PASSES)),
        ("Keycloak, service account", Some("JWT"), json!({ "typ": "Bearer", "azp": "app" }), all(PASSES)),
        ("Auth0", Some("JWT"), json!({ "azp": "app", "scope": "openid read" }), all(PASSES)),
        (
            "Auth0, application without scopes",
            Some("JWT"),
            json!({ "azp": "app", "gty": "client-credentials" }),
            all(PASSES),
        ),
        (
            "Microsoft Entra",
            Some("JWT"),
            json!({ "azp": "app", "azpacr": "1", "scp": "read", "ver": "2.0" }),
            all(PASSES),
        ),
        (
            "Microsoft Entra, application",
            Some("JWT"),
            json!({ "azp": "app", "azpacr": "1", "roles": ["r"] }),
            all(PASSES),
        ),
        ("Microsoft Entra 1.0, application", Some("JWT"), json!({ "appid": "app", "appidacr": "1" }), all(PASSES)),
        ("Okta", None, json!({ "cid": "app", "uid": "u", "scp": ["read"], "auth_time": NOW }), untyped(PASSES)),
        ("Okta, client only", None, json!({ "cid": "app" }), untyped(PASSES)),
        (
            "Amazon Cognito",
            None,
            json!({ "token_use": "access", "client_id": "app", "scope": "read" }),
            untyped(PASSES),
        ),
        ("Ory Hydra", Some("JWT"), json!({ "client_id": "app", "scp": ["read"] }), all(PASSES)),
        ("UAA", Some("JWT"), json!({ "client_id": "app", "scope": ["read"] }), all(PASSES)),
        ("Curity", Some("JWT"), json!({ "purpose": "access_token" }), all(PASSES)),
        ("Simple JWT", Some("JWT"), json!({ "token_type": "access", "jti": "1" }), all(PASSES)),
        ("ForgeRock", Some("JWT"), json!({ "tokenName": "access_token", "token_type": "Bearer" }), all(PASSES)),
        ("FusionAuth", Some("JWT"), json!({ "tty": "at" }), all(PASSES)),
        ("Flask-JWT-Extended", Some("JWT"), json!({ "type": "access", "fresh": false }), all(PASSES)),
        ("client credentials without scopes", Some("JWT"), json!({ "client_id": "app" }), all(PASSES)),
        (
            "claims of the application",
            Some("JWT"),
            json!({ "scope": "read", "type": "user", "purpose": "x" }),
            all(PASSES),
        ),
        ("kind not stated", Some("JWT"), json!({ "scope": "read", "typ": null, "use": null }), all(PASSES)),
        ("kind stated as the form", Some("JWT"), json!({ "scope": "read", "typ": "JWT" }), all(PASSES)),
        (
            "an older issuer",
            Some("JWT"),
            json!({ "azp": "app", "roles": ["r"], "auth_time": NOW, "sid": "s" }),
            UNMARKED,
        ),
    ]
}

fn other_tokens() -> Vec<Row> {
    let event = json!({ "http://schemas.openid.net/event/backchannel-logout": {} });
    vec![
        ("ID token", Some("JWT"), json!({ "azp": "app", "auth_time": NOW, "acr": "1", "amr": ["pwd"] }), UNMARKED),
        ("ID token, without typ", None, json!({ "azp": "app", "auth_time": NOW }), untyped(KIND)),
        ("ID token with nonce", Some("JWT"), json!({ "azp": "app", "nonce": "n" }), all(KIND)),
        ("ID token with nonce and scope", Some("JWT"), json!({ "nonce": "n", "scope": "openid" }), all(KIND)),
        ("ID token with nonce and client", Some("jwt"), json!({ "nonce": "n", "client_id": "app" }), all(KIND)),
        ("ID token with the hash of a token", Some("JWT"), json!({ "at_hash": "x", "client_id": "app" }), all(KIND)),
        ("ID token with the hash of a code", Some("JWT"), json!({ "c_hash": "x", "scope": "openid" }), all(KIND)),
        ("ID token with the hash of a state", Some("JWT"), json!({ "s_hash": "x", "scope": "openid" }), all(KIND)),
        ("ID token, null hash", Some("JWT"), json!({ "at_hash": null, "scope": "openid" }), all(KIND)),
        ("ID token of Keycloak", Some("JWT"), json!({ "typ": "ID", "azp": "app", "scope": "openid" }), all(KIND)),
        ("ID token of Amazon Cognito", None, json!({ "token_use": "id", "client_id": "app" }), untyped(KIND)),
        ("ID token of Okta", None, json!({ "ver": 1, "amr": ["pwd"], "at_hash": "x" }), untyped(KIND)),
        ("ID token of Microsoft Entra", Some("JWT"), json!({ "roles": ["r"], "ver": "2.0" }), UNMARKED),
        ("ID token that states an access token", Some("JWT"), json!({ "typ": "Bearer", "at_hash": "x" }), all(KIND)),
        ("ID token of Curity", Some("JWT"), json!({ "purpose": "id", "scope": "openid" }), all(KIND)),
        (
            "refresh token of Keycloak",
            Some("JWT"),
            json!({ "typ": "Refresh", "azp": "app", "scope": "read" }),
            all(KIND),
        ),
        ("offline token of Keycloak", Some("JWT"), json!({ "typ": "Offline", "scope": "read" }), all(KIND)),
        ("refresh token of Simple JWT", Some("JWT"), json!({ "token_type": "refresh", "scope": "read" }), all(KIND)),
        ("refresh token of Flask-JWT-Extended", Some("JWT"), json!({ "type": "refresh", "scope": "read" }), all(KIND)),
        (
            "refresh token of ForgeRock",
            Some("JWT"),
            json!({ "tokenName": "refresh_token", "token_type": "Bearer", "scope": "read" }),
            all(KIND),
        ),
        ("refresh token of FusionAuth", Some("JWT"), json!({ "tty": "rt", "scope": "read" }), all(KIND)),
        ("refresh token by `use`", Some("JWT"), json!({ "use": "refresh-token", "scope": "read" }), all(KIND)),
        (
            "refresh token by URN",
            Some("JWT"),
            json!({ "use": "urn:ietf:params:oauth:token-type:refresh_token", "scp": "read" }),
            all(KIND),
        ),
        (
            "registration token of Keycloak",
            Some("JWT"),
            json!({ "typ": "RegistrationAccessToken", "scope": "read" }),
            all(KIND),
        ),
        ("kinds that disagree", Some("JWT"), json!({ "typ": "Bearer", "token_use": "id", "scope": "read" }), all(KIND)),
        ("kind as a list", Some("JWT"), json!({ "token_use": ["access"], "scope": "read" }), all(KIND)),
        ("refresh token as at+jwt", Some("at+jwt"), json!({ "typ": "Refresh", "scope": "read" }), all(KIND)),
        ("logout token", Some("JWT"), json!({ "events": event, "sid": "s" }), all(KIND)),
        ("logout token with a client", Some("JWT"), json!({ "events": event, "client_id": "app" }), all(KIND)),
        ("logout token without events", Some("JWT"), json!({ "sid": "s" }), UNMARKED),
        ("logout token of Keycloak", Some("JWT"), json!({ "typ": "Logout", "scope": "read" }), all(KIND)),
        ("logout token with its type", Some("logout+jwt"), json!({ "events": event, "scope": "read" }), all(TYPE)),
        ("security event", Some("secevent+jwt"), json!({ "scope": "read" }), all(TYPE)),
        ("proof of possession", Some("dpop+jwt"), json!({ "scope": "read" }), all(TYPE)),
        ("userinfo, empty client", Some("JWT"), json!({ "client_id": "" }), UNMARKED),
        ("userinfo, null client", Some("JWT"), json!({ "client_id": null }), UNMARKED),
        ("a type that only looks right", Some("xat+jwt"), json!({ "scope": "read" }), all(TYPE)),
        (
            "an empty type",
            Some(""),
            json!({ "scope": "read" }),
            Verdicts { default: TYPE, without_type: PASSES, possible_id: TYPE },
        ),
        ("DPoP", Some("JWT"), json!({ "typ": "DPoP", "scope": "read" }), all(BOUND)),
        ("DPoP with cnf", Some("at+jwt"), json!({ "cnf": { "jkt": "x" }, "scope": "read" }), all(BOUND)),
    ]
}

#[test]
fn only_access_tokens_are_accepted_by_type_and_claims() {
    let keys = JwtKeys::from_jwks(JWKS).unwrap();
    let verifier = |policy| JwtVerifier::new(keys.clone(), policy);
    let own = || policy(&[Algorithm::ES256]);
    let default = verifier(own());
    let (without_type, possible_id) = (verifier(own().tokens_without_type()), verifier(own().possible_id_tokens()));
    let key = key("p256");
    for (name, own_type, more, expected) in access_tokens().into_iter().chain(other_tokens()) {
        let mut header = json!({ "alg": "ES256", "kid": "p256" });
        if let Some(own_type) = own_type {
            header["typ"] = json!(own_type);
        }
        let mut claims = without(claims(), "scope");
        claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let token = signed(&header.to_string(), &claims.to_string(), &key, Algorithm::ES256);
        for (policy, verifier, expected) in [
            ("default", &default, expected.default),
            ("tokens_without_type", &without_type, expected.without_type),
            ("possible_id_tokens", &possible_id, expected.possible_id),
        ] {
            assert_eq!(verify(verifier, &token).map(drop), expected, "{name}, {policy}");
        }
    }
}

#[test]
fn list_of_types_does_not_accept_other_kinds() {
    let keys = JwtKeys::from_jwks(JWKS).unwrap();
    let typed = |own_type: &str, more: Value| {
        let mut claims = without(claims(), "scope");
        claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        es256(&json!({ "alg": "ES256", "kid": "p256", "typ": own_type }).to_string(), &claims.to_string())
    };
    let verifier = JwtVerifier::new(keys, policy(&[Algorithm::ES256]).types(&["JWT", "acme+jwt"]));
    let rows = [
        ("JWT", json!({ "scope": "read" }), PASSES),
        ("JWT", json!({}), KIND),
        ("JWT", json!({ "nonce": "n", "scope": "read" }), KIND),
        ("acme+jwt", json!({}), PASSES),
        ("acme+jwt", json!({ "typ": "Refresh" }), KIND),
        ("at+jwt", json!({ "scope": "read" }), TYPE),
    ];
    for (own_type, more, expected) in rows {
        assert_eq!(verify(&verifier, &typed(own_type, more.clone())).map(drop), expected, "{own_type} {more}");
    }
}

#[test]
fn bound_tokens_are_accepted_only_if_the_application_checks_the_binding() {
    let verifier = JwtVerifier::new(JwtKeys::from_jwks(JWKS).unwrap(), policy(&[Algorithm::ES256]).bound_tokens());
    let header = json!({ "alg": "ES256", "kid": "p256", "typ": "JWT" }).to_string();
    let dpop = with(with(claims(), "cnf", json!({ "jkt": "x" })), "typ", json!("DPoP"));
    assert_eq!(verify(&verifier, &es256(&header, &dpop.to_string())).map(drop), PASSES);
    for (name, value) in [("at_hash", json!("x")), ("token_use", json!("id"))] {
        let other = with(dpop.clone(), name, value);
        assert_eq!(verify(&verifier, &es256(&header, &other.to_string())).map(drop), KIND, "{name}");
    }
}
