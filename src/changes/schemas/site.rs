//! A place at which two versions of a schema are compared.

use super::super::kind::Kind;
use super::place::{At, Step};
use crate::document::Document;
use crate::model::rule::{Rule, RuleChoice, RuleId};
use crate::model::schema::{TypeDef, TypeId, TypeRef};

/// One version: what types and rules of values refer to.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// The document.
    pub document: &'a Document,
    /// The types.
    pub types: &'a [TypeDef],
    /// The rules.
    pub rules: &'a [Rule],
}

/// Which way a value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From clients to servers: what was sent must still be accepted.
    Request,
    /// From servers to clients: what is sent must have been expected.
    Response,
}

/// The schema of a value in one version.
#[derive(Debug, Clone)]
pub struct Value<'a> {
    /// Its type.
    pub ty: &'a TypeRef,
    /// The rules that apply to it; none in responses.
    pub rules: Vec<RuleId>,
    /// For an alternative of a union, the rules of the whole, which may have rules for its properties.
    pub outer: Vec<RuleId>,
    /// Its place.
    pub at: At,
}

/// A value in both versions.
#[derive(Debug, Clone)]
pub struct Site<'a> {
    /// In the old version.
    pub old: Value<'a>,
    /// In the new version.
    pub new: Value<'a>,
    /// Its name in messages: `Order.items[].price`.
    pub label: String,
    /// How many values it is below the last pair of named types.
    pub depth: usize,
}

/// The result of a comparison: what changed here, and what to compare next.
#[derive(Default)]
pub struct Compared<'a> {
    /// The changes with their places.
    pub found: Vec<Found>,
    /// The values below.
    pub below: Vec<Site<'a>>,
}

/// A change of a schema.
pub struct Found {
    /// Its kind.
    pub kind: &'static Kind,
    /// One sentence.
    pub message: String,
    /// Its place in the old version.
    pub old: At,
    /// Its place in the new version.
    pub new: At,
}

impl<'a> Site<'a> {
    /// A value below this one in both versions.
    pub fn below(&self, old: &'a TypeRef, new: &'a TypeRef, step: &Step) -> Site<'a> {
        let label = match step {
            Step::Property(name) => format!("{}.{name}", self.label),
            Step::Items => format!("{}[]", self.label),
            Step::Additional => format!("{}.*", self.label),
        };
        let value =
            |ty, whole: &Value<'a>| Value { ty, rules: Vec::new(), outer: Vec::new(), at: whole.at.part(step.clone()) };
        Site { old: value(old, &self.old), new: value(new, &self.new), label, depth: self.depth + 1 }
    }

    /// The same value with these rules.
    pub fn with_rules(mut self, old: Vec<RuleId>, new: Vec<RuleId>) -> Self {
        (self.old.rules, self.new.rules) = (old, new);
        self
    }

    /// A change of this value.
    pub fn found(&self, kind: &'static Kind, message: String) -> Found {
        Found { kind, message, old: self.old.at.clone(), new: self.new.at.clone() }
    }
}

impl<'a> Side<'a> {
    /// The type with this id.
    pub fn definition(&self, id: TypeId) -> &'a TypeDef {
        &self.types[id.0]
    }

    /// All rules that apply together with these: themselves and, recursively, those of their `all_of`, and of choices with a
    /// single alternative, as in `anyOf: [{type: string}, {type: 'null'}]`, that is a part of the type.
    pub fn closure(&self, rules: &[RuleId]) -> Vec<&'a Rule> {
        let mut seen: Vec<RuleId> = Vec::new();
        let mut left: Vec<RuleId> = rules.to_vec();
        while let Some(id) = left.pop() {
            if !seen.contains(&id) {
                seen.push(id);
                let rule = &self.rules[id.0];
                left.extend(&rule.all_of);
                left.extend(rule.choices.iter().filter_map(only_alternative));
            }
        }
        seen.into_iter().map(|id| &self.rules[id.0]).collect()
    }
}

/// The alternative of a choice that is not a choice: its only one, if the type of the value has it too. An alternative that only
/// requires properties is not a part of the type.
pub fn only_alternative(choice: &RuleChoice) -> Option<RuleId> {
    choice.single().filter(|_| choice.kind.is_typed())
}
