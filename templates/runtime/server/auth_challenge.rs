//! A challenge of `WWW-Authenticate` (RFC 9110, section 11.6.1) with additional parameters, such as Digest's `nonce`.

use std::fmt;

use axum::http::HeaderValue;

use super::auth::Reject;

/// The parameters that the challenge of a scheme carries in addition to its usual ones. Each name and value is checked
/// when it is added, so none can break out of the challenge or the header.
///
/// ```text
/// Challenge::new().quoted("nonce", &nonce)?.quoted("qop", "auth")?.token("algorithm", "SHA-256")?
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    first: Form,
    /// Other challenges of the same scheme.
    others: Vec<Form>,
    /// The value of `DPoP-Nonce`.
    dpop_nonce: Option<HeaderValue>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Form {
    /// Names and values. Values are stored as they are written in the header.
    Parameters(Vec<(String, String)>),
    Token68(String),
}

/// The name or value cannot be part of a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChallengeError {
    /// The name of the parameter is not a token (RFC 9110, section 5.6.2).
    Name,
    /// The value is not a token, or contains characters other than printable ASCII.
    Value,
    /// The challenge already has a parameter of this name, or is a token68, which has no parameters.
    Repeated,
}

impl fmt::Display for ChallengeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "the name of a challenge parameter is not a token",
            Self::Value => "the value of a challenge parameter contains characters that are not allowed",
            Self::Repeated => "a challenge has two parameters of one name, or a parameter in addition to a token68",
        })
    }
}

impl std::error::Error for ChallengeError {}

/// A challenge that cannot be written is a bug of the server: the credential cannot be checked.
impl From<ChallengeError> for Reject {
    fn from(_: ChallengeError) -> Self {
        Self::Unavailable
    }
}

impl Default for Challenge {
    fn default() -> Self {
        Self { first: Form::Parameters(Vec::new()), others: Vec::new(), dpop_nonce: None }
    }
}

impl Challenge {
    /// Creates a challenge without additional parameters.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a challenge that consists of one value, as those of `Negotiate` and `NTLM` do.
    ///
    /// # Errors
    ///
    /// If the text is not a token68 (RFC 9110, section 11.2).
    pub fn token68(text: impl Into<String>) -> Result<Self, ChallengeError> {
        let text = text.into();
        let body = text.trim_end_matches('=').as_bytes();
        let is_valid = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(byte);
        if body.is_empty() || !body.iter().all(is_valid) {
            return Err(ChallengeError::Value);
        }
        Ok(Self { first: Form::Token68(text), ..Self::default() })
    }

    /// Adds a parameter whose value is written as a quoted string: `nonce`, `opaque`, `qop`, `realm`, `domain`.
    ///
    /// # Errors
    ///
    /// If the name is not a token, the challenge already has it, or the value has characters other than printable
    /// ASCII.
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
    /// If the name is not a token, the challenge already has it, or the value is not a token.
    pub fn token(self, name: &str, value: &str) -> Result<Self, ChallengeError> {
        if is_token(value) { self.with(name, value.to_owned()) } else { Err(ChallengeError::Value) }
    }

    /// Adds another challenge of the same scheme. Digest sends one for each algorithm (RFC 7616, section 3.7).
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.others.push(other.first);
        self.others.extend(other.others);
        self.dpop_nonce = self.dpop_nonce.or(other.dpop_nonce);
        self
    }

    /// Also sends a nonce for the next proof, in the header `DPoP-Nonce` (RFC 9449, section 9).
    ///
    /// # Errors
    ///
    /// If the nonce has characters other than visible ASCII, or quotation marks or backslashes (section 8.1).
    pub fn dpop_nonce(mut self, nonce: &str) -> Result<Self, ChallengeError> {
        let is_valid = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
        if nonce.is_empty() || !nonce.bytes().all(is_valid) {
            return Err(ChallengeError::Value);
        }
        self.dpop_nonce = Some(HeaderValue::from_str(nonce).map_err(|_| ChallengeError::Value)?);
        Ok(self)
    }

    /// The nonce for the next proof.
    pub(super) fn nonce(&self) -> Option<&HeaderValue> {
        self.dpop_nonce.as_ref()
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

    /// The values of `WWW-Authenticate` for this scheme. Parameters replace those in `usual` that have the same name.
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

/// The text as a quoted string (RFC 9110, section 5.6.4). Characters other than printable ASCII are left out.
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
