//! [`Code`]: text that is known to be Rust, since only tokens make it.

use proc_macro2::TokenStream;

/// Rust source made from tokens; the one kind of text that templates print as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code(String);

impl Code {
    /// The text of the tokens.
    pub fn new(tokens: &TokenStream) -> Self {
        Self(tokens.to_string())
    }

    /// The identifier as code.
    pub fn ident(ident: &crate::names::Ident) -> Self {
        Self(ident.as_str().to_owned())
    }

    /// A word that stands in this project's source.
    pub fn word(word: &'static str) -> Self {
        Self(word.to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<TokenStream> for Code {
    fn from(tokens: TokenStream) -> Self {
        Self::new(&tokens)
    }
}
