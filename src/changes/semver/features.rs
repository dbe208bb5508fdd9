//! The cargo features of a generated crate, and which of them its items need (`features = "tags"`).

use std::collections::BTreeSet;

use syn::meta::ParseNestedMeta;
use syn::{Attribute, LitStr};
use toml_edit::Document;

/// Names of features.
pub type Features = BTreeSet<String>;

/// The features that a manifest declares, except for the list of those that are enabled by default.
pub fn declared(manifest: &str) -> Features {
    let Ok(manifest) = Document::parse(manifest) else { return Features::new() };
    let table = manifest.as_table().get("features").and_then(toml_edit::Item::as_table_like);
    let names = table.into_iter().flat_map(|table| table.iter()).map(|(name, _)| name.to_owned());
    names.filter(|name| name != "default").collect()
}

/// The features of which the item needs one; empty if it is always there.
pub fn needed(attributes: &[Attribute]) -> Features {
    let mut found = Features::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")) {
        let mut own = Features::new();
        if attribute.parse_nested_meta(|meta| predicate(&meta, &mut own)).is_ok() {
            found.extend(own);
        }
    }
    found
}

/// Reads `feature = "a"` and `any(feature = "a", feature = "b")`, the only predicates of items that programs use.
fn predicate(meta: &ParseNestedMeta<'_>, found: &mut Features) -> syn::Result<()> {
    if meta.path.is_ident("any") {
        return meta.parse_nested_meta(|inner| predicate(&inner, found));
    }
    if meta.path.is_ident("feature") {
        found.insert(meta.value()?.parse::<LitStr>()?.value());
        return Ok(());
    }
    Err(meta.error("another predicate"))
}

/// Why programs that enable few features lose an item, if they do. `kept` are the features that both versions have.
pub fn lost(old: &Features, new: &Features, kept: &Features) -> Option<String> {
    if new.is_empty() {
        return None;
    }
    if old.is_empty() {
        return Some(format!("needs the feature {}", listed(new, "or")));
    }
    let gone: Features = old.difference(new).filter(|name| kept.contains(*name)).cloned().collect();
    let all = listed(new, "or");
    (!gone.is_empty()).then(|| format!("is not part of the feature {} any more, needs {all}", listed(&gone, "and")))
}

/// `a`, `b` or `c`, each as code.
fn listed(names: &Features, word: &str) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} {word} {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    fn features(names: &[&str]) -> Features {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn features_of_conditions_are_read() {
        assert_eq!(needed(&[parse_quote!(#[cfg(feature = "a")])]), features(&["a"]));
        let any = parse_quote!(#[cfg(any(feature = "a", feature = "b"))]);
        assert_eq!(needed(&[parse_quote!(#[doc = "x"]), any]), features(&["a", "b"]));
        assert_eq!(needed(&[parse_quote!(#[cfg(not(feature = "a"))])]), features(&[]));
        assert_eq!(declared("[features]\ndefault = ['a']\na = []\nb-c = []\n"), features(&["a", "b-c"]));
    }

    #[test]
    fn an_item_is_lost_if_a_feature_does_not_enable_it_any_more() {
        let kept = features(&["a", "b", "c"]);
        for (old, new, expected) in [
            (&[][..], &[][..], None),
            (&["a"], &[], None),
            (&["a"], &["a", "b"], None),
            (&[], &["a", "b"], Some("needs the feature `a` or `b`")),
            (&["a"], &["b"], Some("is not part of the feature `a` any more, needs `b`")),
            (&["a", "b", "c"], &["c"], Some("is not part of the feature `a` and `b` any more, needs `c`")),
            // The removal of the feature itself is reported.
            (&["gone"], &["a"], None),
        ] {
            assert_eq!(lost(&features(old), &features(new), &kept).as_deref(), expected, "{old:?} {new:?}");
        }
    }
}
