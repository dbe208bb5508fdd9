//! serde's traits for generated types, so that they can be used with other serde formats.

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Error as _, Serialize, Serializer};

use super::json::{Decode, Encode, Value, read, to_vec};

/// Deserializes a tree from any serde format and reads the type from it.
///
/// # Errors
///
/// If the value does not have this type.
pub fn deserialize<'de, D: Deserializer<'de>, T: Decode>(deserializer: D) -> Result<T, D::Error> {
    read(&Value::deserialize(deserializer)?).map_err(D::Error::custom)
}

/// Serializes the type through its JSON.
///
/// # Errors
///
/// If the value contains a number that is not finite.
pub fn serialize<S: Serializer>(value: &dyn Encode, serializer: S) -> Result<S::Ok, S::Error> {
    let json = to_vec(value).map_err(S::Error::custom)?;
    serde_json::from_slice::<serde_json::Value>(&json).map_err(S::Error::custom)?.serialize(serializer)
}

/// Implements serde's traits for types.
#[macro_export]
macro_rules! forward_serde {
    ($($ty:ty),* $(,)?) => {$(
        impl rt::serde::Serialize for $ty {
            fn serialize<S: rt::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                rt::serde_forward::serialize(self, serializer)
            }
        }

        impl<'de> rt::serde::Deserialize<'de> for $ty {
            fn deserialize<D: rt::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                rt::serde_forward::deserialize(deserializer)
            }
        }
    )*};
}
pub use forward_serde;
