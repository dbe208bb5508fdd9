//! Removes rules without constraints, except those that lead to others.

use std::collections::{BTreeMap, BTreeSet};

use super::maker::Enums;
use super::values;
use crate::diag::{Code, Report};
use crate::model::rule::{AdditionalProperties, Limit, Rule, RuleChoice, RuleId, Rules};

/// How deep rules of one value may be nested by `allOf`, `oneOf` and `anyOf`.
const DEEPEST: usize = 32;

/// Removes unneeded rules and renumbers the others. `enums` are added to the rules that are needed; they do not make a rule
/// needed, because types check them unless other alternatives have constraints.
pub(super) fn keep_needed(report: &mut Report, rules: &mut Rules, enums: Enums) {
    for index in cut(&mut rules.list) {
        let message = format!("constraints of schemas nested more than {DEEPEST} levels deep are not checked");
        report.warning(Code::IgnoredKeyword, &rules.list[index].at, message);
    }
    let mut needed = needed(&rules.list);
    let reached = reached(rules);
    needed.iter_mut().zip(reached).for_each(|(needed, reached)| *needed &= reached);
    values::restrict(report, &mut rules.list, &mut needed, enums);
    let mut ids: BTreeMap<RuleId, RuleId> = BTreeMap::new();
    for index in (0..needed.len()).filter(|index| needed[*index]) {
        ids.insert(RuleId(index), RuleId(ids.len()));
    }
    let list = std::mem::take(&mut rules.list).into_iter().enumerate();
    rules.list = list.filter(|(index, _)| needed[*index]).map(|(_, rule)| renumbered(rule, &ids)).collect();
    rules.parameters = renumber(std::mem::take(&mut rules.parameters), &ids);
    rules.bodies = renumber(std::mem::take(&mut rules.bodies), &ids);
}

fn renumber<K: Ord>(uses: BTreeMap<K, RuleId>, ids: &BTreeMap<RuleId, RuleId>) -> BTreeMap<K, RuleId> {
    uses.into_iter().filter_map(|(key, id)| Some((key, *ids.get(&id)?))).collect()
}

/// Which rules are kept: those with their own limits, those of choices that no type has, those that lead to one, and the
/// alternatives next to one, which distinguish it.
fn needed(list: &[Rule]) -> Vec<bool> {
    let users = users(list);
    let mut needed = vec![false; list.len()];
    let mut choices: BTreeSet<(usize, usize)> = BTreeSet::new();
    let mut waiting: Vec<usize> = (0..list.len()).filter(|index| has_own(&list[*index])).collect();
    waiting.extend(of_untyped_choices(list));
    while let Some(index) = waiting.pop() {
        if std::mem::replace(&mut needed[index], true) {
            continue;
        }
        for &(user, choice) in &users[index] {
            waiting.push(user);
            if let Some(choice) = choice.filter(|choice| choices.insert((user, *choice))) {
                waiting.extend(list[user].choices[choice].rules.iter().map(|(_, id)| id.0));
            }
        }
    }
    needed
}

/// The rules of choices that no type has, with those for the same value that they lead to.
fn of_untyped_choices(list: &[Rule]) -> BTreeSet<usize> {
    let choices = list.iter().flat_map(|rule| &rule.choices).filter(|choice| !choice.kind.is_typed());
    let mut waiting: Vec<usize> = choices.flat_map(|choice| choice.rules.iter().map(|(_, id)| id.0)).collect();
    let mut found = BTreeSet::new();
    while let Some(index) = waiting.pop() {
        if found.insert(index) {
            waiting.extend(list[index].of_same_value().map(|id| id.0));
        }
    }
    found
}

/// The rules that parameters and bodies still reach.
fn reached(rules: &Rules) -> Vec<bool> {
    let mut reached = vec![false; rules.list.len()];
    let mut waiting: Vec<RuleId> = rules.parameters.values().chain(rules.bodies.values()).copied().collect();
    while let Some(id) = waiting.pop() {
        if !std::mem::replace(&mut reached[id.0], true) {
            waiting.extend(rules.list[id.0].children());
        }
    }
    reached
}

