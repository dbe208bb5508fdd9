//! The schemas of requests and responses as written, for commands that make or check values.

use std::collections::{BTreeMap, BTreeSet};

use super::constrained::{Constrained, ConstrainedUse};
use super::examples;
use super::flat_schema::{Additional, FlatSchema, Located};
use super::ref_targets::Deep;
use super::rules::{UNCHECKED, kind, limits_of};
use super::schema::{choice, tags};
use super::source::Source;
use crate::diag::{Pointer, Report};
use crate::document::tree::Object;
use crate::document::{Document, PATTERNED, fragment_of};
use crate::model::rule::Limit;
use crate::model::schema::{Direction, Shape, Tag, TypeDef, TypeRef, Union};
use crate::model::value_schema::{
    AdditionalValues, ValueAlternative, ValueChoice, ValueSchema, ValueSchemaId, ValueSchemas,
};

/// The schemas of these uses and those that they reach.
///
/// What other passes report about them is not reported again.
pub(super) fn lower<'d>(
    document: &'d Document,
    deep: &'d Deep,
    types: &[TypeDef],
    uses: &[Constrained<'d>],
) -> ValueSchemas {
    let source = &mut Source::new(document, deep);
    let families = families(types);
    let mut reader = Reader {
        source,
        families,
        list: Vec::new(),
        ids: BTreeMap::new(),
        waiting: Vec::new(),
        nulls: BTreeSet::new(),
    };
    let mut schemas = ValueSchemas::default();
    for Constrained { of, located } in uses {
        let Some(id) = reader.schema(located) else { continue };
        match *of {
            ConstrainedUse::Parameter { operation, index } => drop(schemas.parameters.insert((operation, index), id)),
            ConstrainedUse::Body { operation, index } => drop(schemas.bodies.insert((operation, index), id)),
            ConstrainedUse::Response { operation, response, index } => {
                schemas.responses.insert((operation, response, index), id);
            }
            ConstrainedUse::Header { operation, response, index } => {
                schemas.headers.insert((operation, response, index), id);
            }
            ConstrainedUse::PartHeader => {}
        }
    }
    schemas.list = reader.finish();
    schemas
}

/// The unions of subtypes, by the pointers of their base schemas.
type Families<'t> = BTreeMap<&'t Pointer, Family<'t>>;

struct Family<'t> {
    property: &'t str,
    /// The pointer of each variant with the values that select it.
    variants: Vec<(&'t Pointer, &'t [String])>,
}

fn families(types: &[TypeDef]) -> Families<'_> {
    types.iter().filter_map(|def| Some((&def.at, family(types, def)?))).collect()
}

fn family<'t>(types: &'t [TypeDef], def: &'t TypeDef) -> Option<Family<'t>> {
    let Shape::Union(Union { variants, tag: Tag::Property { name, .. } }) = &def.shape else { return None };
    let mut pointers = Vec::with_capacity(variants.len());
    for variant in variants {
        match &variant.ty {
            TypeRef::Named(id) | TypeRef::Boxed(id) => pointers.push((&types[id.0].at, variant.tags.as_slice())),
            TypeRef::Scalar(_) | TypeRef::List(_) | TypeRef::Map(_) | TypeRef::Nullable(_) => return None,
        }
    }
    Some(Family { property: name, variants: pointers })
}

struct Reader<'s, 'd, 't> {
    source: &'s mut Source<'d>,
    families: Families<'t>,
    list: Vec<Option<ValueSchema>>,
    ids: BTreeMap<Pointer, ValueSchemaId>,
    waiting: Vec<(ValueSchemaId, FlatSchema<'d>)>,
    /// The alternatives that only allow `null`.
    nulls: BTreeSet<Pointer>,
}

impl<'d> Reader<'_, 'd, '_> {
    /// The schema after resolving references; `None` if a reference cannot be resolved.
    fn schema(&mut self, located: &Located<'d>) -> Option<ValueSchemaId> {
        let flat = self.source.view(located)?;
        Some(self.add(flat))
    }

    fn add(&mut self, flat: FlatSchema<'d>) -> ValueSchemaId {
        if let Some(id) = self.ids.get(&flat.at) {
            return *id;
        }
        let id = ValueSchemaId(self.list.len());
        self.list.push(None);
        self.ids.insert(flat.at.clone(), id);
        self.waiting.push((id, flat));
        id
    }

    /// Reads all schemas, including those that are added meanwhile.
    fn finish(mut self) -> Vec<ValueSchema> {
        while let Some((id, flat)) = self.waiting.pop() {
            self.list[id.0] = Some(self.read(&flat));
        }
        self.list.into_iter().map(|schema| schema.expect("every schema that was added has been read")).collect()
    }

    fn read(&mut self, flat: &FlatSchema<'d>) -> ValueSchema {
        let keywords = self.source.document.node(&flat.at).and_then(|node| node.as_object());
        let (limits, unchecked) = limits(flat, keywords);
        let properties = flat.properties.iter();
        let properties: Vec<_> =
            properties.filter_map(|(name, located)| Some(((*name).to_owned(), self.schema(located)?))).collect();
        let (places, items) = self.items(flat);
        let choices = [(&flat.one_of, true), (&flat.any_of, false)];
        let mut choices: Vec<_> =
            choices.into_iter().filter_map(|(parts, is_exclusive)| self.choice(flat, parts, is_exclusive)).collect();
        choices.extend(self.family(flat));
        ValueSchema {
            kind: kind(flat),
            is_nullable: flat.is_nullable(),
            is_null: flat.kind == Some("null") || self.nulls.contains(&flat.at),
            format: flat.format.clone(),
            values: flat.values.clone(),
            limits,
            properties,
            additional: self.additional(flat),
            items,
            places,
            all_of: flat.all_of.iter().filter_map(|part| self.schema(part)).collect(),
            choices,
            not: self.not(flat),
            unchecked,
            direction: direction(flat),
            examples: examples::of_schema(self.source, &flat.at),
            at: flat.at.clone(),
        }
    }

