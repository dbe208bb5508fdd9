//! Changes of bounds and patterns, which the model has for requests.

use std::collections::BTreeSet;

use super::super::kind::Kind;
use super::kinds::{REQUEST_LOOSENED, REQUEST_PATTERN, REQUEST_TIGHTENED, REQUEST_UNBOUNDED};
use crate::model::rule::{Limit, Rule};

/// What rules that apply together require of one value.
#[derive(Default)]
struct Bounds {
    minimum: Option<Bound>,
    maximum: Option<Bound>,
    lengths: Range,
    items: Range,
    properties: Range,
    multiple_of: Option<f64>,
    patterns: BTreeSet<String>,
    is_unique: bool,
}

/// A bound of a number.
#[derive(Clone, Copy, PartialEq)]
struct Bound {
    value: f64,
    is_exclusive: bool,
}

/// Bounds of a length or a count.
#[derive(Default)]
struct Range {
    least: Option<u64>,
    most: Option<u64>,
}

impl Bounds {
    fn of(rules: &[&Rule]) -> Self {
        let mut bounds = Self::default();
        for limit in rules.iter().flat_map(|rule| &rule.limits) {
            bounds.add(limit);
        }
        bounds
    }

    fn add(&mut self, limit: &Limit) {
        let least = |slot: &mut Option<u64>, value: u64| *slot = Some(slot.map_or(value, |known| known.max(value)));
        let most = |slot: &mut Option<u64>, value: u64| *slot = Some(slot.map_or(value, |known| known.min(value)));
        match limit {
            Limit::Minimum(value, is_exclusive) => {
                let bound = Bound { value: *value, is_exclusive: *is_exclusive };
                if self.minimum.is_none_or(|known| bound.is_above(known)) {
                    self.minimum = Some(bound);
                }
            }
            Limit::Maximum(value, is_exclusive) => {
                let bound = Bound { value: *value, is_exclusive: *is_exclusive };
                if self.maximum.is_none_or(|known| bound.is_below(known)) {
                    self.maximum = Some(bound);
                }
            }
            Limit::MultipleOf(value) => self.multiple_of = Some(*value),
            Limit::MinLength(value) => least(&mut self.lengths.least, *value),
            Limit::MaxLength(value) => most(&mut self.lengths.most, *value),
            Limit::MinItems(value) => least(&mut self.items.least, *value),
            Limit::MaxItems(value) => most(&mut self.items.most, *value),
            Limit::MinProperties(value) => least(&mut self.properties.least, *value),
            Limit::MaxProperties(value) => most(&mut self.properties.most, *value),
            Limit::UniqueItems => self.is_unique = true,
            Limit::Pattern(pattern) => {
                self.patterns.insert(pattern.clone());
            }
            // An alternative with other required properties is a separate type.
            Limit::Required(_) => {}
        }
    }
}

impl Bound {
    /// Whether it allows less than another minimum.
    fn is_above(self, other: Self) -> bool {
        self.value > other.value
            || (self.value.total_cmp(&other.value).is_eq() && self.is_exclusive && !other.is_exclusive)
    }

    /// Whether it allows less than another maximum.
    fn is_below(self, other: Self) -> bool {
        self.value < other.value
            || (self.value.total_cmp(&other.value).is_eq() && self.is_exclusive && !other.is_exclusive)
    }

    fn text(self) -> String {
        format!("{}{}", self.value, if self.is_exclusive { " (exclusive)" } else { "" })
    }
}

