//! Reads a key of a part of the file, or says which one is meant.

use toml_edit::Item;

use super::key::{API, Draft, Place};
use super::keys::KEYS;
use super::value::{Failure, start};
use crate::document::nearest;

/// The part of the file that is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    TopLevel,
    Api,
}

/// Reads the value of a key. The position of an error is that of the item, unless it has another.
pub fn set(draft: &mut Draft, section: Section, name: &str, item: &Item) -> Result<(), Failure> {
    let located = |(at, message): Failure| (at.or_else(|| start(item)), message);
    match KEYS.iter().find(|key| key.name == name) {
        Some(key) if key.place == Place::Api && section == Section::TopLevel => {
            Err(located((None, format!("`{name}` belongs in `[[api]]`, not at top level"))))
        }
        Some(key) => (key.set)(draft, name, item).map_err(located),
        None => Err(located((None, unknown(section, name)))),
    }
}

/// The message for a key that does not exist.
fn unknown(section: Section, name: &str) -> String {
    let keys = KEYS.iter().filter(|key| section == Section::Api || key.place == Place::Anywhere);
    let known = keys.map(|key| key.name).chain((section == Section::TopLevel).then_some(API));
    let known: Vec<&str> = known.collect();
    let place = match section {
        Section::TopLevel => "",
        Section::Api => " in `[[api]]`",
    };
    match nearest(name, known.iter().copied()) {
        Some(near) => format!("unknown key `{name}`{place}; did you mean `{near}`?"),
        None => format!("unknown key `{name}`{place}; expected one of {}", known.join(", ")),
    }
}
