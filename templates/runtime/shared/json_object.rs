//! The codec of objects, from a list of their properties.

use std::collections::BTreeMap;

use super::json::{Decode, DecodeError, Node, Object};

/// The properties of an object, for reading all fields of a struct. A field with a value for an invalid property, such as
/// `None`, is read without a `Result`: [`Self::end`] returns the first error. This shortens the compile time of generated code,
/// because a `?` costs more than the call. The readers are not inlined, for the same reason: reading is not faster if they are.
#[derive(Debug)]
#[must_use = "the error is returned by `end`"]
pub struct Fields<'v> {
    object: Object<'v>,
    /// The first error. The properties after it are not read.
    error: Option<DecodeError>,
}

impl<'v> Fields<'v> {
    /// The properties of this value.
    ///
    /// # Errors
    ///
    /// If the value is not an object.
    pub fn of(value: Node<'v>) -> Result<Self, DecodeError> {
        value.object().map(|object| Self { object, error: None })
    }

    /// Reads a required property.
    ///
    /// # Errors
    ///
    /// If the property is missing or does not have its type, or there was an error before.
    #[inline(never)]
    pub fn required<T: Decode>(&mut self, name: &str) -> Result<T, DecodeError> {
        self.error.take().map_or_else(|| self.object.required(name), Err)
    }

    /// Reads an optional property; `null` counts as missing.
    #[inline(never)]
    pub fn optional<T: Decode>(&mut self, name: &str) -> Option<T> {
        self.keep(|object| object.optional(name))
    }

    /// Reads an optional property that must not be `null`.
    #[inline(never)]
    pub fn optional_not_null<T: Decode>(&mut self, name: &str) -> Option<T> {
        self.keep(|object| object.optional_not_null(name))
    }

    /// Reads an optional property that is missing (`None`), `null` (`Some(None)`) or has a value. `T` is the inner
    /// `Option`.
    pub fn nullable<T: Decode>(&mut self, name: &str) -> Option<T> {
        self.optional_not_null(name)
    }

    /// Reads a property; if it is missing, returns the document's default.
    pub fn or_default<T: Decode>(&mut self, name: &str, default: impl FnOnce() -> T) -> T {
        self.optional(name).unwrap_or_else(default)
    }

    /// Reads a required property that is read-only or write-only, so that its field is an `Option`.
    pub fn received_required<T: Decode>(&mut self, name: &str) -> Option<T> {
        self.keep(|object| object.required(name).map(Some))
    }

    /// Reads an optional property that is never written; `null` counts as missing.
    pub fn received<T: Decode>(&mut self, name: &str) -> Option<T> {
        self.optional(name)
    }

    /// Reads an optional property that is never written and must not be `null`, unless `T` accepts it.
    pub fn received_not_null<T: Decode>(&mut self, name: &str) -> Option<T> {
        self.optional_not_null(name)
    }

    /// Ignores a property that is only written by this side.
    #[allow(clippy::unused_self)] // the signature matches the other readers
    pub fn sent<T>(&mut self, _name: &str) -> Option<T> {
        None
    }

    /// Reads the properties that are not in `known`.
    #[inline(never)]
    pub fn rest<T: Decode>(&mut self, known: &[&str]) -> BTreeMap<String, T> {
        self.keep(|object| object.rest(known).map(Some)).unwrap_or_default()
    }

    /// Returns the struct that was made from the fields.
    ///
    /// # Errors
    ///
    /// The first error of the fields.
    pub fn end<T>(self, decoded: T) -> Result<T, DecodeError> {
        self.error.map_or(Ok(decoded), Err)
    }

