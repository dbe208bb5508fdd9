//! Reduces generated code to some of its types: whole documents have thousands, and most of the time goes into
//! compiling those that no value uses. What is left is not changed.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{File, Item, Type};

/// The types of a file of generated code.
#[derive(Debug)]
pub struct Types {
    attributes: TokenStream,
    parts: Vec<Part>,
    /// The identifiers that the parts of each item mention.
    mentions: BTreeMap<String, BTreeSet<String>>,
}

/// An item, an implementation, or an invocation of a macro.
#[derive(Debug)]
struct Part {
    /// The item that it declares or implements something for; `None` for imports.
    owner: Option<String>,
    tokens: TokenStream,
}

impl Types {
    /// Reads a file.
    ///
    /// # Panics
    ///
    /// If it is not Rust.
    pub fn of(text: &str) -> Self {
        let File { attrs, items, .. } = syn::parse_file(text).expect("generated code is Rust");
        let declared: BTreeSet<String> = items.iter().filter_map(name).collect();
        let mut mentions: BTreeMap<String, BTreeSet<String>> =
            declared.iter().map(|name| (name.clone(), BTreeSet::new())).collect();
        let mut parts = Vec::new();
        for item in items {
            let tokens = item.to_token_stream();
            let owner = name(&item).or_else(|| implemented(&item, &tokens, &declared));
            assert!(owner.is_some() || matches!(item, Item::Use(_)), "what is this for? {tokens}");
            if let Some(of) = owner.as_ref().and_then(|owner| mentions.get_mut(owner)) {
                of.extend(identifiers(&tokens).into_iter().filter(|word| declared.contains(word)));
            }
            parts.push(Part { owner, tokens });
        }
        Self { attributes: attrs.into_iter().map(ToTokens::into_token_stream).collect(), parts, mentions }
    }

    /// The names of all items.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.mentions.keys().map(String::as_str)
    }

    /// The code of these items and of all that they mention.
    pub fn text<'a>(&'a self, items: impl IntoIterator<Item = &'a str>) -> String {
        let mut open: Vec<&str> = items.into_iter().collect();
        let mut reached = BTreeSet::new();
        while let Some(name) = open.pop() {
            if reached.insert(name) {
                open.extend(self.mentions[name].iter().map(String::as_str));
            }
        }
        let is_kept = |part: &&Part| part.owner.as_deref().is_none_or(|owner| reached.contains(owner));
        let kept = self.parts.iter().filter(is_kept).map(|part| part.tokens.to_string());
        std::iter::once(self.attributes.to_string()).chain(kept).collect::<Vec<_>>().join("\n")
    }
}

/// The name that an item declares.
fn name(item: &Item) -> Option<String> {
    let name = match item {
        Item::Struct(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Const(item) => &item.ident,
        Item::Static(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}

/// The item that this one implements something for. A macro names it first.
fn implemented(item: &Item, tokens: &TokenStream, declared: &BTreeSet<String>) -> Option<String> {
    match item {
        Item::Impl(item) => match &*item.self_ty {
            Type::Path(ty) => ty.path.get_ident().map(ToString::to_string),
            _ => None,
        },
        Item::Macro(_) => identifiers(tokens).into_iter().find(|word| declared.contains(word)),
        _ => None,
    }
}

/// All identifiers, in order.
fn identifiers(tokens: &TokenStream) -> Vec<String> {
    let mut found = Vec::new();
    for token in tokens.clone() {
        match token {
            TokenTree::Ident(word) => found.push(word.to_string()),
            TokenTree::Group(group) => found.extend(identifiers(&group.stream())),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    found
}
