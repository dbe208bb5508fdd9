//! Converts schemas to types: the form of a schema, and whether its type has a name.
//!
//! A schema whose type has a name is put in a queue and lowered later, so that nesting and references do not use the
//! stack.

use openapiv3::Schema;
use serde_json::Value;

use super::enums::{self, ValueSet};
use super::fields::doc;
use super::flat_schema::{FlatSchema, Located, SchemaOrRef};
use super::form::{Form, Formed, Job, Places, Work, of_properties};
use super::place::Place;
use super::properties::Properties;
use super::scalar;
use super::union::scalar_word;
use super::usage::component_name;
use super::{Lowering, text_of};
use crate::diag::{Code, Diagnostic, Pointer};
use crate::model::schema::{
    Doc, Enum, Scalar, Shape, Tag, Tuple, TypeDef, TypeHint, TypeId, TypeRef, Union, Usage, Variant,
};

/// How many lists and maps may be around a type before it gets a name: syn and rustc recurse into types.
const MAX_NESTING: usize = 32;

impl<'d> Lowering<'d> {
    /// The type of a schema where it is used.
    pub(super) fn type_of(&mut self, located: &Located<'d>, place: &Place) -> TypeRef {
        match located.part {
            SchemaOrRef::Reference(reference) => match self.resolve_schema(reference, &located.at) {
                Some((at, schema)) => TypeRef::Named(self.component(&at, schema)),
                None => TypeRef::Scalar(Scalar::Any),
            },
            SchemaOrRef::Schema(schema) => match self.ids.get(&located.at) {
                Some(id) => TypeRef::Named(*id),
                None => {
                    let flat = FlatSchema::new(schema, &located.at);
                    let formed = self.form(&flat);
                    self.type_of_form(&flat, formed, place)
                }
            },
        }
    }

    /// The named type of a schema that is referenced.
    pub(super) fn component(&mut self, at: &Pointer, schema: &'d Schema) -> TypeId {
        if let Some(id) = self.ids.get(at) {
            return *id;
        }
        let data = &schema.schema_data;
        let hint = TypeHint::Component { name: component_name(at), pinned: text_of(&data.extensions, "x-rust-name") };
        let id = self.define(hint, &FlatSchema::new(schema, at), Work::Schema(schema));
        self.ids.insert(at.clone(), id);
        id
    }

    /// The types of a document that has no operations.
    pub(super) fn types_without_operations(&mut self) {
        let document = self.document;
        let root = Pointer::root();
        let message = "the document has no operations; only its types are generated";
        self.report.push(Diagnostic::warning(Code::NoOperations, &root.child("paths"), message).on_key());
        let schemas_at = root.child("components").child("schemas");
        for (name, schema) in document.api.components.iter().flat_map(|components| &components.schemas) {
            if let Some((at, schema)) = self.resolve(schema, &schemas_at.child(name)) {
                self.component(&at, schema);
            }
        }
    }

    /// A type with `properties` that do not occur together in the document.
    pub(super) fn define_struct(&mut self, flat: &FlatSchema<'d>, properties: Properties<'d>, place: &Place) -> TypeId {
        let work = Work::Form(Form::Struct(properties).into());
        self.define(place.hint(flat.data.title.as_ref()), flat, work)
    }

    fn define(&mut self, hint: TypeHint, flat: &FlatSchema<'d>, work: Work<'d>) -> TypeId {
        let id = self.define_at(hint, &flat.at, work);
        let def = &mut self.types[id.0];
        def.doc = doc(flat.data);
        def.is_deprecated = flat.data.deprecated;
        id
    }

    /// A type for a form that has no separate schema.
    fn define_at(&mut self, hint: TypeHint, at: &Pointer, work: Work<'d>) -> TypeId {
        let id = self.finished(hint, at, Doc::default(), Shape::Alias(TypeRef::Scalar(Scalar::Any)));
        self.queue.push_back(Job { id, work });
        id
    }

    /// A type with a known shape.
    pub(super) fn finished(&mut self, hint: TypeHint, at: &Pointer, doc: Doc, shape: Shape) -> TypeId {
        let id = TypeId(self.types.len());
        self.types.push(TypeDef { hint, doc, shape, usage: Usage::default(), is_deprecated: false, at: at.clone() });
        self.is_nullable.push(false);
        self.spend(1, at);
        id
    }

    /// The reference to a form: a named type if it needs a name, else the type itself.
    fn type_of_form(&mut self, flat: &FlatSchema<'d>, formed: Formed<'d>, place: &Place) -> TypeRef {
        let ty = self.unshared(flat, formed, place);
        if let TypeRef::Named(id) = ty
            && self.types[id.0].at == flat.at
        {
            self.ids.insert(flat.at.clone(), id);
        }
        ty
    }

    /// The reference to a form that is only a part of the schema at its place.
    pub(super) fn unshared(&mut self, flat: &FlatSchema<'d>, formed: Formed<'d>, place: &Place) -> TypeRef {
        let needs_name = match &formed.form {
            Form::Struct(_) | Form::Tuple(_) | Form::Enum(_) => true,
            Form::Union(_) | Form::Family(_) | Form::Sets(_) => true,
            Form::List(_) | Form::Map(_) => place.nesting >= MAX_NESTING,
            Form::Scalar(_) | Form::Same(_) => false,
        };
        if needs_name {
            return TypeRef::Named(self.define(place.hint(flat.data.title.as_ref()), flat, Work::Form(formed)));
        }
        let is_nullable = formed.is_nullable;
        let ty = self.direct(formed.form, place);
        if is_nullable { nullable(ty) } else { ty }
    }

