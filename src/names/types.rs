//! The identifiers of types and of what is in them.

use crate::model::Api;
use crate::model::schema::{Enum, EnumValue, Field, Shape, TypeDef, TypeHint};
use crate::options::LockedNames;

use super::case::{self, Case, Ident};
use super::items::TypeNames;
use super::operations::operation_text;
use super::places::Places;
use super::reserved;
use super::scope::{Candidates, agrees, settle};

pub(super) fn types(api: &Api, locked: &LockedNames) -> Vec<TypeNames> {
    let is_shared = |def: &TypeDef| matches!(def.hint, TypeHint::Equal { .. });
    let (shared, own): (Vec<&TypeDef>, Vec<&TypeDef>) = api.types.iter().partition(|def| is_shared(def));
    let places = Places::new(api, own.iter().copied());
    let of_own = |def: &&TypeDef| {
        let pinned = match &def.hint {
            TypeHint::Component { pinned, .. } => pinned.as_deref(),
            TypeHint::Within { .. } | TypeHint::Operation { .. } | TypeHint::Shared { .. } | TypeHint::Equal { .. } => {
                None
            }
        };
        let name = places.keys(def).find_map(|key| locked.types.get(&key));
        match name.filter(|name| agrees(pinned, name, Case::Pascal)) {
            Some(name) => Candidates::locked(Case::Pascal, name),
            None => type_candidates(api, def),
        }
    };
    let own = settle(&own.iter().map(of_own).collect::<Vec<_>>(), reserved::TYPES);
    // A shared type takes no name that another type would have without it.
    let taken: Vec<&str> = own.iter().map(Ident::as_str).chain(reserved::TYPES.iter().copied()).collect();
    let shared = settle(&shared.iter().map(|def| type_candidates(api, def)).collect::<Vec<_>>(), &taken);
    let (mut own, mut shared) = (own.into_iter(), shared.into_iter());
    let ident = |def: &TypeDef| if is_shared(def) { shared.next() } else { own.next() };
    let idents: Vec<Ident> = api.types.iter().map(ident).map(|ident| ident.expect("one for each type")).collect();
    idents
        .into_iter()
        .zip(&api.types)
        .map(|(ident, def)| {
            let mut members = members(def);
            let additional = members.pop().expect("the last name of a type is for its additional properties");
            TypeNames { ident, members, additional }
        })
        .collect()
}

fn type_candidates(api: &Api, def: &TypeDef) -> Candidates {
    let text = type_text(api, &def.hint, 0);
    let longer = format!("{text} type");
    match &def.hint {
        TypeHint::Component { pinned: Some(pinned), .. } => {
            Candidates::unshortened(Case::Pascal, &[pinned, &text, &longer])
        }
        TypeHint::Component { .. } if reserved::TYPES.contains(&case::ident(&text, Case::Pascal).as_str()) => {
            Candidates::unshortened(Case::Pascal, &[&text, &format!("{text} model")])
        }
        TypeHint::Component { .. } => Candidates::unshortened(Case::Pascal, &[&text]),
        TypeHint::Within { .. } | TypeHint::Operation { .. } | TypeHint::Shared { .. } => {
            Candidates::new(Case::Pascal, &[&text, &longer])
        }
        TypeHint::Equal { texts } => {
            Candidates::unshortened(Case::Pascal, &texts.iter().map(String::as_str).collect::<Vec<_>>())
        }
    }
}

/// The words of a type's name, preceded by those of its owner. The number of owners is bounded.
pub(super) fn type_text(api: &Api, hint: &TypeHint, depth: usize) -> String {
    match hint {
        TypeHint::Component { name, pinned } => pinned.clone().unwrap_or_else(|| name.clone()),
        TypeHint::Operation { operation, role } => format!("{} {role}", operation_text(&api.operations[*operation])),
        TypeHint::Shared { name, role } => with_role(name, role),
        TypeHint::Equal { texts } => texts.first().cloned().unwrap_or_default(),
        TypeHint::Within { role, .. } if depth >= 8 => role.clone(),
        TypeHint::Within { owner, role, .. } => {
            format!("{} {role}", type_text(api, &api.type_def(*owner).hint, depth + 1))
        }
    }
}

/// The name of a shared component with what it is: `Unauthorized response`, but not `ErrorResponse response`.
fn with_role(name: &str, role: &str) -> String {
    let kind = role.split(' ').next().unwrap_or_default();
    let has_kind = case::ident(name, Case::Snake).plain().rsplit('_').next() == Some(kind);
    match role.strip_prefix(kind).filter(|_| has_kind) {
        Some(rest) => format!("{name}{rest}"),
        None => format!("{name} {role}"),
    }
}

/// The identifiers inside a type, and the one for its additional properties.
fn members(def: &TypeDef) -> Vec<Ident> {
    let (mut candidates, case): (Vec<Candidates>, Case) = match &def.shape {
        Shape::Struct(shape) => {
            let candidates_of = |field: &Field| match &field.pinned {
                Some(pinned) => Candidates::new(Case::Snake, &[pinned, &field.wire]),
                None => Candidates::new(Case::Snake, &[&field.wire]),
            };
            (shape.fields.iter().map(candidates_of).collect(), Case::Snake)
        }
        Shape::Enum(Enum::Text(values)) => {
            let candidates_of =
                |value: &EnumValue<String>| Candidates::of_value(Case::Pascal, value.pinned.as_deref(), &value.wire);
            (values.iter().map(candidates_of).collect(), Case::Pascal)
        }
        Shape::Enum(Enum::Integer(values)) => {
            let candidates_of = |value: &EnumValue<i64>| {
                let minus = if value.wire < 0 { "minus " } else { "" };
                Candidates::of_value(
                    Case::Pascal,
                    value.pinned.as_deref(),
                    &format!("value {minus}{}", value.wire.unsigned_abs()),
                )
            };
            (values.iter().map(candidates_of).collect(), Case::Pascal)
        }
        Shape::Union(union) => (
            union.variants.iter().map(|variant| Candidates::new(Case::Pascal, &[&variant.hint])).collect(),
            Case::Pascal,
        ),
        Shape::Tuple(_) | Shape::Alias(_) => (Vec::new(), Case::Pascal),
    };
    candidates.push(Candidates::new(Case::Snake, &["additional properties", "further additional properties"]));
    let reserved = if case == Case::Pascal { reserved::VARIANTS } else { &[] };
    settle(&candidates, reserved)
}
