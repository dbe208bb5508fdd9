//! `oneOf` and `anyOf`: one of several types, distinguished by a discriminator or by structure.

use std::collections::BTreeSet;

use openapiv3::Discriminator;

use super::Lowering;
use super::flat_schema::{FlatSchema, Located, SchemaOrRef};
use super::place::Place;
use super::properties::Properties;
use super::scalar;
use super::schema::{Form, Formed};
use super::usage::component_name;
use crate::diag::{Code, Pointer};
use crate::model::schema::{Scalar, Tag, TypeId, TypeRef, Union, Variant};

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
    choice: Choice<'d>,
    /// Properties next to the choice, which belong to each alternative.
    common: Option<Properties<'d>>,
}

impl<'d> Lowering<'d> {
    /// The form of a choice.
    pub(super) fn choice(&mut self, mut choice: Choice<'d>, common: Option<Properties<'d>>) -> Formed<'d> {
        let mut is_nullable = false;
        let mut seen = BTreeSet::new();
        let mut parts = Vec::new();
        let mut scalars = Vec::new();
        for part in std::mem::take(&mut choice.parts) {
            let Some(flat) = self.peek(&part) else { continue };
            if is_null(&flat) {
                is_nullable = true;
            } else if seen.insert(flat.at.clone()) {
                scalars.push(only_scalar(&flat));
                is_nullable |= scalars.last().is_some_and(Option::is_some) && flat.is_nullable();
                parts.push(part);
            }
        }
        let joined = joined(&scalars);
        let form = match (parts.as_slice(), joined, &common) {
            ([], _, None) => Form::Scalar(Scalar::Any),
            ([], _, Some(common)) => common.clone().form(),
            ([one], _, None) => Form::Same(one.clone()),
            (_, Some(scalar), None) => Form::Scalar(scalar),
            _ => Form::Union(Alternatives { choice: Choice { parts, ..choice }, common }),
        };
        Formed { form, is_nullable }
    }

    /// The union `id`.
    pub(super) fn union_shape(&mut self, id: TypeId, alternatives: Alternatives<'d>) -> Union {
        let Alternatives { choice, common } = alternatives;
        self.spend(choice.parts.len(), &choice.at);
        let mut variants = Vec::with_capacity(choice.parts.len());
        for (index, part) in choice.parts.iter().enumerate() {
            let Some(flat) = self.peek(part) else { continue };
            let component = matches!(part.part, SchemaOrRef::Reference(_)).then(|| component_name(&flat.at));
            let hint = hint(&flat, component.as_deref(), index);
            let place = Place::within(id, if component.is_some() { hint.clone() } else { inline_role(&flat, index) });
            let ty = self.variant_type(part, &flat, common.as_ref(), &place);
            variants.push(Variant { hint, ty, tags: Vec::new() });
        }
        let targets: Vec<Option<FlatSchema<'d>>> = choice.parts.iter().map(|part| self.peek(part)).collect();
        let tag = match choice.discriminator.or_else(|| self.inherited(&targets)) {
            Some(discriminator) => self.tag(&choice, &targets, discriminator, &mut variants),
            None => Tag::Looks,
        };
        Union { variants, tag }
    }

    fn variant_type(
        &mut self,
        part: &Located<'d>,
        flat: &FlatSchema<'d>,
        common: Option<&Properties<'d>>,
        place: &Place,
    ) -> TypeRef {
        let Some(common) = common else { return self.type_of(part, place) };
        let source = match part.part {
            SchemaOrRef::Reference(reference) => self.resolve_schema(reference, &part.at),
            SchemaOrRef::Schema(_) => None,
        };
        match self.properties(flat, source) {
            Some(own) if own.covers(common) => self.type_of(part, place),
            Some(own) => {
                let mut merged = common.clone();
                for property in own.list {
                    merged.put(property);
                }
                merged.required.extend(own.required);
                TypeRef::Named(self.made(flat, merged, place))
            }
            None => {
                let message =
                    "this alternative is not an object; the properties next to `oneOf` or `anyOf` are ignored for it";
                self.report.warning(Code::UnsupportedSchema, &part.at, message);
                self.type_of(part, place)
            }
        }
    }

    /// Assigns to each variant the discriminator values that select it, implied ones if the mapping has none.
    fn tag(
        &mut self,
        choice: &Choice<'d>,
        targets: &[Option<FlatSchema<'d>>],
        discriminator: &'d Discriminator,
        variants: &mut [Variant],
    ) -> Tag {
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for (value, target) in &discriminator.mapping {
            let at = self.mapping_target(target);
            let found = targets.iter().position(|flat| flat.as_ref().is_some_and(|flat| Some(&flat.at) == at.as_ref()));
            match found {
                Some(index) if taken.insert(value.clone()) => variants[index].tags.push(value.clone()),
                Some(_) => {}
                None => {
                    let message = format!(
                        "discriminator value `{value}` is mapped to `{target}`, which is not one of the alternatives; ignored"
                    );
                    self.report.warning(Code::UnsupportedSchema, &choice.at, message);
                }
            }
        }
        for ((variant, flat), part) in variants.iter_mut().zip(targets).zip(&choice.parts) {
            let Some(flat) = flat else { continue };
            if variant.tags.is_empty() {
                let implied = self.implied_tags(part, flat, &discriminator.property_name);
                variant.tags.extend(implied.into_iter().filter(|tag| taken.insert(tag.clone())));
            }
        }
        Tag::Property { name: discriminator.property_name.clone(), absent: None }
    }

    /// The target of a mapping: a reference, or the name of a component (OpenAPI 3.0.3, section 4.7.25).
    pub(super) fn mapping_target(&self, target: &str) -> Option<Pointer> {
        let named = format!("#/components/schemas/{}", target.replace('~', "~0").replace('/', "~1"));
        let candidates = [target, &named];
        candidates.into_iter().find_map(|reference| self.document.target(reference, &Pointer::root()).ok())
    }

    /// The values without a mapping: the only value that the property allows, else the name of the component.
    fn implied_tags(&mut self, part: &Located<'d>, flat: &FlatSchema<'d>, property: &str) -> Vec<String> {
        let mut tags = Vec::new();
        if matches!(part.part, SchemaOrRef::Reference(_)) {
            tags.push(component_name(&flat.at));
        }
        tags.extend(constant(flat, property));
        tags.dedup();
        tags
    }
}

