//! Rules: the constraints on values besides their types. A server checks them in requests.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::Pointer;

/// The index of a rule in [`Rules::list`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(pub usize);

/// The rules for requests.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Every rule with constraints, in the order of first use.
    pub list: Vec<Rule>,
    /// The rules of parameters, by the indexes of operation and parameter.
    pub parameters: BTreeMap<(usize, usize), RuleId>,
    /// The rules of bodies, by the indexes of operation and representation.
    pub bodies: BTreeMap<(usize, usize), RuleId>,
    /// The path parameters whose schemas define which texts are allowed, by the indexes of operation and parameter.
    pub any_texts: BTreeSet<(usize, usize)>,
    /// The headers `Idempotency-Key` whose values can be any UUID, by the indexes of operation and parameter.
    pub idempotency_keys: BTreeSet<(usize, usize)>,
}

/// The constraints on a value.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The kind of value.
    pub kind: RuleKind,
    /// Whether `null` is allowed.
    pub is_nullable: bool,
    /// Its limits.
    pub limits: Vec<Limit>,
    /// The rules of its properties, by name; `None` for a property that has no rule but is named.
    pub properties: Vec<(String, Option<RuleId>)>,
    /// The constraints on additional properties.
    pub additional_properties: AdditionalProperties,
    /// The rule of its items.
    pub items: Option<RuleId>,
    /// Rules that also apply.
    pub all_of: Vec<RuleId>,
    /// Choices among rules.
    pub choices: Vec<RuleChoice>,
    /// Whether it has a name: because it is used in several places or on its own, the document names it, or it is
    /// deeply nested.
    pub is_named: bool,
    /// The words for its name.
    pub hint: String,
    /// Longer words, used if another rule has the same name; may be empty.
    pub longer: String,
    /// The pointer of its schema, the first one with these constraints.
    pub at: Pointer,
    /// How many other schemas have the same constraints.
    pub others: usize,
}

impl Rule {
    /// The rule of the schema at `at` that allows any value.
    pub fn any(at: Pointer) -> Self {
        Self {
            kind: RuleKind::Any,
            is_nullable: false,
            limits: Vec::new(),
            properties: Vec::new(),
            additional_properties: AdditionalProperties::Any,
            items: None,
            all_of: Vec::new(),
            choices: Vec::new(),
            is_named: false,
            hint: String::new(),
            longer: String::new(),
            at,
            others: 0,
        }
    }

    /// The only rule in its `allOf`, if it adds nothing else.
    pub fn only_part(&self) -> Option<RuleId> {
        let says_nothing = self.kind == RuleKind::Any && !self.is_nullable && self.limits.is_empty();
        let has_nothing = self.properties.is_empty() && self.items.is_none() && self.choices.is_empty();
        match self.all_of.as_slice() {
            [part] if says_nothing && has_nothing && self.additional_properties == AdditionalProperties::Any => {
                Some(*part)
            }
            _ => None,
        }
    }

    /// The rules that it refers to.
    pub fn children(&self) -> impl Iterator<Item = RuleId> + '_ {
        let properties = self.properties.iter().filter_map(|(_, id)| *id);
        let additional_properties = match self.additional_properties {
            AdditionalProperties::Each(id) => Some(id),
            AdditionalProperties::Any | AdditionalProperties::None => None,
        };
        properties.chain(additional_properties).chain(self.items).chain(self.of_same_value())
    }

    /// Those among them that are for the same value.
    pub fn of_same_value(&self) -> impl Iterator<Item = RuleId> + '_ {
        let choices = self.choices.iter().flat_map(|choice| choice.rules.iter().map(|(_, id)| *id));
        self.all_of.iter().copied().chain(choices)
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

/// The type of value that a rule is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleKind {
    /// Any type.
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

/// Properties that are not named by a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AdditionalProperties {
    /// They may have any value.
    Any,
    /// `additionalProperties: false`.
    None,
    /// They follow a rule.
    Each(RuleId),
}

/// A constraint on a single value.
#[derive(Debug, Clone, PartialEq)]
pub enum Limit {
    /// `minimum`; the flag is `exclusiveMinimum`.
    Minimum(f64, bool),
    /// `maximum`; the flag is `exclusiveMaximum`.
    Maximum(f64, bool),
    /// `multipleOf`; greater than zero.
    MultipleOf(f64),
    /// `minLength`.
    MinLength(u64),
    /// `maxLength`.
    MaxLength(u64),
    /// `pattern` in the syntax of the `regex` crate.
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
    /// `required`, for an alternative of a choice.
    Required(Vec<String>),
}

/// `oneOf` or `anyOf`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleChoice {
    /// How many of its rules apply.
    pub kind: ChoiceKind,
    /// `discriminator.propertyName`.
    pub property: Option<String>,
    /// The alternatives, with the discriminator values that select them.
    pub rules: Vec<(Vec<String>, RuleId)>,
}

impl RuleChoice {
    /// The only alternative, if there is one: it applies to each value.
    pub fn single(&self) -> Option<RuleId> {
        match self.rules.as_slice() {
            [(_, id)] => Some(*id),
            _ => None,
        }
    }
}

/// How many rules of a choice apply, and whether only rules check it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChoiceKind {
    /// At least one. The type of the value has the alternatives too.
    Typed,
    /// At least one. No type has the alternatives: they only require properties.
    AtLeastOne,
    /// Exactly one. No type has the alternatives: they only require properties.
    ExactlyOne,
}

impl ChoiceKind {
    /// Whether a type has the alternatives.
    pub fn is_typed(self) -> bool {
        match self {
            Self::Typed => true,
            Self::AtLeastOne | Self::ExactlyOne => false,
        }
    }

    /// Whether no other rule may apply.
    pub fn is_exclusive(self) -> bool {
        match self {
            Self::ExactlyOne => true,
            Self::Typed | Self::AtLeastOne => false,
        }
    }
}
