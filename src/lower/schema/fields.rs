//! The fields of a struct: everything about a property besides its type.

use openapiv3::SchemaData;
use serde_json::Value;

use super::place::Place;
use super::properties::{Properties, Property};
use super::types::Types;
use crate::diag::Code;
use crate::diag::print::excerpt;
use crate::lower::draft::{DefaultOwner, PendingDefault};
use crate::lower::extension::text_of;
use crate::lower::flat_schema::{Additional, FlatSchema, SchemaOrRef, doc_of};
use crate::model::schema::{Direction, Doc, Field, Literal, Scalar, Struct, TypeId, TypeRef};

impl<'d> Types<'d> {
    /// The fields of the struct `id`.
    pub(super) fn structure(&mut self, id: TypeId, properties: Properties<'d>) -> Struct {
        self.spend(properties.list.len(), &self.drafts[id.0].at.clone());
        let mut fields = Vec::with_capacity(properties.list.len());
        for property in &properties.list {
            let is_required = properties.required.contains(property.wire);
            fields.push(self.field(id, fields.len(), property, is_required));
        }
        let undeclared = self.undeclared(id, fields.len(), &properties);
        fields.extend(undeclared);
        let (additional, is_additional_secret) = match properties.additional {
            Additional::Absent | Additional::None => (None, false),
            Additional::Any => (Some(TypeRef::Scalar(Scalar::Any)), false),
            Additional::Schema(values) => {
                let ty = self.type_of(&values, &Place::within(id, "value"));
                (Some(ty), self.forms().is_secret(vec![values]))
            }
        };
        Struct { fields, additional, is_additional_secret }
    }

    /// Fields for required properties that are not declared. They can have any value (JSON Schema validation, section
    /// 6.5.3), except where the schema forbids additional properties or has a schema for them.
    fn undeclared(&mut self, id: TypeId, first: usize, properties: &Properties<'d>) -> Vec<Field> {
        let at = self.drafts[id.0].at.clone();
        let discriminator = self.subtypes.discriminators.get(&at).map(|found| found.property_name.as_str());
        let is_multipart = properties.list.iter().any(|property| property.is_part);
        let is_written = |name: &str| Some(name) == discriminator;
        let names = properties.required.iter().filter(|name| !properties.has(name) && !is_written(name));
        let mut fields = Vec::new();
        for name in names {
            let reason = match &properties.additional {
                Additional::Schema(values) => {
                    let mut property = Property::new(name, values.clone());
                    property.is_part = is_multipart;
                    fields.push(self.field(id, first + fields.len(), &property, true));
                    continue;
                }
                Additional::Absent | Additional::Any => {
                    fields.push(any_field(name));
                    continue;
                }
                Additional::None => " and `additionalProperties` is `false`, so no value is valid",
            };
            let message =
                format!("`{}` is listed in `required` but not in `properties`{reason}; ignored", excerpt(name));
            self.source.report.warning(Code::UnsupportedSchema, &at.child("required"), message);
        }
        fields
    }

    fn field(&mut self, id: TypeId, index: usize, property: &Property<'d>, is_required: bool) -> Field {
        let ty = self.field_type(id, property);
        let inline = match property.located.part {
            SchemaOrRef::Schema(schema) => Some(&schema.schema_data),
            SchemaOrRef::Reference(_) => None,
        };
        let resolved = self.source.view(&property.located);
        if let Some(flat) = &resolved
            && let Some(value) = &flat.data.default
        {
            let owner = DefaultOwner::Field(id, index);
            self.defaults.push(PendingDefault { owner, value: value.clone(), at: flat.at.child("default") });
        }
        Field {
            wire: property.wire.to_owned(),
            pinned: inline.and_then(|data| text_of(&data.extensions, "x-rust-name")),
            doc: inline.map_or_else(Doc::default, doc_of),
            ty,
            is_required,
            default: None,
            constant: resolved.as_ref().and_then(constant),
            direction: resolved.as_ref().map_or(Direction::Both, |flat| direction(flat.data)),
            is_secret: self.forms().is_secret(property.parts()),
            is_deprecated: inline.is_some_and(|data| data.deprecated),
        }
    }

    pub(in crate::lower) fn field_type(&mut self, id: TypeId, property: &Property<'d>) -> TypeRef {
        let owner = match &property.origin {
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

/// A required field with any value.
fn any_field(name: &str) -> Field {
    Field {
        wire: name.to_owned(),
        pinned: None,
        doc: Doc::default(),
        ty: TypeRef::Scalar(Scalar::Any),
        is_required: true,
        default: None,
        constant: None,
        direction: Direction::Both,
        is_secret: false,
        is_deprecated: false,
    }
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
