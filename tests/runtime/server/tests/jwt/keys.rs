//! Which keys verify which algorithms, and which keys are ignored.

use super::*;

#[test]
fn each_algorithm_verifies_only_with_its_key() {
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
fn shared_secret_has_a_minimum_length_and_one_algorithm() {
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
fn pem_keys_verify_their_algorithm() {
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
fn public_key_is_not_accepted_as_a_shared_secret() {
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
fn weak_keys_and_keys_for_other_uses_are_ignored() {
    let verifier = verifier();
    let payload = claims().to_string();
    let token = signed(&header(Algorithm::RS256, "enc").to_string(), &payload, &key("enc"), Algorithm::RS256);
    assert_eq!(verify(&verifier, &token), Err("unknown key"));
    let small = header(Algorithm::RS256, "small").to_string();
    let token = signed(&small, &payload, &key("rsa"), Algorithm::RS256);
    assert_eq!(verify(&verifier, &token), Err("unknown key"));
    // A key with `alg` does not verify other algorithms of its type.
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

/// A key set of these keys: the name of a key in the file, and the changes to it.
fn key_set(keys: &[(&str, Value)]) -> String {
    let all: Value = serde_json::from_str(JWKS).unwrap();
    let named = |name: &str| all["keys"].as_array().unwrap().iter().find(|key| key["kid"] == name).unwrap().clone();
    let changed = |(name, change): &(&str, Value)| {
        let mut key = without(named(name), "use");
        key.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        key
    };
    json!({ "keys": keys.iter().map(changed).collect::<Vec<_>>() }).to_string()
}

/// RFC 7517, section 4.5: keys of different types may share a `kid`.
#[test]
fn keys_with_one_id_are_ignored_only_if_ambiguous() {
    const UNKNOWN: Result<(), &str> = Err("unknown key");
    let one = || json!({ "kid": "one" });
    let one_for = |algorithm: &str| json!({ "kid": "one", "alg": algorithm });
    let plain = || json!({});
    let different = [("rsa", one()), ("p256", one()), ("p384", one()), ("ed", one())];
    let ambiguous = [("rsa", one()), ("enc", one()), ("p256", one()), ("ed", plain())];
    let by_algorithm = [("rsa", one_for("RS256")), ("enc", one_for("PS256")), ("ed", plain())];
    let doubled = [("rsa", one()), ("rsa", one()), ("p256", plain())];
    let encrypting = [("rsa", one()), ("enc", json!({ "kid": "one", "use": "enc" }))];
    // The key set, the `kid` of the token, the signing key, the algorithm, the verdict.
    let rows = [
        (&different[..], Some("one"), "rsa", Algorithm::RS256, Ok(())),
        (&different, Some("one"), "p256", Algorithm::ES256, Ok(())),
        (&different, Some("one"), "p384", Algorithm::ES384, Ok(())),
        (&different, Some("one"), "ed", Algorithm::EdDSA, Ok(())),
        (&different, Some("one"), "other", Algorithm::RS256, Err("signature")),
        (&ambiguous, Some("one"), "rsa", Algorithm::RS256, UNKNOWN),
        (&ambiguous, Some("one"), "enc", Algorithm::RS256, UNKNOWN),
        (&ambiguous, None, "rsa", Algorithm::RS256, UNKNOWN),
        (&ambiguous, Some("one"), "p256", Algorithm::ES256, Ok(())),
        (&ambiguous, None, "p256", Algorithm::ES256, Ok(())),
        (&ambiguous, Some("ed"), "ed", Algorithm::EdDSA, Ok(())),
        (&ambiguous, Some("nobody"), "ed", Algorithm::EdDSA, UNKNOWN),
        (&by_algorithm, Some("one"), "rsa", Algorithm::RS256, Ok(())),
        (&by_algorithm, Some("one"), "enc", Algorithm::PS256, Ok(())),
        (&by_algorithm, Some("one"), "enc", Algorithm::RS256, Err("signature")),
        (&by_algorithm, Some("one"), "rsa", Algorithm::RS512, UNKNOWN),
        (&doubled, Some("one"), "rsa", Algorithm::RS256, UNKNOWN),
        (&doubled, Some("p256"), "p256", Algorithm::ES256, Ok(())),
        (&encrypting, Some("one"), "rsa", Algorithm::RS256, Ok(())),
        (&encrypting, Some("one"), "enc", Algorithm::RS256, Err("signature")),
    ];
    for (set, kid, signer, algorithm, expected) in rows {
        let text = key_set(set);
        let verifier = JwtVerifier::new(JwtKeys::from_jwks(&text).unwrap(), policy(ASYMMETRIC));
        let mut header = json!({ "alg": format!("{algorithm:?}"), "typ": "at+jwt" });
        if let Some(kid) = kid {
            header["kid"] = json!(kid);
        }
        let token = signed(&header.to_string(), &claims().to_string(), &key(signer), algorithm);
        assert_eq!(verify(&verifier, &token).map(drop), expected, "{kid:?} by {signer}, {algorithm:?}: {text}");
    }
    // No usable key is left.
    for set in [&[("rsa", one()), ("enc", one())][..], &[("p256", one()), ("p256", one())]] {
        assert!(JwtKeys::from_jwks(&key_set(set)).is_err());
    }
}
