//! The JSON Schema of a configuration file, for editors.

use serde_json::{Map, Value, json};

use super::key::{API, Form, KIND, Key, PACK, Place};
use super::keys::KEYS;
use crate::limits::{LimitKind, Limits};
use crate::options::{Options, Pagination};

/// The schema, as JSON with a line end.
pub fn schema() -> String {
    let keys = |is_in: fn(&Key) -> bool| -> Map<String, Value> {
        KEYS.iter().filter(|key| is_in(key)).map(|key| (key.name.to_owned(), property(key))).collect()
    };
    let is_required = |key: &&Key| key.place == Place::Api && ![KIND, PACK].contains(&key.name);
    let required: Vec<&str> = KEYS.iter().filter(is_required).map(|key| key.name).collect();
    let mut api = object(keys(|_| true), &required);
    api["oneOf"] = json!([{ "required": [KIND] }, { "required": [PACK] }]);
    let mut properties = keys(|key| key.place == Place::Anywhere);
    properties.insert(
        API.to_owned(),
        json!({
            "description": "The APIs that `keystub generate` generates.",
            "type": "array",
            "minItems": 1,
            "items": api,
        }),
    );
    let mut schema = object(properties, &[]);
    schema["$schema"] = json!("http://json-schema.org/draft-07/schema#");
    schema["title"] = json!("keystub.toml");
    serde_json::to_string_pretty(&schema).expect("a schema is valid JSON") + "\n"
}

/// An object that has no other properties.
fn object(properties: Map<String, Value>, required: &[&str]) -> Value {
    let mut object = json!({ "type": "object", "additionalProperties": false, "properties": properties });
    if !required.is_empty() {
        object["required"] = json!(required);
    }
    object
}

fn property(key: &Key) -> Value {
    let mut property = match key.form {
        Form::Text => json!({ "type": "string" }),
        Form::Path => json!({ "type": "string", "minLength": 1 }),
        Form::Boolean => json!({ "type": "boolean" }),
        Form::Choice(names) => json!({ "type": "string", "enum": names }),
        Form::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        Form::Limits => limits(),
        Form::Types => types(),
        Form::Audit => audit(),
        Form::Names => names(),
        Form::Pagination => pagination(),
        Form::Dependencies => json!({
            "type": "object",
            "additionalProperties": { "type": ["string", "object"] },
            "propertyNames": { "pattern": "^[A-Za-z][A-Za-z0-9_-]*$" },
        }),
    };
    property["description"] = json!(key.doc);
    if let Some(default) = (key.value)(&Options::default()) {
        property["default"] = default_value(key.form, &default);
    }
    property
}

/// The JSON of a default. Strings and lists of defaults are the same in TOML and JSON.
fn default_value(form: Form, text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| panic!("the default {text} of {form:?} is valid JSON"))
}

fn limits() -> Value {
    let mut defaults = Limits::default();
    let limit = |limit: LimitKind| {
        let mut property = json!({ "type": "integer", "minimum": 1, "default": *defaults.of_mut(limit) });
        property["description"] = json!(limit.doc());
        if limit == LimitKind::Depth {
            property["maximum"] = json!(Limits::MOST_DEPTH);
        }
        (limit.name().to_owned(), property)
    };
    object(LimitKind::ALL.into_iter().map(limit).collect(), &[])
}

fn types() -> Value {
    let derives = json!({
        "description": "The paths of the traits.",
        "type": "array",
        "items": { "type": "string", "pattern": "^(::)?[A-Za-z_][A-Za-z0-9_]*(::[A-Za-z_][A-Za-z0-9_]*)*$" },
    });
    let attributes =
        json!({ "description": "Attributes without `#[…]`.", "type": "array", "items": { "type": "string" } });
    let name = json!({ "description": "The Rust name.", "type": "string", "pattern": IDENTIFIER });
    let one = [
        ("derives", derives.clone()),
        ("attributes", attributes.clone()),
        ("name", name),
        ("fields", names()),
        ("variants", names()),
    ];
    let one = object(one.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(), &[]);
    let path = json!({ "description": "The path of a type, such as `jiff::Timestamp`.", "type": "string", "pattern": "::|^String$" });
    let mapped = [
        ("type", path.clone()),
        ("via", json!({ "description": "How it is written and read.", "enum": ["text", "serde"] })),
        ("with", json!({ "description": "The module of its `serialize` and `deserialize`.", "type": "string" })),
        ("hash", json!({ "description": "Whether it implements `Eq` and `Hash`.", "type": "boolean" })),
        ("dependency", json!({ "description": "The line that it needs in `[dependencies]`.", "type": "string" })),
    ];
    let mapped = object(mapped.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(), &["type"]);
    let other = json!({ "anyOf": [path, mapped, one] });
    json!({ "type": "object", "properties": { "derives": derives, "attributes": attributes }, "additionalProperties": other })
}

const IDENTIFIER: &str = "^[A-Za-z_][A-Za-z0-9_]*$";

fn names() -> Value {
    json!({ "type": "object", "additionalProperties": { "type": "string", "pattern": IDENTIFIER } })
}

fn pagination() -> Value {
    let property = |key: &str| {
        let form = match key {
            Pagination::FIRST => json!({ "type": "integer", "minimum": 0 }),
            "offset" | "page" | "cursor" => json!({ "description": "The name of a parameter.", "type": "string" }),
            _ => json!({ "description": "A place in the response, such as `$response.body#/data`.", "type": "string" }),
        };
        (key.to_owned(), form)
    };
    let mut one = object(Pagination::KEYS.into_iter().map(property).collect(), &[]);
    one["oneOf"] = json!([{ "required": ["offset"] }, { "required": ["page"] }, { "required": ["cursor", "next"] }]);
    json!({ "type": "object", "additionalProperties": one })
}

fn audit() -> Value {
    let texts = |description: &str| json!({ "description": description, "type": "array", "items": { "type": "string", "minLength": 1 } });
    let properties = [
        ("off", texts("The rules that are not checked.")),
        (
            "level",
            json!({
                "description": "Other severities of rules.",
                "type": "object",
                "additionalProperties": { "type": "string", "enum": super::audit::LEVELS },
            }),
        ),
        (
            "public",
            texts("The operations that are meant to be public: `METHOD /path/**`, `tag:NAME` or `id:OPERATION`."),
        ),
    ];
    object(properties.into_iter().map(|(name, property)| (name.to_owned(), property)).collect(), &[])
}
