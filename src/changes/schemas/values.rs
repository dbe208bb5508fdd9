//! Changes of scalars, enums and `null`.

use std::collections::BTreeSet;

use super::super::kind::Kind;
use super::form::{Form, Relation, Resolved};
use super::kinds::{
    REQUEST_CHANGED, REQUEST_NARROWED, REQUEST_NULL_ACCEPTED, REQUEST_NULL_REFUSED, REQUEST_VALUE_ADDED,
    REQUEST_VALUE_REMOVED, REQUEST_WIDENED, RESPONSE_CHANGED, RESPONSE_NARROWED, RESPONSE_NULL_ADDED,
    RESPONSE_NULL_REMOVED, RESPONSE_VALUE_ADDED, RESPONSE_VALUE_REMOVED, RESPONSE_WIDENED,
};
use super::site::Direction;

/// A change of `null`; none if any value is or was allowed.
pub fn null(direction: Direction, old: Resolved<'_>, new: Resolved<'_>) -> Option<(&'static Kind, &'static str)> {
    if old.form.is_any() || new.form.is_any() {
        return None;
    }
    match (direction, old.is_nullable, new.is_nullable) {
        (_, true, true) | (_, false, false) => None,
        (Direction::Request, true, false) => Some((&REQUEST_NULL_REFUSED, "must not be `null`")),
        (Direction::Request, false, true) => Some((&REQUEST_NULL_ACCEPTED, "may be `null`")),
        (Direction::Response, true, false) => Some((&RESPONSE_NULL_REMOVED, "is never `null`")),
        (Direction::Response, false, true) => Some((&RESPONSE_NULL_ADDED, "may be `null`")),
    }
}

/// A change between forms of which at least one is a scalar, or which are of two classes.
pub fn form(direction: Direction, old: Form<'_>, new: Form<'_>) -> Option<(&'static Kind, String)> {
    let kind = kind(direction, new.relation(old))?;
    Some((kind, format!("was `{}`, is `{}`", old.word(), new.word())))
}

/// The kind of a change to values with this relation to the older ones.
pub fn kind(direction: Direction, relation: Relation) -> Option<&'static Kind> {
    match (direction, relation) {
        (_, Relation::Same) => None,
        (Direction::Request, Relation::Narrower) => Some(&REQUEST_NARROWED),
        (Direction::Request, Relation::Wider) => Some(&REQUEST_WIDENED),
        (Direction::Request, Relation::Other) => Some(&REQUEST_CHANGED),
        (Direction::Response, Relation::Narrower) => Some(&RESPONSE_NARROWED),
        (Direction::Response, Relation::Wider) => Some(&RESPONSE_WIDENED),
        (Direction::Response, Relation::Other) => Some(&RESPONSE_CHANGED),
    }
}

/// The values of enums that were removed and added.
pub fn enums(direction: Direction, old: &BTreeSet<String>, new: &BTreeSet<String>) -> Vec<(&'static Kind, String)> {
    let (removed, added): (&Kind, &Kind) = match direction {
        Direction::Request => (&REQUEST_VALUE_REMOVED, &REQUEST_VALUE_ADDED),
        Direction::Response => (&RESPONSE_VALUE_REMOVED, &RESPONSE_VALUE_ADDED),
    };
    let lists = [(removed, "removed", old.difference(new)), (added, "added", new.difference(old))];
    let lists = lists.map(|(kind, verb, values)| (kind, verb, values.map(|value| format!("`{value}`"))));
    let lists = lists.into_iter().map(|(kind, verb, values)| (kind, verb, values.collect::<Vec<String>>()));
    let texts = lists.filter(|(.., values)| !values.is_empty());
    texts.map(|(kind, verb, values)| (kind, format!("{verb} {}", listed(&values)))).collect()
}

/// How many values are listed.
const LISTED: usize = 5;

fn listed(values: &[String]) -> String {
    let shown = values[..values.len().min(LISTED)].join(", ");
    match values.len().saturating_sub(LISTED) {
        0 => shown,
        others => format!("{shown} and {others} others"),
    }
}
