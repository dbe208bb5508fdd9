//! The checks of a proof (RFC 9449, section 4.3).

use super::*;

/// Verifies a proof with these claims of the caller with the P-256 key.
fn verify_claims(claims: &Value) -> Result<String, String> {
    let caller = Caller::p256();
    verify(&verifier(&Time::new(NOW)), &token_of(&caller), &request(&[&caller.proof(claims)]))
}

#[test]
fn proof_of_the_key_of_the_token_is_accepted_with_each_algorithm() {
    for caller in [Caller::p256(), Caller::ed(), Caller::p384(), Caller::rsa()] {
        let token = token_of(&caller);
        let proof = caller.proof(&claims(&token, "one"));
        let is_default = matches!(caller.algorithm, Algorithm::ES256 | Algorithm::EdDSA);
        let default = if is_default { Ok("ann".to_owned()) } else { Err("algorithm of the proof".to_owned()) };
        assert_eq!(verify(&verifier(&Time::new(NOW)), &token, &request(&[&proof])), default, "{:?}", caller.algorithm);
        let policy = policy(&Time::new(NOW)).algorithms(&[caller.algorithm]).unwrap();
        let verifier = DpopVerifier::jwt(tokens(), policy);
        assert_eq!(verify(&verifier, &token, &request(&[&proof])), Ok("ann".to_owned()), "{:?}", caller.algorithm);
    }
}

#[test]
fn symmetric_algorithms_are_not_accepted_in_a_policy() {
    for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
        let policy = DpopPolicy::new(URL).unwrap();
        assert!(policy.clone().algorithms(&[Algorithm::ES256, algorithm]).is_err());
        assert!(policy.algorithms(&[]).is_err());
    }
}

#[test]
fn claims_for_another_request_time_or_token_are_rejected() {
    let token = token_of(&Caller::p256());
    let good = claims(&token, "one");
    assert_eq!(verify_claims(&good), Ok("ann".to_owned()));
    let rows: Vec<(&str, Value)> = vec![
        ("`htm` of the proof", with(good.clone(), "htm", json!("POST"))),
        ("`htm` of the proof", with(good.clone(), "htm", json!("get"))),
        ("`htm` of the proof", with(good.clone(), "htm", json!(""))),
        ("claim missing in the proof", with(good.clone(), "htm", json!(["GET"]))),
        ("claim missing in the proof", without(good.clone(), "htm")),
        ("claim missing in the proof", without(good.clone(), "htu")),
        ("claim missing in the proof", without(good.clone(), "jti")),
        ("claim missing in the proof", with(good.clone(), "jti", json!(7))),
        ("`jti` of the proof", with(good.clone(), "jti", json!(""))),
        ("`jti` of the proof", with(good.clone(), "jti", json!("i".repeat(257)))),
        ("claim missing in the proof", without(good.clone(), "iat")),
        ("claim missing in the proof", with(good.clone(), "iat", json!(NOW.to_string()))),
        ("`iat` of the proof", with(good.clone(), "iat", json!(NOW - 61))),
        ("`iat` of the proof", with(good.clone(), "iat", json!(NOW + 61))),
        ("`iat` of the proof", with(good.clone(), "iat", json!(1e300))),
        ("`iat` of the proof", with(good.clone(), "iat", json!(-1e300))),
        ("claim missing in the proof", without(good.clone(), "ath")),
        ("`ath` of the proof", with(good.clone(), "ath", json!(hash("another token")))),
        ("`ath` of the proof", with(good.clone(), "ath", json!(""))),
        ("malformed proof", with(good.clone(), "nonce", json!(7))),
        ("malformed proof", json!([])),
    ];
    for (reason, claims) in rows {
        assert_eq!(verify_claims(&claims), Err(reason.to_owned()), "{claims}");
    }
    for iat in [json!(NOW - 60), json!(NOW + 60), json!(NOW as f64 + 0.5)] {
        assert_eq!(verify_claims(&with(good.clone(), "iat", iat.clone())), Ok("ann".to_owned()), "{iat}");
    }
}

