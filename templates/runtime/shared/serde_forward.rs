//! serde's traits for generated types, so that they can be used with other serde formats.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::{Error as _, Serialize, SerializeMap, SerializeSeq, Serializer};

use super::json::{Decode, Encode, EncodeError, Scalar};
use super::json_parse::{NUMBER, Number};
use super::json_tape::{NewEntry, Tape};
use super::json_write::{Part, Sink, to_sink};

/// Deserializes a tape from any serde format and reads the type from it.
///
/// # Errors
///
/// If the value does not have this type.
pub fn deserialize<'de, D: Deserializer<'de>, T: Decode>(deserializer: D) -> Result<T, D::Error> {
    let mut tape = Tape::without_text();
    Builder(&mut tape, &Cell::new(false)).deserialize(deserializer)?;
    tape.read().map_err(D::Error::custom)
}

/// Serializes the type part by part.
///
/// # Errors
///
/// If the value contains a number that is not finite.
pub fn serialize<S: Serializer>(value: &dyn Encode, serializer: S) -> Result<S::Ok, S::Error> {
    // Binary formats write the number of properties first.
    let length = if serializer.is_human_readable() { None } else { Some(count(value)) };
    let mut forward = Forward { state: State::Ready(serializer), length };
    let written = to_sink(value, &mut forward);
    match forward.state {
        State::Done(done) => written.map(|()| done).map_err(S::Error::custom),
        State::Failed(error) => Err(error),
        State::Ready(_) | State::Object(_) | State::Array(_) | State::Moved => {
            Err(S::Error::custom("the value has no end"))
        }
    }
}

/// The number of properties or items of a value.
fn count(value: &dyn Encode) -> usize {
    let mut count = Count(0);
    // If this fails, serializing the value fails too.
    let _ = to_sink(value, &mut count);
    count.0
}

struct Count(usize);

impl Sink for Count {
    fn put(&mut self, part: Part<'_>) {
        self.0 += usize::from(matches!(part, Part::Property(..) | Part::Item(_)));
    }
}

/// Passes the parts of a value to a serializer.
struct Forward<S: Serializer> {
    state: State<S>,
    /// The number of properties or items, if the format needs it.
    length: Option<usize>,
}

enum State<S: Serializer> {
    Ready(S),
    Object(S::SerializeMap),
    Array(S::SerializeSeq),
    Done(S::Ok),
    Failed(S::Error),
    Moved,
}

/// A value that is serialized by the serializer that it is given to.
struct Inner<'v>(&'v dyn Encode);

impl Serialize for Inner<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(self.0, serializer)
    }
}

impl<S: Serializer> Sink for Forward<S> {
    fn put(&mut self, part: Part<'_>) {
        let added = match (&mut self.state, &part) {
            (State::Object(object), Part::Property(name, value)) => match value.scalar() {
                Some(scalar) => object.serialize_entry(*name, &scalar),
                None => object.serialize_entry(*name, &Inner(*value)),
            },
            (State::Array(array), Part::Item(item)) => match item.scalar() {
                Some(scalar) => array.serialize_element(&scalar),
                None => array.serialize_element(&Inner(*item)),
            },
            _ => {
                let state = std::mem::replace(&mut self.state, State::Moved);
                self.state = state.then(part, self.length).unwrap_or_else(State::Failed);
                return;
            }
        };
        if let Err(error) = added {
            self.state = State::Failed(error);
        }
    }
}

impl<S: Serializer> State<S> {
    fn then(self, part: Part<'_>, length: Option<usize>) -> Result<Self, S::Error> {
        match (self, part) {
            (Self::Ready(serializer), Part::Object) => serializer.serialize_map(length).map(Self::Object),
            (Self::Ready(serializer), Part::Array(known)) => {
                serializer.serialize_seq(known.or(length)).map(Self::Array)
            }
            (Self::Ready(serializer), Part::Null) => serializer.serialize_unit().map(Self::Done),
            (Self::Ready(serializer), Part::Scalar(scalar)) => scalar.serialize(serializer).map(Self::Done),
            (Self::Ready(serializer), Part::Large(number)) => serializer.serialize_i128(number).map(Self::Done),
            (Self::Ready(serializer), Part::Json(value)) => value.serialize(serializer).map(Self::Done),
            (Self::Object(object), Part::End) => object.end().map(Self::Done),
            (Self::Array(array), Part::End) => array.end().map(Self::Done),
            (state, _) => Ok(state),
        }
    }
}

