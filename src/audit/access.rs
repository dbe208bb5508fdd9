//! Rules about the access of single operations: who may call them.

use super::issue::Issue;
use super::rule::Rule;
use super::severity::Severity;
use super::subject::{Audited, Subject};
use crate::diag::Pointer;
use crate::document::tree::Node;
use crate::model::credential_name::is_credential_name;
use crate::model::operation::{Method, Status};
use crate::model::security::SchemeKind;

/// The rules of this family.
pub const RULES: &[Rule] = &[
    Rule {
        id: "no-schemes",
        severity: Severity::Medium,
        summary: "The document declares no security scheme",
        explanation: "Every operation is public, or is protected in a way that the document does not say. Clients and \
                      servers made from it check nothing. One finding for the document.",
        owasp: &["API8"],
        references: &["OpenAPI 3.0.3 section 4.7.27"],
        check: no_schemes,
    },
    Rule {
        id: "no-security-anywhere",
        severity: Severity::High,
        summary: "Schemes are declared, but no operation requires one",
        explanation: "A scheme has an effect only if `security` names it. A document without `security` at its root is \
                      fine if operations have their own.",
        owasp: &["API2"],
        references: &["OpenAPI 3.0.3 section 4.7.30"],
        check: no_security_anywhere,
    },
    Rule {
        id: "open-write",
        severity: Severity::High,
        summary: "An operation that changes something has no security requirements",
        explanation: "Anyone may call it. It is `medium` if the document says so by `security: []`, and `info` if its \
                      name says that callers have no credential yet: sign-in, sign-up, token and webhook endpoints. Not \
                      reported if no operation requires security.",
        owasp: &["API2", "API5"],
        references: &["OpenAPI 3.0.3 section 4.7.10"],
        check: open_write,
    },
    Rule {
        id: "open-read",
        severity: Severity::Low,
        summary: "An operation that reads has no security requirements, while others have",
        explanation: "Anyone may read it. Not reported for `security: []`, which is a decision, for health checks and \
                      `/.well-known`, and if no operation requires security.",
        owasp: &["API2"],
        references: &["OpenAPI 3.0.3 section 4.7.10"],
        check: open_read,
    },
    Rule {
        id: "unknown-scope",
        severity: Severity::Medium,
        summary: "A required scope is declared by no flow of its scheme",
        explanation: "No client can find out how to obtain it, and a misspelt scope locks everyone out. Not reported for \
                      OpenID Connect and for schemes with `oauth2MetadataUrl`, whose scopes are not in the document.",
        owasp: &["API5"],
        references: &["RFC 6749 section 3.3"],
        check: unknown_scope,
    },
    Rule {
        id: "scopes-unsaid",
        severity: Severity::Low,
        summary: "An operation that changes something accepts every token of a scheme that declares scopes",
        explanation: "A token that was issued for reading can write. Not reported for schemes that declare no scopes.",
        owasp: &["API5"],
        references: &["RFC 6749 section 3.3"],
        check: scopes_unsaid,
    },
    Rule {
        id: "open-with-401",
        severity: Severity::Medium,
        summary: "A public operation documents 401 or 403",
        explanation: "The server seems to check a credential that the document does not require. Not reported for \
                      sign-in and similar endpoints, which answer 401 for a wrong password.",
        owasp: &["API2"],
        references: &["RFC 9110 section 15.5.2"],
        check: open_with_401,
    },
    Rule {
        id: "undeclared-credential",
        severity: Severity::High,
        summary: "A public operation has a parameter that is a credential",
        explanation: "The protection is only a parameter: clients do not treat it as a secret, and servers do not check \
                      it. Declare a security scheme. OpenAPI ignores header parameters named `Authorization`.",
        owasp: &["API2"],
        references: &["OpenAPI 3.0.3 section 4.7.12.1"],
        check: undeclared_credential,
    },
    Rule {
        id: "trace-method",
        severity: Severity::Low,
        summary: "An operation uses the method TRACE",
        explanation: "TRACE sends the request back, with its credentials, to whatever made it.",
        owasp: &["API8"],
        references: &["RFC 9110 section 9.3.8"],
        check: trace_method,
    },
];

fn no_schemes(subject: &Subject<'_>) -> Vec<Issue> {
    let at = Pointer::root().child("components").child("securitySchemes");
    let declares =
        subject.document.node(&at).and_then(|node| node.as_object()).is_some_and(|schemes| !schemes.is_empty());
    let message = "the document declares no security scheme, so every operation is public";
    if declares { Vec::new() } else { vec![all(subject, Issue::new(Pointer::root().child("paths"), message))] }
}

fn no_security_anywhere(subject: &Subject<'_>) -> Vec<Issue> {
    let at = Pointer::root().child("components").child("securitySchemes");
    let requires = subject.operations.iter().any(|audited| !audited.is_open());
    if requires || subject.schemes().next().is_none() {
        return Vec::new();
    }
    vec![all(subject, Issue::new(at, "security schemes are declared, but no operation requires one"))]
}

fn all(subject: &Subject<'_>, issue: Issue) -> Issue {
    (0..subject.operations.len()).fold(issue, Issue::reaching)
}

/// The public operations, if others are not.
fn open<'s, 'a>(subject: &'s Subject<'a>) -> impl Iterator<Item = &'s Audited<'a>> {
    let requires = subject.operations.iter().any(|audited| !audited.is_open());
    subject.operations.iter().filter(move |audited| requires && audited.is_open())
}

