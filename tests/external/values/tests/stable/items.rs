//! The public names of generated code.

use std::collections::{BTreeMap, BTreeSet};

use syn::{ImplItem, Item, Type, Visibility};

/// The public names of a crate.
#[derive(Default)]
pub struct Public {
    /// Every item, field, variant and method: `Pet`, `Pet::name`, `Client::list_pets`. An alias has those of its type.
    pub names: BTreeSet<String>,
    /// The types of equal schemas, which have aliases.
    pub shared: BTreeSet<String>,
}

/// The public names of these files.
pub fn public<'t>(files: impl Iterator<Item = &'t str>) -> Public {
    let mut names = BTreeSet::new();
    let mut aliases = BTreeMap::new();
    for file in files.map(|text| syn::parse_file(text).expect("generated code is Rust")) {
        file.items.iter().for_each(|item| add(item, &mut names));
        aliases.extend(file.items.iter().filter_map(alias));
    }
    for (alias, target) in &aliases {
        let prefix = format!("{target}::");
        let own: Vec<String> = names.iter().filter_map(|name| name.strip_prefix(&prefix)).map(str::to_owned).collect();
        names.extend(own.into_iter().map(|member| format!("{alias}::{member}")));
    }
    Public { names, shared: aliases.into_values().collect() }
}

/// The name and the type of an alias.
fn alias(item: &Item) -> Option<(String, String)> {
    let Item::Type(item) = item else { return None };
    Some((item.ident.to_string(), owner(&item.ty)))
}

fn add(item: &Item, names: &mut BTreeSet<String>) {
    match item {
        Item::Struct(item) if is_public(&item.vis) => {
            let fields =
                item.fields.iter().filter(|field| is_public(&field.vis)).filter_map(|field| field.ident.as_ref());
            names.extend(fields.map(|field| format!("{}::{field}", item.ident)));
            names.insert(item.ident.to_string());
        }
        Item::Enum(item) if is_public(&item.vis) => {
            names.extend(item.variants.iter().map(|variant| format!("{}::{}", item.ident, variant.ident)));
            names.insert(item.ident.to_string());
        }
        Item::Type(item) if is_public(&item.vis) => _ = names.insert(item.ident.to_string()),
        Item::Const(item) if is_public(&item.vis) => _ = names.insert(item.ident.to_string()),
        Item::Impl(item) if item.trait_.is_none() => {
            let owner = owner(&item.self_ty);
            let methods = item.items.iter().filter_map(|item| match item {
                ImplItem::Fn(method) if is_public(&method.vis) => Some(method.sig.ident.to_string()),
                _ => None,
            });
            names.extend(methods.map(|method| format!("{owner}::{method}")));
        }
        _ => {}
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// The type of an `impl`, with its arguments: `Call<ListPets>`.
fn owner(ty: &Type) -> String {
    let Type::Path(path) = ty else { return String::new() };
    let Some(last) = path.path.segments.last() else { return String::new() };
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return last.ident.to_string() };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        syn::GenericArgument::Type(ty) => Some(owner(ty)),
        _ => None,
    });
    format!("{}<{}>", last.ident, types.collect::<Vec<_>>().join(", "))
}
