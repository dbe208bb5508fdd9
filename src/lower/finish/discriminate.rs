//! Determines how the variants of a union are distinguished, once every type is known: by a property for which no two
//! variants share a value, else by structure.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::print::excerpt;
use crate::diag::{Code, Pointer, Report};
use crate::lower::draft::NonNullType;
use crate::model::schema::{Direction, Enum, Field, Scalar, Shape, Tag, TypeRef, Union, Variant};

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
    let union = Union { variants: variants.collect(), tag };
    if let Some((first, second)) = indistinguishable(types, &union) {
        let message = format!(
            "the alternatives `{}` and `{}` have the same properties; values of both are read as the first",
            excerpt(&first.hint),
            excerpt(&second.hint)
        );
        report.warning(Code::UnsupportedSchema, at, message);
    }
    union
}

/// The first two variants that neither the discriminator nor their properties distinguish.
fn indistinguishable<'u>(types: &[NonNullType], union: &'u Union) -> Option<(&'u Variant, &'u Variant)> {
    let mut known: BTreeMap<Structure<'_>, &Variant> = BTreeMap::new();
    for variant in &union.variants {
        let Some(fields) = fields(types, &variant.ty) else { continue };
        for tag in variant.tags.iter().map(Some).chain(variant.tags.is_empty().then_some(None)) {
            let properties =
                fields.iter().map(|field| (field.wire.as_str(), field.is_required, property(types, field)));
            let structure = Structure { tag, properties: properties.collect() };
            if let Some(first) = known.insert(structure, variant) {
                return Some((first, variant));
            }
        }
    }
    None
}

/// What distinguishes an object from those of other variants.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Structure<'t> {
    tag: Option<&'t String>,
    /// The name of each property, whether it is required, and what distinguishes its values.
    properties: BTreeSet<(&'t str, bool, String)>,
}

/// What distinguishes the values of a property. The objects of another type may differ, so each type counts as different.
fn property(types: &[NonNullType], field: &Field) -> String {
    match listed(types, &field.ty) {
        Some(values) => format!("{values:?}"),
        None => format!("{:?} {:?}", field.ty, field.constant),
    }
}

/// The discriminator values of every variant: those in the document, else the values that the property allows there.
/// Variants that are not objects have none.
fn filled(types: &[NonNullType], union: &Union, property: &str) -> Option<Vec<Vec<String>>> {
    let mut taken: BTreeSet<String> = union.variants.iter().flat_map(|variant| &variant.tags).cloned().collect();
    let mut filled = Vec::with_capacity(union.variants.len());
    for variant in &union.variants {
        if !can_be_object(types, &variant.ty) {
            filled.push(Vec::new());
            continue;
        }
        if !variant.tags.is_empty() {
            filled.push(variant.tags.clone());
            continue;
        }
        let fields = fields(types, &variant.ty)?;
        let own = fields.iter().find(|field| field.wire == property).and_then(|field| listed(types, &field.ty))?;
        let free: Vec<String> = own.iter().filter(|tag| taken.insert((*tag).clone())).cloned().collect();
        filled.push(if free.is_empty() { own } else { free });
    }
    filled.iter().any(|tags| !tags.is_empty()).then_some(filled)
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

/// Whether a value of this type can be an object.
fn can_be_object(types: &[NonNullType], ty: &TypeRef) -> bool {
    let mut seen = BTreeSet::new();
    let mut waiting = vec![ty];
    while let Some(ty) = waiting.pop() {
        match ty {
            TypeRef::Map(_) | TypeRef::Scalar(Scalar::Any) => return true,
            TypeRef::Scalar(_) | TypeRef::List(_) => {}
            TypeRef::Nullable(inner) => waiting.push(inner),
            TypeRef::Named(id) | TypeRef::Boxed(id) if seen.insert(*id) => match &types[id.0].shape {
                Shape::Struct(_) => return true,
                Shape::Tuple(_) | Shape::Enum(_) => {}
                Shape::Alias(target) => waiting.push(target),
                Shape::Union(union) => waiting.extend(union.variants.iter().map(|variant| &variant.ty)),
            },
            TypeRef::Named(_) | TypeRef::Boxed(_) => {}
        }
    }
    false
}

/// The values of an enum as text, as a mapping names them.
fn listed(types: &[NonNullType], ty: &TypeRef) -> Option<Vec<String>> {
    match shape(types, ty)? {
        Shape::Enum(Enum::Text(values)) => Some(values.iter().map(|value| value.wire.clone()).collect()),
        Shape::Enum(Enum::Integer(values)) => Some(values.iter().map(|value| value.wire.to_string()).collect()),
        Shape::Struct(_) | Shape::Tuple(_) | Shape::Union(_) | Shape::Alias(_) => None,
    }
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
