//! Changes of `oneOf` and `anyOf` whose alternatives are constraints on values of one type, as in
//! `{type: string, anyOf: [{maxLength: 5}, {pattern: '^a'}]}`. Types of the model do not have them, so rules are compared.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};

use super::super::kind::Kind;
use super::form::Form;
use super::kinds::{
    REQUEST_ADDITIONAL_ACCEPTED, REQUEST_ADDITIONAL_REFUSED, REQUEST_LOOSENED, REQUEST_TIGHTENED, REQUEST_UNBOUNDED,
};
use super::limits::{self, Limited};
use super::site::{Side, only_alternative};
use crate::model::rule::{AdditionalProperties, Rule, RuleChoice, RuleId};
use crate::model::schema::Scalar;

/// How deep rules are compared.
const DEEPEST: usize = 16;

/// The changes of the choices of a value.
pub fn differences<'a>(sides: [Side<'a>; 2], old: &[&'a Rule], new: &[&'a Rule]) -> Vec<(&'static Kind, String)> {
    if old.iter().chain(new).all(|rule| rule.choices.is_empty()) {
        return Vec::new();
    }
    let digests = sides.map(|side| Digests { side, known: BTreeMap::new() });
    let mut comparison = Comparison { sides, digests, seen: BTreeSet::new(), depth: 0, found: Vec::new() };
    comparison.choices("", old, new);
    comparison.found
}

