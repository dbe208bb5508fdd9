//! `x-keystub-allow` in the document: findings that its authors accept, with a reason.

use super::rule::Rule;
use super::walk::walk;
use crate::diag::Pointer;
use crate::document::Document;
use crate::document::tree::Node;

const KEY: &str = "x-keystub-allow";

/// The allowances of a document: the node that each applies to, the rule, and the reason.
pub struct Allowances(Vec<(Pointer, String, String)>);

impl Allowances {
    /// Reads every `x-keystub-allow`: an object of rules with reasons. It applies to the node that contains it and to
    /// everything below. A rule without a reason allows nothing.
    pub fn read(document: &Document) -> Self {
        let mut found = Vec::new();
        walk(document, |visit| {
            let allowed = visit.node.get(KEY).and_then(Node::as_object).into_iter().flatten();
            let entries = allowed.filter_map(|(rule, reason)| Some((rule, reason.as_str()?)));
            let entries = entries.filter(|(_, reason)| !reason.trim().is_empty());
            found.extend(entries.map(|(rule, reason)| (visit.at(), rule.clone(), reason.to_owned())));
        });
        Self(found)
    }

    /// The reason of an allowance for a violation of `rule` at `at`.
    pub fn find(&self, rule: &Rule, at: &Pointer) -> Option<String> {
        let allows = |(node, id, _): &&(Pointer, String, String)| id == rule.id && at.is_within(node);
        self.0.iter().find(allows).map(|(_, _, reason)| reason.clone())
    }
}
