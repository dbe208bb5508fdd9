//! Rules about secrets in the document, and about parameters and descriptions that leak or run something.

use super::issue::Issue;
use super::rule::Rule;
use super::secret_shape::secret;
use super::severity::Severity;
use super::subject::{Audited, Subject, words};
use super::walk::{Visit, walk};
use crate::diag::Pointer;
use crate::document::tree::Node;
use crate::model::operation::{Parameter, ParameterStyle};
use crate::model::security::{Access, Carrier, KeyPlace, Requirement, Secret};

/// The rules of this family.
pub const RULES: &[Rule] = &[
    Rule {
        id: "secret-in-document",
        severity: Severity::High,
        summary: "A text has the shape of a secret: a token, an access key or a private key",
        explanation: "Examples and descriptions are often pasted from a session. Whoever reads the document can use the \
                      secret: revoke it and write a placeholder. The samples of jwt.io and of RFCs, and texts with \
                      `example`, `xxx` or `your` are not reported. The secret is not printed.",
        owasp: &["API8"],
        references: &["RFC 7515 section 7.1", "RFC 7468"],
        check: secret_in_document,
    },
    Rule {
        id: "credential-default",
        severity: Severity::High,
        summary: "A password, secret or token has a default",
        explanation: "A default is what is used if nothing is sent: everyone has that credential. Not reported for an empty \
                      text.",
        owasp: &["API2", "API8"],
        references: &["OpenAPI 3.0.3 section 4.7.24"],
        check: credential_default,
    },
    Rule {
        id: "secret-parameter",
        severity: Severity::Medium,
        summary: "A path or query parameter is a credential",
        explanation: "URLs are written to logs, histories and `Referer` headers. Send credentials in a header, by a \
                      security scheme. `token` in the query is reported if at least three operations that require bearer \
                      tokens have it: then it is the token of the caller. Not reported for tokens of pages, for identifiers of tokens, for the key of a \
                      scheme (`key-in-query`), and for sign-in and similar endpoints, whose tokens are used once.",
        owasp: &["API2"],
        references: &["RFC 6750 section 5.3", "RFC 9110 section 17.9"],
        check: secret_parameter,
    },
    Rule {
        id: "unsafe-markdown",
        severity: Severity::Medium,
        summary: "A description contains markup that runs a script",
        explanation: "Documentation tools that print HTML of descriptions run it. Not reported in code.",
        owasp: &["API8"],
        references: &["OpenAPI 3.0.3 section 4.1"],
        check: unsafe_markdown,
    },
];

/// The issue at the visited node, which reaches the operation that contains it.
fn located(subject: &Subject<'_>, visit: &Visit<'_>, message: String) -> Issue {
    within(subject, &visit.at(), Issue::new(visit.at(), message))
}

/// The issue, which reaches the operation that contains `at`.
fn within(subject: &Subject<'_>, at: &Pointer, issue: Issue) -> Issue {
    let containing = subject.operations.iter().filter(|audited| at.is_within(&audited.operation.at));
    containing.fold(issue, |issue, audited| issue.reaching(audited.index))
}

fn secret_in_document(subject: &Subject<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    walk(subject.document, |visit| {
        let Some(what) = visit.node.as_str().filter(|_| visit.key() != Some("pattern")).and_then(secret) else {
            return;
        };
        issues.push(located(subject, visit, format!("this text looks like {what}")).secret());
    });
    issues
}

fn credential_default(subject: &Subject<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    walk(subject.document, |visit| {
        let has_default = |node: &Node| node.get("default").and_then(Node::as_str).is_some_and(|text| !text.is_empty());
        if !has_default(visit.node) && visit.node.reference().is_none() || visit.is_data() {
            return;
        }
        let is_property = visit.parent_key() == Some("properties") && visit.key().is_some_and(is_credential);
        let is_parameter = visit.key() == Some("schema") && visit.name_of_parameter().is_some_and(is_credential);
        let is_named = is_property || is_parameter;
        // The default of a schema that does not know its name is found through the property or parameter.
        let Some((at, schema)) = subject.resolved(visit.at()).filter(|(at, _)| is_named || *at == visit.at()) else {
            return;
        };
        let format = schema.get("format").and_then(Node::as_str);
        if has_default(schema) && (format == Some("password") || is_named) {
            let issue = Issue::new(at.child("default"), "a credential has a default, which everyone knows");
            issues.push(within(subject, &visit.at(), issue).secret());
        }
    });
    issues
}

