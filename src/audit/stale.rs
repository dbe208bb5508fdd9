//! The rule about entries of keystub.toml that have no effect.

use super::rule::Rule;
use super::severity::Severity;

/// The rule. Its findings are in keystub.toml, so they are made where that is read.
pub static STALE: Rule = Rule {
    id: "stale-public",
    severity: Severity::Medium,
    summary: "An entry of `public` in keystub.toml matches no public operation",
    explanation: "The operation was removed, renamed or guarded. If another one gets the name later, it would be public \
                  without a finding. Remove the entry.",
    owasp: &["API9"],
    references: &["OpenAPI 3.0.3 section 4.7.10"],
    check: |_| Vec::new(),
};
