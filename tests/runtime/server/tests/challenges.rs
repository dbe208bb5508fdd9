//! Challenges with parameters set by the application: Digest's nonce, a step-up of RFC 9470.

use axum::http::HeaderValue;
use axum::response::IntoResponse;
use runtime_server::runtime::auth::{Evidence, Granted, Outcome, Reject};
use runtime_server::runtime::auth_challenge::{Challenge, ChallengeError};
use runtime_server::runtime::operation::{Access, KeyPlace, Operation, Scheme, SchemeKind, SchemeUse};
use runtime_server::runtime::problem::Failure;

const SCHEMES: &[Scheme] = &[
    Scheme { name: "digest", kind: SchemeKind::Http("Digest") },
    Scheme { name: "token", kind: SchemeKind::Bearer },
    Scheme { name: "login", kind: SchemeKind::Basic },
    Scheme { name: "key", kind: SchemeKind::ApiKey { place: KeyPlace::Header, name: "X-Key" } },
    Scheme { name: "kerberos", kind: SchemeKind::Http("Negotiate") },
];

const fn operation(access: Access) -> Operation {
    Operation { id: "x", method: "GET", path: &[], query: "", parameters: &[], access, accept: "" }
}

const DIGEST: &[SchemeUse] = &[SchemeUse::new(0, &[])];
const TOKEN: &[SchemeUse] = &[SchemeUse::new(1, &[])];

static ALL: Operation = operation(Access::any_of(&[
    DIGEST,
    TOKEN,
    &[SchemeUse::new(2, &[])],
    &[SchemeUse::new(3, &[])],
    &[SchemeUse::new(4, &[])],
]));

fn sha256() -> Result<Challenge, ChallengeError> {
    let challenge =
        Challenge::new().quoted("realm", "files")?.quoted("nonce", "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v")?;
    challenge
        .quoted("qop", "auth, auth-int")?
        .quoted("opaque", "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS")?
        .token("algorithm", "SHA-256")
}

/// RFC 7616, section 3.9.1: the same resource with two algorithms.
fn both() -> Challenge {
    let md5 = Challenge::new().quoted("realm", "files").and_then(|challenge| challenge.token("algorithm", "MD5"));
    sha256().unwrap().and(md5.unwrap())
}

