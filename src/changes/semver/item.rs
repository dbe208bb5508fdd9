//! A public item, with what programs that use it depend on.

use syn::{Attribute, Field, Fields, FnArg, ImplItem, ReceiverKind, Signature, TraitItem, Visibility};

use super::features::{Features, needed};
use super::text::text;

/// A public item. Names of arguments, bodies and documentation are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A function, a method, an alias, a constant or a re-export, which are compared by their text.
    Whole(String),
    /// A struct.
    Struct {
        /// Its type parameters.
        head: String,
        /// The public fields with their types.
        fields: Vec<Member>,
        /// Whether other crates cannot construct it.
        is_open: bool,
    },
    /// An enum.
    Enum {
        /// Its type parameters.
        head: String,
        /// The variants with their fields.
        variants: Vec<Member>,
        /// Whether a match needs another arm (`#[non_exhaustive]`).
        is_open: bool,
    },
    /// A trait.
    Trait {
        /// Its type parameters and supertraits.
        head: String,
        /// Its items.
        members: Vec<Member>,
    },
}

/// A field, a variant, or an item of a trait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name, or its index.
    pub name: String,
    /// Its type, fields or signature.
    pub text: String,
    /// Whether an implementation may leave it out.
    pub is_optional: bool,
}

impl Item {
    /// The item with its name, if it is public and has one. Modules, imports and implementations are read elsewhere.
    pub fn named(item: &syn::Item) -> Option<(String, Self)> {
        let (visibility, name, item) = match item {
            syn::Item::Fn(item) => (&item.vis, &item.sig.ident, Self::Whole(signature(&item.sig))),
            syn::Item::Const(item) => (&item.vis, &item.ident, Self::Whole(format!("const {}", text(&item.ty)))),
            syn::Item::Static(item) => (&item.vis, &item.ident, Self::Whole(format!("static {}", text(&item.ty)))),
            syn::Item::Type(item) => {
                let (head, ty) = (text(&item.generics), text(&item.ty));
                (&item.vis, &item.ident, Self::Whole(format!("type{head} = {ty}")))
            }
            syn::Item::Struct(item) => (&item.vis, &item.ident, structure(item)),
            syn::Item::Enum(item) => (&item.vis, &item.ident, enumeration(item)),
            syn::Item::Trait(item) => (&item.vis, &item.ident, interface(item)),
            _ => return None,
        };
        is_public(visibility).then(|| (name.to_string(), item))
    }
}

/// The features of which an item needs one, by its name, and those of the items of a trait as `Api::list_pets`.
pub fn needs(name: &str, item: &syn::Item) -> Vec<(String, Features)> {
    let (attributes, members): (&[Attribute], &[TraitItem]) = match item {
        syn::Item::Fn(item) => (&item.attrs, &[]),
        syn::Item::Const(item) => (&item.attrs, &[]),
        syn::Item::Static(item) => (&item.attrs, &[]),
        syn::Item::Type(item) => (&item.attrs, &[]),
        syn::Item::Struct(item) => (&item.attrs, &[]),
        syn::Item::Enum(item) => (&item.attrs, &[]),
        syn::Item::Trait(item) => (&item.attrs, &item.items),
        _ => return Vec::new(),
    };
    let members = members.iter().filter_map(|member| match member {
        TraitItem::Fn(member) => Some((format!("{name}::{}", member.sig.ident), needed(&member.attrs))),
        TraitItem::Type(member) => Some((format!("{name}::{}", member.ident), needed(&member.attrs))),
        _ => None,
    });
    let all = members.chain([(name.to_owned(), needed(attributes))]);
    all.filter(|(_, features)| !features.is_empty()).collect()
}

/// The features of which the public methods of an `impl` of a type need one.
pub fn needs_of_methods(item: &syn::ItemImpl) -> Vec<(String, Features)> {
    let whole = needed(&item.attrs);
    let method = |member: &ImplItem| match member {
        ImplItem::Fn(member) if is_public(&member.vis) => Some((member.sig.ident.to_string(), needed(&member.attrs))),
        _ => None,
    };
    let own = |(name, features): (String, Features)| (name, if features.is_empty() { whole.clone() } else { features });
    item.items.iter().filter_map(method).map(own).filter(|(_, features)| !features.is_empty()).collect()
}

/// Whether it is `pub` without a restriction.
pub fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// The traits of `#[derive(…)]`.
pub fn derived(item: &syn::Item) -> Vec<String> {
    let attributes = match item {
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Enum(item) => &item.attrs,
        _ => return Vec::new(),
    };
    let lists = attributes.iter().filter(|attribute| attribute.path().is_ident("derive"));
    let lists = lists.filter_map(|attribute| attribute.meta.require_list().ok());
    let names = lists.flat_map(|list| list.tokens.to_string().split(',').map(compact).collect::<Vec<_>>());
    names.filter(|name| !name.is_empty()).collect()
}

