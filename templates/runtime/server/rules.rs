//! Constraints of the document that types do not express: bounds, lengths, patterns, counts. They are data and are
//! checked on the tree of a request before it is converted to types.

use std::fmt;
use std::sync::OnceLock;

use super::json::{Content, DecodeError, Items, Members, Node, Value};
use super::json_budget::{bounded, charge, cost, parts};
use super::rule_equality::has_equals;
use super::rule_number::{EXACT, Number, number};

/// The constraints of a schema (OpenAPI 3.0.3, section 4.7.24).
#[derive(Debug)]
pub struct Rule {
    /// The expected type; a value of a different type violates the rule.
    pub kind: Kind,
    /// Whether `null` is allowed.
    pub nullable: bool,
    /// The constraints of the value itself.
    pub limits: &'static [Limit],
    /// The constraints of the properties of an object, sorted by name. An absent property is not checked.
    pub properties: &'static [(&'static str, &'static Rule)],
    /// The constraints of other properties.
    pub additional_properties: AdditionalProperties,
    /// The constraints of the items of an array.
    pub items: Option<&'static Rule>,
    /// Additional rules, all of which apply.
    pub all_of: &'static [&'static Rule],
    /// Alternatives: of each choice, at least one rule must match.
    pub choices: &'static [Choice],
    /// The rule that applies instead of this one. Tables that are built at run time use it for rules that contain
    /// themselves. Until it is set, no value is valid.
    pub late: Option<&'static OnceLock<&'static Rule>>,
}

/// The expected type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
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

/// Properties of an object that the document does not list.
#[derive(Debug)]
pub enum AdditionalProperties {
    /// Any value is allowed.
    Any,
    /// They are not allowed: `additionalProperties: false`.
    None,
    /// Their values must match this rule.
    Each(&'static Rule),
}

/// One constraint of a value.
#[derive(Debug, Clone, Copy)]
pub enum Limit {
    /// `minimum`.
    Minimum(f64),
    /// `minimum` with `exclusiveMinimum`.
    Above(f64),
    /// `maximum`.
    Maximum(f64),
    /// `maximum` with `exclusiveMaximum`.
    Below(f64),
    /// `multipleOf`, greater than zero.
    MultipleOf(f64),
    /// `minLength`, in characters.
    MinLength(usize),
    /// `maxLength`, in characters.
    MaxLength(usize),
    /// `pattern`.
    Pattern(&'static dyn Matches),
    /// `minItems`.
    MinItems(usize),
    /// `maxItems`.
    MaxItems(usize),
    /// `uniqueItems`.
    UniqueItems,
    /// `minProperties`.
    MinProperties(usize),
    /// `maxProperties`.
    MaxProperties(usize),
    /// `required`, used to select a rule of a choice.
    Required(&'static [&'static str]),
}

/// A regular expression.
pub trait Matches: fmt::Debug + Sync {
    /// Whether a part of the text matches.
    fn is_match(&self, text: &str) -> bool;
}

/// `oneOf` or `anyOf`.
#[derive(Debug)]
pub struct Choice {
    /// The discriminator property, whose value selects the rule; empty if all rules are tried.
    pub property: &'static str,
    /// Whether exactly one rule must match a JSON value, instead of at least one.
    pub exclusive: bool,
    /// The rules, each with the discriminator values that select it.
    pub rules: &'static [(&'static [&'static str], &'static Rule)],
}

impl Rule {
    /// The rule that allows any value.
    pub const ANY: Self = Self {
        kind: Kind::Any,
        nullable: false,
        limits: &[],
        properties: &[],
        additional_properties: AdditionalProperties::Any,
        items: None,
        all_of: &[],
        choices: &[],
        late: None,
    };

