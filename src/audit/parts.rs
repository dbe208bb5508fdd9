//! Rules about the document as a whole.

use super::issue::Issue;
use super::rule::Rule;
use super::severity::Severity;
use super::subject::Subject;

/// The rules of this family.
pub const RULES: &[Rule] = &[Rule {
    id: "audit-skipped",
    severity: Severity::Medium,
    summary: "A part of the document is invalid and was not audited",
    explanation: "Nothing is known about this part, so no other finding is about it. `keystub inspect` reports the \
                  errors. Errors in security are never skipped: the audit fails.",
    owasp: &["API9"],
    references: &["OpenAPI 3.0.3 section 4.1"],
    check: audit_skipped,
}];

fn audit_skipped(subject: &Subject<'_>) -> Vec<Issue> {
    let invalid = subject.api.invalid.iter();
    invalid
        .map(|part| {
            let reason = subject.document.shown_text(&part.reason);
            Issue::new(part.at.clone(), format!("this part is invalid and was not audited: {reason}"))
        })
        .collect()
}
