//! A flat view of a schema: `openapiv3` stores the same keywords in different places, depending on other keywords.

use openapiv3::{
    AdditionalProperties, AnySchema, ArrayType, IntegerType, NumberType, ObjectType, ReferenceOr, Schema, SchemaData,
    SchemaKind, StringType, Type, VariantOrUnknownOrEmpty,
};
use serde_json::Value;

use crate::diag::Pointer;
use crate::document::PLACES;
use crate::model::schema::Doc;

/// A schema or a reference to one.
#[derive(Debug, Clone, Copy)]
pub(super) enum SchemaOrRef<'d> {
    /// The text of `$ref`.
    Reference(&'d str),
    /// The schema itself.
    Schema(&'d Schema),
}

impl<'d> From<&'d ReferenceOr<Schema>> for SchemaOrRef<'d> {
    fn from(part: &'d ReferenceOr<Schema>) -> Self {
        match part {
            ReferenceOr::Reference { reference } => Self::Reference(reference),
            ReferenceOr::Item(schema) => Self::Schema(schema),
        }
    }
}

impl<'d> From<&'d ReferenceOr<Box<Schema>>> for SchemaOrRef<'d> {
    fn from(part: &'d ReferenceOr<Box<Schema>>) -> Self {
        match part {
            ReferenceOr::Reference { reference } => Self::Reference(reference),
            ReferenceOr::Item(schema) => Self::Schema(schema),
        }
    }
}

/// A schema or a reference, with its pointer.
#[derive(Debug, Clone)]
pub(super) struct Located<'d> {
    pub(super) part: SchemaOrRef<'d>,
    pub(super) at: Pointer,
}

/// `additionalProperties`.
#[derive(Debug, Clone)]
pub(super) enum Additional<'d> {
    /// Absent: allowed, with unknown types.
    Absent,
    /// `false`.
    None,
    /// `true` or `{}`.
    Any,
    /// A schema.
    Schema(Located<'d>),
}

/// The name and the documentation of a value of an `enum`.
#[derive(Debug, Clone, Default)]
pub(super) struct Label {
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
}

/// The keywords of a schema that determine its type.
#[derive(Debug, Clone)]
pub(super) struct FlatSchema<'d> {
    pub(super) at: Pointer,
    pub(super) data: &'d SchemaData,
    pub(super) kind: Option<&'d str>,
    pub(super) format: Option<String>,
    pub(super) values: Vec<Value>,
    /// The label of each value; empty if they have none.
    pub(super) labels: Vec<Label>,
    pub(super) properties: Vec<(&'d str, Located<'d>)>,
    pub(super) required: &'d [String],
    pub(super) additional: Additional<'d>,
    pub(super) items: Option<Located<'d>>,
    pub(super) min_items: usize,
    /// `minimum` and `maximum` of a schema without a plain type. `openapiv3` reads an integer with a bound beyond `i64` as
    /// such a schema.
    pub(super) wide_bounds: (Option<f64>, Option<f64>),
    pub(super) all_of: Vec<Located<'d>>,
    pub(super) one_of: Vec<Located<'d>>,
    pub(super) any_of: Vec<Located<'d>>,
    pub(super) not: Option<Located<'d>>,
}

impl<'d> FlatSchema<'d> {
    /// The keywords of `schema` at `at`.
    pub(super) fn new(schema: &'d Schema, at: &Pointer) -> Self {
        let mut flat = Self::empty(&schema.schema_data, at);
        match &schema.schema_kind {
            SchemaKind::Type(kind) => flat.typed(kind),
            SchemaKind::OneOf { one_of } => flat.one_of = flat.list("oneOf", one_of),
            SchemaKind::AllOf { all_of } => flat.all_of = flat.list("allOf", all_of),
            SchemaKind::AnyOf { any_of } => flat.any_of = flat.list("anyOf", any_of),
            SchemaKind::Not { not } => flat.not = Some(flat.child("not", not.as_ref().into())),
            SchemaKind::Any(any) => flat.any(any),
        }
        flat.labels = labels(flat.data, flat.values.len());
        flat
    }

