//! JSON Web Tokens: every algorithm with valid and invalid signatures, and the known attacks on verifiers.

mod actor;
mod keys;
mod kinds;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::FutureExt;
use jsonwebtoken::{Algorithm, EncodingKey};
use runtime_server::runtime::auth::Reject;
use runtime_server::runtime::credentials::Bearer;
use runtime_server::runtime::jwt::{JwtPolicy, JwtVerifier};
use runtime_server::runtime::jwt_keys::JwtKeys;
use serde_json::{Value, json};

const NOW: u64 = 1_800_000_000;
const ISSUER: &str = "https://id.example.com";
const JWKS: &str = include_str!("../keys/jwks.json");

/// A policy with a clock at `NOW`.
fn policy(algorithms: &[Algorithm]) -> JwtPolicy {
    JwtPolicy::new(ISSUER, "api", algorithms).clock(|| UNIX_EPOCH + Duration::from_secs(NOW))
}

const ASYMMETRIC: &[Algorithm] = &[
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

fn verifier() -> JwtVerifier {
    JwtVerifier::new(JwtKeys::from_jwks(JWKS).unwrap(), policy(ASYMMETRIC))
}

fn key(name: &str) -> EncodingKey {
    let pem = |text: &'static str| text.as_bytes();
    match name {
        "p256" => EncodingKey::from_ec_pem(pem(include_str!("../keys/p256.pem"))),
        "p384" => EncodingKey::from_ec_pem(pem(include_str!("../keys/p384.pem"))),
        "ed" => EncodingKey::from_ed_pem(pem(include_str!("../keys/ed.pem"))),
        "rsa" => EncodingKey::from_rsa_pem(pem(include_str!("../keys/rsa.pem"))),
        "enc" => EncodingKey::from_rsa_pem(pem(include_str!("../keys/enc.pem"))),
        "other" => EncodingKey::from_rsa_pem(pem(include_str!("../keys/other.pem"))),
        other => panic!("no key `{other}`"),
    }
    .unwrap()
}

fn claims() -> Value {
    json!({ "iss": ISSUER, "aud": "api", "sub": "ann", "exp": NOW + 300, "scope": "read write" })
}

fn part(value: &str) -> String {
    URL_SAFE_NO_PAD.encode(value)
}

/// A token with exactly this header and payload.
fn signed(header: &str, payload: &str, key: &EncodingKey, algorithm: Algorithm) -> String {
    let message = format!("{}.{}", part(header), part(payload));
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), key, algorithm).unwrap();
    format!("{message}.{signature}")
}

fn header(algorithm: Algorithm, kid: &str) -> Value {
    json!({ "alg": format!("{algorithm:?}"), "kid": kid, "typ": "at+jwt" })
}

fn es256(header: &str, payload: &str) -> String {
    signed(header, payload, &key("p256"), Algorithm::ES256)
}

fn verify(verifier: &JwtVerifier, token: &str) -> Result<String, &'static str> {
    match verifier.verify(Bearer { token }).now_or_never().expect("fixed keys are there at once") {
        Ok(granted) => Ok(granted.principal.subject),
        Err(Reject::Invalid(reason)) => Err(reason),
        Err(Reject::Unavailable | Reject::UnavailableFor(_)) => Err("unavailable"),
        Err(Reject::Challenge(_)) => Err("challenged"),
    }
}

fn with(mut value: Value, name: &str, changed: Value) -> Value {
    value[name] = changed;
    value
}

fn without(mut value: Value, name: &str) -> Value {
    value.as_object_mut().unwrap().remove(name);
    value
}

