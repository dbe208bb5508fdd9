//! The codec of string enums, from a list of their variants.

/// Implements `as_str`, `Decode` and `Encode` for an enum. An open enum keeps unknown strings in `Unknown`, a closed
/// one rejects them.
#[macro_export]
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

        impl rt::Decode for $ty {
            fn decode(value: &rt::Value<'_>) -> Result<Self, rt::DecodeError> {
                Ok(match value.string()? {
                    $($text => Self::$variant,)+
                    other => Self::Unknown(other.to_owned()),
                })
            }
        }

        rt::json_text::json_text!(encode $ty);
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

        impl rt::Decode for $ty {
            fn decode(value: &rt::Value<'_>) -> Result<Self, rt::DecodeError> {
                match value.string()? {
                    $($text => Ok(Self::$variant),)+
                    other => Err(rt::DecodeError::unknown_value(other, &[$($text),+])),
                }
            }
        }

        rt::json_text::json_text!(encode $ty);
    };
    (encode $ty:ident) => {
        impl rt::Encode for $ty {
            fn encode(&self, json: &mut rt::Writer) {
                json.string(self.as_str());
            }
        }
    };
}
pub use json_text;