    fn empty(data: &'d SchemaData, at: &Pointer) -> Self {
        Self {
            at: at.clone(),
            data,
            kind: None,
            format: None,
            values: Vec::new(),
            labels: Vec::new(),
            properties: Vec::new(),
            required: &[],
            additional: Additional::Absent,
            items: None,
            min_items: 0,
            wide_bounds: (None, None),
            all_of: Vec::new(),
            one_of: Vec::new(),
            any_of: Vec::new(),
            not: None,
        }
    }

    /// A schema that combines these parts, with the annotations of the last one.
    pub(super) fn of_parts(data: &'d SchemaData, at: &Pointer, parts: Vec<Located<'d>>) -> Self {
        Self { all_of: parts, ..Self::empty(data, at) }
    }

    fn typed(&mut self, kind: &'d Type) {
        match kind {
            Type::String(StringType { format, enumeration, .. }) => {
                self.kind = Some("string");
                self.format = format_text(format);
                self.values = enumeration.iter().map(|value| value.clone().map_or(Value::Null, Value::from)).collect();
            }
            Type::Number(NumberType { format, enumeration, .. }) => {
                self.kind = Some("number");
                self.format = format_text(format);
                self.values = enumeration.iter().map(|value| value.map_or(Value::Null, Value::from)).collect();
            }
            Type::Integer(IntegerType { format, enumeration, .. }) => {
                self.kind = Some("integer");
                self.format = format_text(format);
                self.values = enumeration.iter().map(|value| value.map_or(Value::Null, Value::from)).collect();
            }
            Type::Boolean(boolean) => {
                self.kind = Some("boolean");
                self.values = boolean.enumeration.iter().map(|value| value.map_or(Value::Null, Value::from)).collect();
            }
            Type::Array(ArrayType { items, min_items, .. }) => {
                self.kind = Some("array");
                self.min_items = min_items.unwrap_or_default();
                self.items = items.as_ref().map(|items| self.child("items", items.into()));
            }
            Type::Object(ObjectType { properties, required, additional_properties, .. }) => {
                self.kind = Some("object");
                self.object(properties, required, additional_properties.as_ref());
            }
        }
    }

    fn any(&mut self, any: &'d AnySchema) {
        self.kind = any.typ.as_deref();
        self.format.clone_from(&any.format);
        self.values.clone_from(&any.enumeration);
        self.object(&any.properties, &any.required, any.additional_properties.as_ref());
        self.items = any.items.as_ref().map(|items| self.child("items", items.into()));
        self.min_items = any.min_items.unwrap_or_default();
        self.wide_bounds = (any.minimum, any.maximum);
        self.all_of = self.list("allOf", &any.all_of);
        self.one_of = self.list("oneOf", &any.one_of);
        self.any_of = self.list("anyOf", &any.any_of);
        self.not = any.not.as_ref().map(|not| self.child("not", not.as_ref().into()));
    }

    fn object(
        &mut self,
        properties: &'d indexmap::IndexMap<String, ReferenceOr<Box<Schema>>>,
        required: &'d [String],
        additional: Option<&'d AdditionalProperties>,
    ) {
        let at = self.at.child("properties");
        let located = |(name, part): (&'d String, &'d ReferenceOr<Box<Schema>>)| {
            (name.as_str(), Located { part: part.into(), at: at.child(name) })
        };
        self.properties = properties.iter().map(located).collect();
        self.required = required;
        self.additional = match additional {
            None => Additional::Absent,
            Some(AdditionalProperties::Any(true)) => Additional::Any,
            Some(AdditionalProperties::Any(false)) => Additional::None,
            Some(AdditionalProperties::Schema(schema)) => {
                Additional::Schema(self.child("additionalProperties", schema.as_ref().into()))
            }
        };
    }

    /// The schemas of the first items of a tuple, and of the remaining items.
    pub(super) fn places(&self) -> Option<(Vec<Located<'d>>, Option<Located<'d>>)> {
        let count = usize::try_from(self.data.extensions.get(PLACES)?.as_u64()?).ok()?;
        let Some(Located { part: SchemaOrRef::Schema(items), at }) = &self.items else { return None };
        let mut places = Self::new(items, at).any_of;
        if count == 0 || places.len() < count || places.len() > count + 1 {
            return None;
        }
        let rest = if places.len() > count { places.pop() } else { None };
        Some((places, rest))
    }

