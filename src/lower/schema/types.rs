//! Makes types of schemas.
//!
//! A schema whose type has a name is put in a queue and lowered later, so that nesting and references do not use the
//! stack.

use std::collections::{BTreeMap, VecDeque};

use openapiv3::Schema;

use super::choice::scalar_word;
use super::compose::Agreement;
use super::enums::ValueSet;
use super::form::{Form, Formed, Job, Places, Work};
use super::forms::Forms;
use super::place::Place;
use super::properties::{Properties, Property};
use super::scalar;
use super::subtypes::Subtypes;
use crate::diag::{Code, Diagnostic, Pointer};
use crate::limits::LimitKind;
use crate::lower::component_name::component_name;
use crate::lower::constrained::Constrained;
use crate::lower::draft::{DraftType, PendingDefault};
use crate::lower::extension::text_of;
use crate::lower::flat_schema::{FlatSchema, Located, SchemaOrRef, doc_of};
use crate::lower::source::Source;
use crate::model::schema::{
    Doc, Enum, MappedBase, Scalar, Shape, Tag, Tuple, TypeHint, TypeId, TypeRef, Union, Variant,
};

/// How many lists and maps may be around a type before it gets a name: syn and rustc recurse into types.
const MAX_NESTING: usize = 32;

/// Makes the types of the schemas that operations use.
pub(in crate::lower) struct Types<'d> {
    pub(in crate::lower) source: Source<'d>,
    pub(super) subtypes: Subtypes<'d>,
    pub(super) drafts: Vec<DraftType>,
    pub(in crate::lower) defaults: Vec<PendingDefault>,
    pub(in crate::lower) constrained: Vec<Constrained<'d>>,
    ids: BTreeMap<Pointer, TypeId>,
    /// The types of properties that several schemas describe, by the pointers of those schemas.
    merged: BTreeMap<Vec<Pointer>, TypeRef>,
    queue: VecDeque<Job<'d>>,
    /// How many types, fields and values there are.
    count: usize,
}

/// The types of a document, and what is reported about it.
pub(in crate::lower) struct Typed<'d> {
    pub(in crate::lower) source: Source<'d>,
    pub(in crate::lower) types: Vec<DraftType>,
    pub(in crate::lower) defaults: Vec<PendingDefault>,
    pub(in crate::lower) constrained: Vec<Constrained<'d>>,
}

impl<'d> Types<'d> {
    pub(in crate::lower) fn new(source: Source<'d>) -> Self {
        Self {
            subtypes: Subtypes::gather(source.document, source.deep),
            source,
            drafts: Vec::new(),
            defaults: Vec::new(),
            constrained: Vec::new(),
            ids: BTreeMap::new(),
            merged: BTreeMap::new(),
            queue: VecDeque::new(),
            count: 0,
        }
    }

    /// The forms of the schemas.
    pub(in crate::lower) fn forms(&mut self) -> Forms<'_, 'd> {
        Forms { source: &mut self.source, subtypes: &self.subtypes }
    }