/// The only string that the property allows, if the schema itself or an inline part of it says so.
pub(super) fn constant(flat: &FlatSchema<'_>, property: &str) -> Option<String> {
    let own = flat.properties.iter().find(|(wire, _)| *wire == property).map(|(_, located)| located);
    if let Some(Located { part: SchemaOrRef::Schema(schema), at }) = own {
        let values = FlatSchema::new(schema, at).values;
        return if let [value] = values.as_slice() { value.as_str().map(str::to_owned) } else { None };
    }
    let inline = flat.all_of.iter().filter_map(|part| match part.part {
        SchemaOrRef::Schema(schema) => Some(FlatSchema::new(schema, &part.at)),
        SchemaOrRef::Reference(_) => None,
    });
    // One level: constants are not written in parts of parts.
    inline.into_iter().filter(|part| part.all_of.is_empty()).find_map(|part| constant(&part, property))
}

/// One scalar for all alternatives, if one of them accepts every value of the others.
fn joined(scalars: &[Option<Only>]) -> Option<Scalar> {
    let all: Vec<Only> = scalars.iter().copied().collect::<Option<_>>()?;
    let joined = all.iter().map(|only| Some(only.scalar)).reduce(|a, b| scalar::joined(a?, b?)).flatten()?;
    all.iter().any(|only| only.scalar == joined && !only.is_set).then_some(joined)
}

/// An alternative that is only a scalar.
#[derive(Debug, Clone, Copy)]
struct Only {
    scalar: Scalar,
    /// Whether `enum` restricts its values.
    is_set: bool,
}

/// Whether the schema only accepts `null`.
fn is_null(flat: &FlatSchema<'_>) -> bool {
    let only_null = !flat.values.is_empty() && flat.values.iter().all(serde_json::Value::is_null);
    flat.kind == Some("null") || only_null || (flat.data.nullable && flat.is_annotation())
}

/// The scalar, if the schema is only that.
fn only_scalar(flat: &FlatSchema<'_>) -> Option<Only> {
    let is_scalar = matches!(flat.kind, Some("string" | "integer" | "number" | "boolean"))
        || (flat.kind.is_none() && !flat.values.is_empty());
    let is_set = !flat.values.iter().all(serde_json::Value::is_null);
    (is_scalar && !flat.has_parts()).then(|| Only { scalar: scalar::of(flat), is_set })
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

/// The word for a scalar.
pub(super) fn scalar_word(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::DateTime => "date time",
        Scalar::Date => "date",
        Scalar::Uuid => "uuid",
        Scalar::Text | Scalar::Password | Scalar::Base64 | Scalar::File => "text",
        Scalar::Int32 | Scalar::Int64 | Scalar::UInt32 | Scalar::UInt64 => "integer",
        Scalar::Float32 | Scalar::Float64 => "number",
        Scalar::Bool => "bool",
        Scalar::Any => "any",
    }
}

fn inline_role(flat: &FlatSchema<'_>, index: usize) -> String {
    flat.data.title.clone().unwrap_or_else(|| format!("variant {}", index + 1))
}