    fn child(&self, key: &str, part: SchemaOrRef<'d>) -> Located<'d> {
        Located { part, at: self.at.child(key) }
    }

    fn list(&self, key: &str, parts: &'d [ReferenceOr<Schema>]) -> Vec<Located<'d>> {
        let at = self.at.child(key);
        parts.iter().enumerate().map(|(index, part)| Located { part: part.into(), at: at.index(index) }).collect()
    }

    /// The keywords next to `allOf`, `oneOf` and `anyOf`.
    pub(super) fn without_parts(&self) -> Self {
        Self { all_of: Vec::new(), one_of: Vec::new(), any_of: Vec::new(), ..self.clone() }
    }

    /// The schema with only those of its values that `is_kept` accepts.
    pub(super) fn with_values(&self, is_kept: impl Fn(&Value) -> bool) -> Self {
        let kept = |index: &usize| is_kept(&self.values[*index]);
        let indexes: Vec<usize> = (0..self.values.len()).filter(kept).collect();
        let mut flat = self.clone();
        flat.values = indexes.iter().map(|index| self.values[*index].clone()).collect();
        flat.labels = indexes.iter().filter_map(|index| self.labels.get(*index).cloned()).collect();
        flat
    }

    /// Whether its own keywords allow `null`.
    pub(super) fn is_nullable(&self) -> bool {
        self.data.nullable || self.kind == Some("null") || self.values.iter().any(Value::is_null)
    }

    /// Whether it does not constrain the type of its values.
    pub(super) fn is_annotation(&self) -> bool {
        self.kind.is_none() && self.values.is_empty() && self.items.is_none() && !self.has_parts() && !self.is_object()
    }

    /// Whether it describes an object.
    pub(super) fn is_object(&self) -> bool {
        let has_keys = !self.properties.is_empty() || !matches!(self.additional, Additional::Absent);
        self.kind == Some("object") || (self.kind.is_none() && has_keys)
    }

    /// Whether it is a file in a multipart body.
    pub(super) fn is_file(&self) -> bool {
        self.kind == Some("string") && self.format.as_deref() == Some("binary")
    }

    /// Whether its values are bytes, as they are or in base64.
    pub(super) fn is_binary(&self) -> bool {
        self.kind == Some("string") && matches!(self.format.as_deref(), Some("binary" | "byte"))
    }

    /// Whether it is composed of others.
    pub(super) fn has_parts(&self) -> bool {
        !(self.all_of.is_empty() && self.one_of.is_empty() && self.any_of.is_empty())
    }
}

/// The names and descriptions of `count` values, if an extension has one for each.
fn labels(data: &SchemaData, count: usize) -> Vec<Label> {
    let list = |keys: [&str; 2]| {
        let list = keys.iter().find_map(|key| data.extensions.get(*key))?.as_array()?;
        (list.len() == count).then(|| list.iter().map(|text| text.as_str().map(str::to_owned)).collect::<Vec<_>>())
    };
    let names = list(["x-enum-varnames", "x-enumNames"]);
    let descriptions = list(["x-enum-descriptions", "x-enumDescriptions"]);
    if names.is_none() && descriptions.is_none() {
        return Vec::new();
    }
    let absent = || vec![None; count];
    let pairs = names.unwrap_or_else(absent).into_iter().zip(descriptions.unwrap_or_else(absent));
    pairs.map(|(name, description)| Label { name, description }).collect()
}

/// The documentation of a schema.
pub(super) fn doc_of(data: &SchemaData) -> Doc {
    Doc { summary: data.title.clone(), description: data.description.clone() }
}

fn format_text<T: serde::Serialize>(format: &VariantOrUnknownOrEmpty<T>) -> Option<String> {
    match format {
        VariantOrUnknownOrEmpty::Item(known) => match serde_json::to_value(known) {
            Ok(Value::String(text)) => Some(text),
            _ => None,
        },
        VariantOrUnknownOrEmpty::Unknown(text) => Some(text.clone()),
        VariantOrUnknownOrEmpty::Empty => None,
    }
}
