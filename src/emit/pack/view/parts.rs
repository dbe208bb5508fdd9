//! Values that several objects of the view have.

use minijinja::Value;

use super::table::object;
use crate::model::example::{Example, ExampleValue};
use crate::model::schema::Doc;

/// A text that consists of letters, digits, `-` and `_`.
pub fn word(text: &str) -> Value {
    Value::from_safe_string(text.to_owned())
}

/// A text of the document, or none.
pub fn optional(text: Option<&str>) -> Value {
    text.map(Value::from).into()
}

/// Texts of the document.
pub fn texts<'t>(texts: impl IntoIterator<Item = &'t String>) -> Value {
    list(texts.into_iter().map(|text| Value::from(text.as_str())))
}

/// A list.
pub fn list(items: impl IntoIterator<Item = Value>) -> Value {
    Value::from(items.into_iter().collect::<Vec<Value>>())
}

/// The summary, the description, and both.
pub fn doc(doc: &Doc) -> [(&'static str, Value); 3] {
    let both = match (&doc.summary, &doc.description) {
        (Some(summary), Some(description)) if !description.starts_with(summary.as_str()) => {
            Some(format!("{summary}\n\n{description}"))
        }
        (Some(summary), None) => Some(summary.clone()),
        (_, description) => description.clone(),
    };
    let both = both.filter(|text| !text.trim().is_empty());
    [
        ("summary", optional(doc.summary.as_deref())),
        ("description", optional(doc.description.as_deref())),
        ("doc", optional(both.as_deref())),
    ]
}

/// Data of the document.
pub fn data(value: &serde_json::Value) -> Value {
    match value {
        serde_json::Value::Null => Value::from(()),
        serde_json::Value::Bool(flag) => Value::from(*flag),
        serde_json::Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => Value::from(number),
            (None, Some(number)) => Value::from(number),
            (None, None) => Value::from(number.as_f64().unwrap_or_default()),
        },
        serde_json::Value::String(text) => Value::from(text.as_str()),
        serde_json::Value::Array(items) => list(items.iter().map(data)),
        serde_json::Value::Object(entries) => {
            Value::from_pairs(entries.iter().map(|(key, value)| (key.clone(), data(value))))
        }
    }
}

/// Examples.
pub fn examples(examples: &[Example]) -> Value {
    list(examples.iter().map(example))
}

fn example(example: &Example) -> Value {
    let content = &example.content;
    let (kind, value) = match &content.value {
        ExampleValue::Data(value) => ("data", data(value)),
        ExampleValue::Serialized(text) => ("serialized", Value::from(text.as_str())),
        ExampleValue::External(url) => ("external", Value::from(url.as_str())),
    };
    object(
        "example",
        [
            ("name", optional(example.name.as_deref())),
            ("summary", optional(content.summary.as_deref())),
            ("description", optional(content.description.as_deref())),
            ("kind", word(kind)),
            ("value", value),
            ("pointer", Value::from(content.at.as_str())),
        ],
    )
}