#[test]
fn proof_must_be_for_the_public_url_of_the_request() {
    let caller = Caller::p256();
    let token = token_of(&caller);
    let outcome = |htu: &str, uri: &str| {
        let proof = caller.proof(&with(claims(&token, "one"), "htu", json!(htu)));
        verify(&verifier(&Time::new(NOW)), &token, &request_to("GET", uri, &[&proof])).is_ok()
    };
    let rows = [
        ("https://api.example.com/v1/pets", "/pets", true),
        ("https://api.example.com/v1/pets", "/pets?limit=5", true),
        ("https://api.example.com/v1/pets?limit=6#part", "/pets?limit=5", true),
        ("HTTPS://API.EXAMPLE.COM:443/v1/pets", "/pets", true),
        ("https://api.example.com/v1/pets/%7ea%2f", "/pets/~a%2F", true),
        ("https://api.example.com/v1/pets/a%2Fb", "/pets/a/b", false),
        ("https://api.example.com/pets", "/pets", false),
        ("https://api.example.com/v1/pets/", "/pets", false),
        ("https://api.example.com/v1/PETS", "/pets", false),
        ("https://api.example.com/v1/a/../pets", "/pets", false),
        ("https://api.example.com/v1/pets", "/a/../pets", false),
        ("https://api.example.com/v1//pets", "/pets", false),
        ("https://api.example.com:8443/v1/pets", "/pets", false),
        ("http://api.example.com/v1/pets", "/pets", false),
        ("https://api.example.org/v1/pets", "/pets", false),
        ("https://api.example.com.evil.org/v1/pets", "/pets", false),
        ("https://api.example.com@evil.org/v1/pets", "/pets", false),
        ("https://user@api.example.com/v1/pets", "/pets", false),
        ("https:api.example.com/v1/pets", "/pets", false),
        ("/v1/pets", "/pets", false),
        ("", "/pets", false),
        ("https://api.example.com", "/", false),
        ("https://api.example.com/v1/%", "/%", true),
    ];
    for (htu, uri, is_accepted) in rows {
        assert_eq!(outcome(htu, uri), is_accepted, "{htu} for {uri}");
    }
}

#[test]
fn public_url_is_https_or_loopback_without_query_or_login() {
    for url in ["https://api.example.com", "https://api.example.com/v1/", "http://127.0.0.1:8080", "http://[::1]/a"] {
        assert!(DpopPolicy::new(url).is_ok(), "{url}");
    }
    let invalid = ["", "api.example.com", "http://api.example.com", "https://a.example/?b", "https://a.example/#b"];
    for url in invalid.into_iter().chain(["https://user@a.example/", "https://:password@a.example/"]) {
        assert!(DpopPolicy::new(url).is_err(), "{url}");
    }
}

#[test]
fn header_of_another_kind_of_token_or_key_is_rejected() {
    let caller = Caller::p256();
    let token = token_of(&caller);
    let claims = claims(&token, "one").to_string();
    let good = caller.header();
    let outcome = |header: &Value| {
        let proof = caller.sign(&header.to_string(), &claims);
        verify(&verifier(&Time::new(NOW)), &token, &request(&[&proof]))
    };
    for typ in ["dpop+jwt", "DPoP+JWT", "application/dpop+jwt"] {
        assert_eq!(outcome(&with(good.clone(), "typ", json!(typ))), Ok("ann".to_owned()), "{typ}");
    }
    let secret = json!({ "kty": "oct", "k": "AAAA" });
    let mut rows: Vec<(&str, Value)> = vec![
        ("type of the proof", without(good.clone(), "typ")),
        ("type of the proof", with(good.clone(), "typ", json!("JWT"))),
        ("type of the proof", with(good.clone(), "typ", json!("at+jwt"))),
        ("type of the proof", with(good.clone(), "typ", json!("dpop"))),
        ("algorithm of the proof", without(good.clone(), "alg")),
        ("algorithm of the proof", with(good.clone(), "alg", json!("none"))),
        ("algorithm of the proof", with(good.clone(), "alg", json!("HS256"))),
        ("algorithm of the proof", with(good.clone(), "alg", json!("RS256"))),
        // An algorithm of the policy, but not one of this key.
        ("key of the proof", with(good.clone(), "alg", json!("EdDSA"))),
        ("key of the proof", without(good.clone(), "jwk")),
        ("key of the proof", with(good.clone(), "jwk", json!("p256"))),
        ("private key in the proof", with(good.clone(), "jwk", secret)),
        ("key of the proof", with(good.clone(), "jwk", with(caller.jwk.clone(), "crv", json!("secp256k1")))),
        ("key of the proof", with(good.clone(), "jwk", with(caller.jwk.clone(), "x", json!("\"}")))),
        ("key of the proof", with(good.clone(), "jwk", without(caller.jwk.clone(), "y"))),
        ("key of the proof", with(good.clone(), "jwk", Caller::ed().jwk)),
        ("signature of the proof", with(good.clone(), "jwk", with(caller.jwk.clone(), "x", json!("A".repeat(43))))),
        ("malformed proof", json!("dpop+jwt")),
    ];
    for name in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
        rows.push(("private key in the proof", with(good.clone(), "jwk", with(caller.jwk.clone(), name, json!("AA")))));
    }
    for name in ["crit", "enc", "zip", "b64", "jku", "x5u", "x5c"] {
        rows.push(("unsupported header of the proof", with(good.clone(), name, json!("x"))));
    }
    for (reason, header) in rows {
        assert_eq!(outcome(&header), Err(reason.to_owned()), "{header}");
    }
}

