//! The forms of schemas: what a schema is before it becomes a type.

use openapiv3::{Discriminator, Schema};

use super::enums::ValueSet;
use super::properties::Properties;
use crate::diag::Pointer;
use crate::lower::flat_schema::{Additional, FlatSchema, Located};
use crate::model::schema::{Enum, Scalar, TypeId};

/// The form of a schema.
#[derive(Debug, Clone)]
pub(in crate::lower) enum Form<'d> {
    /// A scalar.
    Scalar(Scalar),
    /// A list; of any values if `items` is absent.
    List(Option<Located<'d>>),
    /// A map with string keys; to any values if their schema is absent.
    Map(Option<Located<'d>>),
    /// A list whose first items have their own schemas.
    Tuple(Places<'d>),
    /// Named properties.
    Struct(Properties<'d>),
    /// A fixed set of values.
    Enum(Enum),
    /// One of several types.
    Union(Alternatives<'d>),
    /// A schema or one of its subtypes.
    Family(Box<Family<'d>>),
    /// One of several sets of values, one for each JSON type.
    Sets(Vec<ValueSet>),
    /// Another schema with new annotations.
    Same(Located<'d>),
}

/// The items of a tuple.
#[derive(Debug, Clone)]
pub(in crate::lower) struct Places<'d> {
    pub(in crate::lower) list: Vec<Located<'d>>,
    pub(in crate::lower) needed: usize,
    pub(in crate::lower) rest: Option<Located<'d>>,
}

/// A form, and whether `null` is also allowed.
#[derive(Debug, Clone)]
pub(in crate::lower) struct Formed<'d> {
    pub(in crate::lower) form: Form<'d>,
    pub(in crate::lower) is_nullable: bool,
}

impl<'d> From<Form<'d>> for Formed<'d> {
    fn from(form: Form<'d>) -> Self {
        Self { form, is_nullable: false }
    }
}

/// A named type whose shape is not known yet.
#[derive(Debug)]
pub(in crate::lower) struct Job<'d> {
    pub(in crate::lower) id: TypeId,
    pub(in crate::lower) work: Work<'d>,
}

#[derive(Debug)]
pub(in crate::lower) enum Work<'d> {
    /// A schema that has not been examined.
    Schema(&'d Schema),
    /// A form that needs a name.
    Form(Formed<'d>),
}

/// A `oneOf` or `anyOf` of the document.
#[derive(Debug, Clone)]
pub(in crate::lower) struct Choice<'d> {
    pub(in crate::lower) at: Pointer,
    pub(in crate::lower) parts: Vec<Located<'d>>,
    pub(in crate::lower) discriminator: Option<&'d Discriminator>,
}

/// The alternatives of a union, without `null`.
#[derive(Debug, Clone)]
pub(in crate::lower) struct Alternatives<'d> {
    pub(in crate::lower) choice: Choice<'d>,
    /// Properties next to the choice, which belong to each alternative.
    pub(in crate::lower) common: Option<Properties<'d>>,
}

/// A schema with its subtypes.
#[derive(Debug, Clone)]
pub(in crate::lower) struct Family<'d> {
    pub(in crate::lower) base: FlatSchema<'d>,
    pub(in crate::lower) discriminator: &'d Discriminator,
}

/// A struct, or a map if there are no named properties.
pub(in crate::lower) fn of_properties(mut properties: Properties<'_>) -> Form<'_> {
    if !properties.list.is_empty() {
        return Form::Struct(properties);
    }
    if !properties.required.is_empty() && !matches!(properties.additional, Additional::None) {
        // The required properties become fields; the others are kept, as in a map.
        if matches!(properties.additional, Additional::Absent) {
            properties.additional = Additional::Any;
        }
        return Form::Struct(properties);
    }
    match properties.additional {
        Additional::Schema(values) => Form::Map(Some(values)),
        Additional::Absent | Additional::Any => Form::Map(None),
        Additional::None => Form::Struct(properties),
    }
}