fn secret_parameter(subject: &Subject<'_>) -> Vec<Issue> {
    let is_key =
        |wanted: &str| subject.schemes().any(|scheme| scheme.kind.carrier() == Carrier::Key(KeyPlace::Query, wanted));
    let is_bearer =
        |audited: &Audited<'_>, name: &str| name.eq_ignore_ascii_case("token") && has_bearer(subject, audited);
    let has_query = |audited: &&&Audited<'_>| {
        audited.operation.parameters.iter().any(|parameter| is_query(parameter) && is_bearer(audited, &parameter.name))
    };
    let checked: Vec<&Audited<'_>> = subject.operations.iter().filter(|audited| !audited.is_entry()).collect();
    let has_tokens = checked.iter().filter(has_query).count() >= 3;
    let mut issues = Vec::new();
    for audited in checked {
        for parameter in &audited.operation.parameters {
            let place = match parameter.style {
                ParameterStyle::Path(_) => "path",
                ParameterStyle::Query(_) => "query",
                ParameterStyle::Header | ParameterStyle::HeaderJson => continue,
                ParameterStyle::Cookie | ParameterStyle::CookieJson => continue,
            };
            let is_token = has_tokens && is_query(parameter) && is_bearer(audited, &parameter.name);
            if (is_token || is_credential(&parameter.name)) && !is_key(&parameter.name) {
                let message = format!("the {place} parameter `{}` is a credential in a URL", parameter.name);
                issues.push(Issue::new(parameter.at.clone(), message).reaching(audited.index));
            }
        }
    }
    issues
}

fn is_query(parameter: &Parameter) -> bool {
    matches!(parameter.style, ParameterStyle::Query(_))
}

/// Whether an operation requires a token that is sent in `Authorization: Bearer`.
fn has_bearer(subject: &Subject<'_>, audited: &Audited<'_>) -> bool {
    let Access::Guarded { any_of, or_anonymous: false } = &audited.operation.access else { return false };
    any_of.iter().flat_map(Requirement::iter).any(|used| subject.api.scheme(used.scheme).kind.secret() == Secret::Token)
}

/// Whether a name is that of a credential: `password`, `clientSecret`, `api_key`, `access_token`. Tokens of pages are not,
/// nor is a word before it that makes it a choice, such as `changePassword`.
pub fn is_credential(name: &str) -> bool {
    const CHOICES: [&str; 8] = ["change", "skip", "require", "requires", "has", "is", "force", "show"];
    const TOKENS: [&str; 6] = ["access", "auth", "api", "bearer", "refresh", "session"];
    const ENDS: [&str; 8] =
        ["password", "passwd", "passphrase", "secret", "apikey", "accesstoken", "authtoken", "privatekey"];
    let words = words(name);
    if words.first().is_some_and(|first| CHOICES.contains(&first.as_str())) {
        return false;
    }
    let is_token = match words.as_slice() {
        [.., kind, last] => last == "token" && TOKENS.contains(&kind.as_str()),
        _ => false,
    };
    let joined = words.concat();
    is_token || ENDS.iter().any(|end| joined.ends_with(end))
}

fn unsafe_markdown(subject: &Subject<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    walk(subject.document, |visit| {
        let is_text =
            matches!(visit.key(), Some("description" | "summary")) && visit.parent_key() != Some("properties");
        let Some(text) = visit.node.as_str().filter(|_| is_text && !visit.is_data()) else { return };
        if let Some(what) = active_markup(&without_code(text).to_ascii_lowercase()) {
            issues.push(located(subject, visit, format!("the description contains {what}")));
        }
    });
    issues
}

/// The text without fenced code and code spans.
fn without_code(text: &str) -> String {
    let outside = |separator: &str, text: &str| text.split(separator).step_by(2).collect::<Vec<_>>().join(" ");
    outside("`", &outside("```", text))
}

/// What in a text in lower case runs a script.
fn active_markup(text: &str) -> Option<&'static str> {
    let has_handler = |tag: &str| {
        let tag = tag.split('>').next().unwrap_or_default();
        let attributes = tag.split_whitespace().skip(1);
        let is_handler =
            |name: &str| name.len() > 4 && name.starts_with("on") && name.bytes().all(|b| b.is_ascii_alphabetic());
        tag.starts_with(|c: char| c.is_ascii_alphabetic())
            && attributes.filter_map(|attribute| attribute.split_once('=')).any(|(name, _)| is_handler(name))
    };
    match text {
        _ if text.contains("<script") => Some("a `script` element"),
        _ if text.contains("](javascript:") || text.contains("href=\"javascript:") => Some("a `javascript:` link"),
        _ if text.contains("<iframe") => Some("an `iframe` element"),
        _ if text.split('<').skip(1).any(has_handler) => Some("an element with an event handler"),
        _ => None,
    }
}
