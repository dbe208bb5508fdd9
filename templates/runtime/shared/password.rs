//! Strings that are not printed (`format: password`).

use std::fmt;

use super::json::{Decode, DecodeError, Encode, Node, Scalar};

/// A string that `Debug` does not show.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Password(pub String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

impl From<&str> for Password {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl Decode for Password {
    fn decode(value: Node<'_>) -> Result<Self, DecodeError> {
        String::decode(value).map(Self)
    }
}

impl Encode for Password {
    fn scalar(&self) -> Option<Scalar<'_>> {
        Some(Scalar::Text(&self.0))
    }
}
