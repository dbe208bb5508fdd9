//! Evaluates filters: logical expressions and functions (RFC 9535, sections 2.3.5 and 2.4).

use std::borrow::Cow;

use super::ast::{Comparable, Condition, PatternTest};
use super::budget::Exhausted;
use super::compare::compare;
use super::evaluate::Evaluation;
use super::pattern::Pattern;
use crate::document::tree::Node;

impl<'t> Evaluation<'t, '_> {
    /// Whether a condition holds for the node.
    pub(super) fn holds(&self, condition: &Condition, current: &'t Node) -> Result<bool, Exhausted> {
        self.budget.spend(1)?;
        match condition {
            Condition::Any(any) => {
                for condition in any {
                    if self.holds(condition, current)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Condition::All(all) => {
                for condition in all {
                    if !self.holds(condition, current)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Condition::Not(condition) => Ok(!self.holds(condition, current)?),
            Condition::Exists(query) => Ok(!self.select(query, current)?.is_empty()),
            Condition::Compare(left, comparison, right) => {
                let (left, right) = (self.value(left, current)?, self.value(right, current)?);
                compare(left.as_deref(), *comparison, right.as_deref(), self.budget)
            }
            Condition::Matches(test) => self.matches(test, current),
        }
    }

    /// The value of an expression; `None` if there is none.
    fn value<'v>(&self, comparable: &'v Comparable, current: &'t Node) -> Result<Option<Cow<'v, Node>>, Exhausted>
    where
        't: 'v,
    {
        let integer = |count: usize| Some(Cow::Owned(Node::Integer(i128::try_from(count).unwrap_or(i128::MAX))));
        Ok(match comparable {
            Comparable::Literal(node) => Some(Cow::Borrowed(node)),
            Comparable::Singular(query) => self.select(query, current)?.first().map(|found| Cow::Borrowed(found.node)),
            Comparable::Length(of) => match self.value(of, current)?.as_deref() {
                Some(Node::String(text)) => {
                    self.budget.spend_text(text)?;
                    integer(text.chars().count())
                }
                Some(Node::Array(items)) => integer(items.len()),
                Some(Node::Object(object)) => integer(object.len()),
                Some(Node::Null | Node::Bool(_) | Node::Integer(_) | Node::Float(_)) | None => None,
            },
            Comparable::Count(query) => integer(self.select(query, current)?.len()),
            Comparable::Value(query) => match self.select(query, current)?.as_slice() {
                [found] => Some(Cow::Borrowed(found.node)),
                _ => None,
            },
        })
    }

    /// `match` and `search`: false unless both arguments are strings and the pattern is valid.
    fn matches(&self, test: &PatternTest, current: &'t Node) -> Result<bool, Exhausted> {
        let (text, pattern) = (self.value(&test.text, current)?, self.value(&test.pattern, current)?);
        let (Some(Node::String(text)), Some(Node::String(pattern))) = (text.as_deref(), pattern.as_deref()) else {
            return Ok(false);
        };
        self.budget.spend(1 + text.len())?;
        let mut patterns = self.patterns.borrow_mut();
        let key = (pattern.clone(), test.is_whole);
        if !patterns.contains_key(&key) {
            self.budget.spend(100 + 100 * pattern.len())?;
            patterns.insert(key.clone(), Pattern::new(pattern, test.is_whole));
        }
        Ok(patterns[&key].as_ref().is_some_and(|pattern| pattern.is_match(text)))
    }
}
