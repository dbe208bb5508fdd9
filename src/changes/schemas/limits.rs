//! Changes of bounds and patterns, which the model has for requests.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::super::kind::Kind;
use super::form::Form;
use super::implied;
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
    /// The properties that an alternative requires.
    required: BTreeSet<String>,
}

/// A bound of a number.
#[derive(Clone, Copy, PartialEq)]
struct Bound {
    value: f64,
    is_exclusive: bool,
}

/// The keywords of the least and the most of a length or a count, and its bounds.
type Counted = (&'static str, &'static str, fn(&Bounds) -> &Range);

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
            Limit::Required(names) => self.required.extend(names.iter().cloned()),
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

/// A value in one version: its rules, and its form, which bounds it too.
#[derive(Clone, Copy)]
pub struct Limited<'r, 'a> {
    /// All rules that apply to it.
    pub rules: &'r [&'a Rule],
    /// What it looks like.
    pub form: Form<'a>,
}

/// The bounds of a value in one version: those that its rules have, and those with the bounds of its form.
struct Both {
    written: Bounds,
    effective: Bounds,
}

impl Both {
    fn of(limited: Limited<'_, '_>) -> Self {
        let (written, mut effective) = (Bounds::of(limited.rules), Bounds::of(limited.rules));
        implied::limits(limited.form).iter().for_each(|limit| effective.add(limit));
        Self { written, effective }
    }
}

/// The changes of bounds and patterns of a value. What a form implies is not a change of bounds: a date without
/// `format: date` has another type.
pub fn differences(old: Limited<'_, '_>, new: Limited<'_, '_>) -> Vec<(&'static Kind, String)> {
    let sides = [Both::of(old), Both::of(new)];
    let mut found = numbers(&sides);
    let counts: [Counted; 3] = [
        ("minLength", "maxLength", |bounds| &bounds.lengths),
        ("minItems", "maxItems", |bounds| &bounds.items),
        ("minProperties", "maxProperties", |bounds| &bounds.properties),
    ];
    for (least, most, range) in counts {
        let number = |value: Option<u64>| value.map(|value| value.to_string());
        let written = sides.each_ref().map(|side| range(&side.written));
        let effective = sides.each_ref().map(|side| range(&side.effective));
        // An absent minimum is zero.
        let [from, to] = written.map(|range| range.least.filter(|least| *least > 0));
        if from != to {
            let [before, after] = effective.map(|range| range.least.unwrap_or(0));
            let kind = verdict([from.is_some(), to.is_some()], after.cmp(&before), &REQUEST_LOOSENED);
            found.extend(kind.map(|kind| (kind, change(least, number(from), number(to)))));
        }
        let [from, to] = written.map(|range| range.most);
        if from != to {
            let [before, after] = effective.map(|range| range.most.unwrap_or(u64::MAX));
            let kind = verdict([from.is_some(), to.is_some()], before.cmp(&after), loosened(to.is_some()));
            found.extend(kind.map(|kind| (kind, change(most, number(from), number(to)))));
        }
    }
    let [old, new] = sides.map(|side| side.written);
    match (old.is_unique, new.is_unique) {
        (false, true) => found.push((&REQUEST_TIGHTENED, "`uniqueItems` was added".to_owned())),
        (true, false) => found.push((&REQUEST_LOOSENED, "`uniqueItems` was removed".to_owned())),
        (true, true) | (false, false) => {}
    }
    found.extend(patterns(&old.patterns, &new.patterns));
    found
}

/// The changes of the properties that an alternative of one type requires. In other places, types have them.
pub fn required(old: &[&Rule], new: &[&Rule]) -> Vec<(&'static Kind, String)> {
    let (old, new) = (Bounds::of(old).required, Bounds::of(new).required);
    let added = new.difference(&old).map(|name| (&REQUEST_TIGHTENED, format!("`{name}` became required")));
    let removed = old.difference(&new).map(|name| (&REQUEST_LOOSENED, format!("`{name}` became optional")));
    added.chain(removed).collect()
}

/// Whether rules limit a value from above.
pub fn has_most(rules: &[&Rule]) -> bool {
    let bounds = Bounds::of(rules);
    let counts = [&bounds.lengths, &bounds.items, &bounds.properties];
    bounds.maximum.is_some() || !bounds.patterns.is_empty() || counts.iter().any(|range| range.most.is_some())
}

/// The kind of a change of a bound, by how strict it is compared with before. A bound that was added and allows more than
/// the form before does not limit what was sent, and one that was removed and allows more than the form now was needless.
fn verdict([from, to]: [bool; 2], strictness: Ordering, loosened: &'static Kind) -> Option<&'static Kind> {
    match strictness {
        Ordering::Greater => to.then_some(&REQUEST_TIGHTENED),
        Ordering::Equal => None,
        Ordering::Less => from.then_some(loosened),
    }
}

/// The kind of a maximum that allows more.
fn loosened(is_kept: bool) -> &'static Kind {
    if is_kept { &REQUEST_LOOSENED } else { &REQUEST_UNBOUNDED }
}

fn numbers([old, new]: &[Both; 2]) -> Vec<(&'static Kind, String)> {
    let mut found: Vec<(&'static Kind, String)> = Vec::new();
    let text = |bound: Option<Bound>| bound.map(Bound::text);
    let (from, to) = (old.written.minimum, new.written.minimum);
    if from != to {
        let strictness = strictness(old.effective.minimum, new.effective.minimum, Bound::is_above);
        let kind = verdict([from.is_some(), to.is_some()], strictness, &REQUEST_LOOSENED);
        found.extend(kind.map(|kind| (kind, change("minimum", text(from), text(to)))));
    }
    let (from, to) = (old.written.maximum, new.written.maximum);
    if from != to {
        let strictness = strictness(old.effective.maximum, new.effective.maximum, Bound::is_below);
        let kind = verdict([from.is_some(), to.is_some()], strictness, loosened(to.is_some()));
        found.extend(kind.map(|kind| (kind, change("maximum", text(from), text(to)))));
    }
    let is_multiple = |of: f64, value: f64| (value / of).fract().abs() < f64::EPSILON;
    let (from, to) = (old.written.multiple_of, new.written.multiple_of);
    let multiple: Option<&'static Kind> = match (from, to) {
        (from, to) if from == to => None,
        (Some(from), Some(to)) if is_multiple(to, from) => Some(&REQUEST_LOOSENED),
        (_, None) => Some(&REQUEST_LOOSENED),
        (_, Some(_)) => Some(&REQUEST_TIGHTENED),
    };
    let number = |value: Option<f64>| value.map(|value| value.to_string());
    found.extend(multiple.map(|kind| (kind, change("multipleOf", number(from), number(to)))));
    found
}

/// How strict a bound is compared with before; none is the least strict.
fn strictness(before: Option<Bound>, after: Option<Bound>, is_stricter: fn(Bound, Bound) -> bool) -> Ordering {
    match (before, after) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(before), Some(after)) if is_stricter(after, before) => Ordering::Greater,
        (Some(before), Some(after)) if is_stricter(before, after) => Ordering::Less,
        (Some(_), Some(_)) => Ordering::Equal,
    }
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
