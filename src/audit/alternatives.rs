//! Rules about the alternatives of an access, which are joined by OR.

use std::collections::BTreeSet;

use super::issue::Issue;
use super::rule::Rule;
use super::severity::Severity;
use super::subject::{Audited, Subject};
use crate::diag::Pointer;
use crate::model::access::redundant_alternatives;
use crate::model::security::{Access, Requirement};

/// The rules of this family.
pub const RULES: &[Rule] = &[
    Rule {
        id: "anonymous-write",
        severity: Severity::High,
        summary: "`{}` is an alternative of an operation that changes something",
        explanation: "`{}` makes every credential optional: a caller without one is accepted. It is `info` for sign-in, \
                      sign-up, token and webhook endpoints.",
        owasp: &["API2"],
        references: &["OpenAPI 3.0.3 section 4.7.30"],
        check: anonymous_write,
    },
    Rule {
        id: "anonymous-read",
        severity: Severity::Low,
        summary: "`{}` is an alternative of an operation that reads",
        explanation: "A caller without a credential is accepted, and the response may differ for callers with one. It is \
                      `info` for sign-in and similar endpoints.",
        owasp: &["API2"],
        references: &["OpenAPI 3.0.3 section 4.7.30"],
        check: anonymous_read,
    },
    Rule {
        id: "weak-alternative",
        severity: Severity::High,
        summary: "An alternative requires more schemes than another one, so it never protects",
        explanation: "Alternatives are joined by OR. With `A` and `A AND B`, a caller with `A` alone is accepted: `B` is \
                      never necessary. Remove the weaker alternative, or the second scheme.",
        owasp: &["API2"],
        references: &["OpenAPI 3.0.3 section 4.7.30"],
        check: weak_alternative,
    },
    Rule {
        id: "weak-scope-alternative",
        severity: Severity::Medium,
        summary: "An alternative requires more scopes than another one, so its scopes never matter",
        explanation: "With the same schemes, the alternative with fewer scopes decides. To require one of several scopes, \
                      write alternatives that do not contain each other.",
        owasp: &["API5"],
        references: &["RFC 6749 section 3.3"],
        check: weak_scope_alternative,
    },
    Rule {
        id: "duplicate-alternative",
        severity: Severity::Low,
        summary: "An alternative is listed twice",
        explanation: "The second one has no effect. Often another scheme was meant.",
        owasp: &["API8"],
        references: &["OpenAPI 3.0.3 section 4.7.30"],
        check: duplicate_alternative,
    },
];

fn anonymous_write(subject: &Subject<'_>) -> Vec<Issue> {
    anonymous(
        subject,
        |audited| audited.is_write(),
        "callers without credentials may change something: `{}` requires nothing",
    )
}

fn anonymous_read(subject: &Subject<'_>) -> Vec<Issue> {
    anonymous(subject, |audited| !audited.is_write(), "callers without credentials may read: `{}` requires nothing")
}

fn anonymous(subject: &Subject<'_>, is_selected: fn(&Audited<'_>) -> bool, message: &str) -> Vec<Issue> {
    let has = |audited: &&Audited<'_>| {
        matches!(audited.operation.access, Access::Guarded { or_anonymous: true, .. }) && is_selected(audited)
    };
    let issue = |audited: &Audited<'_>| {
        let issue = Issue::new(subject.anonymous(audited)?, message).reaching(audited.index);
        Some(if audited.is_entry() { issue.severity(Severity::Info) } else { issue })
    };
    subject.operations.iter().filter(has).filter_map(issue).collect()
}

/// How a redundant alternative relates to the one that decides.
#[derive(PartialEq, Eq, Clone, Copy)]
enum Redundancy {
    Same,
    MoreScopes,
    MoreSchemes,
}

fn weak_alternative(subject: &Subject<'_>) -> Vec<Issue> {
    redundant(
        subject,
        Redundancy::MoreSchemes,
        "another alternative requires only some of these schemes, so this one never protects",
    )
}

fn weak_scope_alternative(subject: &Subject<'_>) -> Vec<Issue> {
    redundant(
        subject,
        Redundancy::MoreScopes,
        "another alternative requires only some of these scopes, so the others never matter",
    )
}

fn duplicate_alternative(subject: &Subject<'_>) -> Vec<Issue> {
    redundant(subject, Redundancy::Same, "an earlier alternative requires the same")
}

fn redundant(subject: &Subject<'_>, wanted: Redundancy, message: &str) -> Vec<Issue> {
    let mut issues = Vec::new();
    for audited in &subject.operations {
        let written = subject.requirements(audited);
        for index in redundant_alternatives(&audited.operation.access, &subject.api.schemes) {
            if let Some((at, _)) = written.get(index)
                && redundancy(&written, index) == wanted
            {
                issues.push(Issue::new(at.clone(), message).reaching(audited.index));
            }
        }
    }
    issues
}

fn redundancy(written: &[(Pointer, &Requirement)], index: usize) -> Redundancy {
    let (_, this) = &written[index];
    let others = || written.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, (_, other))| *other);
    let schemes = |requirement: &Requirement| requirement.iter().map(|used| used.scheme).collect::<BTreeSet<_>>();
    let all_of = |requirement: &Requirement| {
        let pairs =
            requirement.iter().flat_map(|used| used.scopes.iter().map(move |scope| (used.scheme, scope.clone())));
        (schemes(requirement), pairs.collect::<BTreeSet<_>>())
    };
    if others().any(|other| schemes(other).is_subset(&schemes(this)) && schemes(other) != schemes(this)) {
        Redundancy::MoreSchemes
    } else if others().any(|other| all_of(other) == all_of(this))
        || !others().any(|other| schemes(other) == schemes(this))
    {
        Redundancy::Same
    } else {
        Redundancy::MoreScopes
    }
}
