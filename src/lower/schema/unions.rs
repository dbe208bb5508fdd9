//! The unions of a document: choices, and schemas with subtypes.

use openapiv3::{Discriminator, Schema};

use super::choice::scalar_word;
use super::form::{Alternatives, Family};
use super::place::Place;
use super::properties::Properties;
use super::scalar;
use super::tags::{self, FamilyTags};
use super::types::Types;
use crate::diag::{Code, Pointer};
use crate::lower::component_name::component_name;
use crate::lower::flat_schema::{FlatSchema, Located, SchemaOrRef};
use crate::model::schema::{Tag, TypeId, TypeRef, Union, Variant};

impl<'d> Types<'d> {
    /// The union `id`.
    pub(super) fn union_shape(&mut self, id: TypeId, alternatives: Alternatives<'d>) -> Union {
        let Alternatives { choice, common } = alternatives;
        self.spend(choice.parts.len(), &choice.at);
        let seen = |part| Some((part, self.source.view(part)?));
        let alternatives: Vec<(&Located<'d>, FlatSchema<'d>)> = choice.parts.iter().filter_map(seen).collect();
        let mut variants = Vec::with_capacity(alternatives.len());
        for (index, (part, flat)) in alternatives.iter().enumerate() {
            let component = matches!(part.part, SchemaOrRef::Reference(_)).then(|| component_name(&flat.at));
            let hint = hint(flat, component.as_deref(), index);
            let place = Place::within(id, if component.is_some() { hint.clone() } else { inline_role(flat, index) });
            let ty = self.variant_type(part, flat, common.as_ref(), &place);
            variants.push(Variant { hint, ty, tags: Vec::new() });
        }
        let Some(discriminator) = choice.discriminator.or_else(|| self.inherited(&alternatives)) else {
            return Union { variants, tag: Tag::Looks };
        };
        tags::report_others(&mut self.source, &choice, &alternatives, discriminator);
        let tags = tags::of_choice(&self.source, &alternatives, discriminator);
        let variants = variants.into_iter().zip(tags).map(|(variant, tags)| Variant { tags, ..variant }).collect();
        Union { variants, tag: Tag::Property { name: discriminator.property_name.clone(), absent: None } }
    }

    fn variant_type(
        &mut self,
        part: &Located<'d>,
        flat: &FlatSchema<'d>,
        common: Option<&Properties<'d>>,
        place: &Place,
    ) -> TypeRef {
        let Some(common) = common else { return self.type_of(part, place) };
        let origin = match part.part {
            SchemaOrRef::Reference(reference) => self.source.resolve_schema(reference, &part.at),
            SchemaOrRef::Schema(_) => None,
        };
        match self.forms().properties(flat, origin) {
            Some(own) if own.covers(common) => self.type_of(part, place),
            Some(own) => {
                let mut merged = common.clone();
                for property in own.list {
                    merged.put(property);
                }
                merged.required.extend(own.required);
                TypeRef::Named(self.define_struct(flat, merged, place))
            }
            // Only objects have required properties.
            None if common.list.is_empty() => self.type_of(part, place),
            None => {
                let message =
                    "this alternative is not an object; the properties next to `oneOf` or `anyOf` are ignored for it";
                self.source.report.warning(Code::UnsupportedSchema, &part.at, message);
                self.type_of(part, place)
            }
        }
    }

    /// The discriminator that all of these schemas inherit.
    fn inherited(&self, alternatives: &[(&Located<'d>, FlatSchema<'d>)]) -> Option<&'d Discriminator> {
        let mut found = alternatives.iter().map(|(_, flat)| self.subtypes.discriminators.get(&flat.at).copied());
        let first = found.next()??;
        found.all(|other| other.is_some_and(|other| other.property_name == first.property_name)).then_some(first)
    }

    /// The union of a family: the base itself, and each subtype with its own subtypes.
    pub(super) fn family_shape(&mut self, id: TypeId, family: &Family<'d>) -> Union {
        let Family { base, discriminator } = family;
        let properties = self.forms().properties(base, None);
        let mut tags = FamilyTags::new(&self.source, &self.subtypes, discriminator);
        let base_tags = if properties.is_some() { tags.own(base) } else { Vec::new() };
        let subtypes: Vec<(Pointer, &'d Schema)> = self.subtypes.of(&base.at, discriminator).cloned().collect();
        let subtypes: Vec<_> = subtypes
            .into_iter()
            .map(|(at, schema)| (tags.with_subtypes(&at, schema), at, schema))
            .filter(|(tags, _, _)| !tags.is_empty())
            .collect();
        let mut variants = Vec::new();
        let mut absent = None;
        if let Some(properties) = properties {
            if !properties.required.contains(discriminator.property_name.as_str()) {
                absent = Some(0);
            }
            let ty = TypeRef::Named(self.define_struct(base, properties, &Place::within(id, "base")));
            variants.push(Variant { hint: component_name(&base.at), ty, tags: base_tags });
        }
        for (tags, at, schema) in subtypes {
            let ty = TypeRef::Named(self.component(&at, schema));
            variants.push(Variant { hint: component_name(&at), ty, tags });
        }
        self.spend(variants.len(), &base.at);
        Union { variants, tag: Tag::Property { name: discriminator.property_name.clone(), absent } }
    }
}

/// The word for a variant: the component, the title, or the type.
fn hint(flat: &FlatSchema<'_>, component: Option<&str>, index: usize) -> String {
    if let Some(name) = component.or(flat.data.title.as_deref()) {
        return name.to_owned();
    }
    let word = match flat.kind {
        Some("string" | "integer" | "number" | "boolean") => scalar_word(scalar::of(flat)),
        Some("array") => "list",
        _ => return format!("variant {}", index + 1),
    };
    word.to_owned()
}

fn inline_role(flat: &FlatSchema<'_>, index: usize) -> String {
    flat.data.title.clone().unwrap_or_else(|| format!("variant {}", index + 1))
}