#[test]
fn signature_of_another_key_is_rejected() {
    let (caller, other) = (Caller::p256(), Caller::ed());
    let token = token_of(&caller);
    let claims = claims(&token, "one");
    let good = caller.proof(&claims);
    let (message, signature) = good.rsplit_once('.').unwrap();
    let mut altered = URL_SAFE_NO_PAD.decode(signature).unwrap();
    altered[10] ^= 1;
    let other_claims = URL_SAFE_NO_PAD.encode(with(claims.clone(), "jti", json!("two")).to_string());
    let header = message.split_once('.').unwrap().0;
    let rows = [
        ("signature of the proof", format!("{message}.")),
        ("signature of the proof", format!("{message}.{}", URL_SAFE_NO_PAD.encode(altered))),
        ("signature of the proof", format!("{header}.{other_claims}.{signature}")),
        ("signature of the proof", other.sign(&caller.header().to_string(), &claims.to_string())),
        ("malformed proof", message.to_owned()),
        ("malformed proof", format!("{good}.")),
        ("malformed proof", format!("{good}, {good}")),
        ("malformed proof", format!("a.b.{}", "c".repeat(9 << 10))),
        ("malformed proof", String::new()),
        ("malformed proof", "..".to_owned()),
    ];
    for (reason, proof) in rows {
        let outcome = verify(&verifier(&Time::new(NOW)), &token, &request(&[&proof]));
        assert_eq!(outcome, Err(reason.to_owned()), "{proof}");
    }
}

#[test]
fn request_needs_exactly_one_proof() {
    let caller = Caller::p256();
    let token = token_of(&caller);
    let proofs = ["one", "two"].map(|id| caller.proof(&claims(&token, id)));
    let verifier = verifier(&Time::new(NOW));
    assert_eq!(verify(&verifier, &token, &request(&[])), Err("missing proof".to_owned()));
    let both = request(&[&proofs[0], &proofs[1]]);
    assert_eq!(verify(&verifier, &token, &both), Err("more than one proof".to_owned()));
    assert_eq!(verify(&verifier, &token, &request(&[&proofs[0]])), Ok("ann".to_owned()));
}

