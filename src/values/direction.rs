//! Which properties a request and a response have: `readOnly` and `writeOnly` (OpenAPI 3.0.3, section 4.7.24.2).

use std::collections::BTreeSet;

use serde_json::Value;

use crate::model::schema::Direction;
use crate::model::value_schema::{ValueSchema, ValueSchemaId, ValueSchemas};

/// Where a value is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataFlow {
    /// From client to server: without `readOnly` properties.
    Request,
    /// From server to client: without `writeOnly` properties.
    Response,
}

impl DataFlow {
    fn excludes(self, direction: Direction) -> bool {
        match (self, direction) {
            (Self::Request, Direction::ReadOnly) | (Self::Response, Direction::WriteOnly) => true,
            (Self::Request | Self::Response, Direction::Both)
            | (Self::Request, Direction::WriteOnly)
            | (Self::Response, Direction::ReadOnly) => false,
        }
    }
}

/// Whether a property of these schemas, or of their parts, is not sent.
pub(super) fn is_hidden(all: &ValueSchemas, ids: &[ValueSchemaId], name: &str, flow: DataFlow) -> bool {
    let schemas = with_parts(all, ids, |schema| schema.all_of.clone());
    schemas.iter().filter_map(|id| all.get(*id).property(name)).any(|id| is_excluded(all, id, flow))
}

/// Whether one of these schemas, their parts or their alternatives names a property.
pub(super) fn is_named(all: &ValueSchemas, ids: &[ValueSchemaId], name: &str) -> bool {
    with_parts(all, ids, parts).iter().any(|id| all.get(*id).property(name).is_some())
}

/// Whether a value of this schema is not sent.
pub(super) fn is_excluded(all: &ValueSchemas, id: ValueSchemaId, flow: DataFlow) -> bool {
    let schema = all.get(id);
    flow.excludes(schema.direction) || schema.all_of.iter().any(|part| flow.excludes(all.get(*part).direction))
}

/// Removes the properties that are not sent.
pub(super) fn project(all: &ValueSchemas, ids: &[ValueSchemaId], value: &mut Value, flow: DataFlow) {
    let schemas = with_parts(all, ids, parts);
    match value {
        Value::Object(fields) => {
            let of_property =
                |name: &str| schemas.iter().filter_map(|id| all.get(*id).property(name)).collect::<Vec<_>>();
            fields.retain(|name, _| !of_property(name).iter().any(|id| is_excluded(all, *id, flow)));
            fields.iter_mut().for_each(|(name, value)| project(all, &of_property(name), value, flow));
        }
        Value::Array(items) => {
            let ids: Vec<ValueSchemaId> = schemas.iter().filter_map(|id| all.get(*id).items).collect();
            items.iter_mut().for_each(|item| project(all, &ids, item, flow));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// `allOf` and all alternatives.
fn parts(schema: &ValueSchema) -> Vec<ValueSchemaId> {
    let choices = schema.choices.iter().flat_map(|choice| &choice.alternatives);
    schema.all_of.iter().copied().chain(choices.map(|alternative| alternative.schema)).collect()
}

/// These schemas and their parts, and so on.
pub(super) fn with_parts(
    all: &ValueSchemas,
    ids: &[ValueSchemaId],
    parts: impl Fn(&ValueSchema) -> Vec<ValueSchemaId>,
) -> BTreeSet<ValueSchemaId> {
    let mut found = BTreeSet::new();
    let mut waiting = ids.to_vec();
    while let Some(id) = waiting.pop() {
        if found.insert(id) {
            waiting.extend(parts(all.get(id)));
        }
    }
    found
}