fn has_own_security(subject: &Subject<'_>, audited: &Audited<'_>) -> bool {
    subject.document.node(&audited.operation.at.child("security")).is_some()
}

fn open_write(subject: &Subject<'_>) -> Vec<Issue> {
    let issue = |audited: &Audited<'_>| {
        let message = format!("{} has no security requirements", audited.title());
        let severity = match (audited.is_entry(), has_own_security(subject, audited)) {
            (true, _) => Severity::Info,
            (false, true) => Severity::Medium,
            (false, false) => Severity::High,
        };
        Issue::new(audited.operation.at.clone(), message).severity(severity).reaching(audited.index)
    };
    open(subject).filter(|audited| audited.is_write()).map(issue).collect()
}

fn open_read(subject: &Subject<'_>) -> Vec<Issue> {
    const PUBLIC: [&str; 9] =
        ["health", "healthz", "ping", "status", "version", "livez", "readyz", "openapi", "swagger"];
    let is_public = |audited: &Audited<'_>| {
        let is_well_known = audited.operation.path.text.starts_with("/.well-known");
        is_well_known || audited.is_entry() || PUBLIC.iter().any(|word| audited.words.contains(*word))
    };
    let is_read =
        |audited: &&Audited<'_>| matches!(audited.operation.method, Method::Get | Method::Head | Method::Query);
    let found = open(subject).filter(is_read).filter(|audited| !is_public(audited));
    let found = found.filter(|audited| !has_own_security(subject, audited));
    let issue = |audited: &Audited<'_>| {
        let message = format!("{} has no security requirements", audited.title());
        Issue::new(audited.operation.at.clone(), message).reaching(audited.index)
    };
    found.map(issue).collect()
}

/// The scopes of an OAuth 2 scheme; `None` if the document does not list them.
pub fn declared_scopes(kind: &SchemeKind) -> Option<Vec<&str>> {
    kind.flows()?.declared_scopes()
}

fn unknown_scope(subject: &Subject<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    for audited in &subject.operations {
        for (at, requirement) in subject.requirements(audited) {
            for used in requirement.iter() {
                let scheme = subject.api.scheme(used.scheme);
                let Some(declared) = declared_scopes(&scheme.kind) else { continue };
                for (index, scope) in
                    used.scopes.iter().enumerate().filter(|(_, scope)| !declared.contains(&scope.as_str()))
                {
                    let message = format!("no flow of `{}` declares the scope `{scope}`", scheme.name);
                    issues.push(Issue::new(at.child(&scheme.name).index(index), message).reaching(audited.index));
                }
            }
        }
    }
    issues
}

fn scopes_unsaid(subject: &Subject<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    for audited in subject.operations.iter().filter(|audited| audited.is_write()) {
        for (at, requirement) in subject.requirements(audited) {
            for used in requirement.iter().filter(|used| used.scopes.is_empty()) {
                let scheme = subject.api.scheme(used.scheme);
                if declared_scopes(&scheme.kind).is_some_and(|scopes| scopes.len() > 1) {
                    let message = format!("a token of `{}` with any scope may change something", scheme.name);
                    issues.push(Issue::new(at.child(&scheme.name), message).reaching(audited.index));
                }
            }
        }
    }
    issues
}

fn open_with_401(subject: &Subject<'_>) -> Vec<Issue> {
    let open = subject.operations.iter().filter(|audited| audited.is_open() && !audited.is_entry());
    let issue = |audited: &Audited<'_>| {
        let refusal = |status: &Status| matches!(status, Status::Code(401 | 403));
        let response = audited.operation.responses.iter().find(|response| refusal(&response.status))?;
        let Status::Code(code) = response.status else { return None };
        let message = format!("{} documents {code}, but requires no credential", audited.title());
        let at = audited.operation.at.child("responses").child(&code.to_string());
        Some(Issue::new(at, message).reaching(audited.index))
    };
    open.filter_map(issue).collect()
}

fn undeclared_credential(subject: &Subject<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    for audited in subject.operations.iter().filter(|audited| audited.is_open() && !audited.is_entry()) {
        for (at, parameter) in parameters(subject, audited) {
            let text = |key| parameter.get(key).and_then(Node::as_str);
            let (Some(name), Some("header" | "query" | "cookie")) = (text("name"), text("in")) else { continue };
            if is_credential_name(name) {
                let message = format!("the parameter `{name}` is a credential that `security` does not mention");
                issues.push(Issue::new(at, message).reaching(audited.index));
            }
        }
    }
    issues
}

/// The parameters of an operation and of its path item, as written, after resolving references: the model does not have
/// header parameters named `Authorization`.
pub fn parameters<'a>(subject: &Subject<'a>, audited: &Audited<'_>) -> Vec<(Pointer, &'a Node)> {
    let own = audited.operation.at.child("parameters");
    let of_item = audited.item().map(|item| item.child("parameters"));
    let mut found = Vec::new();
    for list in [Some(own), of_item].into_iter().flatten() {
        let places = (0..subject.list(&list).len()).map(|index| list.index(index));
        found.extend(places.filter_map(|at| subject.resolved(at)));
    }
    found
}

fn trace_method(subject: &Subject<'_>) -> Vec<Issue> {
    let traces = subject.operations.iter().filter(|audited| audited.operation.method == Method::Trace);
    let issue = |audited: &Audited<'_>| {
        let message = format!("{} sends requests back with their credentials", audited.title());
        Issue::new(audited.operation.at.clone(), message).reaching(audited.index)
    };
    traces.map(issue).collect()
}
