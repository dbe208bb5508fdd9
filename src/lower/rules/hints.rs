//! The words for the names of rules.
//!
//! A rule for one schema is named after it. A rule for several schemas is named after a component among them, or after
//! its constraints if these are short.

use super::maker::Maker;
use crate::diag::Pointer;
use crate::lower::component_name::component_name;
use crate::model::rule::{AdditionalProperties, Limit, Rule, RuleId, RuleKind};

/// The most words that a name uses from the constraints or from the owner of a rule.
const LONGEST: usize = 48;

/// How many nested lists such a name describes.
const DEEPEST: usize = 3;

/// Merges a rule into an equal one and keeps the better name.
pub(super) fn take_over(rule: &mut Rule, other: Rule) {
    // A schema that only refers to another one is not another place.
    rule.others += usize::from(other.only_part().is_none());
    rule.is_named |= other.is_named;
    // The pointer makes the choice independent of the order in the document.
    let rank = |rule: &Rule| (!is_component(&rule.at), rule.longer.is_empty(), rule.at.to_string());
    if rank(&other) < rank(rule) {
        (rule.hint, rule.longer, rule.at) = (other.hint, other.longer, other.at);
    }
}

/// Sets the words of every rule.
pub(super) fn set_all_words(list: &mut [Rule]) {
    let owners = owners(list);
    for index in 0..list.len() {
        let described = if list[index].others > 0 { described(list, RuleId(index), 0) } else { None };
        let owner = owners[index].map(|owner| &list[owner]).map(words);
        let rule = &mut list[index];
        match described {
            Some(described) => (rule.hint, rule.longer) = (described, String::new()),
            None if is_component(&rule.at) || is_shared_part(&rule.at) => rule.hint = component_name(&rule.at),
            // A rule of a parameter or body; only those have words at this point.
            None if !rule.hint.is_empty() && rule.others == 0 => rule.hint = std::mem::take(&mut rule.longer),
            None if !rule.hint.is_empty() => {}
            None => {
                rule.hint = place(&rule.at);
                rule.longer = owner.map_or_else(|| component_name(&rule.at), |owner| format!("{owner} {}", rule.hint));
            }
        }
    }
}

/// For each rule, the first one that leads to it and precedes it.
fn owners(list: &[Rule]) -> Vec<Option<usize>> {
    let mut owners = vec![None; list.len()];
    for (index, rule) in list.iter().enumerate() {
        rule.children().filter(|id| index < id.0).for_each(|id| _ = owners[id.0].get_or_insert(index));
    }
    owners
}

/// The words of an owner, as far as a name can hold them.
fn words(owner: &Rule) -> String {
    let words = if owner.longer.is_empty() { &owner.hint } else { &owner.longer };
    words.chars().take(LONGEST).collect()
}

impl Maker<'_, '_> {
    /// The words for a rule that is used once: its own, and those with its operation.
    pub(super) fn set_words(&mut self, id: RuleId, own: &str, longer: String) {
        let rule = &mut self.rules[id.0];
        if !rule.is_named && rule.hint.is_empty() {
            own.clone_into(&mut rule.hint);
            rule.longer = longer;
        }
    }
}

fn is_component(at: &Pointer) -> bool {
    let tokens: Vec<String> = at.tokens().collect();
    matches!(&tokens[..], [components, schemas, _] if components == "components" && schemas == "schemas")
}

/// Whether a schema is part of a parameter, body or response that several operations can share. Named after one of them,
/// a rule would get another name if the operations were in another order.
fn is_shared_part(at: &Pointer) -> bool {
    let tokens: Vec<String> = at.tokens().collect();
    matches!(&tokens[..], [components, kind, _, schema] if components == "components" && kind != "schemas" && schema == "schema")
}

/// The property whose value, items or alternatives a schema describes.
fn place(at: &Pointer) -> String {
    let tokens: Vec<String> = at.tokens().collect();
    let (mut rest, mut ends) = (&tokens[..], Vec::new());
    loop {
        rest = match rest {
            [before @ .., properties, name] if properties == "properties" && !before.is_empty() => {
                ends.push(name.as_str());
                break;
            }
            [before @ .., items] if items == "items" => {
                ends.push("item");
                before
            }
            [before @ .., last] if last == "additionalProperties" => {
                ends.push("value");
                before
            }
            [before @ .., choice, index] if matches!(choice.as_str(), "allOf" | "oneOf" | "anyOf") => {
                ends.push(index);
                before
            }
            _ => return component_name(at),
        };
    }
    ends.reverse();
    ends.join(" ")
}

/// The constraints of the rule in words; `None` if there are too many.
fn described(list: &[Rule], id: RuleId, depth: usize) -> Option<String> {
    let rule = &list[id.0];
    let is_plain = rule.properties.is_empty() && rule.all_of.is_empty() && rule.choices.is_empty();
    if !is_plain || depth > DEEPEST {
        return None;
    }
    let mut words = vec![kind(rule.kind).to_owned()];
    if rule.is_nullable {
        words.insert(0, "nullable".to_owned());
    }
    match rule.additional_properties {
        AdditionalProperties::Any => {}
        AdditionalProperties::None => words.push("without properties".to_owned()),
        AdditionalProperties::Each(id) => words.push(format!("of {}", described(list, id, depth + 1)?)),
    }
    for one in &rule.limits {
        words.push(limit(one)?);
    }
    if let Some(items) = rule.items {
        words.push(format!("of {}", described(list, items, depth + 1)?));
    }
    let words = words.join(" ");
    (words.len() <= LONGEST).then_some(words)
}

fn kind(kind: RuleKind) -> &'static str {
    match kind {
        RuleKind::Any => "any",
        RuleKind::Text => "text",
        RuleKind::Number => "number",
        RuleKind::Integer => "integer",
        RuleKind::Bool => "boolean",
        RuleKind::Array => "list",
        RuleKind::Object => "object",
    }
}

fn limit(limit: &Limit) -> Option<String> {
    let number = |bound: &f64| bound.to_string().replace('-', "minus ").replace('.', " point ");
    Some(match limit {
        Limit::Minimum(bound, false) => format!("from {}", number(bound)),
        Limit::Minimum(bound, true) => format!("above {}", number(bound)),
        Limit::Maximum(bound, false) => format!("to {}", number(bound)),
        Limit::Maximum(bound, true) => format!("below {}", number(bound)),
        Limit::MultipleOf(step) => format!("multiple of {}", number(step)),
        Limit::MinLength(least) => format!("min length {least}"),
        Limit::MaxLength(most) => format!("max length {most}"),
        Limit::MinItems(least) => format!("min items {least}"),
        Limit::MaxItems(most) => format!("max items {most}"),
        Limit::UniqueItems => "unique items".to_owned(),
        Limit::MinProperties(least) => format!("min properties {least}"),
        Limit::MaxProperties(most) => format!("max properties {most}"),
        Limit::Pattern(_) | Limit::Required(_) => return None,
    })
}
