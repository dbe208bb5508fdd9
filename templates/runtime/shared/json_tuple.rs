//! The codec of tuples: arrays whose items have their own types, from a list of the items.

use super::json::{Content, Decode, DecodeError, Encode, Items, Node, Writer};

/// The items of an array, for reading a type.
#[derive(Debug)]
pub struct Places<'v> {
    items: Items<'v>,
    count: usize,
}

impl<'v> Node<'v> {
    /// The value as an array that is read item by item.
    ///
    /// # Errors
    ///
    /// If the value is not an array.
    pub fn places(self) -> Result<Places<'v>, DecodeError> {
        match self.content() {
            Content::Array(items) => Ok(Places { count: items.len(), items }),
            _ => Err(DecodeError::expected("an array", self)),
        }
    }
}

impl Places<'_> {
    /// Reads the next item, which is required.
    ///
    /// # Errors
    ///
    /// If the item is missing or does not have its type.
    pub fn required<T: Decode>(&mut self) -> Result<T, DecodeError> {
        let missing = self.count;
        self.optional()?.ok_or_else(|| DecodeError::new(format!("missing array item {missing}")))
    }

    /// Reads the next item, which is optional.
    ///
    /// # Errors
    ///
    /// If the item does not have its type.
    pub fn optional<T: Decode>(&mut self) -> Result<Option<T>, DecodeError> {
        let at = self.count - self.items.len();
        let Some(item) = self.items.next() else { return Ok(None) };
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
        match self.items.len() {
            0 => Ok(()),
            more => {
                let allowed = self.count - more;
                Err(DecodeError::new(format!("the array has {more} items more than the allowed {allowed}")))
            }
        }
    }
}

/// Writes an array; [`Self::end`] closes it.
#[derive(Debug)]
pub struct PlacesWriter<'w, 's> {
    json: &'w mut Writer<'s>,
    is_first: bool,
    /// An item was left out, so an item after it has no position, which is an error.
    is_over: bool,
}

impl<'s> Writer<'s> {
    /// Starts an array that is written item by item.
    pub fn places(&mut self) -> PlacesWriter<'_, 's> {
        self.start_array(None);
        PlacesWriter { json: self, is_first: true, is_over: false }
    }
}

impl PlacesWriter<'_, '_> {
    /// Writes a required item.
    pub fn required<T: Encode>(&mut self, value: &T) {
        if self.is_over {
            self.json.fail();
            return;
        }
        self.json.item(std::mem::take(&mut self.is_first), value);
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
        self.json.end_array();
    }
}

/// Implements `Decode` and `Encode` for a tuple struct. A line is `how item`, where `how` is a method of [`Places`] and
/// [`PlacesWriter`]: `required`, `optional` or, for the last item, `rest`.
#[macro_export]
macro_rules! json_tuple {
    (for $ty:ident; $($how:ident $place:tt,)+) => {
        impl rt::Decode for $ty {
            fn decode(value: rt::Node<'_>) -> Result<Self, rt::DecodeError> {
                let mut places = value.places()?;
                let decoded = Self($(places.$how()?),+);
                places.end()?;
                Ok(decoded)
            }
        }

        impl rt::Encode for $ty {
            fn encode(&self, json: &mut rt::Writer<'_>) {
                let mut places = json.places();
                $(places.$how(&self.$place);)+
                places.end();
            }
        }
    };
}
pub use json_tuple;