#[test]
fn malicious_token_headers_are_rejected() {
    let verifier = verifier();
    let payload = claims().to_string();
    let good = header(Algorithm::ES256, "p256");
    assert_eq!(verify(&verifier, &es256(&good.to_string(), &payload)), Ok("ann".to_owned()));
    let rows: Vec<(&str, Value)> = vec![
        ("algorithm", with(good.clone(), "alg", json!("ES512"))),
        ("algorithm", with(good.clone(), "alg", json!("es256"))),
        ("algorithm", with(good.clone(), "alg", json!("HS256"))),
        ("malformed", with(good.clone(), "alg", json!(["ES256"]))),
        ("malformed", without(good.clone(), "alg")),
        ("unknown key", with(good.clone(), "kid", json!("nobody"))),
        ("unknown key", with(good.clone(), "kid", json!("rsa"))),
        ("unknown key", with(good.clone(), "kid", json!("../../etc/passwd"))),
        ("unknown key", with(good.clone(), "kid", json!("' OR 1=1 --"))),
        ("unknown key", with(good.clone(), "kid", json!("https://evil.example.com/key"))),
        ("unknown key", with(good.clone(), "kid", json!("p256\r\nX: y"))),
        ("unknown key", with(good.clone(), "kid", json!("k".repeat(10_000)))),
        ("malformed", with(good.clone(), "kid", json!(7))),
        ("malformed", with(good.clone(), "kid", json!(null))),
        ("type", with(good.clone(), "typ", json!("logout+jwt"))),
        ("type", with(good.clone(), "typ", json!("dpop+jwt"))),
        ("type", without(good.clone(), "typ")),
        ("unsupported header", with(good.clone(), "crit", json!(["exp"]))),
        ("unsupported header", with(good.clone(), "crit", json!([]))),
        ("unsupported header", with(good.clone(), "b64", json!(false))),
        ("unsupported header", with(good.clone(), "zip", json!("DEF"))),
        ("unsupported header", with(good.clone(), "enc", json!("A256GCM"))),
        ("unsupported header", with(good.clone(), "jku", json!("https://evil.example.com"))),
        ("unsupported header", with(good.clone(), "x5u", json!("https://evil.example.com"))),
        ("unsupported header", with(good.clone(), "x5c", json!(["MIIB"]))),
        ("unsupported header", with(good.clone(), "jwk", json!({ "kty": "EC" }))),
    ];
    for (expected, header) in rows {
        assert_eq!(verify(&verifier, &es256(&header.to_string(), &payload)), Err(expected), "{header}");
    }
    for accepted in ["JWT", "jwt", "AT+JWT", "application/at+jwt"] {
        let header = with(good.clone(), "typ", json!(accepted));
        assert!(verify(&verifier, &es256(&header.to_string(), &payload)).is_ok(), "{accepted}");
    }
    let doubled = r#"{"alg":"ES256","kid":"nobody","kid":"p256","typ":"JWT"}"#;
    assert_eq!(verify(&verifier, &es256(doubled, &payload)), Err("malformed"));
    let no_kid = without(good, "kid");
    // Only one key of the set has this algorithm, so it is used.
    assert!(verify(&verifier, &es256(&no_kid.to_string(), &payload)).is_ok());
}

#[test]
fn unsigned_tokens_are_rejected_in_every_spelling() {
    let verifier = verifier();
    let payload = part(&claims().to_string());
    let good = es256(&header(Algorithm::ES256, "p256").to_string(), &claims().to_string());
    let kept = good.rsplit('.').next().unwrap();
    for name in ["none", "None", "NONE", "nOnE", ""] {
        for signature in ["", kept] {
            let header = part(&json!({ "alg": name, "typ": "JWT" }).to_string());
            let refused = verify(&verifier, &format!("{header}.{payload}.{signature}"));
            assert_eq!(refused, Err("algorithm"), "{name:?}");
        }
    }
    let (message, _) = good.rsplit_once('.').unwrap();
    assert_eq!(verify(&verifier, &format!("{message}.")), Err("signature"));
    // r = s = 0, and a signature in DER.
    for forged in [vec![0; 64], vec![0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01]] {
        let signature = URL_SAFE_NO_PAD.encode(forged);
        assert_eq!(verify(&verifier, &format!("{message}.{signature}")), Err("signature"));
    }
}

