//! Rules: what the document asks of values beside their types. A server checks them in requests.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::Pointer;

/// The index of a rule in [`Rules::list`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(pub usize);

/// The rules that requests must keep to.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Every rule that asks for something, in the order of its first use.
    pub list: Vec<Rule>,
    /// The rules of parameters, by the indexes of operation and parameter.
    pub parameters: BTreeMap<(usize, usize), RuleId>,
    /// The rules of bodies, by the indexes of operation and form.
    pub bodies: BTreeMap<(usize, usize), RuleId>,
    /// The path parameters whose schemas define which texts they may hold, by the indexes of operation and parameter.
    pub any_texts: BTreeSet<(usize, usize)>,
}

/// What a value must keep to.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The kind of value.
    pub kind: RuleKind,
    /// Whether `null` is a value.
    pub is_nullable: bool,
    /// Its own bounds.
    pub limits: Vec<Limit>,
    /// What its properties keep to, in the order of their names; `None` where that is nothing, and only that they are named counts.
    pub properties: Vec<(String, Option<RuleId>)>,
    /// What further properties keep to.
    pub further: Further,
    /// What its items keep to.
    pub items: Option<RuleId>,
    /// Rules that hold as well.
    pub all_of: Vec<RuleId>,
    /// Choices, of each of which one rule holds.
    pub choices: Vec<RuleChoice>,
    /// Whether it has a name: it is used in several places or on its own, the document names it, or it stands deep.
    pub is_named: bool,
    /// The words that its name is made from.
    pub hint: String,
    /// The words for it where others have the same; empty where there are none.
    pub longer: String,
    /// Where its schema stands, the first of those that ask for the same.
    pub at: Pointer,
    /// How many other schemas ask for the same.
    pub others: usize,
}

impl Rule {
    /// The one rule that it takes up by `allOf`, where it says nothing beside that.
    pub fn only_part(&self) -> Option<RuleId> {
        let says_nothing = self.kind == RuleKind::Any && !self.is_nullable && self.limits.is_empty();
        let has_nothing = self.properties.is_empty() && self.items.is_none() && self.choices.is_empty();
        match self.all_of.as_slice() {
            [part] if says_nothing && has_nothing && self.further == Further::Any => Some(*part),
            _ => None,
        }
    }

    /// Its patterns.
    pub fn patterns(&self) -> impl Iterator<Item = &str> {
        self.limits.iter().filter_map(|limit| match limit {
            Limit::Pattern(text) => Some(text.as_str()),
            Limit::Minimum(..)
            | Limit::Maximum(..)
            | Limit::MultipleOf(_)
            | Limit::MinLength(_)
            | Limit::MaxLength(_)
            | Limit::MinItems(_)
            | Limit::MaxItems(_)
            | Limit::UniqueItems
            | Limit::MinProperties(_)
            | Limit::MaxProperties(_)
            | Limit::Required(_) => None,
        })
    }
}

/// The kind of value that a rule is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleKind {
    /// Any.
    Any,
    /// `string`.
    Text,
    /// `number`.
    Number,
    /// `integer`.
    Integer,
    /// `boolean`.
    Bool,
    /// `array`.
    Array,
    /// `object`.
    Object,
}

/// The properties that a schema does not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Further {
    /// They may be anything.
    Any,
    /// `additionalProperties: false`.
    None,
    /// They keep to a rule.
    Each(RuleId),
}

/// A bound.
#[derive(Debug, Clone, PartialEq)]
pub enum Limit {
    /// `minimum`; the flag is `exclusiveMinimum`.
    Minimum(f64, bool),
    /// `maximum`; the flag is `exclusiveMaximum`.
    Maximum(f64, bool),
    /// `multipleOf`; above zero.
    MultipleOf(f64),
    /// `minLength`.
    MinLength(u64),
    /// `maxLength`.
    MaxLength(u64),
    /// `pattern`, as Rust's regular expressions write it.
    Pattern(String),
    /// `minItems`.
    MinItems(u64),
    /// `maxItems`.
    MaxItems(u64),
    /// `uniqueItems`.
    UniqueItems,
    /// `minProperties`.
    MinProperties(u64),
    /// `maxProperties`.
    MaxProperties(u64),
    /// `required`, of an alternative of a choice.
    Required(Vec<String>),
}

/// `oneOf` or `anyOf`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleChoice {
    /// `discriminator.propertyName`.
    pub property: Option<String>,
    /// The alternatives with the values of the discriminator that mean them.
    pub rules: Vec<(Vec<String>, RuleId)>,
}
