//! The codec of string enums, from a list of their variants.

/// Implements `as_str`, `Decode` and `Encode` for an enum. An open enum keeps unknown strings in `Unknown`, a closed
/// one rejects them.
macro_rules! json_text {
    (open $ty:ident; $($variant:ident $text:literal,)+) => {
        impl $ty {
            /// The string in JSON.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Unknown(other) => other,
                }
            }
        }

        impl Decode for $ty {
            fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
                Ok(match value.string()? {
                    $($text => Self::$variant,)+
                    other => Self::Unknown(other.to_owned()),
                })
            }
        }

        json_text!(encode $ty);
    };
    (closed $ty:ident; $($variant:ident $text:literal,)+) => {
        impl $ty {
            /// The string in JSON.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }

        impl Decode for $ty {
            fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
                match value.string()? {
                    $($text => Ok(Self::$variant),)+
                    other => Err(DecodeError::unknown_value(other, &[$($text),+])),
                }
            }
        }

        json_text!(encode $ty);
    };
    (encode $ty:ident) => {
        impl Encode for $ty {
            fn encode(&self, json: &mut Writer) {
                json.string(self.as_str());
            }
        }
    };
}
pub(crate) use json_text;