    /// Checks a value against the rule.
    ///
    /// # Errors
    ///
    /// If the value violates the rule. The error contains the location, but not the value.
    pub fn check<'v>(&self, value: impl Into<Node<'v>>) -> Result<(), DecodeError> {
        let value = value.into();
        bounded(value, || self.apply(value))
    }

    fn apply(&self, value: Node<'_>) -> Result<(), DecodeError> {
        charge(1)?;
        if let Some(late) = self.late {
            return late.get().ok_or_else(|| DecodeError::new("the rule is not ready"))?.apply(value);
        }
        match value.content() {
            // The content of a file is opaque, so string constraints do not apply to it.
            Content::Opaque(_) => return Ok(()),
            Content::Null if self.nullable || self.kind == Kind::Any => return Ok(()),
            _ => {}
        }
        self.kind.apply(value)?;
        self.limits.iter().try_for_each(|limit| limit.apply(value, self.kind))?;
        match value.content() {
            Content::Object(members) => self.check_members(members)?,
            Content::Array(items) => self.check_items(items)?,
            Content::Text(_) if self.kind == Kind::Array => self.check_items(std::iter::once(value))?,
            _ => {}
        }
        self.all_of.iter().try_for_each(|rule| rule.apply(value))?;
        self.choices.iter().try_for_each(|choice| choice.apply(value))
    }

    /// The rule that applies: this one or the one that replaces it.
    fn ready(&self) -> &Self {
        self.late.and_then(OnceLock::get).copied().unwrap_or(self)
    }

    fn is_of_single_values(&self) -> bool {
        !matches!(self.ready().kind, Kind::Array | Kind::Object)
    }

    fn check_members(&self, members: Members<'_>) -> Result<(), DecodeError> {
        for (key, value) in members {
            let owner = key.split('[').next().unwrap_or_default();
            let checked = match (self.property(key), &self.additional_properties) {
                (Some(rule), _) => rule.apply(value),
                (None, AdditionalProperties::Each(rule)) => rule.apply(value),
                (None, AdditionalProperties::Any) => Ok(()),
                // In a form, `a[b]` is part of the property `a`.
                (None, AdditionalProperties::None) if is_of_form(value) && self.property(owner).is_some() => Ok(()),
                (None, AdditionalProperties::None) => Err(DecodeError::new("unknown property")),
            };
            checked.map_err(|error| error.within(key))?;
        }
        Ok(())
    }

    fn property(&self, key: &str) -> Option<&'static Rule> {
        let found = self.properties.binary_search_by(|(name, _)| (*name).cmp(key));
        found.ok().map(|at| self.properties[at].1)
    }

    fn check_items<'v>(&self, items: impl Iterator<Item = Node<'v>>) -> Result<(), DecodeError> {
        let Some(rule) = self.items else { return Ok(()) };
        let apply = |(at, item): (usize, Node<'_>)| rule.apply(item).map_err(|error| error.within(&at.to_string()));
        items.enumerate().try_for_each(apply)
    }
}

impl Choice {
    fn apply(&self, value: Node<'_>) -> Result<(), DecodeError> {
        if let (Content::Object(members), false) = (value.content(), self.property.is_empty()) {
            let tag = members.get(self.property).map(Node::content);
            let Some(Content::String(tag) | Content::Text(tag)) = tag else { return Ok(()) };
            let meant = self.rules.iter().find(|(tags, _)| tags.contains(&tag));
            // An unknown discriminator value is reported when the type is read.
            return meant.map_or(Ok(()), |(_, rule)| rule.apply(value));
        }
        let is_single = self.is_single(value);
        // The type of a text of a form is not known, so several rules may match it.
        let is_exclusive = self.exclusive && !matches!(value.content(), Content::Text(_));
        let (mut errors, mut matching) = (Vec::new(), 0);
        for (_, rule) in self.rules.iter().filter(|(_, rule)| !is_single || rule.is_of_single_values()) {
            match rule.apply(value) {
                Ok(()) if is_exclusive => matching += 1,
                Ok(()) => return Ok(()),
                Err(error) => errors.push(error),
            }
        }
        match matching {
            0 => Err(DecodeError::none_fits(&errors)),
            // If the budget is exceeded, the other rules were not tried.
            1 => charge(0),
            _ => Err(DecodeError::new(format!("the value matches {matching} variants, and only one is allowed"))),
        }
    }

    /// Whether the value is a text of a form that an alternative reads as a single value. Rules of lists and objects also
    /// accept a text, but it must not bypass the constraints of the single value.
    fn is_single(&self, value: Node<'_>) -> bool {
        let reads = |rule: &Rule| rule.is_of_single_values() && rule.ready().kind.apply(value).is_ok();
        matches!(value.content(), Content::Text(_)) && self.rules.iter().any(|(_, rule)| reads(rule))
    }
}

impl Kind {
    fn apply(self, value: Node<'_>) -> Result<(), DecodeError> {
        let content = value.content();
        let (is_valid, what) = match self {
            Self::Any => return Ok(()),
            Self::Text => (matches!(content, Content::String(_) | Content::Text(_)), "a string"),
            Self::Number => (number(value, self).is_some(), "a number"),
            Self::Integer => (number(value, self).is_some_and(|number| number.is_whole()), "an integer"),
            Self::Bool => (matches!(content, Content::Bool(_) | Content::Text("true" | "false")), "a boolean"),
            Self::Array => (matches!(content, Content::Array(_) | Content::Text(_)), "an array"),
            Self::Object => (matches!(content, Content::Object(_) | Content::Text(_)), "an object"),
        };
        if is_valid { Ok(()) } else { Err(DecodeError::expected(what, value)) }
    }
}

/// Whether the value comes from a form: JSON has no `Content::Text`.
fn is_of_form(value: Node<'_>) -> bool {
    match value.content() {
        Content::Text(_) => true,
        Content::Array(mut items) => items.next().is_some_and(is_of_form),
        _ => false,
    }
}

