//! The stores of keys and passwords: valid, invalid and unknown credentials, and malformed lists.

use axum::http::Request;
use runtime_server::runtime::api_keys::ApiKeys;
use runtime_server::runtime::auth::Reject;
use runtime_server::runtime::credentials::{ApiKey, Basic};
use runtime_server::runtime::password_verifier::PasswordVerifier;
use runtime_server::runtime::passwords::Passwords;

const KEY: &str = "a-key-of-sixteen-and-more";

fn owner(keys: &ApiKeys, key: &str) -> Result<(String, Vec<String>), Reject> {
    let (request, ()) = Request::new(()).into_parts();
    keys.verify(ApiKey { key, request: &request }).map(|granted| (granted.principal, granted.scopes))
}

#[test]
fn api_key_is_verified_by_its_hash() {
    let keys =
        ApiKeys::new().with_key("ann", KEY, &["read"]).unwrap().with_key("ann", "another-key-of-ann", &[]).unwrap();
    let keys = keys.with_key("bob", "a-key-that-bob-holds", &["write"]).unwrap();
    assert_eq!(owner(&keys, KEY), Ok(("ann".to_owned(), vec!["read".to_owned()])));
    assert_eq!(owner(&keys, "another-key-of-ann"), Ok(("ann".to_owned(), vec![])));
    assert_eq!(owner(&keys, "a-key-that-bob-holds"), Ok(("bob".to_owned(), vec!["write".to_owned()])));
    for wrong in ["", "a", &KEY[1..], &KEY.to_uppercase(), &format!("{KEY} "), "ann"] {
        assert_eq!(owner(&keys, wrong), Err(Reject::Invalid("unknown key")), "{wrong}");
    }
    assert_eq!(owner(&ApiKeys::new(), KEY), Err(Reject::Invalid("unknown key")), "an empty store has no keys");
    assert!(!format!("{keys:?}").contains("ann"));
    let swapped = keys.with_key(KEY, "ann", &[]).unwrap_err();
    assert_eq!(swapped, "key 4 is shorter than 16 characters", "neither argument is shown");
}

#[test]
fn malformed_key_list_is_rejected() {
    let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"; // of `test`
    let keys = ApiKeys::from_text(&format!("# comment\n\nann {hash} read write\n")).unwrap();
    assert_eq!(owner(&keys, "test"), Ok(("ann".to_owned(), vec!["read".to_owned(), "write".to_owned()])));
    assert!(owner(&keys, hash).is_err(), "a hash is not a key");
    for bad in
        ["", "# only a comment", "ann", "ann test", &format!("ann {}", &hash[1..]), &format!("ann {}é", &hash[2..])]
    {
        assert!(ApiKeys::from_text(bad).is_err(), "{bad}");
    }
}

#[test]
fn key_hash_must_match_in_every_byte() {
    let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"; // of `test`
    for at in 0..hash.len() {
        let digit = if hash[at..].starts_with('0') { "1" } else { "0" };
        let other = format!("{}{digit}{}", &hash[..at], &hash[at + 1..]);
        let keys = ApiKeys::from_text(&format!("ann {other}")).unwrap();
        assert_eq!(owner(&keys, "test"), Err(Reject::Invalid("unknown key")), "digit {at}");
    }
}

#[tokio::test]
async fn login_requires_the_right_user_and_password() {
    let (ann, bob) = (Passwords::hash("correct horse").unwrap(), Passwords::hash("battery staple").unwrap());
    let users = Passwords::from_text(&format!("ann {ann} read\nbob {bob}\n")).unwrap();
    let verify = async |user: &str, password: &str| {
        users.verify(Basic { user, password }).await.map(|granted| (granted.principal, granted.scopes))
    };
    assert_eq!(verify("ann", "correct horse").await, Ok(("ann".to_owned(), vec!["read".to_owned()])));
    assert_eq!(verify("bob", "battery staple").await, Ok(("bob".to_owned(), vec![])));
    let long = "x".repeat(1025);
    // An overlong password is not verified, even if it is correct.
    let hash = Passwords::hash(&long).unwrap();
    let lengthy = Passwords::from_text(&format!("ann {hash}")).unwrap();
    let verdict = lengthy.verify(Basic { user: "ann", password: &long }).await.map(drop);
    assert_eq!(verdict, Err(Reject::Invalid("wrong login")));
    let rows = [
        ("ann", "battery staple"),
        ("bob", "correct horse"),
        ("ann", ""),
        ("ANN", "correct horse"),
        ("nobody", "correct horse"),
        ("nobody", "nobody has this password"),
        ("ann", &long),
    ];
    for (user, password) in rows {
        assert_eq!(verify(user, password).await, Err(Reject::Invalid("wrong login")), "{user}");
    }
}

#[tokio::test]
async fn password_is_verified_against_a_stored_hash() {
    let verifier = PasswordVerifier::new().unwrap();
    let hash = Passwords::hash("right").unwrap();
    assert_eq!(verifier.is_valid("right", Some(&hash)).await, Ok(true));
    let long = "x".repeat(1025);
    let long_hash = Passwords::hash(&long).unwrap();
    // A hash of `x` by argon2i.
    let other = "$argon2i$v=19$m=64,t=3,p=1$c29tZXNhbHQ$yfARiINusXi3DW+Tt0/qP6EQ0yrMlthRn9nipGlgUmA";
    let rows = [
        ("wrong", Some(hash.as_str())),
        ("", Some(&hash)),
        ("right", Some(&hash[..hash.len() - 1])),
        ("right", Some("right")),
        ("right", Some("")),
        (&long, Some(&long_hash)),
        ("x", Some(other)),
        // The hash that an unknown user's password is compared with is not a way in.
        ("dummy", None),
        ("right", None),
    ];
    for (password, hash) in rows {
        assert_eq!(verifier.is_valid(password, hash).await, Ok(false), "{password} {hash:?}");
    }
    let calls: Vec<_> = (0..200)
        .map(|_| {
            let verifier = verifier.clone();
            tokio::spawn(async move { verifier.is_valid("right", None).await })
        })
        .collect();
    let mut refused = 0;
    for call in calls {
        match call.await.unwrap() {
            Ok(is_valid) => assert!(!is_valid),
            Err(reject) => {
                assert_eq!(reject, Reject::Unavailable);
                refused += 1;
            }
        }
    }
    assert!(refused > 0, "no verification was refused");
}

