//! Rules about how schemes and requirements are declared: names that mean something else, and parts that have no effect.

use super::access::parameters;
use super::issue::Issue;
use super::rule::Rule;
use super::severity::Severity;
use super::subject::{Audited, Subject, words};
use crate::document::tree::Node;
use crate::model::operation::{Operation, ParameterStyle};
use crate::model::outgoing::Origin;
use crate::model::security::{Access, KeyPlace, SchemeKind};

/// The rules of this family.
pub const RULES: &[Rule] = &[
    Rule {
        id: "unregistered-http-auth",
        severity: Severity::Low,
        summary: "A scheme of HTTP authentication is not in the IANA registry",
        explanation: "It is unknown, not unsafe: many vendors sign requests in their own way. But clients cannot know how, so \
                      describe it. Not reported for the obsolete schemes of `obsolete-http-auth`.",
        owasp: &["API8"],
        references: &["RFC 9110 section 16.4.1"],
        check: unregistered_http_auth,
    },
    Rule {
        id: "bearer-format-odd",
        severity: Severity::Low,
        summary: "`bearerFormat` names a scheme instead of a format of tokens",
        explanation: "`bearerFormat` is a hint such as `JWT`. `Basic`, `Bearer` or `apiKey` there mean that another type of \
                      scheme is meant.",
        owasp: &["API8"],
        references: &["OpenAPI 3.0.3 section 4.7.27"],
        check: bearer_format_odd,
    },
    Rule {
        id: "credential-parameter",
        severity: Severity::Low,
        summary: "A parameter is the key of a scheme of the same operation",
        explanation: "The credential is declared twice, and generated code would send it twice. Remove the parameter.",
        owasp: &["API8"],
        references: &["OpenAPI 3.0.3 section 4.7.12.1"],
        check: credential_parameter,
    },
    Rule {
        id: "deprecated-open",
        severity: Severity::Low,
        summary: "A deprecated operation is public, while others are guarded",
        explanation: "Old versions are forgotten when access is tightened. Remove it, or give it the requirements of its \
                      successor. Not reported for sign-in and similar endpoints.",
        owasp: &["API9"],
        references: &["OpenAPI 3.0.3 section 4.7.10"],
        check: deprecated_open,
    },
    Rule {
        id: "webhook-unverified",
        severity: Severity::Low,
        summary: "A webhook has neither security requirements nor a header with a signature",
        explanation: "Whoever knows the URL of the receiver can send it events. Declare a scheme, or a header that carries a \
                      signature of the body.",
        owasp: &["API8"],
        references: &["OpenAPI 3.1.0 section 4.8.1"],
        check: webhook_unverified,
    },
];

/// The registry of HTTP authentication schemes, in lower case.
const REGISTERED: [&str; 14] = [
    "basic",
    "bearer",
    "concealed",
    "digest",
    "dpop",
    "gnap",
    "hoba",
    "mutual",
    "negotiate",
    "oauth",
    "privatetoken",
    "scram-sha-1",
    "scram-sha-256",
    "vapid",
];

fn unregistered_http_auth(subject: &Subject<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    for declared in subject.schemes() {
        let SchemeKind::OtherHttp { scheme } = &declared.kind else { continue };
        let lower = scheme.to_ascii_lowercase();
        if !REGISTERED.contains(&lower.as_str()) && lower != "ntlm" {
            let message = format!("the HTTP authentication scheme `{scheme}` is not registered");
            let users = subject.users(declared).into_iter().map(|audited| audited.index);
            issues.push(users.fold(Issue::new(declared.at.clone(), message), Issue::reaching));
        }
    }
    issues
}

fn bearer_format_odd(subject: &Subject<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    for declared in subject.schemes() {
        let SchemeKind::Bearer { format: Some(format) } = &declared.kind else { continue };
        let plain: String = format.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        if matches!(plain.as_str(), "basic" | "bearer" | "apikey" | "digest" | "oauth" | "oauth2" | "cookie") {
            let message = format!("`bearerFormat: {format}` names a scheme, not a format of tokens");
            issues.push(Issue::new(declared.at.child("bearerFormat"), message));
        }
    }
    issues
}

fn credential_parameter(subject: &Subject<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    for audited in &subject.operations {
        let Access::Guarded { any_of, .. } = &audited.operation.access else { continue };
        let used = any_of.iter().flat_map(|requirement| requirement.iter());
        let kinds: Vec<&SchemeKind> = used.map(|used| &subject.api.scheme(used.scheme).kind).collect();
        for (at, parameter) in parameters(subject, audited) {
            let text = |key| parameter.get(key).and_then(Node::as_str);
            let (Some(name), Some(place)) = (text("name"), text("in")) else { continue };
            if kinds.iter().any(|kind| is_key(kind, place, name)) {
                let message = format!("the parameter `{name}` is the key of a scheme of this operation");
                issues.push(Issue::new(at, message).reaching(audited.index));
            }
        }
    }
    issues
}

/// Whether a scheme has a key in this place with this name.
fn is_key(kind: &SchemeKind, place: &str, name: &str) -> bool {
    match kind {
        SchemeKind::ApiKey { place: KeyPlace::Header, name: key } => {
            place == "header" && key.eq_ignore_ascii_case(name)
        }
        SchemeKind::ApiKey { place: own, name: key } => place == own.as_str() && key == name,
        _ => false,
    }
}

fn deprecated_open(subject: &Subject<'_>) -> Vec<Issue> {
    let has_guarded = subject.operations.iter().any(|audited| !audited.is_open());
    let is_found = |audited: &&Audited<'_>| {
        has_guarded && audited.operation.is_deprecated && audited.is_open() && !audited.is_entry()
    };
    let issue = |audited: &Audited<'_>| {
        let message = format!("{} is deprecated and public", audited.title());
        Issue::new(audited.operation.at.clone(), message).reaching(audited.index)
    };
    subject.operations.iter().filter(is_found).map(issue).collect()
}

fn webhook_unverified(subject: &Subject<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    for outgoing in &subject.api.outgoing.operations {
        let Origin::Webhook { name } = &outgoing.origin else { continue };
        if outgoing.operation.access == Access::Open && !has_signature(&outgoing.operation) {
            let message = format!("receivers of the webhook `{name}` cannot tell who sends it");
            issues.push(Issue::new(outgoing.operation.at.clone(), message));
        }
    }
    issues
}

fn has_signature(operation: &Operation) -> bool {
    const WORDS: [&str; 6] = ["signature", "hmac", "secret", "token", "authorization", "digest"];
    let headers = operation
        .parameters
        .iter()
        .filter(|parameter| matches!(parameter.style, ParameterStyle::Header | ParameterStyle::HeaderJson));
    headers.flat_map(|header| words(&header.name)).any(|word| WORDS.contains(&word.as_str()))
}
