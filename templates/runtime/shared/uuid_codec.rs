//! The codec of UUIDs (RFC 9562).

use uuid::Uuid;

use super::json::{Decode, DecodeError, Encode, Node, Writer};

impl Decode for Uuid {
    fn decode(value: Node<'_>) -> Result<Self, DecodeError> {
        Self::try_parse(value.string()?).map_err(|_| DecodeError::new("expected a UUID"))
    }
}

impl Encode for Uuid {
    fn encode(&self, json: &mut Writer<'_>) {
        json.string(&self.hyphenated().to_string());
    }
}
