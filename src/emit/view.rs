//! The values that a template prints, made for that template.

use std::collections::BTreeMap;

use crate::rust::Code;

/// A value in a template.
#[derive(Debug, Clone)]
pub enum View {
    /// Printed verbatim.
    Code(Code),
    /// Printed verbatim: text that was escaped for a file that is not Rust.
    Prose(String),
    /// Printed as a Rust string literal.
    Text(String),
    /// For `for`.
    List(Vec<View>),
    /// For `name.part`.
    Map(BTreeMap<&'static str, View>),
    /// For `if`.
    Flag(bool),
}

impl View {
    /// Text for a file that is not Rust. The caller has escaped it.
    pub fn prose(text: String) -> Self {
        Self::Prose(text)
    }
}

impl From<Code> for View {
    fn from(code: Code) -> Self {
        Self::Code(code)
    }
}

impl From<proc_macro2::TokenStream> for View {
    fn from(tokens: proc_macro2::TokenStream) -> Self {
        Self::Code(Code::new(&tokens))
    }
}

impl From<&crate::names::Ident> for View {
    fn from(ident: &crate::names::Ident) -> Self {
        Self::Code(Code::ident(ident))
    }
}

impl From<&str> for View {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for View {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for View {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<Vec<View>> for View {
    fn from(items: Vec<View>) -> Self {
        Self::List(items)
    }
}

/// A map of named views.
macro_rules! view {
    ($($name:ident: $value:expr),* $(,)?) => {
        $crate::emit::view::View::Map(std::collections::BTreeMap::from([
            $((stringify!($name), $crate::emit::view::View::from($value))),*
        ]))
    };
}
pub(super) use view;
