//! A JSON document as a list of entries in document order, from which types are read without a tree of allocations.

use super::json::{Decode, DecodeError};
use super::json_budget::within;
use super::json_node::Node;

/// How many keys of an object are compared with each other. With more keys, they are sorted.
const FEW: usize = 24;

/// The maximum of what an entry has room for: lengths and places, in bytes and in entries.
const MOST: usize = (1 << 30) - 1;

/// A document. Its first entry is the value of the whole document.
#[derive(Debug, Default)]
pub struct Tape<'a> {
    /// The text of which numbers, and strings without escapes, are parts.
    text: &'a str,
    /// All other strings.
    own: String,
    /// The values, each in 64 bits: its kind and two numbers.
    entries: Vec<u64>,
}

/// A value of a document.
#[derive(Debug, Clone, Copy)]
pub(super) enum Entry<'v> {
    Null,
    Bool(bool),
    Integer(i64),
    Unsigned(u64),
    Float(f64),
    Text(&'v str),
    /// An array with this number of items.
    Array(u32),
    /// An object with this number of properties.
    Object(u32),
}

/// An entry that is not added yet: a value without parts, or a key.
#[derive(Debug, Clone, Copy)]
pub(super) struct NewEntry(u64);

const NULL: u64 = 0;
const FALSE: u64 = 1;
const TRUE: u64 = 2;
/// A range of the text: a number without a fraction and an exponent.
const WHOLE: u64 = 3;
/// A range of the text: any other number.
const DECIMAL: u64 = 11;
/// A range of the text.
const BORROWED: u64 = 4;
/// An integer that fits into the other 60 bits.
const SMALL: u64 = 13;
/// A range of the tape's own strings.
const OWNED: u64 = 5;
/// A number that is the next entry.
const SIGNED: u64 = 6;
const UNSIGNED: u64 = 7;
const FLOAT: u64 = 8;
/// The number of items, and the entry after the last one.
const ARRAY: u64 = 9;
/// The number of properties, and the entry after the last one. The bits of all keys follow (a key whose bit is missing is
/// absent), then the properties, each as a key and a value.
const OBJECT: u64 = 10;

const fn pack(kind: u64, first: usize, second: usize) -> u64 {
    kind | (first as u64) << 4 | (second as u64) << 34
}

#[allow(clippy::cast_possible_truncation)] // 30 bits
const fn first(entry: u64) -> u32 {
    (entry >> 4) as u32 & MOST as u32
}

#[allow(clippy::cast_possible_truncation)] // 30 bits
const fn second(entry: u64) -> u32 {
    (entry >> 34) as u32
}

impl NewEntry {
    pub const NULL: Self = Self(NULL);

    /// `true` or `false`.
    pub const fn bool(value: bool) -> Self {
        Self(if value { TRUE } else { FALSE })
    }

    /// A number that is this part of the text and has neither a fraction nor an exponent.
    pub const fn whole(start: usize, end: usize) -> Self {
        Self(pack(WHOLE, start, end - start))
    }

    /// A finite number that is this part of the text.
    pub const fn decimal(start: usize, end: usize) -> Self {
        Self(pack(DECIMAL, start, end - start))
    }

    /// An integer, if it has less than 60 bits.
    pub const fn small(number: i64) -> Option<Self> {
        let entry = SMALL | number.cast_unsigned() << 4;
        if entry.cast_signed() >> 4 == number { Some(Self(entry)) } else { None }
    }

    /// A string without escapes that is this part of the text.
    pub const fn borrowed(start: usize, end: usize) -> Self {
        Self(pack(BORROWED, start, end - start))
    }
}

/// An object that is being added.
#[derive(Debug)]
pub(super) struct NewObject {
    at: usize,
    count: usize,
    keys: u64,
}

impl<'a> Tape<'a> {
    /// An empty tape for parts of this text; `None` if the text is longer than 1 GiB.
    pub(super) fn of(text: &'a str) -> Option<Self> {
        let tape = || Self { text, own: String::new(), entries: Vec::with_capacity(text.len() / 8 + 1) };
        (text.len() <= MOST).then(tape)
    }

    /// An empty tape for values that are not parts of a text.
    pub fn without_text() -> Self {
        Self { text: "", own: String::with_capacity(256), entries: Vec::with_capacity(64) }
    }

    /// Reads a type from the document.
    ///
    /// # Errors
    ///
    /// If the value does not have this type.
    pub fn read<T: Decode>(&self) -> Result<T, DecodeError> {
        within(self.entries.len() + (self.text.len() + self.own.len()) / 64, || T::decode(self.node()))
    }

