//! The codec of tuples: arrays whose items have their own types, from a list of the items.

use super::json::{Decode, DecodeError, Encode, Value, Writer};

/// The items of an array, for reading a type.
#[derive(Debug)]
pub struct Places<'v, 'a> {
    items: &'v [Value<'a>],
    next: usize,
}

impl<'a> Value<'a> {
    /// The value as an array that is read item by item.
    ///
    /// # Errors
    ///
    /// If the value is not an array.
    pub fn places(&self) -> Result<Places<'_, 'a>, DecodeError> {
        match self {
            Value::Array(items) => Ok(Places { items, next: 0 }),
            other => Err(DecodeError::expected("an array", other)),
        }
    }
}

impl Places<'_, '_> {
    /// Reads the next item, which is required.
    ///
    /// # Errors
    ///
    /// If the item is missing or does not have its type.
    pub fn required<T: Decode>(&mut self) -> Result<T, DecodeError> {
        let missing = self.items.len();
        self.optional()?.ok_or_else(|| DecodeError::new(format!("missing array item {missing}")))
    }

    /// Reads the next item, which is optional.
    ///
    /// # Errors
    ///
    /// If the item does not have its type.
    pub fn optional<T: Decode>(&mut self) -> Result<Option<T>, DecodeError> {
        let Some(item) = self.items.get(self.next) else { return Ok(None) };
        let at = self.next;
        self.next += 1;
        T::decode(item).map(Some).map_err(|error| error.within(&at.to_string()))
    }

    /// Reads the remaining items.
    ///
    /// # Errors
    ///
    /// If one of them does not have its type.
    pub fn rest<T: Decode>(&mut self) -> Result<Vec<T>, DecodeError> {
        let mut items = Vec::new();
        while let Some(item) = self.optional()? {
            items.push(item);
        }
        Ok(items)
    }

    /// Checks that all items have been read.
    ///
    /// # Errors
    ///
    /// If there are more items.
    pub fn end(&self) -> Result<(), DecodeError> {
        match self.items.len() - self.next {
            0 => Ok(()),
            more => Err(DecodeError::new(format!("the array has {more} items more than the allowed {}", self.next))),
        }
    }
}

/// Writes an array; [`Self::end`] closes it.
#[derive(Debug)]
pub struct PlacesWriter<'w> {
    json: &'w mut Writer,
    is_first: bool,
    /// An item was left out, so an item after it has no position, which is an error.
    is_over: bool,
}

impl Writer {
    /// Starts an array that is written item by item.
    pub fn places(&mut self) -> PlacesWriter<'_> {
        self.raw("[");
        PlacesWriter { json: self, is_first: true, is_over: false }
    }
}

impl PlacesWriter<'_> {
    /// Writes a required item.
    pub fn required(&mut self, value: &dyn Encode) {
        if self.is_over {
            self.json.fail();
            return;
        }
        if !std::mem::take(&mut self.is_first) {
            self.json.raw(",");
        }
        value.encode(self.json);
    }

    /// Writes an optional item. If it is missing, the items after it must be missing too.
    pub fn optional<T: Encode>(&mut self, value: &Option<T>) {
        match value {
            Some(value) => self.required(value),
            None => self.is_over = true,
        }
    }

    /// Writes the remaining items.
    pub fn rest<T: Encode>(&mut self, items: &[T]) {
        items.iter().for_each(|item| self.required(item));
    }

    /// Closes the array.
    pub fn end(self) {
        self.json.raw("]");
    }
}

/// Implements `Decode` and `Encode` for a tuple struct. A line is `how item`, where `how` is a method of [`Places`] and
/// [`PlacesWriter`]: `required`, `optional` or, for the last item, `rest`.
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
