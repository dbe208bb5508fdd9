//! Types in the view: objects, enums, tuples, unions and aliases as data.

use std::collections::BTreeMap;

use minijinja::Value;

use super::super::names::Scope;
use super::parts::{data, doc, examples, list, optional, texts, word};
use super::schemas::{Schemas, direction};
use super::table::object;
use crate::diag::Pointer;
use crate::model::Api;
use crate::model::content::Content;
use crate::model::example::TypeExamples;
use crate::model::schema::{
    Enum, EnumValue, Field, Literal, MappedBase, Scalar, Shape, Struct, Tag, TypeDef, TypeHint, TypeId, TypeRef,
    Variant,
};
use crate::names::{Ident, NameTable, TypeNames};

/// The names of types, and the types themselves.
pub struct Types {
    names: Vec<Value>,
}

impl Types {
    /// Names all types.
    pub fn new(api: &Api, table: &NameTable) -> Self {
        let mut scope = Scope::default();
        let name = |at: usize| scope.names(table.ty(TypeId(at)).ident.plain());
        Self { names: (0..api.types.len()).map(name).collect() }
    }

    /// All types in the order of the model.
    pub fn list(&self, api: &Api, table: &NameTable, schemas: &Schemas<'_>) -> Value {
        let (none, part_headers) = (TypeExamples::default(), part_headers(api));
        let of = |(at, def): (usize, &TypeDef)| {
            let id = TypeId(at);
            let found = Found {
                examples: api.type_examples.get(&id).unwrap_or(&none),
                schemas,
                at: &def.at,
                part_headers: part_headers.get(&id),
            };
            self.definition(at, def, table.ty(id), &found)
        };
        list(api.types.iter().enumerate().map(of))
    }

    /// A type where it is used.
    pub fn reference(&self, ty: &TypeRef) -> Value {
        let (ty, is_nullable) = match ty {
            TypeRef::Nullable(inner) => (inner.as_ref(), true),
            other => (other, false),
        };
        let mut index = None;
        let (kind, format, item) = match ty {
            TypeRef::Named(id) | TypeRef::Boxed(id) => {
                index = Some(id.0);
                ("named", None, None)
            }
            TypeRef::List(item) => ("list", None, Some(self.reference(item))),
            TypeRef::Map(item) => ("map", None, Some(self.reference(item))),
            TypeRef::Nullable(inner) => return self.reference(inner),
            TypeRef::Scalar(scalar) => {
                let (kind, format) = scalar_words(*scalar);
                (kind, format, None)
            }
        };
        object(
            "type reference",
            [
                ("kind", word(kind)),
                ("format", format.map(word).into()),
                ("is_nullable", Value::from(is_nullable)),
                ("index", index.into()),
                ("names", index.map(|index| self.names[index].clone()).into()),
                ("item", item.into()),
            ],
        )
    }

    fn optional(&self, ty: Option<&TypeRef>) -> Value {
        ty.map(|ty| self.reference(ty)).into()
    }

    fn definition(&self, at: usize, def: &TypeDef, names: &TypeNames, found: &Found<'_>) -> Value {
        let [summary, description, both] = doc(&def.doc);
        let parts = self.shape(&def.shape, names, found);
        let component = match &def.hint {
            TypeHint::Component { name, .. } => Some(name.as_str()),
            TypeHint::Within { .. } | TypeHint::Operation { .. } | TypeHint::Shared { .. } | TypeHint::Equal { .. } => {
                None
            }
        };
        object(
            "type",
            [
                ("index", Value::from(at)),
                ("names", self.names[at].clone()),
                ("component", optional(component)),
                ("kind", word(parts.kind)),
                summary,
                description,
                both,
                ("is_deprecated", Value::from(def.is_deprecated)),
                ("in_request", Value::from(def.usage.in_request)),
                ("in_response", Value::from(def.usage.in_response)),
                ("fields", list(parts.fields)),
                ("additional", parts.additional),
                ("is_additional_secret", Value::from(parts.is_additional_secret)),
                ("values", list(parts.values)),
                ("items", list(parts.items)),
                ("required_items", Value::from(parts.required_items)),
                ("rest", parts.rest),
                ("variants", list(parts.variants)),
                ("discriminator", parts.discriminator),
                ("variant_without_discriminator", parts.absent),
                ("target", parts.target),
                ("schema", found.schemas.at(found.at)),
                ("examples", examples(&found.examples.own)),
                ("pointer", Value::from(def.at.as_str())),
            ],
        )
    }

