//! A finding: an issue with its place in the text and the operations that it reaches.

use super::rule::Rule;
use super::severity::Severity;
use crate::diag::Place;
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
    /// The file of the place, relative to the document; empty for the document itself.
    pub own_file: String,
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
    /// The most severe first, then by file and place.
    pub(super) fn order(&self) -> impl Ord {
        let Place { file, position, pointer, .. } = &self.place;
        (std::cmp::Reverse(self.severity), file.clone(), *position, pointer.clone(), self.rule.id)
    }

    /// A text that stays the same if lines are inserted or the document is moved, made of the rule, the file if it is not the
    /// document, the pointer and the message.
    pub fn fingerprint(&self) -> String {
        self.fingerprint_in(&self.own_file)
    }

    /// The fingerprint that baselines had at first, with the name of the file as the user gave it.
    pub(super) fn first_fingerprint(&self) -> String {
        self.fingerprint_in(&self.place.file)
    }

    fn fingerprint_in(&self, file: &str) -> String {
        fingerprint([self.rule.id, file, &self.place.pointer, &self.message])
    }
}
