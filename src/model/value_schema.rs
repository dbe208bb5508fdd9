//! The keywords of schemas as written, for commands that make or check values.
//!
//! [`super::schema`] has the types of generated code, in which keywords are merged and some are lost. [`super::rule`] has
//! the constraints that a generated server checks in requests.

use std::collections::BTreeMap;

use super::example::Example;
use super::rule::{Limit, RuleKind};
use super::schema::Direction;
use crate::diag::Pointer;

/// The index of a schema in [`ValueSchemas::list`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValueSchemaId(pub usize);

/// The schemas that parameters, bodies, responses and header fields use. Uses without a schema are absent.
#[derive(Debug, Clone, Default)]
pub struct ValueSchemas {
    /// Every schema that is reached, once.
    pub list: Vec<ValueSchema>,
    /// Those of parameters, by the indexes of operation and parameter.
    pub parameters: BTreeMap<(usize, usize), ValueSchemaId>,
    /// Those of bodies, by the indexes of operation and representation.
    pub bodies: BTreeMap<(usize, usize), ValueSchemaId>,
    /// Those of responses, by the indexes of operation, response and representation.
    pub responses: BTreeMap<(usize, usize, usize), ValueSchemaId>,
    /// Those of header fields of responses, by the indexes of operation, response and header.
    pub headers: BTreeMap<(usize, usize, usize), ValueSchemaId>,
}

/// The keywords of a schema (OpenAPI 3.0.3, section 4.7.24).
#[derive(Debug, Clone)]
pub struct ValueSchema {
    /// `type`.
    pub kind: RuleKind,
    /// Whether `null` is allowed. With `type: null` it is the only value.
    pub is_nullable: bool,
    /// Whether no value but `null` is allowed.
    pub is_null: bool,
    /// `format`.
    pub format: Option<String>,
    /// `enum`; empty if absent.
    pub values: Vec<serde_json::Value>,
    /// The limits. [`Limit::Required`] has all names of `required`.
    pub limits: Vec<Limit>,
    /// `properties`, in document order.
    pub properties: Vec<(String, ValueSchemaId)>,
    /// `additionalProperties`.
    pub additional: AdditionalValues,
    /// `items`.
    pub items: Option<ValueSchemaId>,
    /// The schemas of the first items of a tuple; [`Self::items`] is that of the others, which are forbidden without it.
    pub places: Option<Vec<ValueSchemaId>>,
    /// `allOf`.
    pub all_of: Vec<ValueSchemaId>,
    /// `oneOf`, `anyOf`, and the subtypes of a schema with a discriminator.
    pub choices: Vec<ValueChoice>,
    /// `not`.
    pub not: Option<ValueSchemaId>,
    /// Constraints that cannot be checked, each with the reason. No value is known to satisfy them.
    pub unchecked: Vec<String>,
    /// `readOnly` or `writeOnly`.
    pub direction: Direction,
    /// `example` and `examples`.
    pub examples: Vec<Example>,
    /// Its pointer.
    pub at: Pointer,
}

/// Properties that a schema does not list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdditionalValues {
    /// They may have any value.
    Any,
    /// `additionalProperties: false`.
    None,
    /// They satisfy a schema.
    Each(ValueSchemaId),
}

/// A choice of schemas.
#[derive(Debug, Clone)]
pub struct ValueChoice {
    /// The property whose value selects the alternative.
    pub discriminator: Option<String>,
    /// Whether a value satisfies exactly one alternative (`oneOf`), not at least one (`anyOf`).
    pub is_exclusive: bool,
    /// The alternatives, in document order.
    pub alternatives: Vec<ValueAlternative>,
}

/// An alternative of a choice.
#[derive(Debug, Clone)]
pub struct ValueAlternative {
    /// The values of the discriminator that select it.
    pub tags: Vec<String>,
    /// Its schema.
    pub schema: ValueSchemaId,
}

impl ValueSchemas {
    /// The schema with this id.
    pub fn get(&self, id: ValueSchemaId) -> &ValueSchema {
        &self.list[id.0]
    }
}

impl ValueSchema {
    /// Whether it describes an object.
    pub fn is_object(&self) -> bool {
        self.kind == RuleKind::Object || !self.properties.is_empty() || self.additional != AdditionalValues::Any
    }

    /// The names of `required`.
    pub fn required(&self) -> impl Iterator<Item = &str> {
        self.limits.iter().flat_map(|limit| {
            match limit {
                Limit::Required(names) => names.as_slice(),
                Limit::Minimum(..)
                | Limit::Maximum(..)
                | Limit::MultipleOf(_)
                | Limit::MinLength(_)
                | Limit::MaxLength(_)
                | Limit::Pattern(_)
                | Limit::MinItems(_)
                | Limit::MaxItems(_)
                | Limit::UniqueItems
                | Limit::MinProperties(_)
                | Limit::MaxProperties(_) => &[],
            }
            .iter()
            .map(String::as_str)
        })
    }

    /// The schema of this property.
    pub fn property(&self, name: &str) -> Option<ValueSchemaId> {
        self.properties.iter().find(|(own, _)| own == name).map(|(_, id)| *id)
    }
}
