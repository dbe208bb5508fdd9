//! The result of an audit: its findings, each with its place.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::allowances::Allowances;
use super::baseline::Baseline;
use super::catalog::rules;
use super::finding::{Finding, Suppression};
use super::issue::Issue;
use super::own_file::own_file;
use super::rule::Rule;
use super::secret_shape::may_contain_secret;
use super::settings::{Settings, without_meant};
use super::severity::Severity;
use super::subject::Subject;
use crate::diag::{Place, Pointer};
use crate::document::Document;
use crate::matrix::Matrix;
use crate::model::Api;

/// The result of an audit.
#[derive(Debug)]
pub struct Audit {
    /// The findings, the most severe first, then in the order of the text.
    pub findings: Vec<Finding>,
    /// Where the operations that findings reach are written, by their indices in [`Api::operations`].
    pub places: BTreeMap<usize, Place>,
    /// How many operations were audited.
    pub operations: usize,
    /// The access of each operation.
    pub matrix: Matrix,
}

impl Audit {
    /// Checks a document by the rules that the settings select.
    pub fn new(document: &Document, api: &Api, settings: &Settings) -> Self {
        let subject = Subject::new(document, api);
        let allowances = Allowances::read(document);
        // All rules are checked, because what one of them finds to be secret is not printed by another.
        let found: Vec<(&'static Rule, Issue)> = rules()
            .flat_map(|rule| merged((rule.check)(&subject)).into_iter().map(move |issue| (rule, issue)))
            .collect();
        let targets: Vec<Pointer> = found.iter().map(|(_, issue)| issue.at.clone()).collect();
        let mut places = document.places(&targets);
        hide_secrets(&found, &mut places);
        let (meant, name) = (settings.public(&subject), document.name());
        let finding = |((rule, mut issue), place): ((&'static Rule, Issue), Place)| {
            let allowed = allowances.find(rule, &issue.at).map(Suppression::InDocument);
            let suppression = allowed.or_else(|| without_meant(rule, &mut issue, &meant));
            let severity = settings.severity(rule).or(issue.severity);
            Finding {
                rule,
                severity: severity.unwrap_or(rule.severity),
                message: issue.message,
                own_file: own_file(&place.file, &name),
                place,
                operations: issue.operations.iter().map(|&index| api.operations[index].title()).collect(),
                reached: issue.operations,
                suppression,
            }
        };
        let selected = found.into_iter().zip(places).filter(|((rule, _), _)| settings.selects(rule));
        let mut findings: Vec<Finding> = selected.map(finding).chain(settings.stale(&subject)).collect();
        findings.sort_by(|a, b| a.order().cmp(&b.order()));
        let reached: BTreeSet<usize> = findings.iter().flat_map(|finding| finding.reached.iter().copied()).collect();
        let targets: Vec<Pointer> = reached.iter().map(|index| api.operations[*index].at.clone()).collect();
        let places = reached.into_iter().zip(document.places(&targets)).collect();
        Self { findings, places, operations: api.operations.len(), matrix: Matrix::new(api) }
    }

    /// The findings that no allowance and no baseline suppresses.
    pub fn open(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.suppression.is_none())
    }

    /// Whether an open finding is at least this severe.
    pub fn fails_at(&self, severity: Severity) -> bool {
        self.open().any(|finding| finding.severity >= severity)
    }

    /// Suppresses the findings of these rules.
    pub fn allow(&mut self, rules: &[String]) {
        for finding in &mut self.findings {
            if finding.suppression.is_none() && rules.iter().any(|id| id == finding.rule.id) {
                finding.suppression = Some(Suppression::Option);
            }
        }
    }

    /// Suppresses the findings that a baseline lists.
    pub fn compare(&mut self, baseline: &Baseline) {
        for finding in &mut self.findings {
            if finding.suppression.is_none() && baseline.contains(finding) {
                finding.suppression = Some(Suppression::Baseline);
            }
        }
    }
}

/// Replaces the lines that contain a credential, whichever finding shows them.
fn hide_secrets(found: &[(&'static Rule, Issue)], places: &mut [Place]) {
    let line = |place: &Place| (place.file.clone(), place.position.map(|position| position.line));
    let secret = found.iter().zip(places.iter()).filter(|((_, issue), _)| issue.is_secret);
    let secret: BTreeSet<(String, Option<usize>)> = secret.map(|(_, place)| line(place)).collect();
    for place in places {
        if secret.contains(&line(place)) || may_contain_secret(&place.line) {
            "(not shown: it contains a credential)".clone_into(&mut place.line);
            place.caret = 0;
        }
    }
}

/// Issues with the same place and message as one.
fn merged(issues: Vec<Issue>) -> Vec<Issue> {
    let mut merged: BTreeMap<(Pointer, String), Issue> = BTreeMap::new();
    for issue in issues {
        match merged.entry((issue.at.clone(), issue.message.clone())) {
            Entry::Vacant(entry) => {
                entry.insert(issue);
            }
            Entry::Occupied(mut entry) => {
                let first = entry.get_mut();
                first.severity = first.severity.max(issue.severity);
                first.operations.extend(issue.operations);
                first.operations.sort_unstable();
                first.operations.dedup();
            }
        }
    }
    merged.into_values().collect()
}
