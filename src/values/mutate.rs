//! Changes of one value that keep to a constraint exactly, or break it.

use serde_json::{Map, Value};

use super::format::integers;
use super::limit::keyword;
use super::number::{float, integer};
use super::pattern::Language;
use super::seed::Seed;
use crate::model::rule::{Limit, RuleKind};
use crate::model::value_schema::{AdditionalValues, ValueSchema};

/// The longest string and the longest list that are made.
const LONGEST: u64 = 5_000;

/// How many values of an `enum` are used.
const LISTED: usize = 20;

/// How a value is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sent {
    /// As JSON, with types.
    Json,
    /// As text: a number may be a valid string, and nothing is null.
    Text,
    /// As text that may not be empty, such as a segment of a path.
    Segment,
}

/// A change.
pub(super) struct Mutation {
    pub(super) keyword: &'static str,
    pub(super) value: Value,
}

/// Values at the bounds of the constraints of a schema.
pub(super) fn at_bounds(schema: &ValueSchema, value: &Value) -> Vec<Mutation> {
    let mut mutations = Vec::new();
    let mut add = |keyword, value| mutations.push(Mutation { keyword, value });
    schema.values.iter().take(LISTED).for_each(|listed| add("enum", listed.clone()));
    for limit in &schema.limits {
        bound_values(limit, schema, value).into_iter().for_each(|value| add(keyword(limit), value));
    }
    if let Value::Object(fields) = value {
        let required: Map<String, Value> =
            fields.iter().filter(|(name, _)| schema.required().any(|own| own == *name)).map(owned).collect();
        add("required", Value::Object(required));
    }
    if schema.is_nullable {
        add("nullable", Value::Null);
    }
    mutations
}

fn bound_values(limit: &Limit, schema: &ValueSchema, value: &Value) -> Vec<Value> {
    match limit {
        Limit::Minimum(bound, false) | Limit::Maximum(bound, false) => exact(*bound).into_iter().collect(),
        Limit::Minimum(bound, true) => exact(bound + step(schema)).into_iter().collect(),
        Limit::Maximum(bound, true) => exact(bound - step(schema)).into_iter().collect(),
        Limit::MinLength(length) | Limit::MaxLength(length) => texts(schema, value, *length),
        Limit::MinItems(count) | Limit::MaxItems(count) => items(value, *count).into_iter().collect(),
        Limit::MinProperties(count) | Limit::MaxProperties(count) => {
            properties(schema, value, *count).into_iter().collect()
        }
        Limit::MultipleOf(step) => exact(*step).into_iter().collect(),
        Limit::Pattern(_) | Limit::UniqueItems | Limit::Required(_) => Vec::new(),
    }
}

/// Values that break the constraints of a schema, unless another constraint makes them valid.
pub(super) fn beyond(schema: &ValueSchema, value: &Value, sent: Sent) -> Vec<Mutation> {
    let mut mutations = Vec::new();
    let mut add = |keyword, value| mutations.push(Mutation { keyword, value });
    wrong_types(schema.kind, sent).into_iter().for_each(|value| add("type", value));
    if sent == Sent::Json && !schema.is_nullable && schema.kind != RuleKind::Any {
        add("type", Value::Null);
    }
    if !schema.values.is_empty() {
        add("enum", unlisted(schema));
    }
    if let (Some(format), true) = (&schema.format, schema.kind != RuleKind::Any) {
        malformed(format, value).into_iter().for_each(|value| add("format", value));
    }
    for limit in &schema.limits {
        broken(limit, schema, value).into_iter().for_each(|value| add(keyword(limit), value));
    }
    if let (Value::Object(fields), AdditionalValues::None) = (value, schema.additional) {
        let mut fields = fields.clone();
        fields.insert("unexpected".to_owned(), "unexpected".into());
        add("additionalProperties", Value::Object(fields));
    }
    for property in schema.choices.iter().filter_map(|choice| choice.discriminator.as_ref()) {
        if let Some(Value::String(_)) = value.get(property) {
            let mut value = value.clone();
            value[property] = "unlisted".into();
            add("discriminator", value);
        }
    }
    // A list without items and an empty text are often the same as no value.
    let is_nothing = |value: &Value| value.as_array().is_some_and(Vec::is_empty) || value.as_str() == Some("");
    mutations.retain(|mutation| sent == Sent::Json || !is_nothing(&mutation.value));
    mutations
}

fn wrong_types(kind: RuleKind, sent: Sent) -> Vec<Value> {
    match (kind, sent) {
        (RuleKind::Any, _) => Vec::new(),
        (RuleKind::Text, Sent::Json) => vec![17.into()],
        (RuleKind::Text | RuleKind::Array | RuleKind::Object, Sent::Text | Sent::Segment) => Vec::new(),
        (RuleKind::Number, _) => vec!["not-a-number".into()],
        (RuleKind::Integer, _) => vec!["not-a-number".into(), float(1.5).unwrap_or_default()],
        (RuleKind::Bool, _) => vec!["perhaps".into()],
        (RuleKind::Array | RuleKind::Object, Sent::Json) => vec![17.into()],
    }
}

fn unlisted(schema: &ValueSchema) -> Value {
    let numbers: Vec<i64> = schema.values.iter().filter_map(Value::as_i64).collect();
    match numbers.iter().max() {
        Some(most) if numbers.len() == schema.values.len() => most.saturating_add(1).into(),
        _ => "unlisted".into(),
    }
}

