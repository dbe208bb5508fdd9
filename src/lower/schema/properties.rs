//! The properties of an object, from one schema or merged from several.

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::Schema;

use crate::diag::Pointer;
use crate::lower::flat_schema::{Additional, FlatSchema, Located, SchemaOrRef};

/// The properties of an object.
#[derive(Debug, Clone)]
pub(in crate::lower) struct Properties<'d> {
    /// In document order; names are unique.
    pub(in crate::lower) list: Vec<Property<'d>>,
    pub(in crate::lower) required: BTreeSet<&'d str>,
    pub(in crate::lower) additional: Additional<'d>,
    index: BTreeMap<&'d str, usize>,
}

/// A property.
#[derive(Debug, Clone)]
pub(in crate::lower) struct Property<'d> {
    pub(in crate::lower) wire: &'d str,
    pub(in crate::lower) located: Located<'d>,
    /// The schema that was referred to, if the property comes from another one.
    pub(in crate::lower) origin: Option<(Pointer, &'d Schema)>,
    /// Earlier schemas for the property in other parts of an `allOf`.
    pub(in crate::lower) before: Vec<Located<'d>>,
    /// Parts that do not constrain its type.
    notes: Vec<Located<'d>>,
    /// Whether it is a part of a multipart body, where binary strings are files.
    pub(in crate::lower) is_part: bool,
}

impl<'d> Property<'d> {
    /// A property with this schema.
    pub(in crate::lower) fn new(wire: &'d str, located: Located<'d>) -> Self {
        Self { wire, located, origin: None, before: Vec::new(), notes: Vec::new(), is_part: false }
    }

    /// All schemas of the property.
    pub(in crate::lower) fn parts(&self) -> Vec<Located<'d>> {
        [&self.before[..], &self.notes, std::slice::from_ref(&self.located)].concat()
    }
}

impl Default for Properties<'_> {
    fn default() -> Self {
        Self { list: Vec::new(), required: BTreeSet::new(), additional: Additional::Absent, index: BTreeMap::new() }
    }
}

impl<'d> Properties<'d> {
    /// Adds the properties of a schema to those of other schemas.
    pub(in crate::lower) fn add(&mut self, flat: &FlatSchema<'d>, origin: Option<(Pointer, &'d Schema)>) {
        for (wire, located) in &flat.properties {
            let (located, origin) = (located.clone(), origin.clone());
            let property = Property { origin, ..Property::new(wire, located) };
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
        self.required.extend(flat.required.iter().map(String::as_str));
        match (&self.additional, &flat.additional) {
            (_, Additional::Absent) | (Additional::Schema(_), Additional::Any) => {}
            // `false` in one of several parts would forbid the properties of the others, which is rarely intended.
            (Additional::Any | Additional::Schema(_), Additional::None) => {}
            (_, other) => self.additional = other.clone(),
        }
    }

    /// Whether it has all of `others` from the same places, as a schema does that inherits from another.
    pub(in crate::lower) fn covers(&self, other: &Self) -> bool {
        let has = |property: &Property<'d>| {
            let own = self.index.get(property.wire).map(|index| &self.list[*index]);
            own.is_some_and(|own| own.located.at == property.located.at)
        };
        other.list.iter().all(has) && other.required.is_subset(&self.required)
    }

    /// Whether there is a property with this name.
    pub(in crate::lower) fn has(&self, wire: &str) -> bool {
        self.index.contains_key(wire)
    }

    /// Adds a property, or replaces the one with the same name.
    pub(in crate::lower) fn put(&mut self, property: Property<'d>) {
        match self.index.get(property.wire) {
            Some(index) => self.list[*index] = property,
            None => {
                self.index.insert(property.wire, self.list.len());
                self.list.push(property);
            }
        }
    }
}

/// Whether both are the same reference or have the same pointer.
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
