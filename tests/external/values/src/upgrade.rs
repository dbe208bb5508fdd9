//! Upgrades the schemas of a document to JSON Schema 2020-12. What OpenAPI adds to JSON Schema is written in its keywords:
//! `nullable`, the direction of properties, and the values of discriminators.

use std::collections::BTreeSet;

use keystub::values::DataFlow;
use serde_json::{Map, Value, json};

/// Annotations, which can have any value.
const ANNOTATIONS: [&str; 7] = ["example", "examples", "default", "xml", "externalDocs", "description", "title"];

/// The document with upgraded schemas; `None` if it is not of version 3.0 or 3.1.
pub fn upgraded(document: &Value, flow: DataFlow) -> Option<Value> {
    let version = document.get("openapi")?.as_str()?;
    let is_3_0 = version.starts_with("3.0");
    (is_3_0 || version.starts_with("3.1")).then(|| Upgrade { document, flow, is_3_0 }.other(document, ""))
}

struct Upgrade<'d> {
    document: &'d Value,
    flow: DataFlow,
    is_3_0: bool,
}

impl Upgrade<'_> {
    /// A node that is not a schema.
    fn other(&self, node: &Value, key: &str) -> Value {
        match node {
            Value::Object(fields) if key == "schemas" => {
                fields.iter().map(|(name, schema)| (name.clone(), self.schema(schema, &BTreeSet::new()))).collect()
            }
            Value::Object(fields) => {
                let kept = fields.iter().filter(|(key, _)| !matches!(key.as_str(), "example" | "examples"));
                let upgrade = |(key, value): (&String, &Value)| match key.as_str() {
                    "schema" => (key.clone(), self.schema(value, &BTreeSet::new())),
                    _ => (key.clone(), self.other(value, key)),
                };
                kept.map(upgrade).collect()
            }
            Value::Array(items) => items.iter().map(|item| self.other(item, "")).collect(),
            other => other.clone(),
        }
    }

    /// A schema; `hidden` are the properties that the whole does not send.
    fn schema(&self, node: &Value, hidden: &BTreeSet<String>) -> Value {
        let Value::Object(schema) = node else { return node.clone() };
        if let Some(reference) = schema.get("$ref").filter(|_| self.is_3_0) {
            return json!({ "$ref": reference });
        }
        let mut hidden = hidden.clone();
        self.add_hidden(node, &mut hidden, 8);
        let mut out = Map::new();
        for (key, value) in schema {
            let upgraded = match key.as_str() {
                key if ANNOTATIONS.contains(&key) || key.starts_with("x-") => continue,
                "nullable" | "discriminator" | "readOnly" | "writeOnly" | "deprecated" => continue,
                "properties" | "patternProperties" | "$defs" | "dependentSchemas" => match value {
                    Value::Object(schemas) => schemas
                        .iter()
                        .map(|(name, value)| (name.clone(), self.schema(value, &BTreeSet::new())))
                        .collect(),
                    other => other.clone(),
                },
                "allOf" | "anyOf" | "oneOf" | "prefixItems" => match value {
                    Value::Array(parts) => parts.iter().map(|part| self.schema(part, &hidden)).collect(),
                    other => other.clone(),
                },
                "items" | "additionalProperties" | "not" | "unevaluatedProperties" | "if" | "then" | "else" => {
                    self.schema(value, &BTreeSet::new())
                }
                "required" => match value {
                    Value::Array(names) => names
                        .iter()
                        .filter(|name| !name.as_str().is_some_and(|name| hidden.contains(name)))
                        .cloned()
                        .collect(),
                    other => other.clone(),
                },
                _ => value.clone(),
            };
            out.insert(key.clone(), upgraded);
        }
        self.discriminate(schema, &mut out);
        self.of_3_0(schema, out)
    }

    /// The properties of a schema and its parts that are not sent.
    fn add_hidden(&self, node: &Value, hidden: &mut BTreeSet<String>, depth: usize) {
        let Some(node) = self.resolved(node).filter(|_| depth > 0) else { return };
        for (name, property) in node.get("properties").and_then(Value::as_object).into_iter().flatten() {
            if self.is_hidden(property) {
                hidden.insert(name.clone());
            }
        }
        for part in node.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.add_hidden(part, hidden, depth - 1);
        }
    }

    fn is_hidden(&self, property: &Value) -> bool {
        let flag = |node: &Value| {
            let is = |key: &str| node.get(key) == Some(&Value::Bool(true));
            match self.flow {
                DataFlow::Request => is("readOnly") && !is("writeOnly"),
                DataFlow::Response => is("writeOnly") && !is("readOnly"),
            }
        };
        let parts = |node: &Value| node.get("allOf").and_then(Value::as_array).cloned().unwrap_or_default();
        let is_part = |part: &Value| self.resolved(part).is_some_and(flag);
        flag(property) || self.resolved(property).is_some_and(|node| flag(node) || parts(node).iter().any(is_part))
    }

    fn resolved<'n>(&'n self, node: &'n Value) -> Option<&'n Value> {
        match node.get("$ref").and_then(Value::as_str) {
            None => Some(node),
            Some(reference) => {
                let found = self.document.pointer(reference.strip_prefix('#')?)?;
                if found.get("$ref").is_some() { None } else { Some(found) }
            }
        }
    }

    /// Each alternative of a discriminated choice has only its values of the discriminator.
    fn discriminate(&self, schema: &Map<String, Value>, out: &mut Map<String, Value>) {
        let Some(discriminator) = schema.get("discriminator") else { return };
        let Some(property) = discriminator.get("propertyName").and_then(Value::as_str) else { return };
        let mapping = discriminator.get("mapping").and_then(Value::as_object);
        for key in ["oneOf", "anyOf"] {
            let Some(Value::Array(parts)) = out.get_mut(key) else { continue };
            for part in parts {
                let Some(reference) = part.get("$ref").and_then(Value::as_str) else { continue };
                let name = reference.rsplit('/').next().unwrap_or_default();
                let is_target = |target: &Value| target.as_str().is_some_and(|text| text == reference || text == name);
                let mapped = mapping.into_iter().flatten().filter(|(_, target)| is_target(target));
                let mut tags: Vec<&str> = mapped.map(|(tag, _)| tag.as_str()).collect();
                if tags.is_empty() {
                    tags.push(name);
                }
                // A schema that lists other values for its discriminator means those.
                let properties = self.resolved(part).and_then(|part| part.get("properties")?.get(property));
                if properties.is_some_and(|property| property.get("enum").is_some() || property.get("const").is_some())
                {
                    continue;
                }
                let numbers = tags.iter().filter_map(|tag| serde_json::from_str::<Value>(tag).ok());
                let values: Vec<Value> = tags.iter().map(|tag| json!(tag)).chain(numbers).collect();
                *part = json!({ "allOf": [part, { "properties": { property: { "enum": values } } }] });
            }
        }
    }

    /// `nullable` and the flags of bounds.
    fn of_3_0(&self, schema: &Map<String, Value>, mut out: Map<String, Value>) -> Value {
        for (flag, bound) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
            match out.get(flag) {
                Some(Value::Bool(true)) => {
                    out.remove(flag);
                    if let Some(value) = out.remove(bound) {
                        out.insert(flag.to_owned(), value);
                    }
                }
                Some(Value::Bool(false)) => drop(out.remove(flag)),
                _ => {}
            }
        }
        // The content of a file is not the string of a schema.
        if out.get("format") == Some(&json!("binary")) {
            ["minLength", "maxLength", "pattern"].iter().for_each(|key| drop(out.remove(*key)));
        }
        // Formats that have types, and that the validator does not check.
        let bounds = match out.get("format").and_then(Value::as_str) {
            Some("int8") => Some((i64::from(i8::MIN), i64::from(i8::MAX))),
            Some("int16") => Some((i64::from(i16::MIN), i64::from(i16::MAX))),
            Some("int32") => Some((i64::from(i32::MIN), i64::from(i32::MAX))),
            Some("uint8") => Some((0, i64::from(u8::MAX))),
            Some("uint16") => Some((0, i64::from(u16::MAX))),
            Some("uint32") => Some((0, i64::from(u32::MAX))),
            Some("uint64") => Some((0, i64::MAX)),
            _ => None,
        };
        if let Some((least, most)) = bounds {
            out.insert("allOf".to_owned(), json!([{ "minimum": least, "maximum": most }]));
        }
        if out.get("format") == Some(&json!("byte")) {
            out.insert(
                "allOf".to_owned(),
                json!([{ "pattern": "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$" }]),
            );
        }
        match schema.get("nullable") {
            Some(Value::Bool(true)) if self.is_3_0 => json!({ "anyOf": [out, { "type": "null" }] }),
            _ => Value::Object(out),
        }
    }
}
