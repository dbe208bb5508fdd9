//! The credentials in the table: the states of each scheme, as sent in requests.

use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};

/// The secrets that sign the tokens of each scheme, and one that is not trusted.
pub const SECRETS: [(&str, &[u8; 32]); 4] = [
    ("token", b"the-secret-of-the-scheme-token-1"),
    ("oauth", b"the-secret-of-the-scheme-oauth-2"),
    ("oidc", b"the-secret-of-the-scheme-oidc-03"),
    ("nobody", b"a-secret-that-no-scheme-trusts-4"),
];

/// The valid keys and their owners.
pub const KEYS: [(&str, &str, &str); 3] = [
    ("headerKey", "alice", "header-key-of-alice-0001"),
    ("queryKey", "bob", "query-key-of-bob-00000001"),
    ("cookieKey", "carol", "cookie-key-of-carol-0001"),
];

/// The valid login.
pub const LOGIN: (&str, &str) = ("dave", "correct horse battery");

/// The valid credential of the scheme with a user-supplied verifier.
pub const HAWK: &str = "id=heidi";

/// The text that a scheme's state sends; a login as `user:password`.
pub fn presented(scheme: &str, state: &str) -> String {
    match (scheme, state) {
        ("headerKey" | "queryKey" | "cookieKey", "right") => {
            KEYS.iter().find(|(name, ..)| *name == scheme).expect("every key is listed").2.to_owned()
        }
        ("headerKey" | "queryKey" | "cookieKey", "wrong") => "a-key-that-nobody-owns-01".to_owned(),
        // A valid key of a different scheme.
        ("headerKey", "other") => KEYS[1].2.to_owned(),
        ("login", "right") => format!("{}:{}", LOGIN.0, LOGIN.1),
        ("login", "wrong") => format!("{}:{}", LOGIN.0, "wrong"),
        ("login", "unknown") => format!("{}:{}", "nobody", LOGIN.1),
        ("hawk", "right") => HAWK.to_owned(),
        ("hawk", "wrong") => "id=mallory".to_owned(),
        ("token", "right") => token("token", "erin", ""),
        ("token" | "oauth" | "oidc", "wrong") => token("nobody", "mallory", "read write profile"),
        // A valid token of a different scheme.
        ("token", "other") => token("oauth", "frank", "read"),
        ("oauth", "other") => token("token", "erin", "read write"),
        ("oauth", scopes) => token("oauth", "frank", &scopes.replace('+', " ").replace("none", "")),
        ("oidc", scopes) => token("oidc", "grace", &scopes.replace("none", "")),
        (scheme, state) => panic!("no credential `{state}` for `{scheme}`"),
    }
}

fn token(secret: &str, subject: &str, scope: &str) -> String {
    let key = SECRETS.iter().find(|(name, _)| *name == secret).expect("every secret is listed").1;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is past 1970").as_secs();
    let claims = serde_json::json!({
        "iss": "https://id.example.com", "aud": "matrix", "sub": subject, "scope": scope, "exp": now + 600, "nbf": now - 5,
    });
    encode(&Header::new(Algorithm::HS256), &claims, &EncodingKey::from_secret(key)).expect("the claims can be signed")
}
