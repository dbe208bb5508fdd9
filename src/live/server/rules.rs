//! The constraints of requests as tables of the runtime.

use std::sync::OnceLock;

use keystub_server_runtime::pattern::Pattern;
use keystub_server_runtime::rules::{
    AdditionalProperties as RuntimeAdditionalProperties, Choice, Kind, Limit as RuntimeLimit, Rule as RuntimeRule,
};

use super::tables::{list, text};
use crate::model::rule::{AdditionalProperties, Limit, Rule, RuleChoice, RuleId, RuleKind, Rules};

/// The rules of a document, by their ids.
#[derive(Debug, Clone)]
pub(in crate::live) struct RuleTables(Vec<&'static RuntimeRule>);

impl RuleTables {
    /// Builds all rules. A rule may contain itself, so each refers to the others by a cell that is filled afterwards.
    pub fn new(rules: &Rules) -> Self {
        let cells: Vec<&'static OnceLock<&'static RuntimeRule>> =
            rules.list.iter().map(|_| kept(OnceLock::new())).collect();
        let late = cells.iter().map(|cell| kept(RuntimeRule { late: Some(*cell), ..RuntimeRule::ANY }));
        let builder = Builder { late: late.collect() };
        let built = rules.list.iter().zip(&cells).map(|(rule, cell)| *cell.get_or_init(|| kept(builder.rule(rule))));
        Self(built.collect())
    }

    /// The rule with this id.
    pub fn get(&self, id: RuleId) -> &'static RuntimeRule {
        self.0[id.0]
    }
}

fn kept<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

struct Builder {
    late: Vec<&'static RuntimeRule>,
}

impl Builder {
    fn reference(&self, id: RuleId) -> &'static RuntimeRule {
        self.late[id.0]
    }

    fn rule(&self, rule: &Rule) -> RuntimeRule {
        let property = |(name, id): &(String, Option<RuleId>)| {
            let rule: &'static RuntimeRule = id.map_or(&RuntimeRule::ANY, |id| self.reference(id));
            (text(name), rule)
        };
        RuntimeRule {
            kind: kind(rule.kind),
            nullable: rule.is_nullable,
            limits: list(rule.limits.iter().map(limit)),
            properties: list(rule.properties.iter().map(property)),
            additional_properties: match rule.additional_properties {
                AdditionalProperties::Any => RuntimeAdditionalProperties::Any,
                AdditionalProperties::None => RuntimeAdditionalProperties::None,
                AdditionalProperties::Each(id) => RuntimeAdditionalProperties::Each(self.reference(id)),
            },
            items: rule.items.map(|id| self.reference(id)),
            all_of: list(rule.all_of.iter().map(|id| self.reference(*id))),
            choices: list(rule.choices.iter().map(|choice| self.choice(choice))),
            late: None,
        }
    }

    fn choice(&self, choice: &RuleChoice) -> Choice {
        let rules = choice.rules.iter().map(|(tags, id)| (texts(tags), self.reference(*id)));
        Choice {
            property: text(choice.property.as_deref().unwrap_or_default()),
            exclusive: choice.kind.is_exclusive(),
            rules: list(rules),
        }
    }
}

fn texts(words: &[String]) -> &'static [&'static str] {
    list(words.iter().map(|word| text(word)))
}

fn kind(kind: RuleKind) -> Kind {
    match kind {
        RuleKind::Any => Kind::Any,
        RuleKind::Text => Kind::Text,
        RuleKind::Number => Kind::Number,
        RuleKind::Integer => Kind::Integer,
        RuleKind::Bool => Kind::Bool,
        RuleKind::Array => Kind::Array,
        RuleKind::Object => Kind::Object,
    }
}

fn limit(limit: &Limit) -> RuntimeLimit {
    let count = |bound: &u64| usize::try_from(*bound).unwrap_or(usize::MAX);
    match limit {
        Limit::Minimum(bound, false) => RuntimeLimit::Minimum(*bound),
        Limit::Minimum(bound, true) => RuntimeLimit::Above(*bound),
        Limit::Maximum(bound, false) => RuntimeLimit::Maximum(*bound),
        Limit::Maximum(bound, true) => RuntimeLimit::Below(*bound),
        Limit::MultipleOf(step) => RuntimeLimit::MultipleOf(*step),
        Limit::MinLength(least) => RuntimeLimit::MinLength(count(least)),
        Limit::MaxLength(most) => RuntimeLimit::MaxLength(count(most)),
        Limit::Pattern(pattern) => RuntimeLimit::Pattern(kept(Pattern::new(text(pattern)))),
        Limit::MinItems(least) => RuntimeLimit::MinItems(count(least)),
        Limit::MaxItems(most) => RuntimeLimit::MaxItems(count(most)),
        Limit::UniqueItems => RuntimeLimit::UniqueItems,
        Limit::MinProperties(least) => RuntimeLimit::MinProperties(count(least)),
        Limit::MaxProperties(most) => RuntimeLimit::MaxProperties(count(most)),
        Limit::Required(names) => RuntimeLimit::Required(texts(names)),
    }
}
