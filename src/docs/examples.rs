//! Examples: those of the document, else one that is made from the schema.

use serde_json::Value;

use super::part::Part;
use crate::model::example::{Example, ExampleValue};
use crate::values::{Presets, ValueUse};

/// The text of an example; `None` for one at a URL.
pub fn text(value: &ExampleValue) -> Option<String> {
    match value {
        ExampleValue::Data(value) => Some(value.to_string()),
        ExampleValue::Serialized(text) => Some(text.clone()),
        ExampleValue::External(_) => None,
    }
}

/// The title and text of an example of the document.
pub fn of_document(example: &Example) -> (String, String) {
    let title = example.content.summary.as_deref().or(example.name.as_deref()).unwrap_or("Example");
    let text = match &example.content.value {
        ExampleValue::Data(Value::String(text)) => text.clone(),
        ExampleValue::Data(value) => pretty(value),
        ExampleValue::Serialized(text) => text.clone(),
        ExampleValue::External(url) => format!("See {url}"),
    };
    (title.to_owned(), text)
}

/// The first valid example of the document, else a value that satisfies the schema; `None` if there is none.
pub fn value(part: Part<'_>, of: ValueUse) -> Option<Value> {
    part.values.value(of, &Presets::default()).ok()
}

/// JSON over several lines.
pub fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).expect("a JSON value can be printed")
}
