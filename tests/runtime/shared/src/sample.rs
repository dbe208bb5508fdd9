//! Types as the generator writes them.

use std::collections::BTreeMap;

use super::runtime as rt;
use super::runtime::json::{Decode, DecodeError, Node};
use super::runtime::json_choice::Fixed;
use super::runtime::serde_forward::forward_serde;

/// One property of each kind.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pet {
    /// Required.
    pub id: i64,
    /// Required and nullable.
    pub owner: Option<String>,
    /// Optional.
    pub tag: Option<String>,
    /// Optional and not nullable.
    pub weight: Option<f64>,
    /// Optional and nullable.
    pub nick: Option<Option<String>>,
    /// Optional with the default 7.
    pub lives: i32,
    /// Recursive.
    pub friends: Option<Vec<Pet>>,
}

rt::json_object::json_object! {
    for Pet;
    required!(id, owner);
    optional(tag);
    optional_not_null { weight "weight" };
    nullable(nick);
    or_default { lives "lives" = 7 };
    optional(friends);
}

/// Listed and additional properties.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Counts {
    /// A listed property.
    pub total: u32,
    /// The additional properties.
    pub rest: BTreeMap<String, u32>,
}

rt::json_object::json_object! {
    for Counts; rest rest;
    required!(total);
}

/// An open enum of strings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Open {
    /// `a b`.
    AB,
    /// An unknown value.
    Unknown(String),
}

rt::json_text::json_text! {
    open Open;
    AB "a b",
}

/// A closed enum of strings.
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

/// Variants without a discriminator, nested in each other.
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
    /// The distinguishing property, read after the child.
    pub left: bool,
}

/// Another variant.
#[derive(Debug, Clone, PartialEq)]
pub struct Right {
    /// The next level.
    pub child: Option<Tree>,
    /// The distinguishing property, read after the child.
    pub right: bool,
}

rt::json_object::json_object! {
    for Left;
    optional(child);
    required!(left);
}

rt::json_object::json_object! {
    for Right;
    optional(child);
    required!(right);
}

rt::json_choice::json_choice! {
    for Tree;
    Left;
    Right;
}

/// A tuple.
#[derive(Debug, Clone, PartialEq)]
pub struct Triple(pub String, pub Option<Option<i64>>, pub Vec<bool>);

rt::json_tuple::json_tuple! {
    for Triple;
    required 0,
    optional 1,
    rest 2,
}

/// A tuple without additional items.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair(pub i64, pub i64);

rt::json_tuple::json_tuple! {
    for Pair;
    required 0,
    required 1,
}

/// Read-only and write-only properties, as a client sees them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OneWay {
    /// Required in responses.
    pub id: Option<i64>,
    /// Optional in responses.
    pub seen: Option<i64>,
    /// Optional in responses and not null.
    pub made: Option<i64>,
    /// Only sent.
    pub password: Option<String>,
    /// The additional properties.
    pub rest: BTreeMap<String, i64>,
}

rt::json_object::json_object! {
    for OneWay; rest rest;
    received_required(id);
    received(seen);
    received_not_null(made);
    sent(password);
}

/// Objects whose variant is recognized by their properties, and other values.
#[derive(Debug, Clone, PartialEq)]
pub enum Look {
    /// Any number.
    Number(f64),
    /// An integer.
    Integer(i64),
    /// `a`, and `kind` is `one`.
    One(BTreeMap<String, serde_json::Value>),
    /// `a` and `b`.
    Two(BTreeMap<String, serde_json::Value>),
    /// Any object of numbers.
    Counts(BTreeMap<String, i64>),
    /// A known string.
    Known(String),
    /// Any other string.
    Other(String),
}

rt::json_choice::json_choice! {
    for Look;
    Integer;
    Number;
    One.required(&["a"]).named(&["a", "kind"])
        .fixed(&[(&["kind"], &[Fixed::Text("one"), Fixed::Integer(1), Fixed::Bool(true)])]);
    Two.required(&["a"]).named(&["a", "b", "kind"]);
    Counts.keeps_others();
    Other.texts(&["x"]);
    Known.texts(&["y"]);
}

/// Variants with a discriminator.
#[derive(Debug, Clone, PartialEq)]
pub enum Tagged {
    /// `kind: pet`.
    Pet(Box<Pet>),
    /// `kind: counts`.
    Counts(BTreeMap<String, serde_json::Value>),
}

impl Decode for Tagged {
    fn decode(value: Node<'_>) -> Result<Self, DecodeError> {
        match value.discriminator("kind")?.as_ref() {
            "pet" => Decode::decode(value).map(Self::Pet),
            "counts" => Decode::decode(value).map(Self::Counts),
            other => Err(DecodeError::unknown_value(other, &["pet", "counts"])),
        }
    }
}

forward_serde!(Pet, Counts, Tree);
