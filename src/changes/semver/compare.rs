//! What the differences between two sets of public items require, by the rules of cargo
//! (<https://doc.rust-lang.org/cargo/reference/semver.html>).

use super::bump::Bump;
use super::features::{Features, lost};
use super::item::{Item, Member};
use super::surface::Surface;

/// A difference.
#[derive(Debug, PartialEq, Eq)]
pub struct Reason {
    /// What it requires.
    pub bump: Bump,
    /// A sentence about it.
    pub message: String,
}

impl Reason {
    fn new(bump: Bump, message: String) -> Self {
        Self { bump, message }
    }
}

/// The differences, the most severe first.
pub fn reasons(old: &Surface, new: &Surface) -> Vec<Reason> {
    let mut reasons = of_features(old, new);
    for (name, before) in &old.items {
        match new.items.get(name) {
            // Methods and implementations go with their type, which is reported.
            None if !is_part_of_missing(name, new) => {
                reasons.push(Reason::new(Bump::Major, format!("`{name}` was removed")));
            }
            None => {}
            Some(after) => of_item(name, before, after, &mut reasons),
        }
    }
    let added = new.items.keys().filter(|name| !old.items.contains_key(*name) && !is_part_of_missing(name, old));
    reasons.extend(added.map(|name| Reason::new(Bump::Minor, format!("`{name}` was added"))));
    // Programs that deny warnings are not compiled any more, which cargo does not count as breaking.
    let deprecated = new.deprecated.difference(&old.deprecated).filter(|name| old.items.contains_key(*name));
    reasons.extend(deprecated.map(|name| Reason::new(Bump::Minor, format!("`{name}` was deprecated"))));
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.bump));
    reasons
}

/// The features that were removed or added, and the items that other features enable.
fn of_features(old: &Surface, new: &Surface) -> Vec<Reason> {
    let removed = old.features.difference(&new.features);
    let removed = removed.map(|name| Reason::new(Bump::Major, format!("the feature `{name}` was removed")));
    let added = new.features.difference(&old.features);
    let added = added.map(|name| Reason::new(Bump::Minor, format!("the feature `{name}` was added")));
    let mut reasons: Vec<Reason> = removed.chain(added).collect();
    let kept: Features = old.features.intersection(&new.features).cloned().collect();
    let none = Features::new();
    for (name, after) in &new.needs {
        let is_old = old.items.contains_key(name) || old.needs.contains_key(name) || is_member(name, old);
        let before = old.needs.get(name).unwrap_or(&none);
        if let Some(why) = lost(before, after, &kept).filter(|_| is_old) {
            reasons.push(Reason::new(Bump::Major, format!("`{name}` {why}")));
        }
    }
    reasons.extend(of_implementations(old, new, &kept));
    reasons
}

/// The required items of traits that implementations need with more features.
fn of_implementations<'s>(old: &'s Surface, new: &'s Surface, kept: &'s Features) -> impl Iterator<Item = Reason> + 's {
    let traits = new.items.iter().filter_map(|(name, item)| match item {
        Item::Trait { members, .. } => Some((name, members)),
        Item::Whole(_) | Item::Struct { .. } | Item::Enum { .. } => None,
    });
    let required = traits.flat_map(|(name, members)| {
        members.iter().filter(|member| !member.is_optional).map(move |member| format!("{name}::{}", member.name))
    });
    required.filter_map(move |name| {
        let before = old.needs.get(&name)?;
        let after = new.needs.get(&name);
        let more = kept.difference(before).find(|feature| after.is_none_or(|after| after.contains(*feature)))?;
        Some(Reason::new(Bump::Major, format!("`{name}` must be implemented with the feature `{more}`, too")))
    })
}

/// Whether it is an item of a trait that `surface` has.
fn is_member(name: &str, surface: &Surface) -> bool {
    let Some((owner, own)) = name.rsplit_once("::") else { return false };
    match surface.items.get(owner) {
        Some(Item::Trait { members, .. }) => members.iter().any(|member| member.name == own),
        Some(Item::Whole(_) | Item::Struct { .. } | Item::Enum { .. }) | None => false,
    }
}

/// Whether it is a method or an implementation of a type that `surface` does not have.
fn is_part_of_missing(name: &str, surface: &Surface) -> bool {
    let ty = match name.strip_prefix("impl") {
        Some(rest) => rest.split_once(" for ").map(|(_, ty)| ty),
        None => name.rsplit_once("::").map(|(ty, _)| ty).filter(|ty| ty.ends_with('>') || is_type(ty)),
    };
    ty.is_some_and(|ty| names(ty).any(|name| !surface.items.contains_key(&name)))
}