    /// The value of the whole document.
    pub fn node(&self) -> Node<'_> {
        Node::Tape(self, 0)
    }

    /// Adds a value.
    pub(super) fn push(&mut self, entry: NewEntry) {
        self.entries.push(entry.0);
    }

    /// Adds an integer that is not a part of the text.
    pub fn push_signed(&mut self, number: i64) {
        self.entries.extend([SIGNED, number.cast_unsigned()]);
    }

    /// Adds an integer that is not a part of the text.
    pub fn push_unsigned(&mut self, number: u64) {
        self.entries.extend([UNSIGNED, number]);
    }

    /// Adds a number.
    pub(super) fn push_float(&mut self, number: f64) {
        self.entries.extend([FLOAT, number.to_bits()]);
    }

    /// The strings that are not parts of the text. New ones are appended.
    pub(super) fn own(&mut self) -> &mut String {
        &mut self.own
    }

    /// The string that was appended to [`Self::own`] from this length on; `None` if all are longer than 1 GiB together.
    pub(super) fn owned(&self, start: usize) -> Option<NewEntry> {
        let end = self.own.len();
        (end <= MOST).then_some(NewEntry(pack(OWNED, start, end - start)))
    }

    /// Starts an array.
    pub(super) fn start_array(&mut self) -> usize {
        self.entries.push(ARRAY);
        self.entries.len() - 1
    }

    /// Ends an array with this number of items; `None` if the document has too many entries.
    pub(super) fn end_array(&mut self, at: usize, count: usize) -> Option<()> {
        self.end(at, ARRAY, count)
    }

    fn end(&mut self, at: usize, kind: u64, count: usize) -> Option<()> {
        let end = self.entries.len();
        *self.entries.get_mut(at)? = pack(kind, count, end);
        (end <= MOST).then_some(())
    }

    /// Starts an object.
    pub(super) fn start_object(&mut self) -> NewObject {
        let at = self.entries.len();
        self.entries.extend([OBJECT, 0]);
        NewObject { at, count: 0, keys: 0 }
    }

    /// Adds the key of the next property, whose value follows; `None` if the object has this key.
    pub(super) fn key(&mut self, object: &mut NewObject, key: NewEntry) -> Option<()> {
        let text = self.bytes(key.0);
        let bit = bit(text);
        if object.keys & bit != 0 && object.count < FEW && self.has(object, text) {
            return None;
        }
        object.keys |= bit;
        object.count += 1;
        self.entries.push(key.0);
        Some(())
    }

    /// The string that is the only property of an object that is being added, if it has this key.
    #[allow(dead_code)] // only serde's traits use it
    pub(super) fn only(&self, object: &NewObject, key: &str) -> Option<&str> {
        let at = u32::try_from(object.at + 2).ok().filter(|_| object.count == 1)?;
        if self.is_key(at, key.as_bytes()) { self.string(at + 1) } else { None }
    }

    /// Removes an object that is being added.
    #[allow(dead_code)] // only serde's traits use it
    pub(super) fn remove(&mut self, object: &NewObject) {
        self.entries.truncate(object.at);
    }

    #[cold]
    fn has(&self, object: &NewObject, key: &[u8]) -> bool {
        let position = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        self.find(position(object.at + 2), position(object.count), key).is_some()
    }

    /// Ends an object; `None` if two of its keys are equal, or the document has too many entries.
    ///
    /// Duplicate keys are rejected: if two readers used different ones of them, a check could be bypassed.
    pub(super) fn end_object(&mut self, object: &NewObject) -> Option<()> {
        self.end(object.at, OBJECT, object.count)?;
        *self.entries.get_mut(object.at + 1)? = object.keys;
        (object.count <= FEW || !self.has_doubles(object)).then_some(())
    }

    fn has_doubles(&self, object: &NewObject) -> bool {
        let mut at = u32::try_from(object.at + 2).unwrap_or(u32::MAX);
        let mut keys: Vec<&[u8]> = Vec::new();
        for _ in 0..object.count {
            keys.push(self.bytes(self.raw(at)));
            at = self.after(at + 1);
        }
        keys.sort_unstable();
        keys.windows(2).any(|pair| pair[0] == pair[1])
    }

    fn raw(&self, at: u32) -> u64 {
        self.entries.get(at as usize).copied().unwrap_or(NULL)
    }

    /// The value at this index.
    #[inline]
    pub(super) fn entry(&self, at: u32) -> Entry<'_> {
        let entry = self.raw(at);
        match entry & 15 {
            NULL => Entry::Null,
            FALSE | TRUE => Entry::Bool(entry & 15 == TRUE),
            WHOLE => whole(self.text_of(entry)),
            DECIMAL => Entry::Float(self.text_of(entry).parse().unwrap_or_default()),
            SMALL => Entry::Integer(entry.cast_signed() >> 4),
            BORROWED | OWNED => Entry::Text(self.text_of(entry)),
            SIGNED => Entry::Integer(self.raw(at + 1).cast_signed()),
            UNSIGNED => Entry::Unsigned(self.raw(at + 1)),
            FLOAT => Entry::Float(f64::from_bits(self.raw(at + 1))),
            ARRAY => Entry::Array(first(entry)),
            _ => Entry::Object(first(entry)),
        }
    }

    /// The integer at this index, if it is one of less than 60 bits.
    #[inline]
    pub(super) fn small(&self, at: u32) -> Option<i64> {
        let entry = self.raw(at);
        (entry & 15 == SMALL).then_some(entry.cast_signed() >> 4)
    }

    /// The number at this index, if it has a fraction or an exponent.
    #[inline]
    pub(super) fn decimal(&self, at: u32) -> Option<f64> {
        let entry = self.raw(at);
        match entry & 15 {
            FLOAT => Some(f64::from_bits(self.raw(at + 1))),
            DECIMAL => self.text_of(entry).parse().ok(),
            _ => None,
        }
    }

    /// The string at this index.
    #[inline]
    pub(super) fn string(&self, at: u32) -> Option<&str> {
        let entry = self.raw(at);
        matches!(entry & 15, BORROWED | OWNED).then(|| self.text_of(entry))
    }

    /// The number of properties of the object at this index, and the bits of its keys.
    #[inline]
    pub(super) fn object(&self, at: u32) -> Option<(u32, u64)> {
        let entry = self.raw(at);
        (entry & 15 == OBJECT).then(|| (first(entry), self.raw(at + 1)))
    }

    /// Whether the value at this index is `null`.
    #[inline]
    pub(super) fn is_null(&self, at: u32) -> bool {
        self.raw(at) == NULL
    }

    /// Whether this is the key at this index.
    #[inline]
    pub(super) fn is_key(&self, at: u32, key: &[u8]) -> bool {
        let entry = self.raw(at);
        second(entry) as usize == key.len() && self.bytes(entry) == key
    }

    /// The key at this index.
    pub(super) fn key_at(&self, at: u32) -> &str {
        self.text_of(self.raw(at))
    }

    /// The text of a number, a string or a key.
    fn text_of(&self, entry: u64) -> &str {
        let text = if entry & 15 == OWNED { &self.own } else { self.text };
        let start = first(entry) as usize;
        text.get(start..start + second(entry) as usize).unwrap_or_default()
    }

    fn bytes(&self, entry: u64) -> &[u8] {
        let text = if entry & 15 == OWNED { &self.own } else { self.text };
        let start = first(entry) as usize;
        text.as_bytes().get(start..start + second(entry) as usize).unwrap_or_default()
    }

    /// The index after a value.
    #[inline]
    pub(super) fn after(&self, at: u32) -> u32 {
        let entry = self.raw(at);
        match entry & 15 {
            ARRAY | OBJECT => second(entry),
            SIGNED | UNSIGNED | FLOAT => at + 2,
            _ => at + 1,
        }
    }

    /// Searches `count` properties from `at` on: the index of the value with this key, and how many properties follow it.
    pub(super) fn find(&self, mut at: u32, count: u32, key: &[u8]) -> Option<(u32, u32)> {
        for left in (0..count).rev() {
            if self.is_key(at, key) {
                return Some((at + 1, left));
            }
            at = self.after(at + 1);
        }
        None
    }
}

/// An integer of the text; a float if it does not fit into 64 bits.
fn whole(text: &str) -> Entry<'_> {
    match text.parse() {
        // Integers have no negative zero.
        Ok(0) if text.starts_with('-') => Entry::Float(-0.0),
        Ok(number) => Entry::Integer(number),
        Err(_) => text.parse().map_or_else(|_| Entry::Float(text.parse().unwrap_or_default()), Entry::Unsigned),
    }
}

/// The bit of a key among those of its object.
#[inline]
pub(super) fn bit(key: &[u8]) -> u64 {
    let byte = |byte: Option<&u8>| byte.copied().map_or(0, u64::from);
    let mixed = key.len() as u64 | byte(key.first()) << 8 | byte(key.last()) << 16;
    1 << (mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58)
}
