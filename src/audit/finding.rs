//! A finding: an issue with its place in the text and the operations that it reaches.

use super::issue::Issue;
use super::rule::Rule;
use super::severity::Severity;
use super::subject::title;
use crate::diag::Place;
use crate::model::Api;
use crate::scanning::fingerprint;

/// A violation of a rule.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// The severity of this violation.
    pub severity: Severity,
    /// One sentence; it may quote the document and is not escaped.
    pub message: String,
    /// Where the cause is written.
    pub place: Place,
    /// The operations that it reaches, as `METHOD /path`.
    pub operations: Vec<String>,
    /// Their indices in [`Api::operations`].
    pub reached: Vec<usize>,
    /// Why it does not count, if it does not.
    pub suppression: Option<Suppression>,
}

/// Why a finding does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Suppression {
    /// `x-keystub-allow` in the document, with its reason.
    InDocument(String),
    /// `--allow`.
    Option,
    /// The baseline lists it.
    Baseline,
    /// The operations are meant to be public.
    Public,
}

impl Suppression {
    /// The reason for people.
    pub fn reason(&self) -> &str {
        match self {
            Self::InDocument(reason) => reason,
            Self::Option => "allowed by --allow",
            Self::Baseline => "listed in the baseline",
            Self::Public => "listed in `public` of keystub.toml",
        }
    }
}

impl Finding {
    pub(super) fn new(
        rule: &'static Rule,
        issue: Issue,
        place: Place,
        api: &Api,
        suppression: Option<Suppression>,
    ) -> Self {
        let operations = issue.operations.iter().map(|&index| title(&api.operations[index])).collect();
        let severity = issue.severity.unwrap_or(rule.severity);
        Self { rule, severity, message: issue.message, place, operations, reached: issue.operations, suppression }
    }

    /// The most severe first, then by file and place.
    pub(super) fn order(&self) -> impl Ord {
        let Place { file, position, pointer, .. } = &self.place;
        (std::cmp::Reverse(self.severity), file.clone(), *position, pointer.clone(), self.rule.id)
    }

    /// A text that stays the same if lines are inserted, made of the rule, the file, the pointer and the message.
    pub fn fingerprint(&self) -> String {
        fingerprint([self.rule.id, &self.place.file, &self.place.pointer, &self.message])
    }
}
