//! The limits of a schema (OpenAPI 3.0.3, section 4.7.24.1).

use super::pattern;
use crate::diag::print::excerpt;
use crate::diag::{Code, Pointer, Report};
use crate::document::tree::{Node, Object};
use crate::lower::flat_schema::FlatSchema;
use crate::lower::schema::scalar;
use crate::model::rule::{Limit, RuleKind};
use crate::model::schema::Scalar;

/// Keywords that constrain values in ways that are not checked.
pub(in crate::lower) const UNCHECKED: [&str; 5] =
    ["if", "dependentSchemas", "dependentRequired", "contains", "propertyNames"];

/// The limits of the schema, in a fixed order; those without effect or for other types are left out.
pub(super) fn of(report: &mut Report, keywords: Option<&Object>, flat: &FlatSchema<'_>, kind: RuleKind) -> Vec<Limit> {
    let Some(schema) = keywords else { return Vec::new() };
    let at = &flat.at;
    match kind {
        RuleKind::Text => texts(report, schema, at),
        RuleKind::Number | RuleKind::Integer => numbers(schema),
        RuleKind::Bool => Vec::new(),
        RuleKind::Array => arrays(schema),
        RuleKind::Object => objects(schema),
        RuleKind::Any => [numbers(schema), texts(report, schema, at), arrays(schema), objects(schema)].concat(),
    }
}

/// Whether the type of the schema alone rejects values outside this limit.
pub(super) fn is_of_type(limit: &Limit, flat: &FlatSchema<'_>) -> bool {
    if flat.kind != Some("integer") {
        return false;
    }
    let (least, most) = match scalar::of(flat) {
        Scalar::Int32 => (f64::from(i32::MIN), f64::from(i32::MAX)),
        Scalar::UInt32 => (0.0, f64::from(u32::MAX)),
        #[allow(clippy::cast_precision_loss)] // bounds are compared as floats
        Scalar::UInt64 => (0.0, u64::MAX as f64),
        #[allow(clippy::cast_precision_loss)]
        _ => (i64::MIN as f64, i64::MAX as f64),
    };
    match limit {
        Limit::Minimum(bound, false) => *bound <= least,
        Limit::Maximum(bound, false) => *bound >= most,
        _ => false,
    }
}

fn numbers(schema: &Object) -> Vec<Limit> {
    let number = |key: &str| schema.get(key).and_then(number);
    let mut limits = Vec::new();
    limits.extend(number("minimum").map(|bound| Limit::Minimum(bound, is_set(schema, "exclusiveMinimum"))));
    limits.extend(number("maximum").map(|bound| Limit::Maximum(bound, is_set(schema, "exclusiveMaximum"))));
    limits.extend(number("multipleOf").filter(|step| *step > 0.0).map(Limit::MultipleOf));
    limits
}

fn texts(report: &mut Report, schema: &Object, at: &Pointer) -> Vec<Limit> {
    let mut limits = Vec::new();
    limits.extend(least(schema, "minLength").map(Limit::MinLength));
    limits.extend(most(schema, "maxLength").map(Limit::MaxLength));
    limits.extend(pattern(report, schema, at));
    limits
}

fn arrays(schema: &Object) -> Vec<Limit> {
    let mut limits = Vec::new();
    limits.extend(least(schema, "minItems").map(Limit::MinItems));
    limits.extend(most(schema, "maxItems").map(Limit::MaxItems));
    limits.extend(is_set(schema, "uniqueItems").then_some(Limit::UniqueItems));
    limits
}

fn objects(schema: &Object) -> Vec<Limit> {
    let mut limits = Vec::new();
    limits.extend(least(schema, "minProperties").map(Limit::MinProperties));
    limits.extend(most(schema, "maxProperties").map(Limit::MaxProperties));
    limits
}

fn is_set(schema: &Object, key: &str) -> bool {
    schema.get(key) == Some(&Node::Bool(true))
}

fn least(schema: &Object, key: &str) -> Option<u64> {
    most(schema, key).filter(|least| *least > 0)
}

fn most(schema: &Object, key: &str) -> Option<u64> {
    schema.get(key).and_then(count)
}

fn pattern(report: &mut Report, schema: &Object, at: &Pointer) -> Option<Limit> {
    let text = schema.get("pattern")?.as_str()?;
    match pattern::translated(text) {
        Ok(translated) => Some(Limit::Pattern(translated)),
        Err(why) => {
            let message = format!("pattern `{}` is not checked: {why}", excerpt(text));
            report.warning(Code::UnsupportedPattern, &at.child("pattern"), message);
            None
        }
    }
}

fn number(node: &Node) -> Option<f64> {
    match node {
        #[allow(clippy::cast_precision_loss)] // bounds are compared as floats
        Node::Integer(value) => Some(*value as f64),
        Node::Float(value) => Some(*value).filter(|value| value.is_finite()),
        Node::Null | Node::Bool(_) | Node::String(_) | Node::Array(_) | Node::Object(_) => None,
    }
}

fn count(node: &Node) -> Option<u64> {
    match node {
        Node::Integer(value) => u64::try_from(*value).ok(),
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // bounded just before
        Node::Float(value) if value.fract() == 0.0 && (0.0..9.0e15).contains(value) => Some(*value as u64),
        Node::Null | Node::Bool(_) | Node::Float(_) | Node::String(_) | Node::Array(_) | Node::Object(_) => None,
    }
}