/// Whether an object lacks a property. In a form, `a[b]` is part of the property `a`.
fn is_absent(mut members: Members<'_>, name: &str) -> bool {
    let is_part = |(key, value): (&str, Node<'_>)| {
        key.strip_prefix(name).is_some_and(|rest| rest.starts_with('[')) && is_of_form(value)
    };
    members.get(name).is_none() && !members.any(is_part)
}

impl Limit {
    /// Checks a value against this limit alone; `kind` is the expected type of the value.
    ///
    /// # Errors
    ///
    /// If the value violates the limit.
    pub fn check(self, value: &Value<'_>, kind: Kind) -> Result<(), DecodeError> {
        bounded(value.node(), || self.apply(value.node(), kind))
    }

    fn apply(self, value: Node<'_>, kind: Kind) -> Result<(), DecodeError> {
        let is_violated = match self {
            Self::Minimum(_) | Self::Above(_) | Self::Maximum(_) | Self::Below(_) | Self::MultipleOf(_) => {
                number(value, kind).is_some_and(|number| self.is_violated_by_number(number))
            }
            Self::MinLength(_) | Self::MaxLength(_) | Self::Pattern(_) => match text(value, kind) {
                Some(text) => {
                    charge(cost(text))?;
                    self.is_violated_by_text(text)
                }
                None => false,
            },
            Self::MinItems(_) | Self::MaxItems(_) => {
                items(value, kind).is_some_and(|items| self.is_violated_by_count(items.len()))
            }
            Self::UniqueItems => {
                charge(parts(value))?;
                items(value, kind).is_some_and(has_equals)
            }
            Self::MinProperties(_) | Self::MaxProperties(_) => {
                matches!(value.content(), Content::Object(members) if self.is_violated_by_count(members.len()))
            }
            Self::Required(names) => match value.content() {
                Content::Object(members) => names.iter().any(|name| is_absent(members, name)),
                _ => false,
            },
        };
        if is_violated { Err(DecodeError::new(format!("expected {}", self.expected()))) } else { Ok(()) }
    }

    fn is_violated_by_number(self, number: Number) -> bool {
        let value = number.value();
        // At this size, different numbers may be equal as floats.
        let is_exact = value.abs() < EXACT;
        match self {
            Self::Minimum(bound) => value < bound,
            Self::Above(bound) => value < bound || value == bound && is_exact,
            Self::Maximum(bound) => value > bound,
            Self::Below(bound) => value > bound || value == bound && is_exact,
            Self::MultipleOf(step) => !number.is_multiple_of(step),
            _ => false,
        }
    }

    fn is_violated_by_text(self, text: &str) -> bool {
        match self {
            Self::MinLength(least) => text.chars().take(least).count() < least,
            Self::MaxLength(most) => text.chars().nth(most).is_some(),
            Self::Pattern(pattern) => !pattern.is_match(text),
            _ => false,
        }
    }

    fn is_violated_by_count(self, count: usize) -> bool {
        match self {
            Self::MinItems(least) | Self::MinProperties(least) => count < least,
            Self::MaxItems(most) | Self::MaxProperties(most) => count > most,
            _ => false,
        }
    }

    /// The expectation in the error message.
    fn expected(self) -> String {
        match self {
            Self::Minimum(bound) => format!("at least {bound}"),
            Self::Above(bound) => format!("more than {bound}"),
            Self::Maximum(bound) => format!("at most {bound}"),
            Self::Below(bound) => format!("less than {bound}"),
            Self::MultipleOf(step) => format!("a multiple of {step}"),
            Self::MinLength(least) => format!("at least {least} characters"),
            Self::MaxLength(most) => format!("at most {most} characters"),
            Self::Pattern(_) => "a string that matches the pattern of the document".to_owned(),
            Self::MinItems(least) => format!("at least {least} items"),
            Self::MaxItems(most) => format!("at most {most} items"),
            Self::UniqueItems => "unique items".to_owned(),
            Self::MinProperties(least) => format!("at least {least} properties"),
            Self::MaxProperties(most) => format!("at most {most} properties"),
            Self::Required(names) => format!("the properties `{}`", names.join("`, `")),
        }
    }
}

fn text(value: Node<'_>, kind: Kind) -> Option<&str> {
    match value.content() {
        Content::String(text) => Some(text),
        Content::Text(text) if matches!(kind, Kind::Text | Kind::Any) => Some(text),
        _ => None,
    }
}

/// The items of an array. A string from a form counts as a list with one item if an array is expected.
fn items(value: Node<'_>, kind: Kind) -> Option<Items<'_>> {
    match value.content() {
        Content::Array(items) => Some(items),
        Content::Text(_) if kind == Kind::Array => Items::single(value),
        _ => None,
    }
}