#[test]
fn proof_is_accepted_once_for_as_long_as_it_is_valid() {
    let (caller, time) = (Caller::p256(), Time::new(NOW));
    let (token, verifier) = (token_of(&caller), verifier(&time));
    // From a clock that is ahead, so that it is valid for two windows.
    let proof = caller.proof(&with(claims(&token, "one"), "iat", json!(NOW + 60)));
    assert_eq!(verify(&verifier, &token, &request(&[&proof])), Ok("ann".to_owned()));
    for _ in 0..4 {
        assert_eq!(verify(&verifier, &token, &request(&[&proof])), Err("proof used before".to_owned()));
        time.pass(30);
    }
    assert_eq!(verify(&verifier, &token, &request(&[&proof])), Err("proof used before".to_owned()));
    time.pass(1);
    assert_eq!(verify(&verifier, &token, &request(&[&proof])), Err("`iat` of the proof".to_owned()));
    // Another caller may use the same id, and a clone of the verifier knows the proofs.
    let other = Caller::ed();
    let (other_token, time) = (token_of(&other), Time::new(NOW));
    let verifier = super::verifier(&time);
    for (caller, token) in [(&caller, &token), (&other, &other_token)] {
        let request = request(&[&caller.proof(&claims(token, "one"))]);
        assert_eq!(verify(&verifier, token, &request), Ok("ann".to_owned()));
        assert_eq!(verify(&verifier.clone(), token, &request), Err("proof used before".to_owned()));
    }
}

#[test]
fn full_store_refuses_requests_until_proofs_are_forgotten() {
    let (caller, time) = (Caller::p256(), Time::new(NOW));
    let token = token_of(&caller);
    let policy = policy(&time).proofs(RecentProofs::new(2).clock(time.clock()));
    let verifier = DpopVerifier::jwt(tokens(), policy);
    let outcome = |id: &str, iat: u64| {
        let proof = caller.proof(&with(claims(&token, id), "iat", json!(iat)));
        verify(&verifier, &token, &request(&[&proof]))
    };
    assert_eq!(outcome("one", NOW), Ok("ann".to_owned()));
    assert_eq!(outcome("two", NOW + 30), Ok("ann".to_owned()));
    assert_eq!(outcome("three", NOW), Err("unavailable".to_owned()));
    // A rejected proof takes no room.
    time.pass(62);
    assert_eq!(outcome("three", NOW + 62), Ok("ann".to_owned()));
    assert_eq!(outcome("four", NOW + 62), Err("unavailable".to_owned()));
    assert_eq!(outcome("two", NOW + 30), Err("proof used before".to_owned()));
}

#[test]
fn nonce_is_required_if_the_policy_has_nonces() {
    let (caller, time) = (Caller::p256(), Time::new(NOW));
    let token = token_of(&caller);
    let nonces = |secret: &[u8]| policy(&time).nonces(secret, Duration::from_secs(100));
    assert!(nonces(b"a secret of less than 32 bytes").is_err());
    let verifiers = [[1; 32], [2; 32]].map(|secret| DpopVerifier::jwt(tokens(), nonces(&secret).unwrap()));
    let nonce_of = |verifier: &DpopVerifier| {
        let request = request(&[&caller.proof(&claims(&token, "without"))]);
        let outcome = verifier.verify(HttpCredentials { value: &token, request: &request }).now_or_never().unwrap();
        let Err(Reject::Challenge(challenge)) = outcome else { panic!("accepted without a nonce") };
        let text = format!("{challenge:?}");
        assert!(text.contains("use_dpop_nonce"), "{text}");
        text.split_once("dpop_nonce: Some(\"").unwrap().1.split_once('"').unwrap().0.to_owned()
    };
    let outcome = |verifier: &DpopVerifier, id: &str, nonce: &str| {
        let iat = time.clock()().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let claims = with(with(claims(&token, id), "nonce", json!(nonce)), "iat", json!(iat));
        verify(verifier, &token, &request(&[&caller.proof(&claims)]))
    };
    let [own, other] = [&verifiers[0], &verifiers[1]].map(nonce_of);
    assert_ne!(own, other);
    assert_eq!(outcome(&verifiers[0], "one", &own), Ok("ann".to_owned()));
    for wrong in [other.as_str(), "", "AAAA", &own[..42], "nonce"] {
        assert_eq!(outcome(&verifiers[0], "two", wrong), Err("use_dpop_nonce".to_owned()), "{wrong}");
    }
    // It is accepted in the next period too, and not in the one after it.
    time.pass(100);
    assert_eq!(outcome(&verifiers[0], "three", &own), Ok("ann".to_owned()));
    time.pass(100);
    assert_eq!(outcome(&verifiers[0], "four", &own), Err("use_dpop_nonce".to_owned()));
}