/// Rules of one value in both versions, whose parts are compared.
struct Comparison<'a> {
    sides: [Side<'a>; 2],
    digests: [Digests<'a>; 2],
    /// The rules that were compared, since rules may be recursive.
    seen: BTreeSet<(Vec<RuleId>, Vec<RuleId>)>,
    depth: usize,
    found: Vec<(&'static Kind, String)>,
}

impl<'a> Comparison<'a> {
    fn choices(&mut self, label: &str, old: &[&'a Rule], new: &[&'a Rule]) {
        let [mut old, new] = [old, new].map(|rules| rules.iter().flat_map(|rule| &rule.choices).collect::<Vec<_>>());
        let mut changed = Vec::new();
        for choice in new {
            let digest = self.digests[1].of_choice(choice, DEEPEST);
            match old.iter().position(|before| self.digests[0].of_choice(before, DEEPEST) == digest) {
                Some(at) => {
                    old.remove(at);
                }
                None => changed.push(choice),
            }
        }
        // A single alternative of the type is a part of the value's rules.
        let is_choice = |choice: &&RuleChoice| only_alternative(choice).is_none();
        for (old, new) in old.iter().zip(&changed).filter(|(old, new)| is_choice(old) || is_choice(new)) {
            self.choice(label, old, new);
        }
        for choice in changed.iter().skip(old.len()).copied().filter(is_choice) {
            self.found.push((&REQUEST_TIGHTENED, format!("{label}a choice of {} was added", count(choice))));
        }
        for choice in old.iter().skip(changed.len()).copied().filter(is_choice) {
            let has_most = choice.rules.iter().all(|(_, id)| limits::has_most(&self.sides[0].closure(&[*id])));
            let kind = if has_most { &REQUEST_UNBOUNDED } else { &REQUEST_LOOSENED };
            self.found.push((kind, format!("{label}a choice of {} was removed", count(choice))));
        }
    }

    /// The changes of a choice. Alternatives without a change belong together, then those that remain in their order.
    fn choice(&mut self, label: &str, old: &RuleChoice, new: &RuleChoice) {
        let [old_digests, new_digests] = &mut self.digests;
        let mut left: Vec<(u64, RuleId)> =
            old.rules.iter().map(|(_, id)| (old_digests.of(*id, DEEPEST), *id)).collect();
        let mut changed = Vec::new();
        for (_, id) in &new.rules {
            let digest = new_digests.of(*id, DEEPEST);
            match left.iter().position(|(before, _)| *before == digest) {
                Some(at) => {
                    left.remove(at);
                }
                None => changed.push(*id),
            }
        }
        for ((_, before), after) in left.iter().zip(&changed) {
            self.rules(&format!("{label}an alternative: "), &[*before], &[*after]);
        }
        let (fewer, more) = (left.len().saturating_sub(changed.len()), changed.len().saturating_sub(left.len()));
        if fewer > 0 {
            self.found.push((&REQUEST_TIGHTENED, format!("{label}a choice lost {}", alternatives(fewer))));
        }
        if more > 0 {
            self.found.push((&REQUEST_LOOSENED, format!("{label}a choice has {} more", alternatives(more))));
        }
        if more > 0 && old.kind.is_exclusive() && new.kind.is_exclusive() {
            let message = format!("{label}values must not meet {} more", alternatives(more));
            self.found.push((&REQUEST_TIGHTENED, message + " of a choice together with another one"));
        }
        let kind = match (old.kind.is_exclusive(), new.kind.is_exclusive()) {
            (false, true) => (&REQUEST_TIGHTENED, "only one alternative of a choice may be met"),
            (true, false) => (&REQUEST_LOOSENED, "several alternatives of a choice may be met"),
            (true, true) | (false, false) => return,
        };
        self.found.push((kind.0, format!("{label}{}", kind.1)));
    }

    fn rules(&mut self, label: &str, old: &[RuleId], new: &[RuleId]) {
        if self.depth == DEEPEST || !self.seen.insert((old.to_vec(), new.to_vec())) {
            return;
        }
        self.depth += 1;
        let (old, new) = (self.sides[0].closure(old), self.sides[1].closure(new));
        let limited = |rules| Limited { rules, form: Form::Scalar(Scalar::Any) };
        let changes = limits::differences(limited(&old), limited(&new)).into_iter().chain(limits::required(&old, &new));
        self.found.extend(changes.map(|(kind, message)| (kind, format!("{label}{message}"))));
        self.choices(label, &old, &new);
        let refuses =
            |rules: &[&Rule]| rules.iter().any(|rule| rule.additional_properties == AdditionalProperties::None);
        match (refuses(&old), refuses(&new)) {
            (false, true) => {
                self.found.push((&REQUEST_ADDITIONAL_REFUSED, format!("{label}refuses additional properties")));
            }
            (true, false) => {
                self.found.push((&REQUEST_ADDITIONAL_ACCEPTED, format!("{label}allows additional properties")));
            }
            (true, true) | (false, false) => {}
        }
        self.parts(label, &old, &new);
        self.depth -= 1;
    }

    /// The rules of properties and items.
    fn parts(&mut self, label: &str, old: &[&'a Rule], new: &[&'a Rule]) {
        let names: BTreeSet<&str> =
            old.iter().chain(new).flat_map(|rule| &rule.properties).map(|(name, _)| name.as_str()).collect();
        let named = |rules: &[&Rule], name: &str| -> Vec<RuleId> {
            let all = rules.iter().flat_map(|rule| &rule.properties);
            all.filter(|(own, _)| own == name).filter_map(|(_, id)| *id).collect()
        };
        for name in names {
            self.rules(&format!("{label}`{name}`: "), &named(old, name), &named(new, name));
        }
        let items = |rules: &[&Rule]| -> Vec<RuleId> { rules.iter().filter_map(|rule| rule.items).collect() };
        let (old_items, new_items) = (items(old), items(new));
        if !old_items.is_empty() || !new_items.is_empty() {
            self.rules(&format!("{label}items: "), &old_items, &new_items);
        }
        let each = |rules: &[&Rule]| -> Vec<RuleId> {
            let each = rules.iter().filter_map(|rule| match rule.additional_properties {
                AdditionalProperties::Each(id) => Some(id),
                AdditionalProperties::Any | AdditionalProperties::None => None,
            });
            each.collect()
        };
        let (old_each, new_each) = (each(old), each(new));
        if !old_each.is_empty() || !new_each.is_empty() {
            self.rules(&format!("{label}additional properties: "), &old_each, &new_each);
        }
    }
}

/// Numbers by which rules of two versions are recognized as equal, to a depth.
struct Digests<'a> {
    side: Side<'a>,
    known: BTreeMap<(RuleId, usize), u64>,
}

impl Digests<'_> {
    fn of(&mut self, id: RuleId, depth: usize) -> u64 {
        let Some(below) = depth.checked_sub(1) else { return 0 };
        if let Some(known) = self.known.get(&(id, depth)) {
            return *known;
        }
        let rule = &self.side.rules[id.0];
        // Fixed keys: the digests of a run are the same as those of any other.
        let mut hasher = DefaultHasher::new();
        (rule.kind as u8, rule.is_nullable, format!("{:?}", rule.limits)).hash(&mut hasher);
        for (name, id) in &rule.properties {
            (name, id.map(|id| self.of(id, below))).hash(&mut hasher);
        }
        match rule.additional_properties {
            AdditionalProperties::Any => 0_u64.hash(&mut hasher),
            AdditionalProperties::None => 1_u64.hash(&mut hasher),
            AdditionalProperties::Each(id) => (2_u64, self.of(id, below)).hash(&mut hasher),
        }
        rule.items.map(|id| self.of(id, below)).hash(&mut hasher);
        self.of_all(&rule.all_of, below).hash(&mut hasher);
        let mut choices: Vec<u64> = rule.choices.iter().map(|choice| self.of_choice(choice, below)).collect();
        choices.sort_unstable();
        choices.hash(&mut hasher);
        let digest = hasher.finish();
        self.known.insert((id, depth), digest);
        digest
    }

    fn of_choice(&mut self, choice: &RuleChoice, depth: usize) -> u64 {
        let mut hasher = DefaultHasher::new();
        let rules: Vec<RuleId> = choice.rules.iter().map(|(_, id)| *id).collect();
        (choice.kind.is_exclusive(), self.of_all(&rules, depth)).hash(&mut hasher);
        hasher.finish()
    }

    /// The digests of rules whose order does not matter.
    fn of_all(&mut self, rules: &[RuleId], depth: usize) -> Vec<u64> {
        let mut digests: Vec<u64> = rules.iter().map(|id| self.of(*id, depth)).collect();
        digests.sort_unstable();
        digests
    }
}

fn count(choice: &RuleChoice) -> String {
    alternatives(choice.rules.len())
}

fn alternatives(count: usize) -> String {
    if count == 1 { "1 alternative".to_owned() } else { format!("{count} alternatives") }
}
