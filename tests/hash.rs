//! `keystub hash-password` and `keystub hash-key`: the stores of the server runtime accept the printed lines, for the
//! right secret only.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use axum::http::Request;
use keystub_server_runtime::api_keys::ApiKeys;
use keystub_server_runtime::auth::Reject;
use keystub_server_runtime::credentials::{ApiKey, Basic};
use keystub_server_runtime::passwords::Passwords;

const PASSWORD: &str = "correct horse: bättery";
const KEY: &str = "a-key-of-sixteen-and-more";

fn keystub(arguments: &[&str], input: &[u8]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A program that refuses its arguments does not read its input.
    child.stdin.take().unwrap().write_all(input).ok();
    child.wait_with_output().unwrap()
}

/// The one line that the command prints.
fn line(arguments: &[&str], input: &str) -> String {
    let output = keystub(arguments, input.as_bytes());
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && error.is_empty(), "{error}");
    let line = String::from_utf8(output.stdout).unwrap();
    assert_eq!(line.matches('\n').count(), 1, "{line}");
    line
}

/// Runs a command that must fail without repeating its input; returns its error.
fn refused(arguments: &[&str], input: &[u8], code: i32) -> String {
    let output = keystub(arguments, input);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {error}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    assert!(!error.contains("canary"), "{arguments:?}: {error}");
    error
}

async fn login(users: &str, user: &str, password: &str) -> Result<Vec<String>, Reject> {
    let users = Passwords::from_text(users).unwrap();
    users.verify(Basic { user, password }).await.map(|granted| granted.scopes)
}

fn owner(keys: &str, key: &str) -> Result<(String, Vec<String>), Reject> {
    let (request, ()) = Request::new(()).into_parts();
    let keys = ApiKeys::from_text(keys).unwrap();
    keys.verify(ApiKey { key, request: &request }).map(|granted| (granted.principal, granted.scopes))
}

/// The text with one of its characters replaced by another hexadecimal digit, which is also one of base64.
fn changed(text: &str, at: usize) -> String {
    let other = if text[at..].starts_with('0') { "1" } else { "0" };
    format!("{}{other}{}", &text[..at], &text[at + 1..])
}

#[tokio::test]
async fn the_runtime_accepts_a_hashed_password_and_no_other() {
    let users = line(&["hash-password", "--user", "ann", "--scope", "read", "--scope", "pets:write"], PASSWORD);
    assert!(
        users.starts_with("ann $argon2id$v=19$m=19456,t=2,p=1$") && users.ends_with(" read pets:write\n"),
        "{users}"
    );
    assert_eq!(login(&users, "ann", PASSWORD).await, Ok(vec!["read".to_owned(), "pets:write".to_owned()]));
    for wrong in ["", "correct horse", &PASSWORD.to_uppercase(), &format!("{PASSWORD}\n")] {
        assert_eq!(login(&users, "ann", wrong).await, Err(Reject::Invalid("wrong login")), "{wrong}");
    }
    assert_eq!(login(&users, "bob", PASSWORD).await, Err(Reject::Invalid("wrong login")));
    let hash_start = users.rfind('$').unwrap() + 1;
    let (salt_start, hash_start) = (users[..hash_start - 1].rfind('$').unwrap() + 1, hash_start);
    for at in [salt_start, hash_start] {
        assert_eq!(login(&changed(&users, at), "ann", PASSWORD).await, Err(Reject::Invalid("wrong login")), "{at}");
    }
}

#[tokio::test]
async fn a_hash_alone_follows_the_name_that_is_written_before_it() {
    let hash = line(&["hash-password"], PASSWORD);
    assert!(hash.starts_with("$argon2id$"), "{hash}");
    assert_eq!(login(&format!("ann {hash}"), "ann", PASSWORD).await, Ok(vec![]));
    assert_ne!(hash, line(&["hash-password"], PASSWORD), "each hash has its own salt");
    let hash = line(&["hash-key"], KEY);
    assert_eq!(owner(&format!("shop {hash}"), KEY), Ok(("shop".to_owned(), vec![])));
}

