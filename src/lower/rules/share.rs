//! Shares one rule among all schemas with the same constraints, and decides which rules have names.
//!
//! A rule is merged after the rules that it leads to, so that equal rules then have equal ids.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::hints;
use crate::model::rule::{AdditionalProperties, Rule, RuleChoice, RuleId, RuleKind, Rules};

/// How deep rules are nested before one gets a name.
const DEEPEST: usize = 6;

/// The constraints of a rule; limits are text, since floats have no order.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Constraints {
    kind: RuleKind,
    is_nullable: bool,
    limits: String,
    properties: Vec<(String, Option<RuleId>)>,
    additional_properties: AdditionalProperties,
    items: Option<RuleId>,
    all_of: Vec<RuleId>,
    choices: Vec<RuleChoice>,
}

/// Merges equal rules and renumbers the others in the order of first use. A rule that only repeats one other rule is
/// replaced by it.
pub(super) fn merge_equal(rules: &mut Rules) {
    let classes = classes(&mut rules.list);
    let mut ids: Vec<RuleId> = vec![RuleId(0); classes.len()];
    let (mut merged, mut others) = (Vec::new(), Vec::new());
    for (index, rule) in std::mem::take(&mut rules.list).into_iter().enumerate() {
        if classes[index] == index {
            ids[index] = RuleId(merged.len());
            merged.push(rule);
        } else {
            others.push((index, rule));
        }
    }
    for (index, rule) in others {
        ids[index] = ids[classes[index]];
        hints::take_over(&mut merged[ids[index].0], rule);
    }
    merged.iter_mut().for_each(|rule| each_id(rule, |id| *id = ids[id.0]));
    rules.parameters.values_mut().chain(rules.bodies.values_mut()).for_each(|id| *id = ids[id.0]);
    rules.list = merged;
    name(rules);
}

/// For each rule, the first one with the same constraints.
fn classes(list: &mut [Rule]) -> Vec<usize> {
    let mut same: Vec<usize> = (0..list.len()).collect();
    let mut known: BTreeMap<Constraints, usize> = BTreeMap::new();
    for index in inside_out(list) {
        each_id(&mut list[index], |id| *id = RuleId(same[id.0]));
        if let Some(part) = list[index].only_part() {
            same[index] = part.0;
            continue;
        }
        match known.entry(constraints(&list[index])) {
            Entry::Vacant(entry) => {
                entry.insert(index);
            }
            Entry::Occupied(entry) => same[index] = *entry.get(),
        }
    }
    // A rule that was still open when it was referenced may have been merged since.
    for index in 0..same.len() {
        while same[same[index]] != same[index] {
            same[index] = same[same[index]];
        }
    }
    let mut first: Vec<usize> = (0..list.len()).collect();
    for (index, &one) in same.iter().enumerate().filter(|(index, _)| list[*index].only_part().is_none()) {
        first[one] = first[one].min(index);
    }
    same.into_iter().map(|one| first[one]).collect()
}

/// The rules, each after those that it leads to, except for cycles.
fn inside_out(list: &[Rule]) -> Vec<usize> {
    let mut order = Vec::with_capacity(list.len());
    let mut is_seen = vec![false; list.len()];
    for start in 0..list.len() {
        let mut path: Vec<(usize, Vec<RuleId>)> = Vec::new();
        if !std::mem::replace(&mut is_seen[start], true) {
            path.push((start, list[start].children().collect()));
        }
        while let Some((at, rest)) = path.last_mut() {
            match rest.pop() {
                Some(child) if !std::mem::replace(&mut is_seen[child.0], true) => {
                    path.push((child.0, list[child.0].children().collect()));
                }
                Some(_) => {}
                None => {
                    order.push(*at);
                    path.pop();
                }
            }
        }
    }
    order
}

fn constraints(rule: &Rule) -> Constraints {
    Constraints {
        kind: rule.kind,
        is_nullable: rule.is_nullable,
        limits: format!("{:?}", rule.limits),
        properties: rule.properties.clone(),
        additional_properties: rule.additional_properties,
        items: rule.items,
        all_of: rule.all_of.clone(),
        choices: rule.choices.clone(),
    }
}

fn each_id(rule: &mut Rule, mut change: impl FnMut(&mut RuleId)) {
    rule.properties.iter_mut().filter_map(|(_, id)| id.as_mut()).for_each(&mut change);
    if let AdditionalProperties::Each(id) = &mut rule.additional_properties {
        change(id);
    }
    rule.items.iter_mut().chain(&mut rule.all_of).for_each(&mut change);
    rule.choices.iter_mut().flat_map(|choice| &mut choice.rules).for_each(|(_, id)| change(id));
}

/// A rule that is used once is inlined, unless the document has a name for it or it would be nested too deep.
fn name(rules: &mut Rules) {
    let mut uses = vec![0_usize; rules.list.len()];
    for id in rules.list.iter().flat_map(Rule::children) {
        uses[id.0] += 1;
    }
    for (rule, uses) in rules.list.iter_mut().zip(uses) {
        rule.is_named |= uses > 1;
    }
    for id in rules.parameters.values().chain(rules.bodies.values()) {
        rules.list[id.0].is_named = true;
    }
    let named = (0..rules.list.len()).filter(|index| rules.list[*index].is_named);
    let mut waiting: Vec<(usize, usize)> = named.map(|index| (index, 0)).collect();
    while let Some((at, depth)) = waiting.pop() {
        for child in rules.list[at].children().collect::<Vec<_>>() {
            let child_rule = &mut rules.list[child.0];
            if !child_rule.is_named {
                child_rule.is_named = depth >= DEEPEST;
                waiting.push((child.0, if child_rule.is_named { 0 } else { depth + 1 }));
            }
        }
    }
}
