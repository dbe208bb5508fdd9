//! Rules that are off, because most of their findings are intended: `--only` and `level` in keystub.toml turn them on.

use super::issue::Issue;
use super::rule::Rule;
use super::server_url::ServerUrl;
use super::severity::Severity;
use super::subject::{Audited, Subject};
use crate::diag::Pointer;
use crate::model::operation::{ParameterStyle, Status};
use crate::model::rule::RuleKind;
use crate::model::url::{authority, host, is_local, without_userinfo};

/// The rules of this family.
pub const RULES: &[Rule] = &[
    Rule {
        id: "numeric-id",
        severity: Severity::Info,
        summary: "The path of a guarded operation has an integer as an identifier",
        explanation: "Callers can guess the identifiers of others, so that a missing check of the owner is found sooner. The \
                      check is what protects; random identifiers only make guessing harder.",
        owasp: &["API1"],
        references: &["RFC 9562 section 8"],
        check: numeric_id,
    },
    Rule {
        id: "limit-unsaid",
        severity: Severity::Info,
        summary: "A public operation that changes something documents no 429 response",
        explanation: "Anyone can call it as often as they like, as far as the document says. `4XX` and `default` cover it.",
        owasp: &["API4"],
        references: &["RFC 6585 section 4"],
        check: limit_unsaid,
    },
    Rule {
        id: "server-internal",
        severity: Severity::Info,
        summary: "A document with public servers names a private one",
        explanation: "Private addresses and names such as `staging` show what runs inside. Publish the document without them.",
        owasp: &["API9"],
        references: &["RFC 1918", "RFC 6762"],
        check: server_internal,
    },
    Rule {
        id: "oauth-host-foreign",
        severity: Severity::Info,
        summary: "Tokens come from a domain in which no server of the document is",
        explanation: "Credentials of users are sent to another organisation. That is intended with a hosted issuer, and a \
                      reason to look if it is not. The last two labels of the names are compared.",
        owasp: &["API10"],
        references: &["RFC 6749 section 3.2"],
        check: oauth_host_foreign,
    },
];

/// Whether a rule is off by default.
pub fn is_optional(id: &str) -> bool {
    RULES.iter().any(|rule| rule.id == id)
}

fn numeric_id(subject: &Subject<'_>) -> Vec<Issue> {
    let schemas = &subject.api.value_schemas;
    let mut issues = Vec::new();
    for audited in subject.operations.iter().filter(|audited| !audited.alternatives.allows_anonymous()) {
        for (index, parameter) in audited.operation.parameters.iter().enumerate() {
            let schema = schemas.parameters.get(&(audited.index, index)).map(|id| schemas.get(*id));
            let is_integer = schema.is_some_and(|schema| schema.kind == RuleKind::Integer);
            if matches!(parameter.style, ParameterStyle::Path(_)) && is_integer {
                let message = format!("the identifiers in `{}` can be guessed", parameter.name);
                issues.push(Issue::new(parameter.at.clone(), message).reaching(audited.index));
            }
        }
    }
    issues
}

fn limit_unsaid(subject: &Subject<'_>) -> Vec<Issue> {
    let covers = |status: Status| matches!(status, Status::Code(429) | Status::Range(4) | Status::Default);
    let is_found = |audited: &&Audited<'_>| {
        audited.is_open() && audited.is_write() && !audited.operation.responses.iter().any(|one| covers(one.status))
    };
    let issue = |audited: &Audited<'_>| {
        Issue::new(audited.operation.at.child("responses"), "no 429 response is documented").reaching(audited.index)
    };
    subject.operations.iter().filter(is_found).map(issue).collect()
}

/// Whether a host cannot be reached from outside, or its name says that it is not for the public.
fn is_private(url: &str) -> bool {
    const WORDS: [&str; 8] = ["staging", "stage", "dev", "test", "qa", "uat", "internal", "intranet"];
    let host = host(authority(url)).to_ascii_lowercase();
    let is_private_address = match host.trim_matches(['[', ']']).parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(address)) => address.is_private() || address.is_link_local(),
        Ok(std::net::IpAddr::V6(address)) => address.is_unique_local() || address.is_unicast_link_local(),
        Err(_) => false,
    };
    is_local(url)
        || is_private_address
        || host.ends_with(".local")
        || host.split(['.', '-']).any(|label| WORDS.contains(&label))
}

fn server_internal(subject: &Subject<'_>) -> Vec<Issue> {
    let list = Pointer::root().child("servers");
    let urls: Vec<(Pointer, String)> = subject
        .list(&list)
        .iter()
        .enumerate()
        .filter_map(|(index, node)| Some((list.index(index).child("url"), ServerUrl::new(node)?.default)))
        .filter(|(_, url)| !authority(url).is_empty())
        .collect();
    if urls.iter().all(|(_, url)| is_private(url)) {
        return Vec::new();
    }
    let private = urls.into_iter().filter(|(_, url)| is_private(url));
    private.map(|(at, url)| Issue::new(at, format!("`{}` is not public", without_userinfo(&url)))).collect()
}

/// The last two labels of the host of a URL.
fn domain(url: &str) -> Option<String> {
    let host = host(authority(url)).to_ascii_lowercase();
    let labels: Vec<&str> = host.split('.').filter(|label| !label.is_empty()).collect();
    match labels.as_slice() {
        [.., name, top] => Some(format!("{name}.{top}")),
        _ => None,
    }
}

fn oauth_host_foreign(subject: &Subject<'_>) -> Vec<Issue> {
    let servers: Vec<String> = subject.api.servers.iter().filter_map(|server| domain(&server.url)).collect();
    if servers.is_empty() {
        return Vec::new();
    }
    let mut issues = Vec::new();
    for scheme in subject.schemes() {
        for issuer in scheme.kind.issuer_urls().into_iter().filter(|issuer| issuer.key == "tokenUrl") {
            if let Some(domain) = domain(issuer.url).filter(|domain| !servers.contains(domain)) {
                let message = format!("tokens come from `{domain}`, in which no server is");
                let issue = Issue::new(scheme.at.clone(), message);
                let users = subject.users(scheme);
                issues.push(users.iter().fold(issue, |issue, audited| issue.reaching(audited.index)));
            }
        }
    }
    issues
}