#[test]
fn the_runtime_accepts_a_hashed_key_and_no_other() {
    let keys = line(&["hash-key", "--owner", "shop", "--scope", "read"], KEY);
    // The hash is that of `printf %s … | sha256sum`.
    assert_eq!(keys, "shop 695a978447a6d7bb5a87cc542ea0dd2cb3c110bf1715643399dd81944526ba20 read\n");
    assert_eq!(owner(&keys, KEY), Ok(("shop".to_owned(), vec!["read".to_owned()])));
    for wrong in ["", &KEY[1..], &KEY.to_uppercase(), &format!("{KEY}\n"), "shop"] {
        assert_eq!(owner(&keys, wrong), Err(Reject::Invalid("unknown key")), "{wrong}");
    }
    let signed = format!("shop +9{}", &keys["shop 69".len()..]);
    assert!(ApiKeys::from_text(&signed).is_err(), "a sign is not a hexadecimal digit");
    for at in ["shop ".len(), "shop ".len() + 63] {
        assert_eq!(owner(&changed(&keys, at), KEY), Err(Reject::Invalid("unknown key")), "{at}");
    }
}

#[test]
fn one_line_break_at_the_end_is_not_part_of_the_secret() {
    let hash = line(&["hash-key"], KEY);
    assert_eq!(line(&["hash-key"], &format!("{KEY}\n")), hash);
    assert_eq!(line(&["hash-key"], &format!("{KEY}\r\n")), hash);
    refused(&["hash-key"], format!("{KEY}\n\n").as_bytes(), 1);
}

#[test]
fn secrets_that_no_server_accepts_are_refused() {
    let password = |input: &[u8]| refused(&["hash-password"], input, 1);
    let key = |input: &[u8]| refused(&["hash-key"], input, 1);
    assert!(password(b"").contains("empty") && key(b"\n").contains("empty"));
    assert!(password(b"canary\ncanary").contains("control character"));
    assert!(password(b"canary\0").contains("control character"));
    assert!(password(&b"canary-".repeat(147)).contains("longer than 1024 bytes"));
    assert!(password(&b"canary-".repeat(100_000)).contains("longer than 65536 bytes"));
    assert!(password(b"canary\xff").contains("UTF-8"));
    assert!(key(b"canary-15-bytes").contains("shorter than 16 bytes"));
    assert!(key(b" canary-with-spaces-around ").contains("white space"));
    assert!(key("canary-canary-canärie".as_bytes()).contains("not ASCII"));
}

#[test]
fn a_secret_is_never_an_argument() {
    for command in ["hash-password", "hash-key"] {
        let error = refused(&[command, "canary-canary-canary"], KEY.as_bytes(), 2);
        assert!(error.contains("the secret is read from standard input"), "{error}");
    }
}

/// RFC 7617, section 2: only a colon and control characters are forbidden in a user name.
#[tokio::test]
async fn any_user_name_of_http_basic_can_be_stored() {
    for user in ["", "a b", "#a", "\"", "\\", "é\u{a0}"] {
        let users = line(&["hash-password", "--user", user, "--scope", "read"], PASSWORD);
        assert_eq!(login(&users, user, PASSWORD).await, Ok(vec!["read".to_owned()]), "{users}");
        assert_eq!(login(&users, user, "").await, Err(Reject::Invalid("wrong login")), "{users}");
    }
    let users = line(&["hash-password", "--user", "ann", "--allow-empty"], "\n");
    assert_eq!(login(&users, "ann", "").await, Ok(vec![]));
    assert_eq!(login(&users, "ann", PASSWORD).await, Err(Reject::Invalid("wrong login")));
}

#[test]
fn names_and_scopes_cannot_change_the_line() {
    let cases: [(&str, &[&str]); 6] = [
        ("hash-password", &["--user", "a\nb"]),
        ("hash-password", &["--user", "a:b"]),
        ("hash-password", &["--user", "a", "--scope", "b c"]),
        ("hash-key", &["--owner", "a\nb"]),
        ("hash-key", &["--owner", "a", "--scope", "b c"]),
        ("hash-key", &["--scope", "without-owner"]),
    ];
    for (command, arguments) in cases {
        refused(&[&[command], arguments].concat(), KEY.as_bytes(), 2);
    }
}