/// The changes of bounds and patterns between rules for the same value.
pub fn differences(old: &[&Rule], new: &[&Rule]) -> Vec<(&'static Kind, String)> {
    let (old, new) = (Bounds::of(old), Bounds::of(new));
    let mut found = numbers(&old, &new);
    let counts = [
        ("minLength", "maxLength", &old.lengths, &new.lengths),
        ("minItems", "maxItems", &old.items, &new.items),
        ("minProperties", "maxProperties", &old.properties, &new.properties),
    ];
    for (least, most, before, after) in counts {
        let number = |value: Option<u64>| value.map(|value| value.to_string());
        // An absent minimum is zero.
        let (from, to) = (before.least.unwrap_or(0), after.least.unwrap_or(0));
        if from != to {
            let kind = if to > from { &REQUEST_TIGHTENED } else { &REQUEST_LOOSENED };
            found.push((kind, change(least, number(before.least), number(after.least))));
        }
        let kind = match (before.most, after.most) {
            (from, to) if from == to => continue,
            (_, None) => &REQUEST_UNBOUNDED,
            (Some(from), Some(to)) if to > from => &REQUEST_LOOSENED,
            (_, Some(_)) => &REQUEST_TIGHTENED,
        };
        found.push((kind, change(most, number(before.most), number(after.most))));
    }
    match (old.is_unique, new.is_unique) {
        (false, true) => found.push((&REQUEST_TIGHTENED, "`uniqueItems` was added".to_owned())),
        (true, false) => found.push((&REQUEST_LOOSENED, "`uniqueItems` was removed".to_owned())),
        (true, true) | (false, false) => {}
    }
    found.extend(patterns(&old.patterns, &new.patterns));
    found
}

fn numbers(old: &Bounds, new: &Bounds) -> Vec<(&'static Kind, String)> {
    let mut found: Vec<(&'static Kind, String)> = Vec::new();
    let text = |bound: Option<Bound>| bound.map(Bound::text);
    let minimum: Option<&'static Kind> = match (old.minimum, new.minimum) {
        (from, to) if from == to => None,
        (Some(from), Some(to)) if from.is_above(to) => Some(&REQUEST_LOOSENED),
        (_, None) => Some(&REQUEST_LOOSENED),
        (_, Some(_)) => Some(&REQUEST_TIGHTENED),
    };
    found.extend(minimum.map(|kind| (kind, change("minimum", text(old.minimum), text(new.minimum)))));
    let maximum: Option<&'static Kind> = match (old.maximum, new.maximum) {
        (from, to) if from == to => None,
        (Some(from), Some(to)) if from.is_below(to) => Some(&REQUEST_LOOSENED),
        (_, None) => Some(&REQUEST_UNBOUNDED),
        (_, Some(_)) => Some(&REQUEST_TIGHTENED),
    };
    found.extend(maximum.map(|kind| (kind, change("maximum", text(old.maximum), text(new.maximum)))));
    let is_multiple = |of: f64, value: f64| (value / of).fract().abs() < f64::EPSILON;
    let multiple: Option<&'static Kind> = match (old.multiple_of, new.multiple_of) {
        (from, to) if from == to => None,
        (Some(from), Some(to)) if is_multiple(to, from) => Some(&REQUEST_LOOSENED),
        (_, None) => Some(&REQUEST_LOOSENED),
        (_, Some(_)) => Some(&REQUEST_TIGHTENED),
    };
    let number = |value: Option<f64>| value.map(|value| value.to_string());
    found.extend(multiple.map(|kind| (kind, change("multipleOf", number(old.multiple_of), number(new.multiple_of)))));
    found
}

fn patterns(old: &BTreeSet<String>, new: &BTreeSet<String>) -> Option<(&'static Kind, String)> {
    let text = |patterns: &BTreeSet<String>| patterns.iter().cloned().reduce(|all, next| format!("{all}` and `{next}"));
    let kind = match (old == new, old.is_subset(new), new.is_subset(old)) {
        (true, ..) => return None,
        (false, true, _) => &REQUEST_TIGHTENED,
        (false, false, true) if new.is_empty() => &REQUEST_UNBOUNDED,
        (false, false, true) => &REQUEST_LOOSENED,
        (false, false, false) => &REQUEST_PATTERN,
    };
    Some((kind, change("pattern", text(old), text(new))))
}

fn change(keyword: &str, old: Option<String>, new: Option<String>) -> String {
    let text = |value: Option<String>| value.map_or_else(|| "absent".to_owned(), |value| format!("`{value}`"));
    format!("`{keyword}` was {}, is {}", text(old), text(new))
}