fn compact(text: &str) -> String {
    text.split_whitespace().collect()
}

/// The public methods and constants of an `impl` of a type.
pub fn methods(items: &[ImplItem]) -> Vec<(String, Item)> {
    let method = |item: &ImplItem| match item {
        ImplItem::Fn(item) if is_public(&item.vis) => Some((item.sig.ident.to_string(), signature(&item.sig))),
        ImplItem::Const(item) if is_public(&item.vis) => {
            Some((item.ident.to_string(), format!("const {}", text(&item.ty))))
        }
        _ => None,
    };
    items.iter().filter_map(method).map(|(name, text)| (name, Item::Whole(text))).collect()
}

/// The names of the public methods of an `impl` that are deprecated.
pub fn deprecated_methods(items: &[ImplItem]) -> Vec<String> {
    let method = |item: &ImplItem| match item {
        ImplItem::Fn(item) if is_public(&item.vis) && is_deprecated(&item.attrs) => Some(item.sig.ident.to_string()),
        _ => None,
    };
    items.iter().filter_map(method).collect()
}

fn is_deprecated(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("deprecated"))
}

/// The associated types of an `impl` of a trait, which programs see in the types of expressions.
pub fn associated_types(items: &[ImplItem]) -> String {
    let types = items.iter().filter_map(|item| match item {
        ImplItem::Type(item) => Some(format!("{} = {}", item.ident, text(&item.ty))),
        _ => None,
    });
    types.collect::<Vec<_>>().join(", ")
}

/// `async fn<T>(&self, i64) -> String`.
fn signature(signature: &Signature) -> String {
    let mut head = String::new();
    for (is_written, word) in [(signature.constness.is_some(), "const "), (signature.asyncness.is_some(), "async ")] {
        head += if is_written { word } else { "" };
    }
    let inputs: Vec<String> = signature.inputs.iter().map(argument).collect();
    let (generics, bounds) = (text(&signature.generics), text(&signature.generics.where_clause));
    let output = text(&signature.output);
    let parts = [format!("{head}fn{generics}({})", inputs.join(", ")), output, bounds];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn argument(argument: &FnArg) -> String {
    match argument {
        // A method that takes `mut self` is called like one that takes `self`.
        FnArg::Receiver(receiver) if matches!(receiver.kind, ReceiverKind::Value) => "self".to_owned(),
        FnArg::Receiver(receiver) => text(receiver),
        FnArg::Typed(typed) => text(&typed.ty),
    }
}

fn structure(item: &syn::ItemStruct) -> Item {
    let is_open = is_non_exhaustive(&item.attrs) || item.fields.iter().any(|field| !is_public(&field.vis));
    Item::Struct { head: head(&item.generics), fields: fields(&item.fields, |field| is_public(&field.vis)), is_open }
}

fn enumeration(item: &syn::ItemEnum) -> Item {
    let variants = item.variants.iter().map(|variant| Member {
        name: variant.ident.to_string(),
        text: text(&variant.fields),
        is_optional: false,
    });
    Item::Enum { head: head(&item.generics), variants: variants.collect(), is_open: is_non_exhaustive(&item.attrs) }
}

fn interface(item: &syn::ItemTrait) -> Item {
    let member = |name: String, text: String, is_optional| Member { name, text, is_optional };
    let members = item.items.iter().filter_map(|item| match item {
        TraitItem::Fn(item) => Some(member(item.sig.ident.to_string(), signature(&item.sig), item.default.is_some())),
        TraitItem::Type(item) => {
            let bounds = format!("type: {}", text(&item.bounds));
            Some(member(item.ident.to_string(), bounds, item.default.is_some()))
        }
        TraitItem::Const(item) => {
            Some(member(item.ident.to_string(), format!("const {}", text(&item.ty)), item.default.is_some()))
        }
        _ => None,
    });
    Item::Trait { head: format!("{}: {}", head(&item.generics), text(&item.supertraits)), members: members.collect() }
}

fn head(generics: &syn::Generics) -> String {
    format!("{}{}", text(generics), text(&generics.where_clause))
}

fn fields(fields: &Fields, is_listed: impl Fn(&Field) -> bool) -> Vec<Member> {
    let listed = fields.iter().enumerate().filter(|(_, field)| is_listed(field));
    let member = |(index, field): (usize, &Field)| Member {
        name: field.ident.as_ref().map_or_else(|| index.to_string(), ToString::to_string),
        text: text(&field.ty),
        is_optional: false,
    };
    listed.map(member).collect()
}

fn is_non_exhaustive(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("non_exhaustive"))
}