    fn shape(&self, shape: &Shape, names: &TypeNames, found: &Found<'_>) -> Parts {
        match shape {
            Shape::Struct(fields) => Parts {
                fields: self.fields(fields, names, found),
                additional: self.optional(fields.additional.as_ref()),
                is_additional_secret: fields.is_additional_secret,
                ..Parts::new("object")
            },
            Shape::Enum(Enum::Text(values)) => {
                let value = |value: &String| Value::from(value.as_str());
                Parts { values: enum_values(values, &names.members, value), ..Parts::new("enum") }
            }
            Shape::Enum(Enum::Integer(values)) => {
                let value = |value: &i64| Value::from(*value);
                Parts { values: enum_values(values, &names.members, value), ..Parts::new("enum") }
            }
            Shape::Tuple(tuple) => Parts {
                items: tuple.places.iter().map(|item| self.reference(item)).collect(),
                required_items: tuple.needed,
                rest: self.optional(tuple.rest.as_ref()),
                ..Parts::new("tuple")
            },
            Shape::Union(union) => {
                let (discriminator, absent) = match &union.tag {
                    Tag::Property { name, absent } => (Some(name.as_str()), *absent),
                    Tag::Looks => (None, None),
                };
                Parts {
                    variants: self.variants(&union.variants, names),
                    discriminator: optional(discriminator),
                    absent: absent.into(),
                    ..Parts::new("union")
                }
            }
            Shape::Alias(target) => Parts { target: self.reference(target), ..Parts::new("alias") },
        }
    }

    fn fields(&self, fields: &Struct, names: &TypeNames, found: &Found<'_>) -> Vec<Value> {
        let mut scope = Scope::default();
        let of = |(field, name): (&Field, &Ident)| self.field(field, scope.names(name.plain()), found);
        fields.fields.iter().zip(&names.members).map(of).collect()
    }

    fn field(&self, field: &Field, names: Value, found: &Found<'_>) -> Value {
        let [summary, description, both] = doc(&field.doc);
        let own = found.examples.properties.get(&field.wire).map(Vec::as_slice).unwrap_or_default();
        let headers = found.part_headers.and_then(|parts| parts.get(field.wire.as_str()));
        object(
            "field",
            [
                ("name", Value::from(field.wire.as_str())),
                ("names", names),
                summary,
                description,
                both,
                ("type", self.reference(&field.ty)),
                ("headers_type", headers.map(|id| self.reference(&TypeRef::Named(*id))).into()),
                ("is_required", Value::from(field.is_required)),
                ("has_default", Value::from(field.default.is_some())),
                ("default", literal(field.default.as_ref())),
                ("has_constant", Value::from(field.constant.is_some())),
                ("constant", literal(field.constant.as_ref())),
                ("direction", word(direction(field.direction))),
                ("is_secret", Value::from(field.is_secret)),
                ("is_deprecated", Value::from(field.is_deprecated)),
                ("schemas", found.schemas.of_property(found.at, &field.wire)),
                ("examples", examples(own)),
            ],
        )
    }

    fn variants(&self, variants: &[Variant], names: &TypeNames) -> Vec<Value> {
        let mut scope = Scope::default();
        let of = |(variant, name): (&Variant, &Ident)| {
            object(
                "variant",
                [
                    ("names", scope.names(name.plain())),
                    ("type", self.reference(&variant.ty)),
                    ("tags", texts(&variant.tags)),
                ],
            )
        };
        variants.iter().zip(&names.members).map(of).collect()
    }
}