/// Whether the last part of a path is the name of a type rather than of a module.
fn is_type(path: &str) -> bool {
    path.rsplit("::").next().is_some_and(|last| last.starts_with(char::is_uppercase))
}

/// The type, and the types of this crate among its arguments: `operations::ListPets` is an argument of
/// `operations::Call<'_, ListPets>`, and is in its module.
fn names(ty: &str) -> impl Iterator<Item = String> {
    let (outer, arguments) = ty.split_once('<').unwrap_or((ty, ""));
    let module = outer.rsplit_once("::").map_or("", |(module, _)| module).to_owned();
    let arguments: Vec<String> = arguments
        .trim_end_matches('>')
        .split(',')
        .map(str::trim)
        .filter(|argument| argument.len() > 1 && argument.chars().all(|c| c.is_alphanumeric() || c == '_'))
        .map(|argument| if module.is_empty() { argument.to_owned() } else { format!("{module}::{argument}") })
        .collect();
    std::iter::once(outer.to_owned()).chain(arguments)
}

fn of_item(name: &str, before: &Item, after: &Item, reasons: &mut Vec<Reason>) {
    if before == after {
        return;
    }
    let mut major = |message| reasons.push(Reason::new(Bump::Major, message));
    match (before, after) {
        (Item::Whole(before), Item::Whole(after)) => major(format!("`{name}` was `{before}`, is `{after}`")),
        (
            Item::Struct { head, fields: old, is_open },
            Item::Struct { head: new_head, fields: new, is_open: new_is_open },
        ) => {
            if head != new_head || (!is_open && *new_is_open) {
                major(format!("`{name}` has other type parameters or private fields"));
            }
            // A literal of a struct without private fields lists all fields.
            let added = if *is_open { Bump::Minor } else { Bump::Major };
            members((name, "field"), (old, new), |_| added, reasons);
        }
        (
            Item::Enum { head, variants: old, is_open },
            Item::Enum { head: new_head, variants: new, is_open: new_is_open },
        ) => {
            if head != new_head || (!is_open && *new_is_open) {
                major(format!("`{name}` has other type parameters or became `#[non_exhaustive]`"));
            }
            let added = if *is_open { Bump::Minor } else { Bump::Major };
            members((name, "variant"), (old, new), |_| added, reasons);
        }
        (Item::Trait { head, members: old }, Item::Trait { head: new_head, members: new }) => {
            if head != new_head {
                major(format!("`{name}` has other type parameters or supertraits"));
            }
            let added = |member: &Member| if member.is_optional { Bump::Minor } else { Bump::Major };
            members((name, "item"), (old, new), added, reasons);
        }
        (Item::Whole(_) | Item::Struct { .. } | Item::Enum { .. } | Item::Trait { .. }, _) => {
            major(format!("`{name}` became another kind of item"));
        }
    }
}