#[test]
fn missing_wrong_or_mistyped_claims_are_rejected() {
    let verifier = verifier();
    let header = header(Algorithm::ES256, "p256").to_string();
    let set = |name: &str, value: Value| with(claims(), name, value);
    let rows: Vec<(&str, Value)> = vec![
        ("expiry", without(claims(), "exp")),
        ("expired", set("exp", json!(NOW - 31))),
        ("expired", set("exp", json!(NOW - 30))),
        ("expired", set("exp", json!(-1))),
        ("expiry", set("exp", json!((NOW + 300).to_string()))),
        ("expiry", set("exp", json!(null))),
        ("expiry", set("exp", json!([NOW + 300]))),
        ("not yet valid", set("nbf", json!(NOW + 31))),
        ("not yet valid", set("nbf", json!("soon"))),
        ("not yet valid", set("iat", json!(NOW + 31))),
        ("issuer", without(claims(), "iss")),
        ("issuer", set("iss", json!("https://evil.example.com"))),
        ("issuer", set("iss", json!(format!("{ISSUER}/")))),
        ("issuer", set("iss", json!([ISSUER]))),
        ("issuer", set("iss", json!(1))),
        ("audience", without(claims(), "aud")),
        ("audience", set("aud", json!("other"))),
        ("audience", set("aud", json!(["other", "x"]))),
        ("audience", set("aud", json!("API"))),
        ("audience", set("aud", json!([]))),
        ("audience", set("aud", json!({ "api": true }))),
        ("audience", set("aud", json!(null))),
        ("audience", set("aud", json!(["api", 1]))),
        ("subject", without(claims(), "sub")),
        ("subject", set("sub", json!(""))),
        ("subject", set("sub", json!(7))),
        ("scope", set("scope", json!(7))),
        ("scope", set("scope", json!({ "read": true }))),
    ];
    for (expected, claims) in rows {
        assert_eq!(verify(&verifier, &es256(&header, &claims.to_string())), Err(expected), "{claims}");
    }
    let accepted = [
        set("exp", json!(NOW - 29)),
        set("nbf", json!(NOW + 29)),
        set("exp", json!(NOW as f64 + 0.5)),
        set("aud", json!(["x", "api"])),
    ];
    for claims in accepted {
        assert!(verify(&verifier, &es256(&header, &claims.to_string())).is_ok(), "{claims}");
    }
    let doubled = claims().to_string().replacen('{', r#"{"sub":"mallory","#, 1);
    assert_eq!(verify(&verifier, &es256(&header, &doubled)), Err("malformed"));
}

#[test]
fn malformed_tokens_are_rejected() {
    let verifier = verifier();
    let good = es256(&header(Algorithm::ES256, "p256").to_string(), &claims().to_string());
    let parts: Vec<&str> = good.split('.').collect();
    let long = es256(
        &header(Algorithm::ES256, "p256").to_string(),
        &with(claims(), "x", json!("y".repeat(20_000))).to_string(),
    );
    let rows = [
        String::new(),
        "..".to_owned(),
        parts[..2].join("."),
        format!("{good}.{}", parts[2]),
        format!("{good}.a.b"),
        format!("{}=.{}.{}", parts[0], parts[1], parts[2]),
        format!(" {good}"),
        format!("{}.{}.{}", part("[]"), parts[1], parts[2]),
        format!("{}.{}.{}", part("not json"), parts[1], parts[2]),
        format!("{}.{}.{}", part("\u{0}"), parts[1], parts[2]),
        json!({ "payload": parts[1], "signatures": [] }).to_string(),
        long,
    ];
    for token in rows {
        assert_eq!(verify(&verifier, &token), Err("malformed"), "{}", &token[..token.len().min(80)]);
    }
}

#[test]
fn token_bound_to_a_key_is_rejected_as_bearer_token() {
    let mut bound = claims();
    bound["cnf"] = json!({ "jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" });
    let token = es256(&header(Algorithm::ES256, "p256").to_string(), &bound.to_string());
    let verifier = |policy| JwtVerifier::new(JwtKeys::from_jwks(JWKS).unwrap(), policy);
    assert_eq!(verify(&verifier(policy(&[Algorithm::ES256])), &token), Err("bound to a key"));
    // The application declares that it checks the binding itself.
    assert_eq!(verify(&verifier(policy(&[Algorithm::ES256]).bound_tokens()), &token), Ok("ann".to_owned()));
}

#[test]
fn access_token_profile_requires_additional_claims() {
    let verifier = JwtVerifier::new(JwtKeys::from_jwks(JWKS).unwrap(), policy(&[Algorithm::ES256]).access_tokens());
    let with = |change: Value| {
        let mut claims = claims();
        let more = json!({ "client_id": "app", "iat": NOW, "jti": "1" });
        for (name, value) in more.as_object().unwrap().iter().chain(change.as_object().unwrap()) {
            claims[name] = value.clone();
        }
        claims.to_string()
    };
    let right = header(Algorithm::ES256, "p256").to_string();
    assert_eq!(verify(&verifier, &es256(&right, &with(json!({})))), Ok("ann".to_owned()));
    for change in [
        json!({"client_id": null}),
        json!({"client_id": ""}),
        json!({"client_id": 7}),
        json!({"jti": 7}),
        json!({"jti": null}),
    ] {
        assert_eq!(verify(&verifier, &es256(&right, &with(change.clone()))), Err("claim missing"), "{change}");
    }
    assert!(verify(&verifier, &es256(&right, &claims().to_string())).is_err());
    let plain = json!({ "alg": "ES256", "kid": "p256", "typ": "JWT" }).to_string();
    assert_eq!(verify(&verifier, &es256(&plain, &with(json!({})))), Err("type"));
}

#[test]
fn claims_deserialize_into_a_type_of_the_application() {
    #[derive(serde::Deserialize, PartialEq, Debug)]
    struct Own {
        sub: String,
        exp: u64,
    }
    let token = es256(&header(Algorithm::ES256, "p256").to_string(), &claims().to_string());
    let granted = verifier().verify(Bearer { token: &token }).now_or_never().unwrap().unwrap();
    assert_eq!(granted.principal.decode::<Own>().unwrap(), Own { sub: "ann".to_owned(), exp: NOW + 300 });
    assert!(granted.principal.decode::<Vec<String>>().is_err());
}

#[test]
fn scopes_are_read_from_scope_or_scp() {
    let verifier = verifier();
    let header = header(Algorithm::ES256, "p256").to_string();
    let rows = [
        (claims(), vec!["read", "write"]),
        (with(without(claims(), "scope"), "scp", json!(["a", "b"])), vec!["a", "b"]),
        (with(without(claims(), "scope"), "scp", json!("a b")), vec!["a", "b"]),
        (without(claims(), "scope"), vec![]),
    ];
    for (claims, expected) in rows {
        let token = es256(&header, &claims.to_string());
        assert_eq!(verifier.verify(Bearer { token: &token }).now_or_never().unwrap().unwrap().scopes, expected);
    }
}

#[test]
fn clock_before_1970_denies_access() {
    let policy = policy(ASYMMETRIC).clock(|| UNIX_EPOCH - Duration::from_secs(1));
    let verifier = JwtVerifier::new(JwtKeys::from_jwks(JWKS).unwrap(), policy);
    let token = es256(&header(Algorithm::ES256, "p256").to_string(), &claims().to_string());
    assert_eq!(verify(&verifier, &token), Err("clock"));
    assert!(SystemTime::now() > UNIX_EPOCH);
}
