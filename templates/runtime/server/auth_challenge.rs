//! A challenge of `WWW-Authenticate` (RFC 9110, section 11.6.1) with parameters of its own, such as Digest's `nonce`.

use std::fmt;

use super::auth::Reject;

/// What the challenge of a scheme carries besides the parameters that it has anyway. Each name and value is checked when
/// it is added, so none can end its challenge or its header.
///
/// ```text
/// Challenge::new().quoted("nonce", &nonce)?.quoted("qop", "auth")?.token("algorithm", "SHA-256")?
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    first: Form,
    /// Other challenges of the same scheme.
    others: Vec<Form>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Form {
    /// Names and values; the values as they are written.
    Parameters(Vec<(String, String)>),
    Token68(String),
}

/// A name or a value that cannot be part of a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChallengeError {
    /// The name of the parameter is not a token (RFC 9110, section 5.6.2).
    Name,
    /// The value is not a token, or holds characters other than printable ASCII.
    Value,
    /// The challenge already has a parameter of this name, or is a token68, which has none.
    Repeated,
}

impl fmt::Display for ChallengeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "the name of a challenge parameter is not a token",
            Self::Value => "the value of a challenge parameter holds characters that it must not hold",
            Self::Repeated => "a challenge parameter is given twice, or beside a token68",
        })
    }
}

impl std::error::Error for ChallengeError {}

/// A challenge that cannot be written is a mistake of the server: the credential cannot be judged.
impl From<ChallengeError> for Reject {
    fn from(_: ChallengeError) -> Self {
        Self::Unavailable
    }
}

impl Default for Challenge {
    fn default() -> Self {
        Self { first: Form::Parameters(Vec::new()), others: Vec::new() }
    }
}

impl Challenge {
    /// A challenge without parameters of its own.
    pub fn new() -> Self {
        Self::default()
    }

    /// A challenge that is one value, as `Negotiate` and `NTLM` have it.
    ///
    /// # Errors
    ///
    /// When the text is not a token68 (RFC 9110, section 11.2).
    pub fn token68(text: impl Into<String>) -> Result<Self, ChallengeError> {
        let text = text.into();
        let body = text.trim_end_matches('=').as_bytes();
        let is_right = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(byte);
        if body.is_empty() || !body.iter().all(is_right) {
            return Err(ChallengeError::Value);
        }
        Ok(Self { first: Form::Token68(text), others: Vec::new() })
    }

    /// Adds a parameter whose value is written as a quoted string: `nonce`, `opaque`, `qop`, `realm`, `domain`.
    ///
    /// # Errors
    ///
    /// When the name is not a token or is there already, or the value holds anything but printable ASCII.
    pub fn quoted(self, name: &str, value: &str) -> Result<Self, ChallengeError> {
        if !value.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Err(ChallengeError::Value);
        }
        self.with(name, quoted(value))
    }

    /// Adds a parameter whose value is written as a token: `algorithm`, `stale`.
    ///
    /// # Errors
    ///
    /// When the name is not a token or is there already, or the value is not a token.
    pub fn token(self, name: &str, value: &str) -> Result<Self, ChallengeError> {
        if is_token(value) { self.with(name, value.to_owned()) } else { Err(ChallengeError::Value) }
    }

    /// Adds another challenge of the same scheme: Digest names one for each algorithm (RFC 7616, section 3.7).
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.others.push(other.first);
        self.others.extend(other.others);
        self
    }

    fn with(mut self, name: &str, value: String) -> Result<Self, ChallengeError> {
        if !is_token(name) {
            return Err(ChallengeError::Name);
        }
        let Form::Parameters(parameters) = &mut self.first else { return Err(ChallengeError::Repeated) };
        if parameters.iter().any(|(other, _)| other.eq_ignore_ascii_case(name)) {
            return Err(ChallengeError::Repeated);
        }
        parameters.push((name.to_owned(), value));
        Ok(self)
    }

    /// The values of `WWW-Authenticate` for this scheme. Parameters replace those of `usual` that have the same name.
    pub(super) fn values(&self, scheme: &str, usual: &[(&str, String)]) -> Vec<String> {
        std::iter::once(&self.first).chain(&self.others).map(|form| form.value(scheme, usual)).collect()
    }
}

impl Form {
    fn value(&self, scheme: &str, usual: &[(&str, String)]) -> String {
        let own = match self {
            Self::Token68(text) => return format!("{scheme} {text}"),
            Self::Parameters(own) => own,
        };
        let is_usual = |name: &str| usual.iter().any(|(other, _)| other.eq_ignore_ascii_case(name));
        let more = own.iter().filter(|(name, _)| !is_usual(name)).cloned();
        let usual = usual.iter().map(|(name, text)| {
            let replaced = own.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
            replaced.cloned().unwrap_or_else(|| ((*name).to_owned(), quoted(text)))
        });
        let parameters: Vec<String> = usual.chain(more).map(|(name, value)| format!("{name}={value}")).collect();
        if parameters.is_empty() { scheme.to_owned() } else { format!("{scheme} {}", parameters.join(", ")) }
    }
}

/// A quoted string (RFC 9110, section 5.6.4) of what of the text is printable ASCII.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars().filter(|c| matches!(c, ' '..='~')) {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}
