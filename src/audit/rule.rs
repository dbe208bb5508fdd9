//! A rule: its documentation and its check.

use super::issue::Issue;
use super::severity::Severity;
use super::subject::Subject;

/// A rule of the audit.
#[derive(Debug)]
pub struct Rule {
    /// Its name in kebab case.
    pub id: &'static str,
    /// The severity of its findings, unless the check grades one differently.
    pub severity: Severity,
    /// One sentence: what it finds.
    pub summary: &'static str,
    /// Why it matters, what to do, and what it does not report.
    pub explanation: &'static str,
    /// Categories of the OWASP API Security Top 10 2023, such as `API2`.
    pub owasp: &'static [&'static str],
    /// Sections of RFCs and of OpenAPI.
    pub references: &'static [&'static str],
    /// Finds the violations in a document.
    pub check: fn(&Subject<'_>) -> Vec<Issue>,
}