/// RFC 7617, section 2: a user name contains no colon, both contain no control characters, and nothing else is
/// forbidden.
#[tokio::test]
async fn empty_user_or_password_is_verified_like_any_other() {
    let (full, empty) = (Passwords::hash("x").unwrap(), Passwords::hash("").unwrap());
    let list = format!("\"\" {full} read\nann {empty}\n\"John \\\"Doe\" {full}\n\"#1\" {full}\n\"a\" {full}\n");
    let users = Passwords::from_text(&list).unwrap();
    let rows = [
        ("", "x", true),
        ("", "", false),
        ("ann", "", true),
        ("ann", "x", false),
        ("John \"Doe", "x", true),
        ("John \"Doe", "", false),
        ("John", "x", false),
        ("#1", "x", true),
        ("a", "x", true),
        ("\"a\"", "x", false),
    ];
    for (user, password, is_right) in rows {
        let verdict = users.verify(Basic { user, password }).await.map(|granted| granted.principal);
        let expected = if is_right { Ok(user.to_owned()) } else { Err(Reject::Invalid("wrong login")) };
        assert_eq!(verdict, expected, "{user:?} {password:?}");
    }
    for bad in
        ["\"ann", "\"ann\"", &format!("\"ann\"{full}"), &format!("\"a\" {full}\na {full}"), &format!("\"\\q\" {full}")]
    {
        assert!(Passwords::from_text(bad).is_err(), "{bad}");
    }
}

#[tokio::test]
async fn excess_concurrent_logins_are_refused_as_unavailable() {
    let hash = Passwords::hash("right").unwrap();
    let users = Passwords::from_text(&format!("ann {hash}")).unwrap();
    // An unknown user costs as much as a known one: its verification uses the same permits.
    for user in ["ann", "nobody"] {
        let calls: Vec<_> = (0..200)
            .map(|_| {
                let users = users.clone();
                tokio::spawn(async move { users.verify(Basic { user, password: "wrong" }).await.map(|_| ()) })
            })
            .collect();
        let mut put_off = 0;
        for call in calls {
            match call.await.unwrap() {
                Err(Reject::Unavailable | Reject::UnavailableFor(_)) => put_off += 1,
                Err(Reject::Challenge(challenge)) => panic!("{challenge:?}"),
                Err(Reject::Invalid(_)) => {}
                Ok(()) => panic!("a wrong password was accepted"),
            }
        }
        assert!(put_off > 0, "{user}: no login was refused");
    }
    assert!(users.verify(Basic { user: "ann", password: "right" }).await.is_ok(), "the permits are released");
}

/// Hashes made by other tools may have other parameters: these are those of the `argon2` command for the password `x`.
#[tokio::test]
async fn unknown_user_costs_as_much_as_a_known_one() {
    let other = "$argon2id$v=19$m=64,t=3,p=1$c29tZXNhbHQ$Q4mVAiZSJW4jWzYkHdtqOTTaHxbBnVnoHUZMh0Rx2d4";
    let users = Passwords::from_text(&format!("ann {other}\nbob {other}\n")).unwrap();
    for name in ["ann", "bob", "nobody", "", "ANN"] {
        assert_eq!(users.cost(name).as_deref(), Some("m=64,t=3,p=1"), "{name}");
        assert_eq!(
            users.verify(Basic { user: name, password: "wrong" }).await.map(drop),
            Err(Reject::Invalid("wrong login"))
        );
    }
    // If the costs of users differ, an unknown name always costs as much as one and the same user.
    let own = Passwords::hash("right").unwrap();
    let users = Passwords::from_text(&format!("ann {other}\nbob {own}\n")).unwrap();
    let costs: std::collections::BTreeSet<_> =
        (0..200).map(|at| users.cost(&format!("nobody-{at}")).unwrap()).collect();
    assert_eq!(costs, [users.cost("ann").unwrap(), users.cost("bob").unwrap()].into());
    assert_eq!(users.cost("nobody"), users.cost("nobody"));
    // The password of the user whose hash is used does not authenticate the unknown user.
    for at in 0..8 {
        let user = format!("nobody-{at}");
        let verdict = users.verify(Basic { user: &user, password: "right" }).await.map(drop);
        assert_eq!(verdict, Err(Reject::Invalid("wrong login")), "{user}");
    }
}

#[test]
fn malformed_user_list_is_rejected() {
    let hash = Passwords::hash("x").unwrap();
    let other = format!("ann {}", hash.replace("$argon2id$", "$argon2i$"));
    assert!(Passwords::from_text(&other).is_err(), "another algorithm");
    for bad in
        ["", "ann", "ann plain", "ann $2b$10$bcrypt", &format!("ann {hash}\nann {hash}"), "ann $argon2id$nonsense"]
    {
        assert!(Passwords::from_text(bad).is_err(), "{bad}");
    }
}