impl Serialize for Scalar<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self {
            Self::Bool(value) => serializer.serialize_bool(value),
            Self::Integer(number) => serializer.serialize_i64(number),
            Self::Unsigned(number) => serializer.serialize_u64(number),
            Self::Float(number) if number.is_finite() => serializer.serialize_f64(number),
            Self::Float32(number) if number.is_finite() => serializer.serialize_f32(number),
            Self::Float(_) | Self::Float32(_) => Err(S::Error::custom(EncodeError)),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

/// Adds a value of any serde format to a tape. The second field is set if the value is a string that the deserializer made, as
/// serde_json does for the text of a number.
struct Builder<'t>(&'t mut Tape<'static>, &'t Cell<bool>);

impl Builder<'_> {
    fn add<E: serde::de::Error>(self, entry: NewEntry) -> Result<(), E> {
        self.0.push(entry);
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Builder<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Builder<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        self.add(NewEntry::NULL)
    }

    fn visit_none<E: serde::de::Error>(self) -> Result<(), E> {
        self.add(NewEntry::NULL)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<(), E> {
        self.add(NewEntry::bool(value))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<(), E> {
        self.0.push_signed(value);
        Ok(())
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<(), E> {
        self.0.push_unsigned(value);
        Ok(())
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<(), E> {
        self.0.push_float(value);
        Ok(())
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        let entry = string(self.0, text)?;
        self.add(entry)
    }

    fn visit_string<E: serde::de::Error>(self, text: String) -> Result<(), E> {
        self.1.set(true);
        self.visit_str(&text)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        let (array, mut count) = (self.0.start_array(), 0);
        while access.next_element_seed(Builder(&mut *self.0, &Cell::new(false)))?.is_some() {
            count += 1;
        }
        self.0.end_array(array, count).ok_or_else(too_long)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        let duplicate = || A::Error::custom("duplicate key");
        let (mut object, is_owned) = (self.0.start_object(), Cell::new(false));
        while let Some(key) = access.next_key_seed(Key(&mut *self.0))? {
            self.0.key(&mut object, key).ok_or_else(duplicate)?;
            access.next_value_seed(Builder(&mut *self.0, &is_owned))?;
        }
        let text = if is_owned.get() { self.0.only(&object, NUMBER) } else { None };
        if let Some(number) = text.and_then(Number::parse) {
            self.0.remove(&object);
            match number {
                Number::Signed(number) => self.0.push_signed(number),
                Number::Unsigned(number) => self.0.push_unsigned(number),
                Number::Float(number) if number.is_finite() => self.0.push_float(number),
                Number::Float(_) => return Err(A::Error::custom("number out of range")),
            }
            return Ok(());
        }
        self.0.end_object(&object).ok_or_else(duplicate)
    }
}

fn too_long<E: serde::de::Error>() -> E {
    E::custom("the value is longer than 1 GiB")
}

fn string<E: serde::de::Error>(tape: &mut Tape<'_>, text: &str) -> Result<NewEntry, E> {
    let own = tape.own();
    let start = own.len();
    own.push_str(text);
    tape.owned(start).ok_or_else(too_long)
}

/// Makes the key of a property. In some formats, integers and booleans can be keys.
struct Key<'t>(&'t mut Tape<'static>);

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = NewEntry;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<NewEntry, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Key<'_> {
    type Value = NewEntry;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string as key")
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<NewEntry, E> {
        self.visit_str(if value { "true" } else { "false" })
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<NewEntry, E> {
        self.visit_str(&value.to_string())
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<NewEntry, E> {
        self.visit_str(&value.to_string())
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<NewEntry, E> {
        string(self.0, text)
    }
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
