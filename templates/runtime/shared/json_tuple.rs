//! The codec of arrays whose places have types of their own, from a list of the places.

use super::json::{Decode, DecodeError, Encode, Value, Writer};

/// The items of an array while a type is read from it.
#[derive(Debug)]
pub struct Places<'v, 'a> {
    items: &'v [Value<'a>],
    next: usize,
}

impl<'a> Value<'a> {
    /// The value as an array, to be read place by place.
    ///
    /// # Errors
    ///
    /// When it is none.
    pub fn places(&self) -> Result<Places<'_, 'a>, DecodeError> {
        match self {
            Value::Array(items) => Ok(Places { items, next: 0 }),
            other => Err(DecodeError::expected("an array", other)),
        }
    }
}

impl Places<'_, '_> {
    /// The next place, which must be there.
    ///
    /// # Errors
    ///
    /// When it is absent or of another type.
    pub fn required<T: Decode>(&mut self) -> Result<T, DecodeError> {
        let missing = self.items.len();
        self.optional()?.ok_or_else(|| DecodeError::new(format!("the array ends before its item {missing}")))
    }

    /// The next place, which may be absent.
    ///
    /// # Errors
    ///
    /// When it is of another type.
    pub fn optional<T: Decode>(&mut self) -> Result<Option<T>, DecodeError> {
        let Some(item) = self.items.get(self.next) else { return Ok(None) };
        let at = self.next;
        self.next += 1;
        T::decode(item).map(Some).map_err(|error| error.within(&at.to_string()))
    }

    /// The items behind the places.
    ///
    /// # Errors
    ///
    /// When one is of another type.
    pub fn rest<T: Decode>(&mut self) -> Result<Vec<T>, DecodeError> {
        let mut items = Vec::new();
        while let Some(item) = self.optional()? {
            items.push(item);
        }
        Ok(items)
    }

    /// Makes sure that every item was read.
    ///
    /// # Errors
    ///
    /// When there are more.
    pub fn end(&self) -> Result<(), DecodeError> {
        match self.items.len() - self.next {
            0 => Ok(()),
            more => {
                Err(DecodeError::new(format!("the array has {more} items more than the {} it may have", self.next)))
            }
        }
    }
}

/// An array while it is written; [`Self::end`] closes it.
#[derive(Debug)]
pub struct PlacesWriter<'w> {
    json: &'w mut Writer,
    is_first: bool,
    /// A place was left out: what stands behind it has no place either.
    is_over: bool,
}

impl Writer {
    /// Begins an array that is written place by place.
    pub fn places(&mut self) -> PlacesWriter<'_> {
        self.raw("[");
        PlacesWriter { json: self, is_first: true, is_over: false }
    }
}

impl PlacesWriter<'_> {
    /// Writes a place.
    pub fn required(&mut self, value: &dyn Encode) {
        if self.is_over {
            return;
        }
        if !std::mem::take(&mut self.is_first) {
            self.json.raw(",");
        }
        value.encode(self.json);
    }

    /// Writes a place that is there; those behind one that is not are left out.
    pub fn optional<T: Encode>(&mut self, value: &Option<T>) {
        match value {
            Some(value) => self.required(value),
            None => self.is_over = true,
        }
    }

    /// Writes the items behind the places.
    pub fn rest<T: Encode>(&mut self, items: &[T]) {
        items.iter().for_each(|item| self.required(item));
    }

    /// Closes the array.
    pub fn end(self) {
        self.json.raw("]");
    }
}

/// Gives a tuple struct `Decode` and `Encode`. A line is `how place`, where `how` is a method of the reader and of the
/// writer: `required`, `optional` or, in the last place, `rest`.
#[macro_export]
macro_rules! json_tuple {
    (for $ty:ident; $($how:ident $place:tt,)+) => {
        impl rt::Decode for $ty {
            fn decode(value: &rt::Value<'_>) -> Result<Self, rt::DecodeError> {
                let mut places = value.places()?;
                let decoded = Self($(places.$how()?),+);
                places.end()?;
                Ok(decoded)
            }
        }

        impl rt::Encode for $ty {
            fn encode(&self, json: &mut rt::Writer) {
                let mut places = json.places();
                $(places.$how(&self.$place);)+
                places.end();
            }
        }
    };
}
pub use json_tuple;
