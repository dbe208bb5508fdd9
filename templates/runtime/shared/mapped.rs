//! The codec of types that the configuration maps: they are written and read by their own traits.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::json::{Content, Decode, DecodeError, Node, Writer};

/// What generated types require of their parts.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is mapped in the configuration of keystub and must implement `Clone`, `Debug`, `PartialEq`, `Send` and `Sync`",
    label = "does not implement all of `Clone`, `Debug`, `PartialEq`, `Send` and `Sync`"
)]
pub trait Mapped {}

#[diagnostic::do_not_recommend]
impl<T: Clone + Debug + PartialEq + Send + Sync + 'static> Mapped for T {}

/// What a type requires that is written and read as a string.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is mapped in the configuration of keystub and must implement `Display` and `FromStr`",
    label = "does not implement both `Display` and `FromStr`",
    note = "with `via = \"serde\"`, it must implement `Serialize` and `Deserialize` instead"
)]
pub trait MappedText: Sized {
    /// The value of a string.
    fn of_text(text: &str) -> Option<Self>;

    /// The string of the value.
    fn to_text(&self) -> String;
}

#[diagnostic::do_not_recommend]
impl<T: FromStr + Display> MappedText for T {
    fn of_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn to_text(&self) -> String {
        self.to_string()
    }
}

/// What a type requires that is written and read by serde.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is mapped in the configuration of keystub and must implement `Serialize` and `Deserialize`",
    label = "does not implement both `Serialize` and `Deserialize`",
    note = "with `via = \"text\"`, it must implement `Display` and `FromStr` instead"
)]
pub trait MappedSerde: Sized {
    /// The value of JSON.
    fn of_json(json: serde_json::Value) -> Option<Self>;

    /// The JSON of the value.
    fn to_json(&self) -> Option<serde_json::Value>;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> MappedSerde for T {
    fn of_json(json: serde_json::Value) -> Option<Self> {
        serde_json::from_value(json).ok()
    }

    fn to_json(&self) -> Option<serde_json::Value> {
        serde_json::to_value(self).ok()
    }
}

/// Requires that the type can be a part of generated types and, if they have them, implements `Eq` and `Hash`.
pub const fn check<T: Mapped>() {}

/// Requires `Eq` and `Hash`, which the configuration promises.
pub const fn check_hash<T: Eq + std::hash::Hash>() {}

/// Reads a string.
///
/// # Errors
///
/// If the value is not a string, or not one of this type. The message does not repeat it.
pub fn read_text<T: MappedText>(value: Node<'_>, name: &str) -> Result<T, DecodeError> {
    T::of_text(value.string()?).ok_or_else(|| invalid(name))
}

/// Writes a string.
pub fn write_text<T: MappedText>(value: &T, json: &mut Writer<'_>) {
    json.string(&value.to_text());
}

/// Reads JSON with serde.
///
/// # Errors
///
/// If the value is not one of this type.
pub fn read_serde<T: MappedSerde>(value: Node<'_>, name: &str) -> Result<T, DecodeError> {
    read_with(value, name, T::of_json)
}

/// Writes JSON with serde. If serde fails, `to_vec` returns an error.
pub fn write_serde<T: MappedSerde>(value: &T, json: &mut Writer<'_>) {
    write_with(value.to_json(), json);
}

/// Reads JSON with a function. Text of a parameter or form may be a string or a number, so both are tried.
///
/// # Errors
///
/// If the function refuses the value.
pub fn read_with<T>(
    value: Node<'_>,
    name: &str,
    read: impl Fn(serde_json::Value) -> Option<T>,
) -> Result<T, DecodeError> {
    let found = read(serde_json::Value::decode(value)?);
    let of_number = || match value.content() {
        Content::Text(text) => {
            serde_json::from_str::<serde_json::Number>(text).ok().and_then(|number| read(number.into()))
        }
        _ => None,
    };
    found.or_else(of_number).ok_or_else(|| invalid(name))
}

/// Writes JSON; `None` makes `to_vec` return an error.
pub fn write_with(value: Option<serde_json::Value>, json: &mut Writer<'_>) {
    match value {
        Some(value) => json.json(&value),
        None => json.fail(),
    }
}

fn invalid(name: &str) -> DecodeError {
    DecodeError::new(format!("expected a valid `{name}`"))
}
