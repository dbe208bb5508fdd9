//! The forms of schemas: what a schema is before it becomes a type.

use openapiv3::{Discriminator, Schema};

use super::enums::ValueSet;
use super::flat_schema::{Additional, FlatSchema, Located};
use super::properties::Properties;
use crate::diag::Pointer;
use crate::model::schema::{Enum, Scalar, TypeId};

/// The form of a schema.
#[derive(Debug, Clone)]
pub(super) enum Form<'d> {
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
pub(super) struct Places<'d> {
    pub(super) list: Vec<Located<'d>>,
    pub(super) needed: usize,
    pub(super) rest: Option<Located<'d>>,
}

/// A form, and whether `null` is also allowed.
#[derive(Debug, Clone)]
pub(super) struct Formed<'d> {
    pub(super) form: Form<'d>,
    pub(super) is_nullable: bool,
}

impl<'d> From<Form<'d>> for Formed<'d> {
    fn from(form: Form<'d>) -> Self {
        Self { form, is_nullable: false }
    }
}

/// A named type whose shape is not known yet.
#[derive(Debug)]
pub(super) struct Job<'d> {
    pub(super) id: TypeId,
    pub(super) work: Work<'d>,
}

#[derive(Debug)]
pub(super) enum Work<'d> {
    /// A schema that has not been examined.
    Schema(&'d Schema),
    /// A form that needs a name.
    Form(Formed<'d>),
}

/// A `oneOf` or `anyOf` of the document.
#[derive(Debug, Clone)]
pub(super) struct Choice<'d> {
    pub(super) at: Pointer,
    pub(super) parts: Vec<Located<'d>>,
    pub(super) discriminator: Option<&'d Discriminator>,
}

/// The alternatives of a union, without `null`.
#[derive(Debug, Clone)]
pub(super) struct Alternatives<'d> {
    pub(super) choice: Choice<'d>,
    /// Properties next to the choice, which belong to each alternative.
    pub(super) common: Option<Properties<'d>>,
}

/// A schema with its subtypes.
#[derive(Debug, Clone)]
pub(super) struct Family<'d> {
    pub(super) base: FlatSchema<'d>,
    pub(super) discriminator: &'d Discriminator,
}

/// A struct, or a map if there are no named properties.
pub(super) fn of_properties(properties: Properties<'_>) -> Form<'_> {
    if !properties.list.is_empty() {
        return Form::Struct(properties);
    }
    match properties.additional {
        Additional::Schema(values) => Form::Map(Some(values)),
        Additional::Absent | Additional::Any => Form::Map(None),
        Additional::None => Form::Struct(properties),
    }
}