/// For each rule, those that lead to it and through which of their choices.
fn users(list: &[Rule]) -> Vec<Vec<(usize, Option<usize>)>> {
    let mut users = vec![Vec::new(); list.len()];
    for (user, rule) in list.iter().enumerate() {
        rule.children().for_each(|id| users[id.0].push((user, None)));
        for (at, choice) in rule.choices.iter().enumerate() {
            choice.rules.iter().for_each(|(_, id)| users[id.0].push((user, Some(at))));
        }
    }
    users
}

fn has_own(rule: &Rule) -> bool {
    rule.additional_properties == AdditionalProperties::None
        || rule.limits.iter().any(|limit| !matches!(limit, Limit::Required(_)))
}

fn renumbered(mut rule: Rule, ids: &BTreeMap<RuleId, RuleId>) -> Rule {
    let is_open = rule.additional_properties == AdditionalProperties::Any;
    let properties = rule.properties.into_iter().map(|(name, id)| (name, id.and_then(|id| ids.get(&id).copied())));
    rule.properties = properties.filter(|(_, id)| id.is_some() || !is_open).collect();
    rule.additional_properties = match rule.additional_properties {
        AdditionalProperties::Each(id) => {
            ids.get(&id).map_or(AdditionalProperties::Any, |id| AdditionalProperties::Each(*id))
        }
        other @ (AdditionalProperties::Any | AdditionalProperties::None) => other,
    };
    rule.items = rule.items.and_then(|id| ids.get(&id).copied());
    rule.all_of = rule.all_of.iter().filter_map(|id| ids.get(id).copied()).collect();
    let choice = |choice: RuleChoice| {
        let rules: Vec<_> = choice.rules.into_iter().filter_map(|(tags, id)| Some((tags, *ids.get(&id)?))).collect();
        (!rules.is_empty()).then_some(RuleChoice { rules, ..choice })
    };
    rule.choices = rule.choices.into_iter().filter_map(choice).collect();
    rule
}

/// Removes parts that contain their own schema, which add nothing and could be checked without end, and parts that are
/// nested too deep for the stack of a server. Returns the rules that lost parts of the second kind.
fn cut(list: &mut [Rule]) -> Vec<usize> {
    let mut too_deep = Vec::new();
    let mut state = vec![State::New; list.len()];
    for start in 0..list.len() {
        let mut path: Vec<(usize, Vec<RuleId>)> = Vec::new();
        if state[start] == State::New {
            state[start] = State::Open;
            path.push((start, list[start].of_same_value().collect()));
        }
        while let Some((at, rest)) = path.last_mut() {
            let at = *at;
            if let Some(child) = rest.pop() {
                if state[child.0] == State::New {
                    state[child.0] = State::Open;
                    path.push((child.0, list[child.0].of_same_value().collect()));
                }
                continue;
            }
            drop_same(&mut list[at], |id| state[id.0] == State::Open);
            let depth = |id: RuleId| match state[id.0] {
                State::Done(depth) => depth,
                State::New | State::Open => 0,
            };
            if list[at].of_same_value().any(|id| depth(id) >= DEEPEST) {
                drop_same(&mut list[at], |id| depth(id) >= DEEPEST);
                too_deep.push(at);
            }
            let deepest = list[at].of_same_value().map(depth).max();
            state[at] = State::Done(deepest.map_or(0, |depth| depth + 1));
            path.pop();
        }
    }
    too_deep
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    /// Includes how many rules for the same value are nested below it.
    Done(usize),
}

/// A choice that contains its own owner can always be satisfied.
fn drop_same(rule: &mut Rule, is_dropped: impl Fn(RuleId) -> bool) {
    rule.all_of.retain(|id| !is_dropped(*id));
    rule.choices.retain(|choice| !choice.rules.iter().any(|(_, id)| is_dropped(*id)));
}
