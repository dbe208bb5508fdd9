//! The properties of an object, one after the other or merged from several schemas.

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::Schema;

use super::flat_schema::{Additional, FlatSchema, Located, SchemaOrRef};
use super::schema::Form;
use crate::diag::Pointer;

/// The properties of an object, gathered from one schema or from several.
#[derive(Debug, Clone)]
pub(super) struct Properties<'d> {
    /// In document order; names are unique.
    pub(super) list: Vec<Property<'d>>,
    pub(super) required: BTreeSet<&'d str>,
    pub(super) additional: Additional<'d>,
    index: BTreeMap<&'d str, usize>,
}

/// One property.
#[derive(Debug, Clone)]
pub(super) struct Property<'d> {
    pub(super) wire: &'d str,
    pub(super) located: Located<'d>,
    /// The schema that was referred to, where the property comes from another one.
    pub(super) source: Option<(Pointer, &'d Schema)>,
    /// What other parts of an `allOf` say of the same property, before this one.
    pub(super) before: Vec<Located<'d>>,
    /// Parts that say nothing of its type.
    notes: Vec<Located<'d>>,
    /// A part of a multipart body, where binary text is a file.
    pub(super) is_part: bool,
}

impl<'d> Property<'d> {
    /// All that is said of it.
    pub(super) fn parts(&self) -> Vec<Located<'d>> {
        [&self.before[..], &self.notes, std::slice::from_ref(&self.located)].concat()
    }
}

impl Default for Properties<'_> {
    fn default() -> Self {
        Self { list: Vec::new(), required: BTreeSet::new(), additional: Additional::Unsaid, index: BTreeMap::new() }
    }
}

impl<'d> Properties<'d> {
    /// Adds what one schema says of its own, beside what others said of the same properties.
    pub(super) fn add(&mut self, view: &FlatSchema<'d>, source: Option<(Pointer, &'d Schema)>) {
        for (wire, located) in &view.properties {
            let (located, source) = (located.clone(), source.clone());
            let property = Property { wire, located, source, before: Vec::new(), notes: Vec::new(), is_part: false };
            let Some(index) = self.index.get(wire) else {
                self.put(property);
                continue;
            };
            let old = &mut self.list[*index];
            if is_annotation(&property.located) || same(&old.located, &property.located) {
                old.notes.push(property.located);
                continue;
            }
            let (mut before, mut notes) = (std::mem::take(&mut old.before), std::mem::take(&mut old.notes));
            let list = if is_annotation(&old.located) { &mut notes } else { &mut before };
            list.push(old.located.clone());
            *old = Property { before, notes, ..property };
        }
        self.required.extend(view.required.iter().map(String::as_str));
        match (&self.additional, &view.additional) {
            (_, Additional::Unsaid) | (Additional::Schema(_), Additional::Any) => {}
            // `false` in one part of several would forbid the properties of the others: it is rarely meant so.
            (Additional::Any | Additional::Schema(_), Additional::None) => {}
            (_, other) => self.additional = other.clone(),
        }
    }

    /// Whether these are among them, from the same places: what inherits a schema has it all already.
    pub(super) fn covers(&self, other: &Self) -> bool {
        let has = |property: &Property<'d>| {
            let own = self.index.get(property.wire).map(|index| &self.list[*index]);
            own.is_some_and(|own| own.located.at == property.located.at)
        };
        other.list.iter().all(has) && other.required.is_subset(&self.required)
    }

    /// Whether a property has this name.
    pub(super) fn has(&self, wire: &str) -> bool {
        self.index.contains_key(wire)
    }

    /// Adds one property, in the place of one of the same name.
    pub(super) fn put(&mut self, property: Property<'d>) {
        match self.index.get(property.wire) {
            Some(index) => self.list[*index] = property,
            None => {
                self.index.insert(property.wire, self.list.len());
                self.list.push(property);
            }
        }
    }

    /// A struct, or a map where no property has a name.
    pub(super) fn form(self) -> Form<'d> {
        if !self.list.is_empty() {
            return Form::Struct(self);
        }
        match self.additional {
            Additional::Schema(values) => Form::Map(Some(values)),
            Additional::Unsaid | Additional::Any => Form::Map(None),
            Additional::None => Form::Struct(self),
        }
    }
}

/// Whether both are one reference, or stand in one place.
fn same(one: &Located<'_>, other: &Located<'_>) -> bool {
    match (&one.part, &other.part) {
        (SchemaOrRef::Reference(one), SchemaOrRef::Reference(other)) => one == other,
        _ => one.at == other.at,
    }
}

fn is_annotation(located: &Located<'_>) -> bool {
    match located.part {
        SchemaOrRef::Reference(_) => false,
        SchemaOrRef::Schema(schema) => FlatSchema::new(schema, &located.at).is_annotation(),
    }
}
