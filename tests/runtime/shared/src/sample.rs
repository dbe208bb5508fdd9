//! Types as the generator writes them.

use std::collections::BTreeMap;

use super::runtime as rt;
use super::runtime::json::{Decode, DecodeError, Encode, Value, Writer};
use super::runtime::json_choice::{Fixed, Guess};
use super::runtime::serde_forward::forward_serde;

/// A property of each kind.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pet {
    /// Must be there.
    pub id: i64,
    /// Must be there and may be null.
    pub owner: Option<String>,
    /// May be absent.
    pub tag: Option<String>,
    /// May be absent and must not be null.
    pub weight: Option<f64>,
    /// May be absent, null or there.
    pub nick: Option<Option<String>>,
    /// Absent means 7.
    pub lives: i32,
    /// Itself.
    pub friends: Option<Vec<Pet>>,
}

rt::json_object::json_object! {
    for Pet;
    required id "id",
    required owner "owner",
    optional tag "tag",
    optional_not_null weight "weight",
    nullable nick "nick",
    or_default lives "lives" = 7,
    optional friends "friends",
}

/// Named properties, and others of one type.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Counts {
    /// A named one.
    pub total: u32,
    /// The others.
    pub rest: BTreeMap<String, u32>,
}

rt::json_object::json_object! {
    for Counts; rest rest;
    required total "total",
}

/// A set of texts that may grow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Open {
    /// `a b`.
    AB,
    /// Another.
    Unknown(String),
}

rt::json_text::json_text! {
    open Open;
    AB "a b",
}

/// A set of texts that may not grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// `on`.
    On,
    /// `off`.
    Off,
}

rt::json_text::json_text! {
    closed Closed;
    On "on",
    Off "off",
}

/// Variants that only trying tells apart, around each other.
#[derive(Debug, Clone, PartialEq)]
pub enum Tree {
    /// With a left child.
    Left(Box<Left>),
    /// With a right child.
    Right(Box<Right>),
}

/// One variant.
#[derive(Debug, Clone, PartialEq)]
pub struct Left {
    /// The next level.
    pub child: Option<Tree>,
    /// What tells it apart, read after the child.
    pub left: bool,
}

/// The other.
#[derive(Debug, Clone, PartialEq)]
pub struct Right {
    /// The next level.
    pub child: Option<Tree>,
    /// What tells it apart, read after the child.
    pub right: bool,
}

rt::json_object::json_object! {
    for Left;
    optional child "child",
    required left "left",
}

rt::json_object::json_object! {
    for Right;
    optional child "child",
    required right "right",
}

impl Decode for Tree {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        value.one_of(&[
            Guess::new(|value| Decode::decode(value).map(Self::Left)),
            Guess::new(|value| Decode::decode(value).map(Self::Right)),
        ])
    }
}

impl Encode for Tree {
    fn encode(&self, json: &mut Writer) {
        match self {
            Self::Left(inner) => inner.encode(json),
            Self::Right(inner) => inner.encode(json),
        }
    }
}

/// Places with types of their own.
#[derive(Debug, Clone, PartialEq)]
pub struct Triple(pub String, pub Option<Option<i64>>, pub Vec<bool>);

rt::json_tuple::json_tuple! {
    for Triple;
    required 0,
    optional 1,
    rest 2,
}

/// Places, and nothing behind them.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair(pub i64, pub i64);

rt::json_tuple::json_tuple! {
    for Pair;
    required 0,
    required 1,
}

/// Properties that travel one way, as a client sees them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OneWay {
    /// Must be in every answer.
    pub id: Option<i64>,
    /// May be in an answer.
    pub seen: Option<i64>,
    /// May be in an answer, and not null.
    pub made: Option<i64>,
    /// Is only sent.
    pub password: Option<String>,
    /// The others.
    pub rest: BTreeMap<String, i64>,
}

rt::json_object::json_object! {
    for OneWay; rest rest;
    received_required id "id",
    received seen "seen",
    received_not_null made "made",
    sent password "password",
}

/// Objects that what they look like tells apart, beside other values.
#[derive(Debug, Clone, PartialEq)]
pub enum Look {
    /// Any number.
    Number(f64),
    /// A whole one.
    Integer(i64),
    /// `a`, and `kind` is `one`.
    One(BTreeMap<String, serde_json::Value>),
    /// `a` and `b`.
    Two(BTreeMap<String, serde_json::Value>),
    /// Whatever has numbers.
    Counts(BTreeMap<String, i64>),
    /// A text that it knows.
    Known(String),
    /// Another text.
    Other(String),
}

impl Decode for Look {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        value.one_of(&[
            Guess::new(|value| Decode::decode(value).map(Self::Integer)),
            Guess::new(|value| Decode::decode(value).map(Self::Number)),
            Guess::new(|value| Decode::decode(value).map(Self::One))
                .required(&["a"])
                .named(&["a", "kind"])
                .fixed(&[("kind", &[Fixed::Text("one"), Fixed::Integer(1), Fixed::Bool(true)])]),
            Guess::new(|value| Decode::decode(value).map(Self::Two)).required(&["a"]).named(&["a", "b", "kind"]),
            Guess::new(|value| Decode::decode(value).map(Self::Counts)).keeps_others(),
            Guess::new(|value| Decode::decode(value).map(Self::Other)).texts(&["x"]),
            Guess::new(|value| Decode::decode(value).map(Self::Known)).texts(&["y"]),
        ])
    }
}

/// Variants that a property names.
#[derive(Debug, Clone, PartialEq)]
pub enum Tagged {
    /// `kind: pet`.
    Pet(Box<Pet>),
    /// `kind: counts`.
    Counts(BTreeMap<String, serde_json::Value>),
}

impl Decode for Tagged {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        match value.discriminator("kind")? {
            "pet" => Decode::decode(value).map(Self::Pet),
            "counts" => Decode::decode(value).map(Self::Counts),
            other => Err(DecodeError::unknown_value(other, &["pet", "counts"])),
        }
    }
}

forward_serde!(Pet, Counts, Tree);
