//! The constraints on a value in a request, as text.

use super::part::Part;
use crate::model::rule::{Limit, RuleId};
use crate::model::schema::Literal;

/// The rules that apply to a value together.
#[derive(Debug, Clone, Default)]
pub struct Bounds(Vec<RuleId>);

/// The number of rules of one value that are read; parts of `allOf` beyond it are not shown.
const MOST: usize = 50;

impl Bounds {
    /// The rule and those of its `allOf`.
    pub fn of(part: &Part<'_>, rule: Option<RuleId>) -> Self {
        let Some(rules) = part.rules else { return Self::default() };
        let mut all: Vec<RuleId> = rule.into_iter().collect();
        let mut at = 0;
        while at < all.len() && all.len() < MOST {
            let parts: Vec<RuleId> =
                rules.list[all[at].0].all_of.iter().filter(|id| !all.contains(id)).copied().collect();
            all.extend(parts);
            at += 1;
        }
        Self(all)
    }

    /// Those of a property.
    pub fn property(&self, part: &Part<'_>, name: &str) -> Self {
        self.each(part, |rule| {
            let property = rule.properties.iter().find(|(other, _)| other == name);
            property.and_then(|(_, rule)| *rule)
        })
    }

    /// Those of the items of an array.
    pub fn items(&self, part: &Part<'_>) -> Self {
        self.each(part, |rule| rule.items)
    }

    fn each(&self, part: &Part<'_>, inner: impl Fn(&crate::model::rule::Rule) -> Option<RuleId>) -> Self {
        let Some(rules) = part.rules else { return Self::default() };
        let inner = self.0.iter().filter_map(|id| inner(&rules.list[id.0]));
        Self(inner.flat_map(|id| Self::of(part, Some(id)).0).collect())
    }

    fn limits<'a>(&'a self, part: &Part<'a>) -> impl Iterator<Item = &'a Limit> + use<'a> {
        let rules = part.rules;
        self.0.iter().filter_map(move |id| Some(&rules?.list[id.0].limits)).flatten()
    }

    /// Each constraint as text.
    pub fn texts(&self, part: &Part<'_>) -> Vec<String> {
        let mut texts: Vec<String> = Vec::new();
        for text in self.limits(part).map(text) {
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        texts
    }
}

fn text(limit: &Limit) -> String {
    match limit {
        Limit::Minimum(least, false) => format!("at least {least}"),
        Limit::Minimum(least, true) => format!("greater than {least}"),
        Limit::Maximum(most, false) => format!("at most {most}"),
        Limit::Maximum(most, true) => format!("less than {most}"),
        Limit::MultipleOf(step) => format!("multiple of {step}"),
        Limit::MinLength(least) => format!("at least {least} characters"),
        Limit::MaxLength(most) => format!("at most {most} characters"),
        Limit::Pattern(pattern) => format!("matches {pattern}"),
        Limit::MinItems(least) => format!("at least {least} items"),
        Limit::MaxItems(most) => format!("at most {most} items"),
        Limit::UniqueItems => "unique items".to_owned(),
        Limit::MinProperties(least) => format!("at least {least} properties"),
        Limit::MaxProperties(most) => format!("at most {most} properties"),
        Limit::Required(names) => format!("requires {}", names.join(", ")),
    }
}

/// A default as text.
pub fn default_text(default: Option<&Literal>) -> Vec<String> {
    default.map(|value| format!("default {}", value.json())).into_iter().collect()
}
