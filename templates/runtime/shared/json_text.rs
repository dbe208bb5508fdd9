//! The conversions and the codec of string enums, from a list of their variants.

/// Implements `as_str`, the conversions from and to strings, `Decode` and `Encode` for an enum. An open enum keeps
/// unknown strings in `Unknown`, a closed one rejects them.
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

        impl std::convert::From<&str> for $ty {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)+
                    other => Self::Unknown(other.to_owned()),
                }
            }
        }

        impl std::convert::From<String> for $ty {
            fn from(text: String) -> Self {
                <Self as std::convert::From<&str>>::from(&text)
            }
        }

        impl std::str::FromStr for $ty {
            type Err = std::convert::Infallible;

            fn from_str(text: &str) -> Result<Self, std::convert::Infallible> {
                Ok(<Self as std::convert::From<&str>>::from(text))
            }
        }

        impl rt::Decode for $ty {
            fn decode(value: rt::Node<'_>) -> Result<Self, rt::DecodeError> {
                value.string().map(<Self as std::convert::From<&str>>::from)
            }
        }

        rt::json_text::json_text!(common $ty);
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

        impl std::convert::TryFrom<&str> for $ty {
            type Error = rt::DecodeError;

            fn try_from(text: &str) -> Result<Self, rt::DecodeError> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    other => Err(rt::DecodeError::unknown_value(other, &[$($text),+])),
                }
            }
        }

        impl std::str::FromStr for $ty {
            type Err = rt::DecodeError;

            fn from_str(text: &str) -> Result<Self, rt::DecodeError> {
                <Self as std::convert::TryFrom<&str>>::try_from(text)
            }
        }

        impl rt::Decode for $ty {
            fn decode(value: rt::Node<'_>) -> Result<Self, rt::DecodeError> {
                value.string().and_then(<Self as std::convert::TryFrom<&str>>::try_from)
            }
        }

        rt::json_text::json_text!(common $ty);
    };
    (common $ty:ident) => {
        impl std::convert::AsRef<str> for $ty {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl std::fmt::Display for $ty {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl rt::Encode for $ty {
            fn scalar(&self) -> Option<rt::json::Scalar<'_>> {
                Some(rt::json::Scalar::Text(self.as_str()))
            }
        }
    };
}
pub use json_text;
