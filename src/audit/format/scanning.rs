//! The findings for services that show them next to the lines of a document.

use super::super::finding::{Finding, Suppression};
use super::super::report::Audit;
use super::super::rule::Rule;
use super::super::severity::Severity;
use super::super::{catalog, rules_page};
use crate::diag::Place;
use crate::scanning::{self, Descriptor, Entry, Level, Suppressed};

/// One annotation of GitHub Actions for each open finding.
pub fn github(audit: &Audit) -> String {
    scanning::github(audit.open().map(|finding| Entry { message: finding.message.as_str().into(), ..entry(finding) }))
}

/// SARIF 2.1.0, with all rules.
pub fn sarif(audit: &Audit) -> String {
    let descriptors: Vec<Descriptor<'_>> = catalog::rules().map(descriptor).collect();
    let entries: Vec<Entry<'_>> =
        audit.findings.iter().map(|finding| Entry { related: related(audit, finding), ..entry(finding) }).collect();
    scanning::sarif(&descriptors, &entries)
}

fn level(severity: Severity) -> Level {
    match severity {
        Severity::High => Level::Error,
        Severity::Medium | Severity::Low => Level::Warning,
        Severity::Info => Level::Note,
    }
}

fn descriptor(rule: &Rule) -> Descriptor<'_> {
    let severity = match rule.severity {
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "3.0",
        Severity::Info => "1.0",
    };
    let categories = rule.owasp.iter().map(|category| format!("owasp-api-2023-{}", category.to_lowercase()));
    Descriptor {
        id: rule.id,
        summary: rule.summary,
        explanation: rule.explanation,
        help: rules_page::explanation(rule).into(),
        level: level(rule.severity),
        tags: ["security".to_owned()].into_iter().chain(categories).collect(),
        severity: Some(severity),
    }
}

/// The operations that a finding reaches; services show only some.
fn related<'a>(audit: &'a Audit, finding: &'a Finding) -> Vec<(&'a str, &'a Place)> {
    const SHOWN: usize = 20;
    let titled = finding.operations.iter().zip(&finding.reached);
    titled.filter_map(|(title, index)| Some((title.as_str(), audit.places.get(index)?))).take(SHOWN).collect()
}

/// A finding with the operations that it reaches.
fn entry(finding: &Finding) -> Entry<'_> {
    let reaches = match finding.operations.as_slice() {
        [] => String::new(),
        operations => format!(" (reaches {})", operations.join(", ")),
    };
    let suppressed = |suppression| Suppressed {
        is_in_source: matches!(suppression, &Suppression::InDocument(_)),
        reason: Suppression::reason(suppression),
    };
    Entry {
        id: finding.rule.id,
        level: level(finding.severity),
        message: format!("{}{reaches}", finding.message).into(),
        place: &finding.place,
        related: Vec::new(),
        fingerprint: finding.fingerprint(),
        suppression: finding.suppression.as_ref().map(suppressed),
    }
}
