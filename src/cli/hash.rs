//! `keystub hash-password` and `keystub hash-key`: read a secret and print its hash, as the stores of generated servers
//! read it. The secret comes from standard input, never from an argument: arguments are visible in process lists and
//! shell histories.

use std::ffi::OsString;
use std::io::{IsTerminal, Read};

use argon2::Argon2;
use argon2::password_hash::PasswordHasher;
use clap::Args;
use clap::error::ErrorKind;
use sha2::{Digest, Sha256};

/// The longest password that a generated server accepts, in bytes.
const LONGEST_PASSWORD: usize = 1 << 10;

/// The length below which a key can be guessed, in bytes.
const SHORTEST_KEY: usize = 16;

/// No secret is longer than this, in bytes: reading stops.
const LONGEST_INPUT: u64 = 1 << 16;

#[derive(Debug, Args)]
pub(super) struct HashPasswordArgs {
    /// Print a line of the users file for this user, instead of the hash alone
    #[arg(long, value_name = "NAME", value_parser = user_name)]
    user: Option<String>,
    /// Accept an empty password
    #[arg(long)]
    allow_empty: bool,
    /// Grant this scope to the user; can be repeated
    #[arg(long, value_name = "SCOPE", value_parser = word, requires = "user")]
    scope: Vec<String>,
    #[arg(hide = true)]
    unexpected: Vec<OsString>,
}

#[derive(Debug, Args)]
pub(super) struct HashKeyArgs {
    /// Print a line of the keys file for this owner, instead of the hash alone
    #[arg(long, value_name = "NAME", value_parser = first_word)]
    owner: Option<String>,
    /// Grant this scope to the key; can be repeated
    #[arg(long, value_name = "SCOPE", value_parser = word, requires = "owner")]
    scope: Vec<String>,
    #[arg(hide = true)]
    unexpected: Vec<OsString>,
}

impl HashPasswordArgs {
    /// Reads a password and returns its line of the users file.
    pub(super) fn run(&self) -> Result<String, String> {
        refuse_arguments(&self.unexpected);
        let password = read_secret("Password: ", Some("Repeat the password: "), self.allow_empty)?;
        if password.len() > LONGEST_PASSWORD {
            return Err(format!(
                "the password is longer than {LONGEST_PASSWORD} bytes, which no generated server accepts"
            ));
        }
        // The parameters of `Argon2::default()` are those of the runtime, which hashes with it as well.
        let hash = Argon2::default().hash_password(password.as_bytes());
        let hash = hash.map_err(|error| format!("cannot hash the password: {error}"))?;
        Ok(line(self.user.as_deref().map(quoted).as_deref(), &hash.to_string(), &self.scope))
    }
}

impl HashKeyArgs {
    /// Reads an API key and returns its line of the keys file.
    pub(super) fn run(&self) -> Result<String, String> {
        refuse_arguments(&self.unexpected);
        let key = read_secret("API key: ", None, false)?;
        if key.len() < SHORTEST_KEY {
            return Err(format!("the key is shorter than {SHORTEST_KEY} bytes and can be guessed"));
        }
        if !key.is_ascii() {
            return Err("the key contains a character that is not ASCII, which no header field can carry".to_owned());
        }
        // HTTP removes spaces around the value of a header field: such a key would never match.
        if key.trim() != key {
            return Err("the key begins or ends with white space".to_owned());
        }
        let hash: String = Sha256::digest(key.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(line(self.owner.as_deref(), &hash, &self.scope))
    }
}

/// Exits if there are arguments. They are not printed: one may be the secret.
fn refuse_arguments(unexpected: &[OsString]) {
    if !unexpected.is_empty() {
        let message = "unexpected argument; the secret is read from standard input\n";
        clap::Error::raw(ErrorKind::UnknownArgument, message).exit()
    }
}

/// Prompts without echo if standard input is a terminal, else reads all of it; one line break at the end is not part of
/// the secret.
fn read_secret(prompt: &str, repeat: Option<&str>, allow_empty: bool) -> Result<String, String> {
    let ask =
        |prompt: &str| rpassword::prompt_password(prompt).map_err(|error| format!("cannot read a secret: {error}"));
    let secret = if std::io::stdin().is_terminal() {
        let secret = ask(prompt)?;
        if let Some(repeat) = repeat
            && ask(repeat)? != secret
        {
            return Err("the two inputs differ".to_owned());
        }
        secret
    } else {
        piped()?
    };
    if secret.is_empty() && !allow_empty {
        return Err("the secret is empty; it is read from standard input".to_owned());
    }
    // RFC 7617 and the grammar of header fields allow none, so no request could present it.
    if secret.starts_with('\u{feff}') {
        return Err("the secret begins with a byte order mark; save the file without one".to_owned());
    }
    if secret.chars().any(char::is_control) {
        return Err("the secret contains a control character or more than one line".to_owned());
    }
    Ok(secret)
}

fn piped() -> Result<String, String> {
    let mut text = String::new();
    let read = std::io::stdin().take(LONGEST_INPUT + 1).read_to_string(&mut text);
    // The error of invalid UTF-8 does not contain the text.
    read.map_err(|error| format!("cannot read standard input: {error}"))?;
    if text.len() as u64 > LONGEST_INPUT {
        return Err(format!("the secret is longer than {LONGEST_INPUT} bytes"));
    }
    let secret = text.strip_suffix('\n').unwrap_or(&text);
    Ok(secret.strip_suffix('\r').unwrap_or(secret).to_owned())
}

/// The hash alone, or with a name and scopes as a line of a store.
fn line(name: Option<&str>, hash: &str, scopes: &[String]) -> String {
    let mut words: Vec<&str> = name.into_iter().collect();
    words.push(hash);
    words.extend(scopes.iter().map(String::as_str));
    words.join(" ") + "\n"
}

/// A column of a store, which white space separates.
fn word(text: &str) -> Result<String, String> {
    if text.is_empty() || text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err("expected text without white space and control characters".to_owned());
    }
    Ok(text.to_owned())
}

/// The first column of a store: a line that begins with `#` is a comment.
fn first_word(text: &str) -> Result<String, String> {
    match text.starts_with('#') {
        true => Err("a name cannot begin with `#`, which begins a comment".to_owned()),
        false => word(text),
    }
}

/// A user name of Basic authentication: it ends at the first colon, and any text without control characters is valid
/// (RFC 7617, section 2).
fn user_name(text: &str) -> Result<String, String> {
    if text.contains(':') {
        return Err("a user name cannot contain `:` (RFC 7617)".to_owned());
    }
    if text.chars().any(char::is_control) {
        return Err("a user name cannot contain control characters (RFC 7617)".to_owned());
    }
    Ok(text.to_owned())
}

/// The first column of the users file: a JSON string if the name is not a word.
fn quoted(name: &str) -> String {
    let is_word = !name.is_empty() && !name.starts_with(['#', '"']) && !name.contains(char::is_whitespace);
    if is_word { name.to_owned() } else { serde_json::Value::from(name).to_string() }
}
