//! Results and the rules or kinds that they belong to.

use std::borrow::Cow;

use crate::diag::Place;

/// How serious a result is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// It should not pass.
    Error,
    /// It should be looked at.
    Warning,
    /// It is for information.
    Note,
}

/// A rule of the audit, or a kind of change.
pub struct Descriptor<'a> {
    /// Its name.
    pub id: &'a str,
    /// One sentence.
    pub summary: &'a str,
    /// A longer text.
    pub explanation: &'a str,
    /// What to read about it.
    pub help: Cow<'a, str>,
    /// The usual level.
    pub level: Level,
    /// Words by which services group results.
    pub tags: Vec<String>,
    /// How serious it is for security, from 0.0 to 10.0, if it is about security.
    pub severity: Option<&'a str>,
}

/// A result.
pub struct Entry<'a> {
    /// The name of its descriptor.
    pub id: &'a str,
    /// Its level.
    pub level: Level,
    /// One sentence; it may quote the document and is not escaped.
    pub message: Cow<'a, str>,
    /// Where it is.
    pub place: &'a Place,
    /// A text by which it is recognised in the next run.
    pub fingerprint: String,
    /// Other places that it is about, each with a text.
    pub related: Vec<(&'a str, &'a Place)>,
    /// Why it does not count, if it does not.
    pub suppression: Option<Suppressed<'a>>,
}

/// Why a result does not count.
pub struct Suppressed<'a> {
    /// Whether the document says so; else an option or another file does.
    pub is_in_source: bool,
    /// The reason.
    pub reason: &'a str,
}
