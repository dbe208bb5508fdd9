//! Rules about documented responses.

use super::issue::Issue;
use super::rule::Rule;
use super::severity::Severity;
use super::subject::{Audited, Subject, list_in};
use crate::diag::Pointer;
use crate::document::tree::Node;
use crate::model::operation::{Operation, Status};
use crate::model::security::Access;

/// The rules of this family.
pub const RULES: &[Rule] = &[
    Rule {
        id: "guarded-without-401",
        severity: Severity::Info,
        summary: "An operation that requires a credential documents no response without one",
        explanation: "Callers learn neither the status nor the body of a refusal. `4XX` and `default` cover 401.",
        owasp: &["API8"],
        references: &["RFC 9110 section 15.5.2"],
        check: guarded_without_401,
    },
    Rule {
        id: "scoped-without-403",
        severity: Severity::Info,
        summary: "An operation that requires scopes documents no response without them",
        explanation: "A token without the scope gets 403 (`insufficient_scope`). `4XX` and `default` cover it.",
        owasp: &["API8"],
        references: &["RFC 6750 section 3.1"],
        check: scoped_without_403,
    },
    Rule {
        id: "cors-star",
        severity: Severity::Medium,
        summary: "A response documents `Access-Control-Allow-Origin: *` together with credentials",
        explanation: "Browsers refuse the combination, so servers that need it return the origin of the caller instead, \
                      which gives every page the data of the user. List the origins.",
        owasp: &["API8"],
        references: &["RFC 6454 section 7", "Fetch standard section 3.3.5"],
        check: cors_star,
    },
];

fn guarded_without_401(subject: &Subject<'_>) -> Vec<Issue> {
    let guarded = |audited: &Audited<'_>| !audited.alternatives.allows_anonymous();
    undocumented(subject, 401, guarded)
}

fn scoped_without_403(subject: &Subject<'_>) -> Vec<Issue> {
    let scoped = |audited: &Audited<'_>| match &audited.operation.access {
        Access::Open => false,
        Access::Guarded { any_of, .. } => {
            any_of.iter().all(|requirement| requirement.iter().any(|used| !used.scopes.is_empty()))
        }
    };
    undocumented(subject, 403, scoped)
}

/// The operations without a response for `code`, as one finding.
fn undocumented(subject: &Subject<'_>, code: u16, is_selected: impl Fn(&Audited<'_>) -> bool) -> Vec<Issue> {
    let found = subject.operations.iter().filter(|audited| is_selected(audited) && !documents(audited.operation, code));
    let message = format!("no {code} response is documented");
    let issue = |audited: &Audited<'_>| {
        Issue::new(audited.operation.at.child("responses"), message.clone()).reaching(audited.index)
    };
    found.map(issue).collect()
}

fn documents(operation: &Operation, code: u16) -> bool {
    operation.responses.iter().any(|response| match response.status {
        Status::Code(documented) => documented == code,
        Status::Range(first) => first == 4,
        Status::Default => true,
    })
}

fn cors_star(subject: &Subject<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    for audited in &subject.operations {
        for response in &audited.operation.responses {
            let header = |name: &str| response.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
            let origin = header("Access-Control-Allow-Origin").filter(|header| has_value(subject, &header.at, "*"));
            let credentials = header("Access-Control-Allow-Credentials");
            if let (Some(origin), Some(_)) = (origin, credentials) {
                let message = "every origin is allowed, with credentials";
                issues.push(Issue::new(origin.at.clone(), message).reaching(audited.index));
            }
        }
    }
    issues
}

/// Whether this text is the example, the default or a value of a header.
fn has_value(subject: &Subject<'_>, at: &Pointer, wanted: &str) -> bool {
    let is_wanted = |node: &Node| node.as_str() == Some(wanted);
    let Some((at, header)) = subject.resolved(at.clone()) else { return false };
    let schema = subject.resolved(at.child("schema")).map(|(_, schema)| schema);
    let single = [Some(header), schema]
        .into_iter()
        .flatten()
        .flat_map(|node| ["example", "default", "const"].into_iter().filter_map(|key| node.get(key)));
    let listed = schema.is_some_and(|schema| list_in(schema, "enum").iter().any(is_wanted));
    listed || single.into_iter().any(is_wanted)
}
