//! Properties that have few values.

use serde_json::Value;

use crate::lower::flat_schema::{FlatSchema, Located, SchemaOrRef};

/// The only value that the property allows, as text, if the schema itself or an inline part of it says so.
pub(super) fn constant(flat: &FlatSchema<'_>, property: &str) -> Option<String> {
    match listed(flat, property)?.as_slice() {
        [value] => Some(value.clone()),
        _ => None,
    }
}

/// The values that the property allows, as text, if the schema itself or an inline part of it lists them.
pub(super) fn listed(flat: &FlatSchema<'_>, property: &str) -> Option<Vec<String>> {
    let own = flat.properties.iter().find(|(wire, _)| *wire == property).map(|(_, located)| located);
    if let Some(Located { part: SchemaOrRef::Schema(schema), at }) = own {
        let values = FlatSchema::new(schema, at).values;
        return values.iter().map(text).collect::<Option<Vec<_>>>().filter(|values| !values.is_empty());
    }
    let inline = flat.all_of.iter().filter_map(|part| match part.part {
        SchemaOrRef::Schema(schema) => Some(FlatSchema::new(schema, &part.at)),
        SchemaOrRef::Reference(_) => None,
    });
    // One level: constants are not written in parts of parts.
    inline.into_iter().filter(|part| part.all_of.is_empty()).find_map(|part| listed(&part, property))
}

/// The text by which a mapping names a value.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => number.as_i64().map(|number| number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
