//! Checks that generated files have the expected structure, whatever texts the document contains.

use std::collections::BTreeMap;

use proc_macro2::{TokenStream, TokenTree};
use syn::Item;
use toml_edit::{DocumentMut, TableLike};

use crate::markdown;

/// The files of one run, by path.
pub type Files = BTreeMap<String, String>;

/// The number of items of each file.
pub type Counts = BTreeMap<String, usize>;

/// Checks a Rust file and returns the number of its items.
pub fn rust(path: &str, text: &str) -> Result<usize, String> {
    let tokens: TokenStream = text.parse().map_err(|error| format!("{path} is not valid Rust: {error}"))?;
    if let Some(ident) = evil(&tokens) {
        return Err(format!("{path} contains the identifier `{ident}`"));
    }
    if text.contains("49x") {
        return Err(format!("{path}: a template expression of the document was evaluated"));
    }
    for words in docs(&tokens) {
        markdown::documentation(&words).map_err(|fault| format!("{path}: {fault} in documentation: {words:?}"))?;
    }
    let file = syn::parse2::<syn::File>(tokens).map_err(|error| format!("{path} is not valid Rust: {error}"))?;
    Ok(file.items.iter().map(count).sum())
}

/// An identifier that begins with `EVIL`, the word of the payloads.
fn evil(tokens: &TokenStream) -> Option<String> {
    tokens.clone().into_iter().find_map(|token| match token {
        TokenTree::Group(group) => evil(&group.stream()),
        TokenTree::Ident(ident) => Some(ident.to_string()).filter(|word| word.starts_with("EVIL")),
        TokenTree::Punct(_) | TokenTree::Literal(_) => None,
    })
}

fn count(item: &Item) -> usize {
    1 + match item {
        Item::Impl(block) => block.items.len(),
        Item::Trait(block) => block.items.len(),
        Item::Mod(block) => block.content.iter().flat_map(|(_, items)| items).map(count).sum(),
        _ => 0,
    }
}

/// The documentation of each item, with its lines joined as rustdoc does.
fn docs(tokens: &TokenStream) -> Vec<String> {
    let (mut found, mut lines): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => match doc(&group.stream()) {
                Some(line) => lines.push(line),
                None => {
                    flush(&mut lines, &mut found);
                    found.extend(docs(&group.stream()));
                }
            },
            // `#` and `!` occur between two lines of one text.
            TokenTree::Punct(punct) if matches!(punct.as_char(), '#' | '!') && at + 1 < tokens.len() => {}
            _ => flush(&mut lines, &mut found),
        }
    }
    flush(&mut lines, &mut found);
    found
}

fn flush(lines: &mut Vec<String>, found: &mut Vec<String>) {
    if !lines.is_empty() {
        found.push(std::mem::take(lines).join("\n"));
    }
}

/// The text of `doc = "…"`.
fn doc(tokens: &TokenStream) -> Option<String> {
    let attribute: syn::MetaNameValue = syn::parse2(tokens.clone()).ok()?;
    let syn::Expr::Lit(literal) = attribute.value else { return None };
    let syn::Lit::Str(text) = literal.lit else { return None };
    attribute.path.is_ident("doc").then(|| text.value())
}

/// Checks that a manifest has the keys of the clean one. Only dependencies may be missing.
pub fn manifest(text: &str, clean: &str) -> Result<(), String> {
    let read =
        |text: &str| text.parse::<DocumentMut>().map_err(|error| format!("Cargo.toml is not valid TOML: {error}"));
    let (own, clean) = (keys(read(text)?.as_table(), ""), keys(read(clean)?.as_table(), ""));
    for (key, value) in &own {
        match clean.get(key) {
            None => return Err(format!("Cargo.toml contains `{key}`")),
            Some(other) if other != value && key != "package.description" => {
                return Err(format!("Cargo.toml has the value {value} for `{key}`"));
            }
            Some(_) => {}
        }
    }
    match clean.keys().find(|key| !own.contains_key(*key) && !key.starts_with("dependencies.")) {
        Some(key) => Err(format!("Cargo.toml lacks `{key}`")),
        None => Ok(()),
    }
}

fn keys(table: &dyn TableLike, within: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for (key, item) in table.iter() {
        let path = if within.is_empty() { key.to_owned() } else { format!("{within}.{key}") };
        match item.as_table() {
            Some(table) => found.extend(keys(table, &path)),
            None => drop(found.insert(path, item.to_string().trim().to_owned())),
        }
    }
    found
}
