//! Schemas to types: what a schema is, and whether it gets a name of its own.
//!
//! A schema that gets a name is put in a queue and lowered later, so that nesting and references cost no stack.

use openapiv3::Schema;
use serde_json::Value;

use super::enums;
use super::fields::doc;
use super::place::Place;
use super::properties::Properties;
use super::scalar;
use super::union::Alternatives;
use super::usage::component_name;
use super::view::{Located, Part, View};
use super::{Lowering, MAX_NESTING, text_of};
use crate::diag::{Code, Pointer};
use crate::model::schema::{Enum, Scalar, Shape, TypeDef, TypeHint, TypeId, TypeRef, Usage};

/// What a schema is.
#[derive(Debug, Clone)]
pub(super) enum Form<'d> {
    /// A type without parts.
    Scalar(Scalar),
    /// A list; of anything where it does not say of what.
    List(Option<Located<'d>>),
    /// A map from text; to anything where it does not say to what.
    Map(Option<Located<'d>>),
    /// Named properties.
    Struct(Properties<'d>),
    /// A fixed set of values.
    Enum(Enum),
    /// One of several.
    Union(Alternatives<'d>),
    /// Another schema under a new description.
    Same(Located<'d>),
}

/// A form, and whether `null` is a value beside it.
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

/// A named type that waits for its shape.
#[derive(Debug)]
pub(super) struct Job<'d> {
    id: TypeId,
    work: Work<'d>,
}

#[derive(Debug)]
enum Work<'d> {
    /// A schema that is not looked at yet.
    Schema(&'d Schema),
    /// A form that gets a name.
    Form(Formed<'d>),
}

impl<'d> Lowering<'d> {
    /// The type of a schema at the place of its use.
    pub(super) fn type_of(&mut self, located: &Located<'d>, place: &Place) -> TypeRef {
        match located.part {
            Part::Reference(reference) => match self.resolve_schema(reference, &located.at) {
                Some((at, schema)) => TypeRef::Named(self.component(&at, schema)),
                None => TypeRef::Scalar(Scalar::Any),
            },
            Part::Schema(schema) => match self.ids.get(&located.at) {
                Some(id) => TypeRef::Named(*id),
                None => {
                    let view = View::new(schema, &located.at);
                    let formed = self.form(&view);
                    self.placed(&view, formed, place)
                }
            },
        }
    }

    /// The named type of a schema that something refers to.
    pub(super) fn component(&mut self, at: &Pointer, schema: &'d Schema) -> TypeId {
        if let Some(id) = self.ids.get(at) {
            return *id;
        }
        let data = &schema.schema_data;
        let hint = TypeHint::Component { name: component_name(at), pinned: text_of(&data.extensions, "x-rust-name") };
        let id = self.define(hint, &View::new(schema, at), Work::Schema(schema));
        self.ids.insert(at.clone(), id);
        id
    }

    /// A type made of `properties`, which stand nowhere together in the document.
    pub(super) fn made(&mut self, view: &View<'d>, properties: Properties<'d>, place: &Place) -> TypeId {
        let work = Work::Form(Form::Struct(properties).into());
        self.define(place.hint(view.data.title.as_ref()), view, work)
    }

    fn define(&mut self, hint: TypeHint, view: &View<'d>, work: Work<'d>) -> TypeId {
        let id = TypeId(self.types.len());
        self.types.push(TypeDef {
            hint,
            doc: doc(view.data),
            shape: Shape::Alias(TypeRef::Scalar(Scalar::Any)),
            usage: Usage::default(),
            is_deprecated: view.data.deprecated,
            at: view.at.clone(),
        });
        self.is_nullable.push(false);
        self.spend(1, &view.at);
        self.queue.push_back(Job { id, work });
        id
    }

    /// The reference to a form: a name for what needs one, the type itself for what does not.
    fn placed(&mut self, view: &View<'d>, formed: Formed<'d>, place: &Place) -> TypeRef {
        let needs_name = match &formed.form {
            Form::Struct(_) | Form::Enum(_) | Form::Union(_) => true,
            Form::List(_) | Form::Map(_) => place.nesting >= MAX_NESTING,
            Form::Scalar(_) | Form::Same(_) => false,
        };
        if needs_name {
            let id = self.define(place.hint(view.data.title.as_ref()), view, Work::Form(formed));
            self.ids.insert(view.at.clone(), id);
            return TypeRef::Named(id);
        }
        let is_nullable = formed.is_nullable;
        let ty = self.direct(formed.form, place);
        if is_nullable { nullable(ty) } else { ty }
    }

    /// The type of a form that is written where it is used.
    fn direct(&mut self, form: Form<'d>, place: &Place) -> TypeRef {
        let any = TypeRef::Scalar(Scalar::Any);
        match form {
            Form::Scalar(scalar) => TypeRef::Scalar(scalar),
            Form::List(items) => {
                let place = place.inner("item");
                TypeRef::List(Box::new(items.map_or(any, |items| self.type_of(&items, &place))))
            }
            Form::Map(values) => {
                let place = place.inner("value");
                TypeRef::Map(Box::new(values.map_or(any, |values| self.type_of(&values, &place))))
            }
            Form::Same(other) => self.type_of(&other, place),
            Form::Struct(_) | Form::Enum(_) | Form::Union(_) => unreachable!("a form with a name of its own"),
        }
    }

    /// Gives every waiting type its shape, also those that join the queue meanwhile.
    pub(super) fn drain(&mut self) {
        while let Some(job) = self.queue.pop_front() {
            if self.is_over_budget() {
                self.queue.clear();
                return;
            }
            let formed = match job.work {
                Work::Schema(schema) => {
                    let at = self.types[job.id.0].at.clone();
                    self.form(&View::new(schema, &at))
                }
                Work::Form(formed) => formed,
            };
            self.is_nullable[job.id.0] = formed.is_nullable;
            self.types[job.id.0].shape = self.shape(job.id, formed.form);
        }
    }

    fn shape(&mut self, id: TypeId, form: Form<'d>) -> Shape {
        match form {
            Form::Struct(properties) => Shape::Struct(self.structure(id, properties)),
            Form::Enum(values) => {
                let count = match &values {
                    Enum::Text(values) => values.len(),
                    Enum::Integer(values) => values.len(),
                };
                self.spend(count, &self.types[id.0].at.clone());
                Shape::Enum(values)
            }
            Form::Union(alternatives) => Shape::Union(self.union_shape(id, alternatives)),
            form @ (Form::Scalar(_) | Form::List(_) | Form::Map(_) | Form::Same(_)) => {
                Shape::Alias(self.direct(form, &Place::within(id, "")))
            }
        }
    }

    /// The schema itself, behind references; `None` where a reference leads nowhere.
    pub(super) fn peek(&mut self, located: &Located<'d>) -> Option<View<'d>> {
        match located.part {
            Part::Schema(schema) => Some(View::new(schema, &located.at)),
            Part::Reference(reference) => {
                let (at, schema) = self.resolve_schema(reference, &located.at)?;
                Some(View::new(schema, &at))
            }
        }
    }

    /// What a schema is.
    pub(super) fn form(&mut self, view: &View<'d>) -> Formed<'d> {
        if view.has_not {
            self.report.warning(Code::UnsupportedSchema, &view.at.child("not"), "`not` is not checked");
        }
        let mut formed = if view.has_parts() { self.composed(view) } else { self.plain(view).into() };
        formed.is_nullable |= view.is_nullable();
        formed
    }

    /// A schema that is not composed of others.
    pub(super) fn plain(&mut self, view: &View<'d>) -> Form<'d> {
        if view.is_object() {
            let mut properties = Properties::default();
            properties.add(view, None);
            return properties.form();
        }
        match view.kind {
            Some("array") => Form::List(view.items.clone()),
            None if view.items.is_some() => Form::List(view.items.clone()),
            Some("string" | "integer" | "number" | "boolean" | "null") | None => self.scalar_or_enum(view),
            Some(other) => {
                let message =
                    format!("unknown type `{other}`; expected string, number, integer, boolean, array or object");
                self.report.error(Code::UnknownType, &view.at.child("type"), message);
                Form::Scalar(Scalar::Any)
            }
        }
    }

    fn scalar_or_enum(&mut self, view: &View<'d>) -> Form<'d> {
        let scalar = scalar::of(view);
        if view.values.iter().all(Value::is_null) {
            return Form::Scalar(scalar);
        }
        match enums::lower(view) {
            Some(values) => Form::Enum(values),
            None => {
                let message = "an enum of other values than texts or integers is read as any value of its type";
                self.report.warning(Code::UnsupportedSchema, &view.at.child("enum"), message);
                Form::Scalar(scalar)
            }
        }
    }
}

/// The type or `null`; never `null` twice.
pub(super) fn nullable(ty: TypeRef) -> TypeRef {
    match ty {
        TypeRef::Nullable(_) | TypeRef::Scalar(Scalar::Any) => ty,
        other => TypeRef::Nullable(Box::new(other)),
    }
}
