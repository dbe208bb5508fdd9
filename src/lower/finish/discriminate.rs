//! Determines how the variants of a union are distinguished, once every type is known: by a property for which no two
//! variants share a value, else by structure.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Code, Pointer, Report};
use crate::lower::draft::NonNullType;
use crate::model::schema::{Direction, Enum, Field, Shape, Tag, TypeRef, Union, Variant};

/// How many aliases are followed from a variant to its struct.
const MAX_ALIASES: usize = 64;

/// The types, with how the variants of each union are distinguished.
pub(super) fn with_tags(mut types: Vec<NonNullType>, report: &mut Report) -> Vec<NonNullType> {
    for index in 0..types.len() {
        let Shape::Union(union) = &types[index].shape else { continue };
        let union = with_tag(&types, union, &types[index].at, report);
        types[index].shape = Shape::Union(union);
    }
    types
}

fn with_tag(types: &[NonNullType], union: &Union, at: &Pointer, report: &mut Report) -> Union {
    let found = match &union.tag {
        Tag::Property { name, absent } => match filled(types, union, name) {
            Some(tags) => Some((Tag::Property { name: name.clone(), absent: *absent }, tags)),
            None => {
                let message = format!(
                    "some alternatives have no value of the discriminator `{name}`; they are distinguished by their structure"
                );
                report.warning(Code::UnsupportedSchema, at, message);
                by_constant(types, union)
            }
        },
        Tag::Looks => by_constant(types, union),
    };
    let (tag, tags) = found.unwrap_or_else(|| (Tag::Looks, vec![Vec::new(); union.variants.len()]));
    let variants = union.variants.iter().zip(tags).map(|(variant, tags)| Variant { tags, ..variant.clone() });
    Union { variants: variants.collect(), tag }
}

/// The discriminator values of every variant: those in the document, else the values that the property allows there.
fn filled(types: &[NonNullType], union: &Union, property: &str) -> Option<Vec<Vec<String>>> {
    let mut taken: BTreeSet<&str> =
        union.variants.iter().flat_map(|variant| &variant.tags).map(String::as_str).collect();
    let mut filled = Vec::with_capacity(union.variants.len());
    for variant in &union.variants {
        if !variant.tags.is_empty() {
            filled.push(variant.tags.clone());
            continue;
        }
        let fields = fields(types, &variant.ty)?;
        let own = fields.iter().find(|field| field.wire == property).and_then(|field| texts(types, &field.ty))?;
        let free: Vec<&str> = own.into_iter().filter(|tag| taken.insert(tag)).collect();
        if free.is_empty() {
            return None;
        }
        filled.push(free.into_iter().map(str::to_owned).collect());
    }
    Some(filled)
}

/// The first property that every variant has, with values that no other variant has.
fn by_constant(types: &[NonNullType], union: &Union) -> Option<(Tag, Vec<Vec<String>>)> {
    let (first, others) = union.variants.split_first()?;
    if others.is_empty() {
        return None;
    }
    let others: Vec<BTreeMap<&str, Vec<&str>>> =
        others.iter().map(|variant| Some(constants(types, fields(types, &variant.ty)?))).collect::<Option<_>>()?;
    let first_fields = fields(types, &first.ty)?;
    let own = constants(types, first_fields);
    for field in first_fields {
        let name = field.wire.as_str();
        let Some(mine) = own.get(name) else { continue };
        let Some(theirs) = others.iter().map(|other| other.get(name)).collect::<Option<Vec<_>>>() else { continue };
        let mut taken = BTreeSet::new();
        let sets = || std::iter::once(mine).chain(theirs.iter().copied());
        if sets().flatten().all(|value| taken.insert(*value)) {
            let tags = sets().map(|set| set.iter().map(|value| (*value).to_owned()).collect()).collect();
            return Some((Tag::Property { name: name.to_owned(), absent: None }, tags));
        }
    }
    None
}

/// The required properties whose value is one of a set of strings.
fn constants<'t>(types: &'t [NonNullType], fields: &'t [Field]) -> BTreeMap<&'t str, Vec<&'t str>> {
    let is_fixed = |field: &&Field| field.is_required && field.direction == Direction::Both;
    fields.iter().filter(is_fixed).filter_map(|field| Some((field.wire.as_str(), texts(types, &field.ty)?))).collect()
}

fn texts<'t>(types: &'t [NonNullType], ty: &'t TypeRef) -> Option<Vec<&'t str>> {
    match shape(types, ty)? {
        Shape::Enum(Enum::Text(values)) => Some(values.iter().map(|value| value.wire.as_str()).collect()),
        Shape::Enum(Enum::Integer(_)) | Shape::Struct(_) | Shape::Tuple(_) | Shape::Union(_) | Shape::Alias(_) => None,
    }
}

fn fields<'t>(types: &'t [NonNullType], ty: &'t TypeRef) -> Option<&'t [Field]> {
    match shape(types, ty)? {
        Shape::Struct(shape) => Some(&shape.fields),
        Shape::Tuple(_) | Shape::Enum(_) | Shape::Union(_) | Shape::Alias(_) => None,
    }
}

/// The shape after resolving aliases; `None` if the type is not named or `null` is one of its values.
fn shape<'t>(types: &'t [NonNullType], mut ty: &'t TypeRef) -> Option<&'t Shape> {
    for _ in 0..MAX_ALIASES {
        let (TypeRef::Named(id) | TypeRef::Boxed(id)) = ty else { return None };
        match &types[id.0].shape {
            Shape::Alias(target) => ty = target,
            shape @ (Shape::Struct(_) | Shape::Tuple(_) | Shape::Enum(_) | Shape::Union(_)) => return Some(shape),
        }
    }
    None
}