    /// Makes the types that are still in the queue, including those that are added meanwhile.
    pub(in crate::lower) fn finish(mut self) -> Typed<'d> {
        while let Some(Job { id, work }) = self.queue.pop_front() {
            if self.is_over_budget() {
                break;
            }
            let formed = match work {
                Work::Schema(schema) => {
                    let flat = FlatSchema::new(schema, &self.drafts[id.0].at);
                    self.forms().form(&flat)
                }
                Work::Form(formed) => formed,
            };
            let shape = self.shape(id, formed.form);
            let draft = &mut self.drafts[id.0];
            draft.is_nullable = formed.is_nullable;
            draft.shape = shape;
        }
        let Self { source, drafts, defaults, constrained, .. } = self;
        Typed { source, types: drafts, defaults, constrained }
    }

    /// Counts generated items against the limit for output.
    pub(in crate::lower) fn spend(&mut self, count: usize, at: &Pointer) {
        let was_within = !self.is_over_budget();
        self.count = self.count.saturating_add(count);
        if was_within && self.is_over_budget() {
            let most = self.source.document.limits.output;
            let message = format!("the generated code needs more than {most} types, fields and values");
            let diagnostic = Diagnostic::error(Code::TooLargeOutput, at, message).help(LimitKind::Output.help());
            self.source.report.push(diagnostic);
        }
    }

    fn is_over_budget(&self) -> bool {
        self.count > self.source.document.limits.output
    }

    /// The type of a schema where it is used.
    pub(in crate::lower) fn type_of(&mut self, located: &Located<'d>, place: &Place) -> TypeRef {
        match located.part {
            SchemaOrRef::Reference(reference) => match self.source.resolve_schema(reference, &located.at) {
                Some((at, schema)) => TypeRef::Named(self.component(&at, schema)),
                None => TypeRef::Scalar(Scalar::Any),
            },
            SchemaOrRef::Schema(schema) => match self.ids.get(&located.at) {
                Some(id) => TypeRef::Named(*id),
                None => {
                    let flat = FlatSchema::new(schema, &located.at);
                    let formed = self.forms().form(&flat);
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
        if let Some(id) = self.mapped_component(at, schema) {
            return id;
        }
        let data = &schema.schema_data;
        let hint = TypeHint::Component { name: component_name(at), pinned: text_of(&data.extensions, "x-rust-name") };
        let id = self.define(hint, &FlatSchema::new(schema, at), Work::Schema(schema));
        self.ids.insert(at.clone(), id);
        id
    }

    /// The alias of a component that the user maps to another type.
    fn mapped_component(&mut self, at: &Pointer, schema: &'d Schema) -> Option<TypeId> {
        let name = component_name(at);
        let schemas_at = Pointer::root().child("components").child("schemas");
        let index = *self.source.document.mapped.components.get(&name).filter(|_| schemas_at.child(&name) == *at)?;
        let flat = FlatSchema::new(schema, at);
        let pinned = text_of(&schema.schema_data.extensions, "x-rust-name");
        let shape = Shape::Alias(TypeRef::Scalar(scalar::mapped_to(&flat, index, &self.source.document.mapped)));
        let id = self.finished(TypeHint::Component { name, pinned }, at, doc_of(flat.data), shape);
        self.drafts[id.0].is_nullable = flat.is_nullable();
        self.drafts[id.0].is_deprecated = flat.data.deprecated;
        self.ids.insert(at.clone(), id);
        Some(id)
    }

    /// Reports a parameter or header whose type is mapped and whose values are objects or lists: only strings and numbers
    /// of mapped types have the text that styles require.
    pub(in crate::lower) fn check_mapped(&mut self, ty: &TypeRef, at: &Pointer) {
        let mut ty = ty;
        loop {
            ty = match ty {
                TypeRef::List(inner) | TypeRef::Map(inner) | TypeRef::Nullable(inner) => inner,
                TypeRef::Named(id) | TypeRef::Boxed(id) => match &self.drafts[id.0].shape {
                    Shape::Alias(target) => target,
                    Shape::Struct(_) | Shape::Tuple(_) | Shape::Enum(_) | Shape::Union(_) => return,
                },
                TypeRef::Scalar(Scalar::Mapped(mapped)) if mapped.base == MappedBase::Any => break,
                TypeRef::Scalar(_) => return,
            }
        }
        let message = "a parameter or header cannot have a mapped type whose schema is not a string or a number";
        let diagnostic = Diagnostic::error(Code::UnsupportedSchema, at, message);
        self.source.report.push(diagnostic.help("remove the component from `[types]` of the configuration"));
    }

    /// The types of a document that has no operations.
    pub(in crate::lower) fn add_all_components(&mut self) {
        let document = self.source.document;
        let root = Pointer::root();
        let message = "the document has no operations; only its types are generated";
        self.source.report.push(Diagnostic::warning(Code::NoOperations, &root.child("paths"), message).on_key());
        let schemas_at = root.child("components").child("schemas");
        for (name, schema) in document.api.components.iter().flat_map(|components| &components.schemas) {
            if let Some((at, schema)) = self.source.resolve(schema, &schemas_at.child(name)) {
                self.component(&at, schema);
            }
        }
    }

    /// A type with `properties` that do not occur together in the document.
    pub(in crate::lower) fn define_struct(
        &mut self,
        flat: &FlatSchema<'d>,
        properties: Properties<'d>,
        place: &Place,
    ) -> TypeId {
        let work = Work::Form(Form::Struct(properties).into());
        self.define(place.hint(flat.data.title.as_ref()), flat, work)
    }

    fn define(&mut self, hint: TypeHint, flat: &FlatSchema<'d>, work: Work<'d>) -> TypeId {
        let id = self.define_at(hint, &flat.at, work);
        let def = &mut self.drafts[id.0];
        def.doc = doc_of(flat.data);
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
    pub(in crate::lower) fn finished(&mut self, hint: TypeHint, at: &Pointer, doc: Doc, shape: Shape) -> TypeId {
        let id = TypeId(self.drafts.len());
        self.drafts.push(DraftType { hint, doc, shape, is_nullable: false, is_deprecated: false, at: at.clone() });
        self.spend(1, at);
        id
    }

    /// The reference to a form: a named type if it needs a name, else the type itself.
    fn type_of_form(&mut self, flat: &FlatSchema<'d>, formed: Formed<'d>, place: &Place) -> TypeRef {
        let ty = self.unshared(flat, formed, place);
        if let TypeRef::Named(id) = ty
            && self.drafts[id.0].at == flat.at
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
        if is_nullable { ty.or_null() } else { ty }
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

    fn shape(&mut self, id: TypeId, form: Form<'d>) -> Shape {
        match form {
            Form::Struct(properties) => Shape::Struct(self.structure(id, properties)),
            Form::Enum(values) => {
                let count = match &values {
                    Enum::Text(values) => values.len(),
                    Enum::Integer(values) => values.len(),
                };
                self.spend(count, &self.drafts[id.0].at.clone());
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
        self.spend(places.list.len(), &self.drafts[id.0].at.clone());
        let of_place = |(index, located)| self.type_of(located, &Place::within(id, format!("item {}", index + 1)));
        let list: Vec<TypeRef> = places.list.iter().enumerate().map(of_place).collect();
        let rest = places.rest.map(|rest| self.type_of(&rest, &Place::within(id, "rest")));
        Tuple { needed: places.needed.min(list.len()), places: list, rest }
    }

    /// The type of a property that several parts of an `allOf` describe.
    pub(super) fn merged_type(&mut self, property: &Property<'d>, place: &Place) -> TypeRef {
        let last = &property.located;
        let Some(flat) = self.source.view(last) else { return TypeRef::Scalar(Scalar::Any) };
        let mut parts: Vec<Located<'d>> = Vec::new();
        for before in &property.before {
            let Some(old) = self.source.view(before) else { continue };
            match self.forms().agreement(&old, &flat) {
                Agreement::Same => {}
                Agreement::Merge => parts.push(before.clone()),
                Agreement::Conflict => {
                    let message = "two parts of `allOf` give this property different types; using the last one";
                    self.source.report.warning(Code::UnsupportedSchema, &last.at, message);
                }
            }
        }
        if parts.is_empty() {
            return self.type_of(last, place);
        }
        parts.push(last.clone());
        let key: Vec<Pointer> = parts.iter().map(|part| part.at.clone()).collect();
        if let Some(ty) = self.merged.get(&key) {
            return ty.clone();
        }
        let flat = FlatSchema::of_parts(flat.data, &last.at, parts);
        let formed = self.forms().composed(&flat);
        let ty = self.unshared(&flat, formed, place);
        self.merged.insert(key, ty.clone());
        ty
    }

    /// The type of a part of a multipart body.
    pub(in crate::lower) fn part_type(&mut self, located: &Located<'d>, place: &Place) -> TypeRef {
        if let Some(file) = self.forms().file_part(located) {
            return file.ty();
        }
        if self.forms().holds_file(located) {
            let message = "OpenAPI does not define how a file inside another value is sent in a form; it is sent and read as a string";
            self.source.report.warning(Code::UndefinedEncoding, &located.at, message);
        }
        self.type_of(located, place)
    }

    /// The union of sets of values.
    fn sets(&mut self, id: TypeId, sets: Vec<ValueSet>) -> Union {
        let at = self.drafts[id.0].at.clone();
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