/// Values that a format does not allow, for the formats that are checked when a value is read.
fn malformed(format: &str, value: &Value) -> Vec<Value> {
    match format {
        "date-time" => vec!["2024-13-01T00:00:00Z".into()],
        "date" => vec!["2024-02-30".into()],
        "uuid" => vec!["not-a-uuid".into()],
        "byte" => vec!["???".into()],
        _ if value.is_number() => {
            let (least, most) = format_range(format);
            let is_narrow = (least, most) != format_range("int64");
            if is_narrow { vec![integer(least - 1), integer(most + 1)] } else { Vec::new() }
        }
        _ => Vec::new(),
    }
}

fn format_range(format: &str) -> (i128, i128) {
    integers(Some(format))
}

fn broken(limit: &Limit, schema: &ValueSchema, value: &Value) -> Vec<Value> {
    let one = |value: Option<Value>| value.into_iter().collect::<Vec<_>>();
    match limit {
        Limit::Minimum(bound, true) | Limit::Maximum(bound, true) => one(exact(*bound)),
        Limit::Minimum(bound, false) => one(exact(bound - step(schema))),
        Limit::Maximum(bound, false) => one(exact(bound + step(schema))),
        Limit::MultipleOf(step) => one(value.as_f64().and_then(|number| exact(number + step / 2.0))),
        Limit::MinLength(least) => least.checked_sub(1).map(|length| texts(schema, value, length)).unwrap_or_default(),
        Limit::MaxLength(most) => texts(schema, value, most.saturating_add(1)),
        Limit::Pattern(_) => ["~", " ", "-1", "Zz9_", "\u{2603}"].map(Value::from).to_vec(),
        Limit::MinItems(least) => one(least.checked_sub(1).and_then(|count| items(value, count))),
        Limit::MaxItems(most) => one(items(value, most.saturating_add(1))),
        Limit::UniqueItems => one(value.as_array().and_then(|items| {
            let first = items.first()?.clone();
            Some(Value::Array(items.iter().cloned().chain([first]).collect()))
        })),
        Limit::MinProperties(least) => one(least.checked_sub(1).and_then(|count| properties(schema, value, count))),
        Limit::MaxProperties(most) => one(properties(schema, value, most.saturating_add(1))),
        Limit::Required(names) => {
            let Value::Object(fields) = value else { return Vec::new() };
            let without = |name: &String| {
                fields
                    .contains_key(name)
                    .then(|| Value::Object(fields.iter().filter(|(own, _)| *own != name).map(owned).collect()))
            };
            names.iter().filter_map(without).collect()
        }
    }
}

fn owned((name, value): (&String, &Value)) -> (String, Value) {
    (name.clone(), value.clone())
}

/// A number that is exactly this, as an integer if it is one.
fn exact(number: f64) -> Option<Value> {
    #[allow(clippy::cast_possible_truncation)] // bounded just before
    match (number.fract() == 0.0, number.abs() < 9.0e15) {
        (true, true) => Some(integer(number as i128)),
        // The bound of the document may differ from the nearest float.
        (true, false) => None,
        (false, _) => float(number),
    }
}

/// The distance of the next value from a bound.
fn step(schema: &ValueSchema) -> f64 {
    let step =
        schema.limits.iter().find_map(|limit| if let Limit::MultipleOf(step) = limit { Some(*step) } else { None });
    match (step, schema.kind) {
        (Some(step), _) => step,
        (None, RuleKind::Integer) => 1.0,
        (None, _) => 0.5,
    }
}

/// Strings of exactly this length: the value cut or extended, and one that matches the pattern.
fn texts(schema: &ValueSchema, value: &Value, length: u64) -> Vec<Value> {
    let (Some(text), Ok(count)) = (value.as_str(), usize::try_from(length)) else { return Vec::new() };
    if length > LONGEST {
        return Vec::new();
    }
    let mut texts: Vec<Value> = Vec::new();
    for limit in &schema.limits {
        if let Limit::Pattern(pattern) = limit
            && let Some(language) = Language::parse(pattern)
        {
            texts.push(language.text(count, &mut Seed::new(length, pattern)).into());
        }
    }
    texts.push(text.chars().chain(std::iter::repeat('a')).take(count).collect::<String>().into());
    texts.retain(|text| text.as_str().is_some_and(|text| text.chars().count() == count));
    texts
}

fn items(value: &Value, count: u64) -> Option<Value> {
    let items = value.as_array()?;
    let count = usize::try_from(count).ok().filter(|_| count <= LONGEST)?;
    let more = items.last().cloned().into_iter().cycle();
    let items: Vec<Value> = items.iter().cloned().chain(more).take(count).collect();
    (items.len() == count).then_some(Value::Array(items))
}

/// The object with exactly this many properties: optional ones are removed, others added.
fn properties(schema: &ValueSchema, value: &Value, count: u64) -> Option<Value> {
    let count = usize::try_from(count).ok().filter(|_| count <= LONGEST)?;
    let mut fields = value.as_object()?.clone();
    let optional: Vec<String> =
        fields.keys().filter(|name| !schema.required().any(|own| own == *name)).cloned().collect();
    let others: Vec<String> = fields.keys().filter(|name| !optional.contains(name)).cloned().collect();
    for name in optional.iter().chain(&others) {
        if fields.len() > count {
            fields.remove(name);
        }
    }
    let sample = value.as_object()?.values().next().cloned().unwrap_or_else(|| "more".into());
    for index in 0.. {
        if fields.len() >= count {
            break;
        }
        fields.insert(format!("more{index}"), sample.clone());
    }
    Some(Value::Object(fields))
}