    /// The type of a form that needs no name.
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
            Form::Struct(_) | Form::Tuple(_) | Form::Enum(_) | Form::Union(_) | Form::Family(_) | Form::Sets(_) => {
                unreachable!("a form that has its own name")
            }
        }
    }

    /// Sets the shape of every queued type, including those that are queued meanwhile.
    pub(super) fn drain(&mut self) {
        while let Some(job) = self.queue.pop_front() {
            if self.is_over_budget() {
                self.queue.clear();
                return;
            }
            let formed = match job.work {
                Work::Schema(schema) => {
                    let at = self.types[job.id.0].at.clone();
                    self.form(&FlatSchema::new(schema, &at))
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
            Form::Tuple(places) => Shape::Tuple(self.tuple(id, places)),
            Form::Union(alternatives) => Shape::Union(self.union_shape(id, alternatives)),
            Form::Family(family) => Shape::Union(self.family_shape(id, &family)),
            Form::Sets(sets) => Shape::Union(self.sets(id, sets)),
            form @ (Form::Scalar(_) | Form::List(_) | Form::Map(_) | Form::Same(_)) => {
                Shape::Alias(self.direct(form, &Place::within(id, "")))
            }
        }
    }

    fn tuple(&mut self, id: TypeId, places: Places<'d>) -> Tuple {
        self.spend(places.list.len(), &self.types[id.0].at.clone());
        let of_place = |(index, located)| self.type_of(located, &Place::within(id, format!("item {}", index + 1)));
        let list: Vec<TypeRef> = places.list.iter().enumerate().map(of_place).collect();
        let rest = places.rest.map(|rest| self.type_of(&rest, &Place::within(id, "rest")));
        Tuple { needed: places.needed.min(list.len()), places: list, rest }
    }

    /// The schema after resolving references; `None` if the reference cannot be resolved.
    pub(super) fn peek(&mut self, located: &Located<'d>) -> Option<FlatSchema<'d>> {
        match located.part {
            SchemaOrRef::Schema(schema) => Some(FlatSchema::new(schema, &located.at)),
            SchemaOrRef::Reference(reference) => {
                let (at, schema) = self.resolve_schema(reference, &located.at)?;
                Some(FlatSchema::new(schema, &at))
            }
        }
    }

    /// The form of a schema.
    pub(super) fn form(&mut self, flat: &FlatSchema<'d>) -> Formed<'d> {
        if flat.has_not {
            self.report.warning(Code::UnsupportedSchema, &flat.at.child("not"), "`not` is not checked");
        }
        let mut formed = match self.family(flat) {
            Some(family) => Form::Family(Box::new(family)).into(),
            None if flat.has_parts() => self.composed(flat),
            None => self.plain(flat).into(),
        };
        formed.is_nullable |= flat.is_nullable();
        formed
    }

    /// The form of a schema that is not composed of others.
    pub(super) fn plain(&mut self, flat: &FlatSchema<'d>) -> Form<'d> {
        if flat.is_object() {
            let mut properties = Properties::default();
            properties.add(flat, None);
            return of_properties(properties);
        }
        match flat.kind {
            Some("array") => list(flat),
            None if flat.items.is_some() => list(flat),
            Some("string" | "integer" | "number" | "boolean" | "null") | None => self.scalar_or_enum(flat),
            Some(other) => {
                let message = format!(
                    "unknown type `{other}`; expected `string`, `number`, `integer`, `boolean`, `array` or `object`"
                );
                self.report.error(Code::UnknownType, &flat.at.child("type"), message);
                Form::Scalar(Scalar::Any)
            }
        }
    }

    fn scalar_or_enum(&mut self, flat: &FlatSchema<'d>) -> Form<'d> {
        let scalar = scalar::of(flat);
        if flat.values.iter().all(Value::is_null) {
            return Form::Scalar(scalar);
        }
        match enums::lower(flat).as_mut_slice() {
            [] => Form::Scalar(scalar),
            [ValueSet::Values(values)] => Form::Enum(values.clone()),
            sets => {
                let is_loose = sets.iter().any(|set| matches!(set, ValueSet::Any(_)));
                if is_loose {
                    let message = "enum values other than strings and integers are not checked";
                    self.report.warning(Code::UnsupportedSchema, &flat.at.child("enum"), message);
                }
                match sets {
                    [ValueSet::Any(scalar)] => Form::Scalar(*scalar),
                    sets => Form::Sets(sets.to_vec()),
                }
            }
        }
    }

    /// The union of sets of values.
    fn sets(&mut self, id: TypeId, sets: Vec<ValueSet>) -> Union {
        let at = self.types[id.0].at.clone();
        let mut variants = Vec::with_capacity(sets.len());
        for set in sets {
            let (hint, ty) = match set {
                ValueSet::Any(scalar) => (scalar_word(scalar), TypeRef::Scalar(scalar)),
                ValueSet::Values(values) => {
                    let hint = match &values {
                        Enum::Text(_) => "text",
                        Enum::Integer(_) => "integer",
                    };
                    let define_struct =
                        self.define_at(Place::within(id, hint).hint(None), &at, Work::Form(Form::Enum(values).into()));
                    (hint, TypeRef::Named(define_struct))
                }
            };
            variants.push(Variant { hint: hint.to_owned(), ty, tags: Vec::new() });
        }
        Union { variants, tag: Tag::Looks }
    }
}

fn list<'d>(flat: &FlatSchema<'d>) -> Form<'d> {
    match flat.places() {
        Some((list, rest)) => Form::Tuple(Places { list, needed: flat.min_items, rest }),
        None => Form::List(flat.items.clone()),
    }
}

/// The type or `null`, without nesting.
pub(super) fn nullable(ty: TypeRef) -> TypeRef {
    match ty {
        TypeRef::Nullable(_) | TypeRef::Scalar(Scalar::Any) => ty,
        other => TypeRef::Nullable(Box::new(other)),
    }
}
