//! Bytes encoded as base64 strings (`format: byte`; RFC 4648, section 4).

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::json::{Decode, DecodeError, Encode, Node, Writer};

/// Bytes that are a base64 string in JSON.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Base64(pub Vec<u8>);

impl fmt::Debug for Base64 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Base64({} bytes)", self.0.len())
    }
}

impl Decode for Base64 {
    fn decode(value: Node<'_>) -> Result<Self, DecodeError> {
        STANDARD.decode(value.string()?).map(Self).map_err(|_| DecodeError::new("expected a base64 string"))
    }
}

impl Encode for Base64 {
    fn encode(&self, json: &mut Writer<'_>) {
        json.string(&STANDARD.encode(&self.0));
    }
}
