//! The Rust names that the user chooses: they take the place of those in the document, and must be possible.

use crate::document::nearest;
use crate::model::Api;
use crate::model::schema::{Enum, Shape, TypeHint, TypeId};
use crate::names::NameTable;
use crate::options::{LockedNames, OneType, Options};

/// Sets the names in the model.
///
/// # Errors
///
/// If something does not exist, or a name is reserved, taken, or not in the case of Rust.
pub fn apply(api: &mut Api, options: &Options, locked: &LockedNames) -> Result<(), String> {
    let types_renamed = || options.types.by_name.iter().filter(|(_, one)| is_rename(one));
    if options.operations.is_empty() && types_renamed().next().is_none() {
        return Ok(());
    }
    let mut wanted = Vec::new();
    let old = NameTable::new(api, locked);
    for (key, one) in types_renamed() {
        for id in types(api, &old, key)? {
            of_type(api, &old, key, one, id, &mut wanted)?;
        }
    }
    for (key, name) in &options.operations {
        let index = operation(api, key)?;
        api.operations[index].pinned = Some(name.clone());
        wanted.push((Place::Operation(index), format!("`{key}` in `[operations]`"), name.clone()));
    }
    let new = NameTable::new(api, locked);
    wanted.iter().try_for_each(|(place, what, name)| check(&new, *place, what, name))
}

fn is_rename(one: &OneType) -> bool {
    one.name.is_some() || !one.fields.is_empty() || !one.variants.is_empty()
}

/// What has a name.
#[derive(Debug, Clone, Copy)]
enum Place {
    Type(TypeId),
    Member(TypeId, usize),
    Operation(usize),
}

/// A name with its place, and the setting for messages.
type Wanted = (Place, String, String);

/// The types that a key names: by component, else by the generated name.
fn types(api: &Api, names: &NameTable, key: &str) -> Result<Vec<TypeId>, String> {
    let ids = || (0..api.types.len()).map(TypeId);
    let component = |id: TypeId| match &api.type_def(id).hint {
        TypeHint::Component { name, .. } => Some(name.as_str()),
        TypeHint::Within { .. } | TypeHint::Operation { .. } | TypeHint::Shared { .. } | TypeHint::Equal { .. } => None,
    };
    let found: Vec<TypeId> = ids().filter(|id| component(*id) == Some(key)).collect();
    let found = match found.is_empty() {
        true => ids().filter(|id| names.ty(*id).ident.as_str() == key).collect(),
        false => found,
    };
    if found.is_empty() {
        let known = ids().map(|id| component(id).unwrap_or(names.ty(id).ident.as_str()));
        return Err(unknown(&format!("`[types.{}]` is not a type of the document", key.escape_debug()), key, known));
    }
    Ok(found)
}

fn of_type(
    api: &mut Api,
    old: &NameTable,
    key: &str,
    one: &OneType,
    id: TypeId,
    wanted: &mut Vec<Wanted>,
) -> Result<(), String> {
    let def = &mut api.types[id.0];
    if let Some(name) = &one.name {
        let component = match &def.hint {
            TypeHint::Component { name, .. } => name.clone(),
            // With a chosen name, a type inside another one is named like a component.
            TypeHint::Within { .. } | TypeHint::Operation { .. } | TypeHint::Shared { .. } | TypeHint::Equal { .. } => {
                old.ty(id).ident.plain().to_owned()
            }
        };
        def.hint = TypeHint::Component { name: component, pinned: Some(name.clone()) };
        wanted.push((Place::Type(id), format!("`name` in `[types.{key}]`"), name.clone()));
    }
    let members = [("field", &one.fields), ("variant", &one.variants)];
    for (kind, names) in members {
        for (member, name) in names {
            let place = pin(&mut def.shape, kind, member, name).map_err(|known| {
                let what = format!("`[types.{key}]`: there is no {kind} `{}`", member.escape_debug());
                unknown(&what, member, known.iter().map(String::as_str))
            })?;
            wanted.push((Place::Member(id, place), format!("{kind} `{member}` in `[types.{key}]`"), name.clone()));
        }
    }
    Ok(())
}

/// Sets the name of a member and returns its index, or the members that there are.
fn pin(shape: &mut Shape, kind: &str, member: &str, name: &str) -> Result<usize, Vec<String>> {
    let mut known: Vec<(String, &mut Option<String>)> = match (kind, shape) {
        ("field", Shape::Struct(shape)) => {
            shape.fields.iter_mut().map(|field| (field.wire.clone(), &mut field.pinned)).collect()
        }
        ("variant", Shape::Enum(Enum::Text(values))) => {
            values.iter_mut().map(|value| (value.wire.clone(), &mut value.pinned)).collect()
        }
        ("variant", Shape::Enum(Enum::Integer(values))) => {
            values.iter_mut().map(|value| (value.wire.to_string(), &mut value.pinned)).collect()
        }
        ("variant", Shape::Union(union)) => {
            let at = union.variants.iter().position(|variant| variant.hint == member);
            let Some(at) = at else { return Err(union.variants.iter().map(|variant| variant.hint.clone()).collect()) };
            name.clone_into(&mut union.variants[at].hint);
            return Ok(at);
        }
        _ => Vec::new(),
    };
    match known.iter().position(|(wire, _)| wire == member) {
        Some(at) => {
            *known[at].1 = Some(name.to_owned());
            Ok(at)
        }
        None => Err(known.into_iter().map(|(wire, _)| wire).collect()),
    }
}

/// The index of an operation.
fn operation(api: &Api, key: &str) -> Result<usize, String> {
    let line = |index: usize| api.operations[index].title();
    let all = 0..api.operations.len();
    let found = all.clone().find(|index| api.operations[*index].id == key || line(*index) == key);
    found.ok_or_else(|| {
        let known = api.operations.iter().map(|operation| operation.id.as_str());
        unknown(&format!("`{}` in `[operations]` is not an operation", key.escape_debug()), key, known)
    })
}

fn unknown<'k>(what: &str, key: &str, known: impl Iterator<Item = &'k str>) -> String {
    match nearest(key, known) {
        Some(near) => format!("{what}; did you mean `{near}`?"),
        None => what.to_owned(),
    }
}

/// Checks that the name was given.
fn check(names: &NameTable, place: Place, what: &str, name: &str) -> Result<(), String> {
    let ident = match place {
        Place::Type(id) => &names.ty(id).ident,
        Place::Member(id, index) => &names.ty(id).members[index],
        Place::Operation(index) => &names.operation(index).function,
    };
    if ident.plain() == name {
        return Ok(());
    }
    Err(format!("{what}: `{name}` is taken, reserved, or not in the case of Rust; it would be `{ident}`"))
}