/// What the document has about a type besides its form.
struct Found<'f> {
    examples: &'f TypeExamples,
    schemas: &'f Schemas<'f>,
    /// The pointer of its schema.
    at: &'f Pointer,
    /// Of a multipart body: the types that hold the header fields of its parts.
    part_headers: Option<&'f PartHeaderTypes<'f>>,
}

/// The types that hold the header fields of parts, by the names of the parts.
type PartHeaderTypes<'p> = BTreeMap<&'p str, TypeId>;

fn part_headers(api: &Api) -> BTreeMap<TypeId, PartHeaderTypes<'_>> {
    let mut found: BTreeMap<TypeId, PartHeaderTypes<'_>> = BTreeMap::new();
    let bodies = api.operations.iter().filter_map(|operation| operation.body.as_ref());
    for form in bodies.flat_map(|body| body.forms.iter()) {
        if let Content::Multipart(id) = form.content {
            found.entry(id).or_default().extend(form.part_headers().map(|(name, headers)| (name, headers.ty)));
        }
    }
    found
}

/// What differs between the kinds of types.
struct Parts {
    kind: &'static str,
    fields: Vec<Value>,
    additional: Value,
    is_additional_secret: bool,
    values: Vec<Value>,
    items: Vec<Value>,
    required_items: usize,
    rest: Value,
    variants: Vec<Value>,
    discriminator: Value,
    absent: Value,
    target: Value,
}

impl Parts {
    fn new(kind: &'static str) -> Self {
        let none = || Value::from(());
        Self {
            kind,
            fields: Vec::new(),
            additional: none(),
            is_additional_secret: false,
            values: Vec::new(),
            items: Vec::new(),
            required_items: 0,
            rest: none(),
            variants: Vec::new(),
            discriminator: none(),
            absent: none(),
            target: none(),
        }
    }
}

fn enum_values<T>(values: &[EnumValue<T>], names: &[Ident], data: impl Fn(&T) -> Value) -> Vec<Value> {
    let mut scope = Scope::default();
    let of = |(value, name): (&EnumValue<T>, &Ident)| {
        object(
            "enum value",
            [
                ("value", data(&value.wire)),
                ("names", scope.names(name.plain())),
                ("description", optional(value.description.as_deref())),
            ],
        )
    };
    values.iter().zip(names).map(of).collect()
}

/// A default or a constant.
pub fn literal(value: Option<&Literal>) -> Value {
    value.map_or_else(|| Value::from(()), |value| data(&value.json()))
}

/// The JSON type and the format.
fn scalar_words(scalar: Scalar) -> (&'static str, Option<&'static str>) {
    match scalar {
        Scalar::Any => ("any", None),
        Scalar::Bool => ("boolean", None),
        Scalar::Int32 => ("integer", Some("int32")),
        Scalar::Int64 => ("integer", Some("int64")),
        Scalar::UInt32 => ("integer", Some("uint32")),
        Scalar::UInt64 => ("integer", Some("uint64")),
        Scalar::Float32 => ("number", Some("float")),
        Scalar::Float64 => ("number", Some("double")),
        Scalar::Text => ("string", None),
        Scalar::Password => ("string", Some("password")),
        Scalar::DateTime => ("string", Some("date-time")),
        Scalar::Date => ("string", Some("date")),
        Scalar::Uuid => ("string", Some("uuid")),
        Scalar::Base64 => ("string", Some("byte")),
        Scalar::File => ("string", Some("binary")),
        // Types of the user are those of Rust; packs are generated without them.
        Scalar::Mapped(mapped) => match mapped.base {
            MappedBase::Text => ("string", None),
            MappedBase::Number => ("number", Some("double")),
            MappedBase::Any => ("any", None),
        },
    }
}