    /// Keeps the error of a property that is read.
    fn keep<T>(&mut self, read: impl FnOnce(&mut Object<'v>) -> Result<Option<T>, DecodeError>) -> Option<T> {
        if self.error.is_some() {
            return None;
        }
        read(&mut self.object).unwrap_or_else(|error| {
            self.error = Some(error);
            None
        })
    }
}

/// Implements `Decode` and `Encode` for a struct, and `Eq` after `for Type: Eq;`. `how(field, …);` lists properties whose key is
/// the name of the field, `how { field "key", … };` others. `how` is a method of [`Fields`] and `ObjectWriter`: `optional`,
/// `optional_not_null`, `nullable`, or `or_default { field "key" = value }`; `received…` for properties that are only read,
/// `sent` for those that are only written. `required` is followed by `!`: only such a property
/// returns a `Result`, because there is no value for its field. `rest field;` names the
/// field for all other properties.
#[macro_export]
macro_rules! json_object {
    (for $ty:ident $(: $eq:ident)?;) => {
        $(impl std::cmp::$eq for $ty {})?

        impl rt::Decode for $ty {
            fn decode(value: rt::Node<'_>) -> Result<Self, rt::DecodeError> {
                value.object().map(|_| Self {})
            }
        }

        impl rt::Encode for $ty {
            fn encode(&self, json: &mut rt::Writer<'_>) {
                json.object().end();
            }
        }
    };
    (for $ty:ident $(: $eq:ident)?; rest $rest:ident; $($how:ident
        $(($($field:ident),+))? $({ $($named:ident $key:literal $(= $default:expr)?),+ })?
        $(!($($needed:ident),+))? $(!{ $($needed_named:ident $needed_key:literal),+ })?;
    )*) => {
        $(impl std::cmp::$eq for $ty {})?

        impl rt::Decode for $ty {
            fn decode(value: rt::Node<'_>) -> Result<Self, rt::DecodeError> {
                let mut fields = rt::json_object::Fields::of(value)?;
                let decoded = Self {
                    $(
                        $($($field: fields.$how(stringify!($field)),)+)?
                        $($($named: fields.$how($key $(, || $default)?),)+)?
                        $($($needed: fields.$how(stringify!($needed))?,)+)?
                        $($($needed_named: fields.$how($needed_key)?,)+)?
                    )*
                    $rest: fields.rest(&[$(
                        $($(stringify!($field),)+)? $($($key,)+)? $($(stringify!($needed),)+)? $($($needed_key,)+)?
                    )*]),
                };
                fields.end(decoded)
            }
        }

        impl rt::Encode for $ty {
            fn encode(&self, json: &mut rt::Writer<'_>) {
                let mut object = json.object();
                $(
                    $($(object.$how(stringify!($field), &self.$field);)+)?
                    $($(object.$how($key, &self.$named);)+)?
                    $($(object.$how(stringify!($needed), &self.$needed);)+)?
                    $($(object.$how($needed_key, &self.$needed_named);)+)?
                )*
                object.rest(&self.$rest, &[$(
                    $($(stringify!($field),)+)? $($($key,)+)? $($(stringify!($needed),)+)? $($($needed_key,)+)?
                )*]);
                object.end();
            }
        }
    };
    (for $ty:ident $(: $eq:ident)?; $($how:ident
        $(($($field:ident),+))? $({ $($named:ident $key:literal $(= $default:expr)?),+ })?
        $(!($($needed:ident),+))? $(!{ $($needed_named:ident $needed_key:literal),+ })?;
    )+) => {
        $(impl std::cmp::$eq for $ty {})?

        impl rt::Decode for $ty {
            fn decode(value: rt::Node<'_>) -> Result<Self, rt::DecodeError> {
                let mut fields = rt::json_object::Fields::of(value)?;
                let decoded = Self {
                    $(
                        $($($field: fields.$how(stringify!($field)),)+)?
                        $($($named: fields.$how($key $(, || $default)?),)+)?
                        $($($needed: fields.$how(stringify!($needed))?,)+)?
                        $($($needed_named: fields.$how($needed_key)?,)+)?
                    )+
                };
                fields.end(decoded)
            }
        }

        impl rt::Encode for $ty {
            fn encode(&self, json: &mut rt::Writer<'_>) {
                let mut object = json.object();
                $(
                    $($(object.$how(stringify!($field), &self.$field);)+)?
                    $($(object.$how($key, &self.$named);)+)?
                    $($(object.$how(stringify!($needed), &self.$needed);)+)?
                    $($(object.$how($needed_key, &self.$needed_named);)+)?
                )+
                object.end();
            }
        }
    };
}
pub use json_object;
