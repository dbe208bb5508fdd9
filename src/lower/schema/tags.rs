//! The discriminator values that select each alternative of a union (OpenAPI 3.0.3, section 4.7.25).

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::{Discriminator, Schema};

use super::constant::{constant, listed, text};
use super::form::Choice;
use super::subtypes::{Subtypes, VALUE};
use crate::diag::print::excerpt;
use crate::diag::{Code, Pointer};
use crate::lower::component_name::component_name;
use crate::lower::extension::text_of;
use crate::lower::flat_schema::{FlatSchema, Located, SchemaOrRef};
use crate::lower::source::Source;

/// The values of each alternative of a choice: those of the mapping, else those that it implies.
pub(in crate::lower) fn of_choice<'d>(
    source: &Source<'d>,
    alternatives: &[(&Located<'d>, FlatSchema<'d>)],
    discriminator: &Discriminator,
) -> Vec<Vec<String>> {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut tags = vec![Vec::new(); alternatives.len()];
    for (value, target) in &discriminator.mapping {
        if let Some(index) = position(source, alternatives, target)
            && taken.insert(value.clone())
        {
            tags[index].push(value.clone());
        }
    }
    for ((part, flat), tags) in alternatives.iter().zip(&mut tags).filter(|(_, tags)| tags.is_empty()) {
        tags.extend(implied(part, flat, &discriminator.property_name));
    }
    tags
}

/// Warns about entries of the mapping that select none of the alternatives, or one whose property does not allow the value.
pub(super) fn report_others<'d>(
    source: &mut Source<'d>,
    choice: &Choice<'d>,
    alternatives: &[(&Located<'d>, FlatSchema<'d>)],
    discriminator: &Discriminator,
) {
    for (value, target) in &discriminator.mapping {
        let message = match position(source, alternatives, target) {
            None => format!(
                "discriminator value `{value}` is mapped to `{target}`, which is not one of the alternatives; ignored"
            ),
            Some(index) => {
                let property = &discriminator.property_name;
                let allowed = allowed(source, &alternatives[index].1, property);
                let Some(allowed) = allowed.filter(|allowed| !allowed.contains(value)) else { continue };
                format!(
                    "discriminator value `{value}` is mapped to `{target}`, whose property `{property}` does not allow it; expected {}",
                    list(&allowed)
                )
            }
        };
        source.report.warning(Code::UnsupportedSchema, &choice.at, message);
    }
}

/// How many values a message lists.
const LISTED: usize = 5;

fn list(values: &[String]) -> String {
    let mut listed: Vec<String> = values.iter().take(LISTED).map(|value| format!("`{}`", excerpt(value))).collect();
    if values.len() > LISTED {
        listed.push("…".to_owned());
    }
    listed.join(", ")
}

/// The values that the property allows, as text, if the schema lists them inline or in a schema that it refers to.
fn allowed<'d>(source: &mut Source<'d>, flat: &FlatSchema<'d>, property: &str) -> Option<Vec<String>> {
    let own = flat.properties.iter().find(|(wire, _)| *wire == property);
    match own.and_then(|(_, located)| source.view(located)) {
        Some(own) => own.values.iter().map(text).collect::<Option<Vec<_>>>().filter(|values| !values.is_empty()),
        None => listed(flat, property),
    }
}

fn position<'d>(source: &Source<'d>, alternatives: &[(&Located<'d>, FlatSchema<'d>)], target: &str) -> Option<usize> {
    let at = source.mapping_target(target)?;
    alternatives.iter().position(|(_, flat)| flat.at == at)
}

/// The values without a mapping: those that the property lists, unless the name of the component is among them, which
/// then selects the alternative. Several alternatives may have the same value.
fn implied(part: &Located<'_>, flat: &FlatSchema<'_>, property: &str) -> Vec<String> {
    let component = matches!(part.part, SchemaOrRef::Reference(_)).then(|| component_name(&flat.at));
    match (listed(flat, property), component) {
        (Some(values), Some(component)) if values.contains(&component) => vec![component],
        (Some(values), _) => values,
        (None, component) => component.into_iter().collect(),
    }
}

/// The values of a schema and its subtypes.
pub(super) struct FamilyTags<'a, 'd> {
    subtypes: &'a Subtypes<'d>,
    discriminator: &'d Discriminator,
    mapped: BTreeMap<Pointer, Vec<String>>,
    taken: BTreeSet<String>,
}

impl<'a, 'd> FamilyTags<'a, 'd> {
    pub(super) fn new(source: &Source<'d>, subtypes: &'a Subtypes<'d>, discriminator: &'d Discriminator) -> Self {
        let mut mapped: BTreeMap<Pointer, Vec<String>> = BTreeMap::new();
        for (value, target) in &discriminator.mapping {
            if let Some(at) = source.mapping_target(target) {
                mapped.entry(at).or_default().push(value.clone());
            }
        }
        Self { subtypes, discriminator, mapped, taken: BTreeSet::new() }
    }

    /// The values that select a schema itself and no earlier one.
    pub(super) fn own(&mut self, flat: &FlatSchema<'d>) -> Vec<String> {
        self.all(flat).into_iter().filter(|tag| self.taken.insert(tag.clone())).collect()
    }

    /// The values that select a schema or one of its subtypes, and no earlier schema.
    pub(super) fn with_subtypes(&mut self, at: &Pointer, schema: &'d Schema) -> Vec<String> {
        let mut tags = Vec::new();
        let mut waiting = vec![(at.clone(), schema)];
        let mut seen = BTreeSet::from([at.clone()]);
        while let Some((at, schema)) = waiting.pop() {
            tags.extend(self.own(&FlatSchema::new(schema, &at)));
            let subtypes = self.subtypes.of(&at, self.discriminator).filter(|(at, _)| seen.insert(at.clone()));
            waiting.extend(subtypes.cloned().collect::<Vec<_>>().into_iter().rev());
        }
        tags
    }

    /// The values of the mapping, else Azure's extension, else the only value of the property, else the name of the
    /// schema.
    fn all(&self, flat: &FlatSchema<'d>) -> Vec<String> {
        if let Some(tags) = self.mapped.get(&flat.at) {
            return tags.clone();
        }
        let azure = text_of(&flat.data.extensions, VALUE);
        let tag = azure.or_else(|| constant(flat, &self.discriminator.property_name));
        vec![tag.unwrap_or_else(|| component_name(&flat.at))]
    }
}
