//! Which keys verify which algorithms, and which are none.

use super::*;

#[test]
fn every_algorithm_passes_with_its_key_and_with_no_other() {
    let verifier = verifier();
    for algorithm in ASYMMETRIC {
        let name = match algorithm {
            Algorithm::ES256 => "p256",
            Algorithm::ES384 => "p384",
            Algorithm::EdDSA => "ed",
            _ => "rsa",
        };
        let payload = claims().to_string();
        let token = signed(&header(*algorithm, name).to_string(), &payload, &key(name), *algorithm);
        assert_eq!(verify(&verifier, &token), Ok("ann".to_owned()), "{algorithm:?}");
        let (message, signature) = token.rsplit_once('.').unwrap();
        let first = if signature.starts_with('A') { "B" } else { "A" };
        let flipped = format!("{message}.{first}{}", &signature[1..]);
        assert_eq!(verify(&verifier, &flipped), Err("signature"), "{algorithm:?}");
        if name == "rsa" {
            let token = signed(&header(*algorithm, name).to_string(), &payload, &key("other"), *algorithm);
            assert_eq!(verify(&verifier, &token), Err("signature"), "{algorithm:?}");
        }
        let only_other = JwtVerifier::new(JwtKeys::from_jwks(JWKS).unwrap(), policy(&[Algorithm::HS256]));
        assert_eq!(verify(&only_other, &token), Err("algorithm"), "{algorithm:?}");
    }
}

#[test]
fn shared_secrets_are_long_and_serve_one_algorithm() {
    for (algorithm, length) in [(Algorithm::HS256, 32), (Algorithm::HS384, 48), (Algorithm::HS512, 64)] {
        let secret = vec![b's'; length];
        assert!(JwtKeys::from_secret(&secret[1..], algorithm).is_err(), "{algorithm:?}");
        let all = [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512];
        let verifier = JwtVerifier::new(JwtKeys::from_secret(&secret, algorithm).unwrap(), policy(&all));
        for used in all {
            let token = signed(
                &header(used, "any").to_string(),
                &claims().to_string(),
                &EncodingKey::from_secret(&secret),
                used,
            );
            let expected = if used == algorithm { Ok("ann".to_owned()) } else { Err("unknown key") };
            assert_eq!(verify(&verifier, &token), expected, "{used:?} by a key for {algorithm:?}");
        }
    }
    assert!(JwtKeys::from_secret(&[b's'; 64], Algorithm::RS256).is_err());
    assert!(JwtKeys::from_pem(include_str!("../keys/rsa.pub.pem"), Algorithm::HS256).is_err());
}

#[test]
fn keys_in_pem_text_verify_their_algorithm() {
    let rows = [
        (include_str!("../keys/rsa.pub.pem"), "rsa", Algorithm::RS256),
        (include_str!("../keys/p256.pub.pem"), "p256", Algorithm::ES256),
        (include_str!("../keys/p384.pub.pem"), "p384", Algorithm::ES384),
    ];
    for (pem, name, algorithm) in rows {
        let verifier = JwtVerifier::new(JwtKeys::from_pem(pem, algorithm).unwrap(), policy(ASYMMETRIC));
        let token = signed(&header(algorithm, name).to_string(), &claims().to_string(), &key(name), algorithm);
        assert_eq!(verify(&verifier, &token), Ok("ann".to_owned()), "{name}");
    }
}

#[test]
fn a_public_key_is_no_shared_secret() {
    let all: Vec<Algorithm> = ASYMMETRIC.iter().copied().chain([Algorithm::HS256]).collect();
    let verifier = JwtVerifier::new(JwtKeys::from_jwks(JWKS).unwrap(), policy(&all));
    let header = header(Algorithm::HS256, "rsa").to_string();
    let modulus = serde_json::from_str::<Value>(JWKS).unwrap()["keys"][0]["n"].as_str().unwrap().to_owned();
    let secrets =
        [include_str!("../keys/rsa.pub.pem").to_owned(), modulus, "a-symmetric-key-in-a-published-set".to_owned()];
    for secret in secrets {
        let key = EncodingKey::from_secret(secret.as_bytes());
        for kid in ["rsa", "oct"] {
            let header = header.replace("rsa", kid);
            let token = signed(&header, &claims().to_string(), &key, Algorithm::HS256);
            assert_eq!(verify(&verifier, &token), Err("unknown key"), "{kid}");
        }
    }
}

#[test]
fn keys_that_are_weak_or_for_other_work_are_left_out() {
    let verifier = verifier();
    let payload = claims().to_string();
    let token = signed(&header(Algorithm::RS256, "enc").to_string(), &payload, &key("enc"), Algorithm::RS256);
    assert_eq!(verify(&verifier, &token), Err("unknown key"));
    let small = header(Algorithm::RS256, "small").to_string();
    let token = signed(&small, &payload, &key("rsa"), Algorithm::RS256);
    assert_eq!(verify(&verifier, &token), Err("unknown key"));
    // A key that names its algorithm serves no other that its kind could.
    let rsa = with(serde_json::from_str::<Value>(JWKS).unwrap()["keys"][0].clone(), "alg", json!("RS256"));
    let keys = JwtKeys::from_jwks(&json!({ "keys": [rsa] }).to_string()).unwrap();
    let bound = JwtVerifier::new(keys, policy(ASYMMETRIC));
    for (used, expected) in [(Algorithm::RS256, Ok("ann".to_owned())), (Algorithm::RS512, Err("unknown key"))] {
        let token = signed(&header(used, "rsa").to_string(), &payload, &key("rsa"), used);
        assert_eq!(verify(&bound, &token), expected, "{used:?}");
    }
    for bad in ["", "{}", r#"{"keys":[]}"#, r#"{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}"#, "null", "[]"] {
        assert!(JwtKeys::from_jwks(bad).is_err(), "{bad}");
    }
    let first = &serde_json::from_str::<Value>(JWKS).unwrap()["keys"][0];
    assert!(JwtKeys::from_jwks(&json!({ "keys": [first, first] }).to_string()).is_err(), "two keys of one name");
    let many: Vec<Value> = (0..65).map(|at| with(first.clone(), "kid", json!(at.to_string()))).collect();
    assert!(JwtKeys::from_jwks(&json!({ "keys": many }).to_string()).is_err());
}