    fn items(&mut self, flat: &FlatSchema<'d>) -> (Option<Vec<ValueSchemaId>>, Option<ValueSchemaId>) {
        match flat.places() {
            Some((places, rest)) => {
                let places = places.iter().filter_map(|place| self.schema(place)).collect();
                (Some(places), rest.and_then(|rest| self.schema(&rest)))
            }
            None => (None, flat.items.as_ref().and_then(|items| self.schema(items))),
        }
    }

    fn additional(&mut self, flat: &FlatSchema<'d>) -> AdditionalValues {
        match &flat.additional {
            Additional::Absent | Additional::Any => AdditionalValues::Any,
            Additional::None => AdditionalValues::None,
            Additional::Schema(located) => self.schema(located).map_or(AdditionalValues::Any, AdditionalValues::Each),
        }
    }

    fn choice(&mut self, flat: &FlatSchema<'d>, parts: &[Located<'d>], is_exclusive: bool) -> Option<ValueChoice> {
        let seen = |part| Some((part, self.source.view(part)?));
        let alternatives: Vec<(&Located<'d>, FlatSchema<'d>)> = parts.iter().filter_map(seen).collect();
        let (discriminator, tags) = match (&flat.data.discriminator, self.families.get(&flat.at)) {
            (Some(discriminator), _) => {
                let tags = tags::of_choice(self.source, &alternatives, discriminator);
                (Some(discriminator.property_name.clone()), tags)
            }
            // The alternatives inherit a discriminator, or a property distinguishes them.
            (None, Some(family)) if is_exclusive => {
                let tags = |flat: &FlatSchema<'_>| {
                    family.variants.iter().find(|(at, _)| **at == flat.at).map(|(_, tags)| tags.to_vec())
                };
                let tags = alternatives.iter().map(|(_, flat)| tags(flat)).collect::<Option<Vec<_>>>();
                let discriminator = tags.is_some().then(|| family.property.to_owned());
                (discriminator, tags.unwrap_or_else(|| vec![Vec::new(); alternatives.len()]))
            }
            (None, _) => (None, vec![Vec::new(); alternatives.len()]),
        };
        let nulls = alternatives.iter().filter(|(_, flat)| choice::is_null(flat));
        self.nulls.extend(nulls.map(|(_, flat)| flat.at.clone()));
        let alternatives: Vec<_> = alternatives
            .into_iter()
            .zip(tags)
            .map(|((_, flat), tags)| ValueAlternative { tags, schema: self.add(flat) })
            .collect();
        (!alternatives.is_empty()).then_some(ValueChoice { discriminator, is_exclusive, alternatives })
    }

    /// The choice among a schema and the schemas that extend it.
    fn family(&mut self, flat: &FlatSchema<'d>) -> Option<ValueChoice> {
        if !flat.one_of.is_empty() || !flat.any_of.is_empty() {
            return None;
        }
        let family = self.families.get(&flat.at)?;
        let (property, variants) = (family.property.to_owned(), family.variants.clone());
        let mut alternatives = Vec::with_capacity(variants.len());
        for (at, tags) in variants {
            let schema = if *at == flat.at { self.ids[at] } else { self.at(at)? };
            alternatives.push(ValueAlternative { tags: tags.to_vec(), schema });
        }
        Some(ValueChoice { discriminator: Some(property), is_exclusive: false, alternatives })
    }

    fn at(&mut self, at: &Pointer) -> Option<ValueSchemaId> {
        let (at, schema) = self.source.resolve_schema(&fragment_of(at), &Pointer::root())?;
        Some(self.add(FlatSchema::new(schema, &at)))
    }

    fn not(&mut self, flat: &FlatSchema<'d>) -> Option<ValueSchemaId> {
        let part = flat.not.as_ref()?;
        self.schema(part)
    }
}

fn limits(flat: &FlatSchema<'_>, keywords: Option<&Object>) -> (Vec<Limit>, Vec<String>) {
    let mut report = Report::new();
    let mut limits = limits_of(&mut report, keywords, flat);
    if !flat.required.is_empty() {
        limits.push(Limit::Required(flat.required.to_vec()));
    }
    let mut unchecked: Vec<String> = report.iter().map(|found| found.message.clone()).collect();
    let present = UNCHECKED.iter().filter(|key| keywords.is_some_and(|keywords| keywords.contains_key(**key)));
    unchecked.extend(present.map(|key| format!("`{key}` is not checked")));
    if keywords.is_some_and(|keywords| keywords.contains_key(PATTERNED)) {
        unchecked.push("the patterns of `patternProperties` are not checked".to_owned());
    }
    (limits, unchecked)
}

fn direction(flat: &FlatSchema<'_>) -> Direction {
    match (flat.data.read_only, flat.data.write_only) {
        (true, false) => Direction::ReadOnly,
        (false, true) => Direction::WriteOnly,
        (true, true) | (false, false) => Direction::Both,
    }
}
