//! What users decide about rules: which are checked, their severities, and which operations are meant to be public.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::{Finding, Suppression};
use super::issue::Issue;
use super::optional::is_optional;
use super::own_file::own_file;
use super::rule::Rule;
use super::severity::Severity;
use super::stale::STALE;
use super::subject::{Audited, Subject};
use crate::diag::Place;
use crate::diag::print::excerpt;
use crate::document::{Candidate, Filters};

/// Rules that report that an operation is public.
const ABOUT_PUBLIC: [&str; 10] = [
    "open-write",
    "open-read",
    "open-override",
    "anonymous-write",
    "anonymous-read",
    "method-asymmetry",
    "subpath-asymmetry",
    "version-asymmetry",
    "deprecated-open",
    "limit-unsaid",
];

/// What users decide.
#[derive(Debug, Default)]
pub struct Settings {
    /// The rules that are checked; those that are on by default if empty.
    pub only: BTreeSet<String>,
    /// The rules that are not checked.
    pub off: BTreeSet<String>,
    /// Other severities of rules.
    pub levels: BTreeMap<String, Severity>,
    /// The operations that are meant to be public.
    pub public: Vec<PublicEntry>,
}

/// Operations that are meant to be public.
#[derive(Debug)]
pub struct PublicEntry {
    /// The filter as written.
    pub text: String,
    /// The operations.
    pub filters: Filters,
    /// Where it is written.
    pub place: Place,
}

impl PublicEntry {
    fn matches(&self, subject: &Subject<'_>, audited: &Audited<'_>) -> bool {
        let operation = audited.operation;
        self.filters.keeps(&Candidate {
            method: Some(operation.method.as_str().to_owned()),
            path: operation.path.text.clone(),
            node: subject.document.node(&operation.at),
        })
    }
}

impl Settings {
    /// Whether a rule is checked.
    pub fn selects(&self, rule: &Rule) -> bool {
        match self.only.is_empty() {
            false => self.only.contains(rule.id),
            true if self.off.contains(rule.id) => false,
            true => !is_optional(rule.id) || self.levels.contains_key(rule.id),
        }
    }

    /// The severity of findings of a rule, if it is set.
    pub(super) fn severity(&self, rule: &Rule) -> Option<Severity> {
        self.levels.get(rule.id).copied()
    }

    /// The operations that are meant to be public.
    pub(super) fn public(&self, subject: &Subject<'_>) -> BTreeSet<usize> {
        let is_meant = |audited: &&Audited<'_>| self.public.iter().any(|entry| entry.matches(subject, audited));
        subject.operations.iter().filter(is_meant).map(|audited| audited.index).collect()
    }

    /// A finding for each entry of `public` that matches no operation that callers without credentials may call.
    pub(super) fn stale(&self, subject: &Subject<'_>) -> Vec<Finding> {
        if !self.selects(&STALE) {
            return Vec::new();
        }
        let is_public = |audited: &Audited<'_>| audited.alternatives.allows_anonymous();
        let stale = |entry: &&PublicEntry| {
            !subject.operations.iter().any(|audited| is_public(audited) && entry.matches(subject, audited))
        };
        let document = &subject.document.name();
        let finding = |entry: &PublicEntry| Finding {
            rule: &STALE,
            severity: self.severity(&STALE).unwrap_or(STALE.severity),
            message: format!("`{}` matches no public operation", excerpt(&entry.text)),
            place: entry.place.clone(),
            own_file: own_file(&entry.place.file, document),
            operations: Vec::new(),
            reached: Vec::new(),
            suppression: None,
        };
        self.public.iter().filter(stale).map(finding).collect()
    }
}

/// Removes the operations that are meant to be public from an issue that reports that they are. The issue is suppressed if
/// it reaches no others.
pub fn without_meant(rule: &Rule, issue: &mut Issue, meant: &BTreeSet<usize>) -> Option<Suppression> {
    if !ABOUT_PUBLIC.contains(&rule.id) || issue.operations.is_empty() {
        return None;
    }
    if issue.operations.iter().all(|operation| meant.contains(operation)) {
        return Some(Suppression::Public);
    }
    issue.operations.retain(|operation| !meant.contains(operation));
    None
}
