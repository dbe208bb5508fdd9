//! Rules about the URLs, the deprecation and the scopes of security schemes.

use super::issue::Issue;
use super::rule::Rule;
use super::severity::Severity;
use super::subject::{Audited, Subject};
use crate::document::tree::Node;
use crate::model::security::{Access, Requirement, Scheme, is_relative_url};
use crate::model::url::{has_userinfo, without_userinfo};

/// The rules of this family.
pub const RULES: &[Rule] = &[
    Rule {
        id: "oauth-url-odd",
        severity: Severity::Medium,
        summary: "A URL of an authorization server has a user name, a fragment, or characters that URLs do not have",
        explanation: "Programs read such URLs in different ways: `https://example.com\\\\@other.example/` leads to either host. \
                      Endpoints may not have a fragment. Relative URLs are not reported.",
        owasp: &["API8"],
        references: &["RFC 6749 section 3.1", "RFC 3986 section 3.2.1"],
        check: oauth_url_odd,
    },
    Rule {
        id: "deprecated-scheme",
        severity: Severity::Low,
        summary: "Every alternative of an operation requires a deprecated scheme",
        explanation: "Clients cannot use another scheme yet. Add an alternative before the deprecated one is removed.",
        owasp: &["API9"],
        references: &["OpenAPI 3.2.0 section 4.27"],
        check: deprecated_scheme,
    },
    Rule {
        id: "scopes-on-key",
        severity: Severity::Low,
        summary: "Scopes are required of a scheme that has none",
        explanation: "OpenAPI 3.0 allows scopes only for `oauth2` and `openIdConnect`; since 3.1 they are role names for \
                      others. Nothing in a key or password proves a scope, so the server has to know the roles of the \
                      caller.",
        owasp: &["API5"],
        references: &["OpenAPI 3.0.3 section 4.7.30"],
        check: scopes_on_key,
    },
];

fn oauth_url_odd(subject: &Subject<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    for scheme in subject.schemes() {
        for issuer in scheme.kind.issuer_urls() {
            let Some(what) = oddity(issuer.url) else { continue };
            let shown = without_userinfo(issuer.url);
            let message = format!("{} `{}` {what}", issuer, crate::diag::print::excerpt(&shown));
            let issue = Issue::new(scheme.at.clone(), message);
            let issue = if has_userinfo(issuer.url) { issue.secret() } else { issue };
            issues.push(subject.users(scheme).iter().fold(issue, |issue, audited| issue.reaching(audited.index)));
        }
    }
    issues
}

/// What is odd about a URL.
fn oddity(url: &str) -> Option<&'static str> {
    let lower = url.to_ascii_lowercase();
    match url {
        _ if url.contains(|c: char| c == '\\' || c.is_whitespace() || c.is_control()) => {
            Some("has characters that URLs do not have")
        }
        _ if has_userinfo(url) => Some("has a user name"),
        _ if url.contains('#') => Some("has a fragment"),
        _ if !is_relative_url(url)
            && !url.is_empty()
            && !lower.starts_with("https:")
            && !lower.starts_with("http:") =>
        {
            Some("has a scheme other than https")
        }
        _ => None,
    }
}

fn deprecated_scheme(subject: &Subject<'_>) -> Vec<Issue> {
    let is_deprecated = |scheme: &Scheme| {
        let declared = subject.resolved(scheme.at.clone());
        matches!(declared.and_then(|(_, node)| node.get("deprecated")), Some(Node::Bool(true)))
    };
    let mut issues = Vec::new();
    for audited in &subject.operations {
        let Access::Guarded { any_of, or_anonymous: false } = &audited.operation.access else { continue };
        let deprecated = |requirement: &Requirement| {
            let schemes = requirement.iter().map(|used| subject.api.scheme(used.scheme));
            schemes.into_iter().any(is_deprecated)
        };
        if any_of.iter().all(deprecated) {
            let message = "every alternative requires a deprecated scheme";
            let at = audited.security.clone().unwrap_or_else(|| audited.operation.at.clone());
            issues.push(Issue::new(at, message).reaching(audited.index));
        }
    }
    issues
}

fn scopes_on_key(subject: &Subject<'_>) -> Vec<Issue> {
    let roles_are_allowed = || {
        let version = subject.document.node(&crate::diag::Pointer::root().child("openapi")).and_then(Node::as_str);
        version.is_some_and(|version| !version.starts_with("3.0"))
    };
    if roles_are_allowed() {
        return Vec::new();
    }
    let mut issues = Vec::new();
    let each = |audited: &Audited<'_>, issues: &mut Vec<Issue>| {
        for (at, requirement) in subject.requirements(audited) {
            for used in requirement.iter().filter(|used| !used.scopes.is_empty()) {
                let scheme = subject.api.scheme(used.scheme);
                if !scheme.kind.has_issuer() {
                    let message = format!("`{}` has no scopes, so nothing in the credential proves them", scheme.name);
                    issues.push(Issue::new(at.child(&scheme.name), message).reaching(audited.index));
                }
            }
        }
    };
    subject.operations.iter().for_each(|audited| each(audited, &mut issues));
    issues
}