/// The status and the `WWW-Authenticate` headers of the response.
fn answered(evidence: &Evidence, challenge: impl Fn(&'static str) -> Challenge) -> (u16, Vec<String>) {
    let response = Failure::Denied(evidence.decide_with(challenge).unwrap_err()).into_response();
    let values = response.headers().get_all("www-authenticate").iter().map(|value| value.to_str().unwrap().to_owned());
    (response.status().as_u16(), values.collect())
}

fn evidence(outcomes: &[(usize, Outcome)]) -> Evidence {
    Evidence::new(&ALL, SCHEMES, outcomes.to_vec())
}

const SHA256: &str = "Digest realm=\"files\", nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", qop=\"auth, auth-int\", \
     opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\", algorithm=SHA-256";
const MD5: &str = "Digest realm=\"files\", algorithm=MD5";
const OTHERS: [&str; 4] = [
    "Bearer realm=\"api\"",
    "Basic realm=\"api\", charset=\"UTF-8\"",
    "ApiKey realm=\"api\", in=\"header\", name=\"X-Key\"",
    "Negotiate",
];

#[test]
fn challenge_of_a_verifier_replaces_the_usual_parameters() {
    let mut evidence = evidence(&[]);
    let principal = evidence.record::<()>(0, Err(Reject::Challenge(both())));
    assert_eq!(principal, None);
    assert_eq!(
        answered(&evidence, |_| Challenge::new()),
        (401, [&[SHA256, MD5], &OTHERS[..]].concat().iter().map(|text| (*text).to_owned()).collect())
    );
}

#[test]
fn caller_without_credentials_gets_the_challenge_of_the_application() {
    let by_name = |name: &str| if name == "digest" { both() } else { Challenge::new() };
    let all: Vec<String> = [&[SHA256, MD5], &OTHERS[..]].concat().iter().map(|text| (*text).to_owned()).collect();
    assert_eq!(answered(&evidence(&[]), by_name), (401, all.clone()));
    // Also with an invalid credential of another scheme. The challenge of a verifier takes precedence.
    assert_eq!(answered(&evidence(&[(3, Outcome::Invalid("unknown"))]), by_name), (401, all));
    let mut stale = evidence(&[]);
    let nonce = Challenge::new().quoted("nonce", "new").and_then(|challenge| challenge.token("stale", "true")).unwrap();
    stale.record::<()>(0, Err(Reject::Challenge(nonce)));
    assert_eq!(answered(&stale, by_name).1[0], "Digest realm=\"api\", nonce=\"new\", stale=true");
}

#[test]
fn challenge_is_sent_with_401_only() {
    let never = |name: &'static str| -> Challenge { panic!("asked for a challenge of {name}") };
    for (outcome, status) in [(Outcome::Unavailable, 503), (Outcome::Malformed, 400)] {
        let mut evidence = evidence(&[(3, outcome)]);
        evidence.record::<()>(0, Err(Reject::Challenge(both())));
        assert_eq!(answered(&evidence, never), (status, Vec::new()));
    }
}

#[test]
fn challenged_credential_is_rejected_but_blocks_no_other_alternative() {
    static OPTIONAL: Operation = operation(Access::Guarded { any_of: &[DIGEST], or_anonymous: true });
    let mut optional = Evidence::new(&OPTIONAL, SCHEMES, Vec::new());
    assert!(optional.decide().is_ok());
    optional.record::<()>(0, Err(Reject::Challenge(Challenge::new())));
    assert_eq!(optional.decide().unwrap_err().status, 401);
    let mut evidence = evidence(&[]);
    evidence.record::<()>(0, Err(Reject::Challenge(Challenge::new())));
    assert_eq!(evidence.decide().unwrap_err().status, 401);
    evidence.record(3, Ok(Granted::new(())));
    assert!(evidence.decide().is_ok());
}

/// RFC 9470, section 3.
#[test]
fn bearer_challenge_can_ask_for_a_step_up() {
    let mut evidence = evidence(&[]);
    let step_up =
        Challenge::new().quoted("error", "insufficient_user_authentication").unwrap().quoted("max_age", "5").unwrap();
    evidence.record::<()>(1, Err(Reject::Challenge(step_up)));
    let expected = "Bearer realm=\"api\", error=\"insufficient_user_authentication\", max_age=\"5\"";
    assert_eq!(answered(&evidence, |_| Challenge::new()).1[1], expected);
    evidence.record::<()>(1, Err(Reject::Challenge(Challenge::new())));
    assert_eq!(answered(&evidence, |_| Challenge::new()).1[1], "Bearer realm=\"api\", error=\"invalid_token\"");
}

/// RFC 6750, section 3.1.
#[test]
fn only_tokens_that_lack_a_scope_get_insufficient_scope() {
    const TOKENS: &[Scheme] = &[
        Scheme { name: "first", kind: SchemeKind::Bearer },
        Scheme { name: "second", kind: SchemeKind::Http("DPoP") },
        Scheme { name: "key", kind: SchemeKind::ApiKey { place: KeyPlace::Header, name: "X-Key" } },
    ];
    const WITH_KEY: &[SchemeUse] = &[SchemeUse::new(0, &["read"]), SchemeUse::new(2, &[])];
    const WITH_KEY_ONLY: &[SchemeUse] = &[SchemeUse::new(0, &[]), SchemeUse::new(2, &[])];
    const ADMIN: &[SchemeUse] = &[SchemeUse::new(0, &["admin", "all"])];
    const TOGETHER: &[SchemeUse] = &[SchemeUse::new(0, &["read"]), SchemeUse::new(1, &["write"])];
    static PARTS: Operation = operation(Access::any_of(&[WITH_KEY, WITH_KEY_ONLY, ADMIN]));
    static BOTH: Operation = operation(Access::any_of(&[TOGETHER]));
    let admin = r#"Bearer realm="api", error="insufficient_scope", scope="admin all""#;
    let read = r#"Bearer realm="api", error="insufficient_scope", scope="read""#;
    let write = r#"DPoP realm="api", algs="ES256 EdDSA", error="insufficient_scope", scope="write""#;
    // The operation, the scopes of each token, and the challenges.
    type Texts<'t> = &'t [&'t str];
    let rows: [(&'static Operation, &[Texts<'_>], Texts<'_>); 6] = [
        (&PARTS, &[&["read"]], &[admin]),
        (&PARTS, &[&["read", "admin"]], &[admin]),
        (&PARTS, &[&[]], &[read, admin]),
        (&BOTH, &[&["read"], &["read"]], &[write]),
        (&BOTH, &[&[], &["write"]], &[read]),
        (&BOTH, &[&["write"], &[]], &[read, write]),
    ];
    for (operation, granted, expected) in rows {
        let mut evidence = Evidence::new(operation, TOKENS, Vec::new());
        for (scheme, scopes) in granted.iter().enumerate() {
            evidence.record(scheme, Ok(Granted::new(()).scopes(scopes.iter().copied())));
        }
        assert_eq!(
            answered(&evidence, |_| Challenge::new()),
            (403, expected.iter().map(|own| (*own).to_owned()).collect())
        );
    }
}

#[test]
fn negotiate_continues_with_a_token68() {
    let mut evidence = evidence(&[]);
    evidence.record::<()>(4, Err(Reject::Challenge(Challenge::token68("oYG2MIGzoAMKAQA=").unwrap())));
    assert_eq!(answered(&evidence, |_| Challenge::new()).1[4], "Negotiate oYG2MIGzoAMKAQA=");
    for wrong in ["", "=", "a b", "a,b", "a=b", "a\r\nX: y", "é", "a\""] {
        assert_eq!(Challenge::token68(wrong), Err(ChallengeError::Value), "{wrong:?}");
    }
    assert_eq!(Challenge::token68("abc").unwrap().quoted("nonce", "n"), Err(ChallengeError::Repeated));
}

#[test]
fn challenge_names_and_values_cannot_inject_parameters_or_headers() {
    for name in ["", "no nce", "nonce=", "n\"", "n,", "a\r\nX", "é", "n\0", "a(b)"] {
        assert_eq!(Challenge::new().quoted(name, "v"), Err(ChallengeError::Name), "{name:?}");
        assert_eq!(Challenge::new().token(name, "v"), Err(ChallengeError::Name), "{name:?}");
    }
    for value in ["a\r\nX: y", "a\nb", "a\0", "a\tb", "é", "\u{7f}"] {
        assert_eq!(Challenge::new().quoted("nonce", value), Err(ChallengeError::Value), "{value:?}");
    }
    for value in ["", "a b", "a,b", "a\"b", "a\r\n", "é", "a=b", "a/b"] {
        assert_eq!(Challenge::new().token("algorithm", value), Err(ChallengeError::Value), "{value:?}");
    }
    for (one, other) in [("nonce", "nonce"), ("realm", "Realm")] {
        assert_eq!(Challenge::new().quoted(one, "a").unwrap().quoted(other, "b"), Err(ChallengeError::Repeated));
    }
    // Quotes and backslashes are escaped (RFC 9110, section 5.6.4), so the value cannot end early.
    let mut evidence = evidence(&[]);
    evidence
        .record::<()>(0, Err(Reject::Challenge(Challenge::new().quoted("nonce", "a\", stale=true, x=\"\\").unwrap())));
    let text = &answered(&evidence, |_| Challenge::new()).1[0];
    assert_eq!(text, r#"Digest realm="api", nonce="a\", stale=true, x=\"\\""#);
    assert!(HeaderValue::from_str(text).is_ok());
    // A verifier that fails with this error could not check the credential.
    assert_eq!(Reject::from(ChallengeError::Value), Reject::Unavailable);
}

#[test]
fn scheme_of_several_alternatives_is_asked_for_one_challenge() {
    const BOTH: &[SchemeUse] = &[SchemeUse::new(0, &[]), SchemeUse::new(3, &[])];
    static TWICE: Operation = operation(Access::any_of(&[DIGEST, BOTH]));
    let asked = std::cell::Cell::new(0);
    let nonce = |scheme: &'static str| {
        asked.set(asked.get() + usize::from(scheme == "digest"));
        Challenge::new().quoted("nonce", &asked.get().to_string()).unwrap()
    };
    let (status, values) = answered(&Evidence::new(&TWICE, SCHEMES, Vec::new()), nonce);
    assert_eq!((status, asked.get()), (401, 1));
    assert_eq!(values.iter().filter(|value| value.starts_with("Digest ")).count(), 1, "{values:?}");
}
