//! An independent judge of values: the crate `jsonschema`, and a document whose schemas are upgraded to JSON Schema 2020-12.

pub mod faults;
mod upgrade;

use std::path::Path;

use jsonschema::{Draft, Registry, Validator};
use keystub::model::Api;
use keystub::model::operation::Content;
use keystub::values::{DataFlow, ValueUse};
use serde_json::{Value, json};

/// The address of the upgraded document in references.
const ADDRESS: &str = "https://judge.example/api";

/// A document as written.
///
/// # Panics
///
/// If the file is neither JSON nor YAML.
pub fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap();
    match serde_json::from_str(&text) {
        Ok(value) => value,
        Err(_) => serde_yaml::from_str(&text).unwrap(),
    }
}

/// Judges values of one document that are sent in one direction.
pub struct Judge {
    document: Value,
    registry: Registry<'static>,
}

impl Judge {
    /// The judge for an OpenAPI document of version 3.0 or 3.1; `None` for others.
    pub fn new(document: &Value, flow: DataFlow) -> Option<Self> {
        let upgraded = upgrade::upgraded(document, flow)?;
        let registry = Registry::new().draft(Draft::Draft202012).add(ADDRESS, upgraded).ok()?;
        Some(Self { document: document.clone(), registry: registry.prepare().ok()? })
    }

    /// The validator of the schema at this JSON pointer; `None` if the document as written has none there.
    ///
    /// # Errors
    ///
    /// Why the schema cannot be compiled.
    pub fn validator(&self, pointer: &str) -> Option<Result<Validator, String>> {
        self.document.pointer(pointer)?;
        let schema = json!({ "$ref": format!("{ADDRESS}#{}", encoded(pointer)) });
        let mut options = jsonschema::options();
        options = options.with_draft(Draft::Draft202012).should_validate_formats(true);
        Some(options.with_registry(&self.registry).build(&schema).map_err(|error| error.to_string()))
    }
}

fn encoded(pointer: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    pointer
        .bytes()
        .map(|byte| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// Every use of an API whose values are JSON, with the pointer of its schema.
pub fn uses(api: &Api) -> Vec<(ValueUse, String)> {
    let schemas = &api.value_schemas;
    let at = |id: &keystub::model::value_schema::ValueSchemaId| schemas.get(*id).at.as_str().to_owned();
    let is_json = |content: &Content| matches!(content, Content::Json(_) | Content::Form(_) | Content::Multipart(_));
    let mut uses = Vec::new();
    for (&(operation, index), id) in &schemas.parameters {
        uses.push((ValueUse::Parameter { operation, index }, at(id)));
    }
    for (&(operation, index), id) in &schemas.bodies {
        let body = api.operations[operation].body.as_ref().unwrap();
        if is_json(&body.forms.iter().nth(index).unwrap().content) {
            uses.push((ValueUse::Body { operation, index }, at(id)));
        }
    }
    for (&(operation, response, index), id) in &schemas.responses {
        if is_json(&api.operations[operation].responses[response].forms[index].content) {
            uses.push((ValueUse::Response { operation, response, index }, at(id)));
        }
    }
    for (&(operation, response, index), id) in &schemas.headers {
        uses.push((ValueUse::Header { operation, response, index }, at(id)));
    }
    uses
}
