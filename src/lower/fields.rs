//! The fields of a struct: everything about a property besides its type.

use std::collections::BTreeSet;

use openapiv3::SchemaData;
use serde_json::Value;

use super::flat_schema::{Additional, FlatSchema, Located, SchemaOrRef};
use super::place::Place;
use super::properties::{Properties, Property};
use super::{Lowering, PendingDefault, text_of};
use crate::diag::Code;
use crate::diag::print::excerpt;
use crate::model::schema::{Direction, Doc, Field, Literal, Scalar, Struct, TypeId, TypeRef};

/// The maximum number of schemas that are searched for one field.
const MOST_PARTS: usize = 200;

impl<'d> Lowering<'d> {
    /// The fields of the struct `id`.
    pub(super) fn structure(&mut self, id: TypeId, properties: Properties<'d>) -> Struct {
        self.spend(properties.list.len(), &self.types[id.0].at.clone());
        let mut fields = Vec::with_capacity(properties.list.len());
        for property in &properties.list {
            let is_required = properties.required.contains(property.wire);
            fields.push(self.field(id, fields.len(), property, is_required));
        }
        let keeps_others = matches!(properties.additional, Additional::Any | Additional::Schema(_));
        for name in properties.required.iter().filter(|name| !keeps_others && !properties.has(name)) {
            let message = format!("`{}` is listed in `required` but not in `properties`; ignored", excerpt(name));
            self.report.warning(Code::UnsupportedSchema, &self.types[id.0].at.child("required"), message);
        }
        let (additional, is_additional_secret) = match properties.additional {
            Additional::Unsaid | Additional::None => (None, false),
            Additional::Any => (Some(TypeRef::Scalar(Scalar::Any)), false),
            Additional::Schema(values) => {
                let ty = self.type_of(&values, &Place::within(id, "value"));
                (Some(ty), self.is_secret(vec![values]))
            }
        };
        Struct { fields, additional, is_additional_secret }
    }

    fn field(&mut self, id: TypeId, index: usize, property: &Property<'d>, is_required: bool) -> Field {
        let ty = self.field_type(id, property);
        let inline = match property.located.part {
            SchemaOrRef::Schema(schema) => Some(&schema.schema_data),
            SchemaOrRef::Reference(_) => None,
        };
        let resolved = self.peek(&property.located);
        if let Some(flat) = &resolved
            && let Some(value) = &flat.data.default
        {
            self.defaults.push(PendingDefault::field(id, index, value, flat.at.child("default")));
        }
        Field {
            wire: property.wire.to_owned(),
            pinned: inline.and_then(|data| text_of(&data.extensions, "x-rust-name")),
            doc: inline.map_or_else(Doc::default, doc),
            ty,
            is_required,
            default: None,
            constant: resolved.as_ref().and_then(constant),
            direction: resolved.as_ref().map_or(Direction::Both, |flat| direction(flat.data)),
            is_secret: self.is_secret(property.parts()),
            is_deprecated: inline.is_some_and(|data| data.deprecated),
        }
    }

    /// Whether a value of one of these schemas is secret: `writeOnly`, `format: password`, or composed of such values.
    /// The properties of an object are not searched, since each is a separate field.
    pub(super) fn is_secret(&mut self, mut parts: Vec<Located<'d>>) -> bool {
        let mut seen = BTreeSet::new();
        while let Some(part) = parts.pop() {
            let Some(flat) = self.peek(&part) else { continue };
            if flat.data.write_only || flat.format.as_deref() == Some("password") {
                return true;
            }
            if !seen.insert(flat.at.clone()) {
                continue;
            }
            if seen.len() > MOST_PARTS {
                // Too many schemas: hiding a value does less harm than showing it.
                return true;
            }
            let values = match flat.additional {
                Additional::Schema(values) => Some(values),
                Additional::Unsaid | Additional::None | Additional::Any => None,
            };
            parts.extend([flat.all_of, flat.one_of, flat.any_of].into_iter().flatten().chain(flat.items).chain(values));
        }
        false
    }

    pub(super) fn field_type(&mut self, id: TypeId, property: &Property<'d>) -> TypeRef {
        let owner = match &property.source {
            Some((at, schema)) => self.component(at, schema),
            None => id,
        };
        let place = Place::within(owner, property.wire);
        if property.is_part {
            self.part_type(&property.located, &place)
        } else if property.before.is_empty() {
            self.type_of(&property.located, &place)
        } else {
            self.merged_type(property, &place)
        }
    }
}

/// The documentation of a schema.
pub(super) fn doc(data: &SchemaData) -> Doc {
    Doc { summary: data.title.clone(), description: data.description.clone() }
}

/// The only value of a boolean.
fn constant(flat: &FlatSchema<'_>) -> Option<Literal> {
    match flat.values.as_slice() {
        [Value::Bool(value)] => Some(Literal::Bool(*value)),
        _ => None,
    }
}

fn direction(data: &SchemaData) -> Direction {
    match (data.read_only, data.write_only) {
        (true, false) => Direction::ReadOnly,
        (false, true) => Direction::WriteOnly,
        (true, true) | (false, false) => Direction::Both,
    }
}
