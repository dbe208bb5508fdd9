//! [`Code`]: Rust source. It is made from tokens only, so it cannot contain text that escapes from a literal.

use proc_macro2::TokenStream;

/// Rust source made from tokens. Templates print it unchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code(String);

impl Code {
    /// The source of these tokens.
    pub fn new(tokens: &TokenStream) -> Self {
        Self(tokens.to_string())
    }

    /// The identifier as code.
    pub fn ident(ident: &crate::names::Ident) -> Self {
        Self(ident.as_str().to_owned())
    }

    /// A word that is a literal in keystub's source.
    pub fn word(word: &'static str) -> Self {
        Self(word.to_owned())
    }

    /// One after the other.
    pub fn joined(codes: &[Self]) -> Self {
        Self(codes.iter().map(Self::as_str).collect::<Vec<_>>().join(" "))
    }

    /// The source.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<TokenStream> for Code {
    fn from(tokens: TokenStream) -> Self {
        Self::new(&tokens)
    }
}