/// The differences between fields, variants or items of a trait; `added` is what a new one requires.
fn members(
    (name, word): (&str, &str),
    (old, new): (&[Member], &[Member]),
    added: impl Fn(&Member) -> Bump,
    reasons: &mut Vec<Reason>,
) {
    for before in old {
        let at = &before.name;
        match new.iter().find(|after| after.name == before.name) {
            None => reasons.push(Reason::new(Bump::Major, format!("the {word} `{at}` of `{name}` was removed"))),
            Some(after) if after.text != before.text => {
                let message = format!("the {word} `{at}` of `{name}` was `{}`, is `{}`", before.text, after.text);
                reasons.push(Reason::new(Bump::Major, message));
            }
            Some(after) if before.is_optional && !after.is_optional => {
                let message = format!("the {word} `{at}` of `{name}` has no default any more");
                reasons.push(Reason::new(Bump::Major, message));
            }
            Some(after) if after.is_optional && !before.is_optional => {
                reasons.push(Reason::new(Bump::Minor, format!("the {word} `{at}` of `{name}` has a default")));
            }
            Some(_) => {}
        }
    }
    for after in new.iter().filter(|after| old.iter().all(|before| before.name != after.name)) {
        let at = &after.name;
        reasons.push(Reason::new(added(after), format!("the {word} `{at}` of `{name}` was added")));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::bump::Bump;
    use super::super::surface::Surface;
    use super::{Reason, reasons};

    /// The differences between two crates with a private module that is re-exported.
    fn between(old: &str, new: &str) -> Vec<Reason> {
        let surface = |api: &str| {
            let root = "mod api;\npub mod types;\nmod hidden;\npub use api::*;";
            let files = [
                ("src/lib.rs", root),
                ("src/api.rs", api),
                ("src/types.rs", "pub struct T;"),
                ("src/hidden.rs", "pub fn f() {}"),
            ];
            Surface::new(&BTreeMap::from(files), "src/lib.rs").unwrap()
        };
        reasons(&surface(old), &surface(new))
    }

    #[test]
    fn bump_follows_the_rules_of_cargo() {
        for (old, new, expected) in [
            ("pub fn f() {}", "", Some(Bump::Major)),
            ("", "pub fn f() {}", Some(Bump::Minor)),
            ("pub fn f(a: u8) {}", "pub fn f(b: u8) { g() }\nfn g() {}", None),
            ("pub fn f(a: u8) {}", "pub fn f(a: u16) {}", Some(Bump::Major)),
            ("pub struct S { pub a: u8 }", "pub struct S { pub a: u8, pub b: u8 }", Some(Bump::Major)),
            ("pub struct S { pub a: u8, c: u8 }", "pub struct S { pub a: u8, pub b: u8, c: u8 }", Some(Bump::Minor)),
            ("pub struct S { pub a: u8 }", "pub struct S { pub a: u8, b: u8 }", Some(Bump::Major)),
            ("pub struct S { pub a: u8, b: u8 }", "pub struct S { pub a: u8, c: u16 }", None),
            ("pub enum E { A }", "pub enum E { A, B }", Some(Bump::Major)),
            ("#[non_exhaustive] pub enum E { A }", "#[non_exhaustive] pub enum E { A, B }", Some(Bump::Minor)),
            ("pub enum E { A(u8) }", "pub enum E { A(u16) }", Some(Bump::Major)),
            ("pub trait T { fn f(&self); }", "pub trait T { fn f(&self); fn g(&self); }", Some(Bump::Major)),
            ("pub trait T { fn f(&self); }", "pub trait T { fn f(&self); fn g(&self) {} }", Some(Bump::Minor)),
            ("pub trait T { fn f(&self) {} }", "pub trait T { fn f(&self); }", Some(Bump::Major)),
            ("#[derive(Clone, Copy)] pub struct S;", "#[derive(Clone)] pub struct S;", Some(Bump::Major)),
            ("pub struct S;", "#[derive(Clone)] pub struct S;", Some(Bump::Minor)),
            ("pub struct S; impl S { pub fn f(mut self) {} }", "pub struct S; impl S { pub fn f(self) {} }", None),
            (
                "pub struct S; impl S { pub fn f(self) {} }",
                "pub struct S; impl S { pub(crate) fn f(self) {} }",
                Some(Bump::Major),
            ),
            (
                "pub struct S; impl Iterator for S { type Item = u8; }",
                "pub struct S; impl Iterator for S { type Item = u16; }",
                Some(Bump::Major),
            ),
            (
                "pub struct S; impl S { pub fn f(self) {} }",
                "pub struct S; impl S { #[deprecated] pub fn f(self) {} }",
                Some(Bump::Minor),
            ),
            (
                "pub struct S; impl S { #[deprecated] pub fn f(self) {} }",
                "pub struct S; impl S { pub fn f(self) {} }",
                None,
            ),
            ("pub const A: u8 = 1;", "pub const A: u8 = 2;", None),
            ("struct S; impl S { pub fn f(self) {} }", "", None),
            ("pub use super::hidden::f;", "", Some(Bump::Major)),
        ] {
            let found = between(old, new);
            assert_eq!(found.first().map(|reason| reason.bump), expected, "{old} → {new}: {found:?}");
        }
    }

    #[test]
    fn item_is_named_by_its_public_path_and_reported_without_its_parts() {
        let old = "pub struct S; impl S { pub fn f(&self, at: super::types::T) -> Vec<u8> {} } impl Clone for S {}";
        let message = |reasons: Vec<Reason>| reasons.into_iter().map(|reason| reason.message).collect::<Vec<_>>();
        assert_eq!(message(between(old, "")), ["`S` was removed"]);
        let new = old.replace("Vec<u8>", "Option<&'static str>");
        let expected = "`S::f` was `fn(&self, super::types::T) -> Vec<u8>`, is `fn(&self, super::types::T) -> Option<&'static str>`";
        assert_eq!(message(between(old, &new)), [expected]);
    }
}
