//! Rules about paths that match the same requests, and about scopes that only discouraged flows grant.

use std::collections::BTreeMap;

use super::issue::Issue;
use super::rule::Rule;
use super::severity::Severity;
use super::subject::{Audited, Subject};
use crate::model::overlap::PathShape;
use crate::model::security::{Flow, SchemeKind};

/// The rules of this family.
pub const RULES: &[Rule] = &[
    Rule {
        id: "shadowed-access",
        severity: Severity::Medium,
        summary: "Two paths match the same requests and have different access",
        explanation: "With `/pets/{id}` and `/pets/mine`, a router or proxy that takes the first match, or one with another \
                      idea of encoded characters, serves one request with the access of the other. Generated servers take \
                      the literal path. Not reported if the type of the parameter excludes the literal.",
        owasp: &["API5"],
        references: &["RFC 9110 section 4.2.3", "OpenAPI 3.0.3 section 4.7.8.1"],
        check: shadowed_access,
    },
    Rule {
        id: "unreachable-scope",
        severity: Severity::Low,
        summary: "A required scope is declared by the implicit or password flow alone, while the scheme has better flows",
        explanation: "Clients have to use a flow that RFC 9700 advises against to obtain it. Declare the scope in the other \
                      flows.",
        owasp: &["API2"],
        references: &["RFC 9700 section 2.1.2", "RFC 9700 section 2.4"],
        check: unreachable_scope,
    },
];

fn shadowed_access(subject: &Subject<'_>) -> Vec<Issue> {
    let mut groups: BTreeMap<(&str, usize), Vec<(PathShape<'_>, &Audited<'_>)>> = BTreeMap::new();
    for audited in &subject.operations {
        let shape = PathShape::of(audited.operation);
        groups.entry((audited.operation.method.as_str(), shape.len())).or_default().push((shape, audited));
    }
    let mut issues = Vec::new();
    for group in groups.values() {
        for (specific, literal) in group.iter().filter(|(shape, _)| !shape.is_empty()) {
            for (general, other) in group {
                if general.shadows(specific) && literal.alternatives != other.alternatives {
                    let message = format!("{} also matches {}, which has other access", other.title(), literal.title());
                    let issue = Issue::new(literal.operation.at.clone(), message).reaching(literal.index);
                    issues.push(issue.reaching(other.index));
                }
            }
        }
    }
    issues
}

fn unreachable_scope(subject: &Subject<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    for audited in &subject.operations {
        for (at, requirement) in subject.requirements(audited) {
            for used in requirement.iter() {
                let scheme = subject.api.scheme(used.scheme);
                let SchemeKind::OAuth2(flows) = &scheme.kind else { continue };
                let flows = || flows.by_kind().into_iter().filter_map(|(kind, flow)| Some((kind, flow?)));
                let declares = |flow: &Flow, scope: &str| flow.scopes.iter().any(|(name, _)| name == scope);
                let has_better = flows().any(|(kind, _)| !kind.is_discouraged());
                for (index, scope) in used.scopes.iter().enumerate() {
                    let mut declaring = flows().filter(|(_, flow)| declares(flow, scope)).peekable();
                    let is_declared = declaring.peek().is_some();
                    if has_better && is_declared && declaring.all(|(kind, _)| kind.is_discouraged()) {
                        let message = format!("only discouraged flows of `{}` grant `{scope}`", scheme.name);
                        let at = at.child(&scheme.name).index(index);
                        issues.push(Issue::new(at, message).reaching(audited.index));
                    }
                }
            }
        }
    }
    issues
}
