//! Limits, checked by the runtime of generated servers.

use std::borrow::Cow;
use std::collections::BTreeMap;

use keystub_server_runtime::json::Value as Tree;
use keystub_server_runtime::pattern::Pattern;
use keystub_server_runtime::rules;
use serde_json::Value;

use crate::model::rule::{Limit, RuleKind};
use crate::model::value_schema::ValueSchemas;

/// The compiled patterns of a document.
#[derive(Debug, Default)]
pub(super) struct Patterns(BTreeMap<String, Pattern>);

impl Patterns {
    /// The patterns of these schemas.
    pub(super) fn of(schemas: &ValueSchemas) -> Self {
        let limits = schemas.list.iter().flat_map(|schema| &schema.limits);
        let patterns = limits.filter_map(|limit| match limit {
            Limit::Pattern(text) => Some((text.clone(), Pattern::from_text(text.clone()))),
            _ => None,
        });
        Self(patterns.collect())
    }

    /// Whether the pattern matches a part of the text.
    pub(super) fn is_match(&self, pattern: &str, text: &str) -> bool {
        self.0.get(pattern).is_some_and(|pattern| pattern.is_match(text))
    }

    /// Checks a value against one limit. Limits of other types of values are satisfied.
    ///
    /// # Errors
    ///
    /// What was expected.
    pub(super) fn check(&self, limit: &Limit, value: &Value) -> Result<(), String> {
        let limit = match limit {
            Limit::Minimum(bound, false) => rules::Limit::Minimum(*bound),
            Limit::Minimum(bound, true) => rules::Limit::Above(*bound),
            Limit::Maximum(bound, false) => rules::Limit::Maximum(*bound),
            Limit::Maximum(bound, true) => rules::Limit::Below(*bound),
            Limit::MultipleOf(step) => rules::Limit::MultipleOf(*step),
            Limit::MinLength(least) => rules::Limit::MinLength(count(*least)),
            Limit::MaxLength(most) => rules::Limit::MaxLength(count(*most)),
            Limit::MinItems(least) => rules::Limit::MinItems(count(*least)),
            Limit::MaxItems(most) => rules::Limit::MaxItems(count(*most)),
            Limit::UniqueItems => rules::Limit::UniqueItems,
            Limit::MinProperties(least) => rules::Limit::MinProperties(count(*least)),
            Limit::MaxProperties(most) => rules::Limit::MaxProperties(count(*most)),
            Limit::Pattern(pattern) => {
                return match value.as_str() {
                    Some(text) if !self.is_match(pattern, text) => Err(format!("expected a match of `{pattern}`")),
                    _ => Ok(()),
                };
            }
            // Depends on the direction; see `check`.
            Limit::Required(_) => return Ok(()),
        };
        limit.check(&tree(value), rules::Kind::Any).map_err(|error| error.to_string())
    }
}

/// The keyword of a limit.
pub(super) fn keyword(limit: &Limit) -> &'static str {
    match limit {
        Limit::Minimum(..) => "minimum",
        Limit::Maximum(..) => "maximum",
        Limit::MultipleOf(_) => "multipleOf",
        Limit::MinLength(_) => "minLength",
        Limit::MaxLength(_) => "maxLength",
        Limit::Pattern(_) => "pattern",
        Limit::MinItems(_) => "minItems",
        Limit::MaxItems(_) => "maxItems",
        Limit::UniqueItems => "uniqueItems",
        Limit::MinProperties(_) => "minProperties",
        Limit::MaxProperties(_) => "maxProperties",
        Limit::Required(_) => "required",
    }
}

/// The type of a value, for `type`.
pub(super) fn has_kind(kind: RuleKind, value: &Value) -> bool {
    match kind {
        RuleKind::Any => true,
        RuleKind::Text => value.is_string(),
        RuleKind::Number => value.is_number(),
        RuleKind::Integer => {
            value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|float| float.fract() == 0.0)
        }
        RuleKind::Bool => value.is_boolean(),
        RuleKind::Array => value.is_array(),
        RuleKind::Object => value.is_object(),
    }
}

fn count(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// The value as the runtime reads it.
fn tree(value: &Value) -> Tree<'_> {
    match value {
        Value::Null => Tree::Null,
        Value::Bool(value) => Tree::Bool(*value),
        Value::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(number), _, _) => Tree::Integer(number.into()),
            (None, Some(number), _) => Tree::Integer(number.into()),
            (None, None, number) => Tree::Float(number.unwrap_or_default()),
        },
        Value::String(text) => Tree::String(Cow::Borrowed(text)),
        Value::Array(items) => Tree::Array(items.iter().map(tree).collect()),
        Value::Object(fields) => {
            Tree::Object(fields.iter().map(|(key, value)| (Cow::Borrowed(key.as_str()), tree(value))).collect())
        }
    }
}
