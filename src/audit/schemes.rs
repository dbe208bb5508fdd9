//! Rules about security schemes.

use super::access::declared_scopes;
use super::issue::Issue;
use super::rule::Rule;
use super::severity::Severity;
use super::subject::{Audited, Subject};
use crate::model::security::{Access, KeyPlace, Scheme, SchemeKind};
use crate::model::url::{is_clear, without_userinfo};

/// The rules of this family.
pub const RULES: &[Rule] = &[
    Rule {
        id: "basic-auth",
        severity: Severity::Medium,
        summary: "An operation can be called with HTTP Basic alone",
        explanation: "The password is sent with every request. It is `low` if it is always combined with another scheme, and \
                      `info` if no operation uses it.",
        owasp: &["API2"],
        references: &["RFC 7617 section 4"],
        check: basic_auth,
    },
    Rule {
        id: "obsolete-http-auth",
        severity: Severity::Medium,
        summary: "A scheme of HTTP authentication is obsolete: Digest, NTLM, Negotiate or OAuth 1.0",
        explanation: "Digest with MD5 and NTLM protect passwords weakly; Negotiate and NTLM authenticate connections \
                      instead of requests. It is `info` if no operation uses it.",
        owasp: &["API2"],
        references: &["RFC 7616", "RFC 5849"],
        check: obsolete_http_auth,
    },
    Rule {
        id: "key-in-query",
        severity: Severity::Medium,
        summary: "An API key is sent in the query",
        explanation: "URLs are written to logs, histories and `Referer`. It is `high` if an operation that changes something \
                      uses it, and `info` if no operation does.",
        owasp: &["API2", "API8"],
        references: &["RFC 6750 section 5.3"],
        check: key_in_query,
    },
    Rule {
        id: "cookie-only-write",
        severity: Severity::Medium,
        summary: "A cookie alone is enough to change something",
        explanation: "Browsers send cookies with requests that other sites make (CSRF). It is `low` if the body must be JSON \
                      or another media type that a form cannot send.",
        owasp: &["API2"],
        references: &["RFC 6265 section 8.2"],
        check: cookie_only_write,
    },
    Rule {
        id: "authorization-as-key",
        severity: Severity::Low,
        summary: "An API key is sent in `Authorization`",
        explanation: "The header has a syntax: a scheme, then a credential. A scheme of type `http` documents it, and gives \
                      clients the challenge. Not reported for `x-amazon-apigateway-authtype`.",
        owasp: &["API8"],
        references: &["RFC 9110 section 11.6.2"],
        check: authorization_as_key,
    },
    Rule {
        id: "implicit-flow",
        severity: Severity::Medium,
        summary: "A scheme has the implicit flow",
        explanation: "The token is in a URL of the browser. Use the authorization code flow with PKCE. It is `info` if no \
                      operation uses the scheme.",
        owasp: &["API2"],
        references: &["RFC 9700 section 2.1.2"],
        check: implicit_flow,
    },
    Rule {
        id: "password-flow",
        severity: Severity::Medium,
        summary: "A scheme has the password flow",
        explanation: "The client sees the password of the user. RFC 9700 forbids it. It is `info` if no operation uses the \
                      scheme.",
        owasp: &["API2"],
        references: &["RFC 9700 section 2.4"],
        check: password_flow,
    },
    Rule {
        id: "oauth-url-clear",
        severity: Severity::High,
        summary: "A URL of an authorization server is not https",
        explanation: "Passwords, codes and tokens can be read on the way. Not reported for loopback addresses.",
        owasp: &["API2", "API8"],
        references: &["RFC 6749 section 3.1"],
        check: oauth_url_clear,
    },
    Rule {
        id: "discovery-odd",
        severity: Severity::Low,
        summary: "`openIdConnectUrl` is not a discovery URL",
        explanation: "Clients read the configuration of the issuer there. Its path ends in \
                      `/.well-known/openid-configuration`.",
        owasp: &["API8"],
        references: &["OpenID Connect Discovery 1.0 section 4"],
        check: discovery_odd,
    },
    Rule {
        id: "unused-scheme",
        severity: Severity::Info,
        summary: "A declared scheme is required by no operation",
        explanation: "Either an operation lacks its requirement, or the declaration is left over.",
        owasp: &["API9"],
        references: &["OpenAPI 3.0.3 section 4.7.27"],
        check: unused_scheme,
    },
    Rule {
        id: "unused-scope",
        severity: Severity::Info,
        summary: "A declared scope is required by no operation",
        explanation: "Tokens may have a scope that protects nothing. Not reported if no operation requires any scope of the \
                      scheme.",
        owasp: &["API5"],
        references: &["RFC 6749 section 3.3"],
        check: unused_scope,
    },
];

/// Issues for the schemes that `is_selected` accepts: `info` if no operation uses the scheme.
fn by_use(subject: &Subject<'_>, message: &str, is_selected: impl Fn(&SchemeKind) -> bool) -> Vec<Issue> {
    let issue = |scheme: &Scheme| reached(subject, scheme, Issue::new(scheme.at.clone(), message));
    subject.schemes().filter(|scheme| is_selected(&scheme.kind)).map(issue).collect()
}

/// An issue about a scheme, with the operations that use it; `info` if there are none.
fn reached(subject: &Subject<'_>, scheme: &Scheme, issue: Issue) -> Issue {
    let users = subject.users(scheme);
    let issue = if users.is_empty() { issue.severity(Severity::Info) } else { issue };
    users.iter().fold(issue, |issue, audited| issue.reaching(audited.index))
}

fn basic_auth(subject: &Subject<'_>) -> Vec<Issue> {
    let is_alone = |audited: &Audited<'_>, scheme: &Scheme| match &audited.operation.access {
        Access::Open => false,
        Access::Guarded { any_of, .. } => any_of.iter().any(|requirement| {
            requirement.count() == 1 && subject.api.scheme(requirement.first().scheme).name == scheme.name
        }),
    };
    let issue = |scheme: &Scheme| {
        let issue = Issue::new(scheme.at.clone(), "HTTP Basic sends the password with every request");
        let issue = match subject.users(scheme).iter().any(|audited| is_alone(audited, scheme)) {
            true => issue,
            false => issue.severity(Severity::Low),
        };
        reached(subject, scheme, issue)
    };
    subject.schemes().filter(|scheme| scheme.kind == SchemeKind::Basic).map(issue).collect()
}

fn obsolete_http_auth(subject: &Subject<'_>) -> Vec<Issue> {
    let is_obsolete = |kind: &SchemeKind| match kind {
        SchemeKind::OtherHttp { scheme } => {
            ["digest", "ntlm", "negotiate", "oauth"].iter().any(|name| scheme.eq_ignore_ascii_case(name))
        }
        _ => false,
    };
    by_use(subject, "this scheme of HTTP authentication is obsolete", is_obsolete)
}

fn key_in_query(subject: &Subject<'_>) -> Vec<Issue> {
    let is_query = |kind: &SchemeKind| matches!(kind, SchemeKind::ApiKey { place: KeyPlace::Query, .. });
    let issue = |scheme: &Scheme| {
        let issue = Issue::new(scheme.at.clone(), "the key is part of the URL, which is logged");
        let writes = subject.users(scheme).iter().any(|audited| audited.is_write());
        reached(subject, scheme, if writes { issue.severity(Severity::High) } else { issue })
    };
    subject.schemes().filter(|scheme| is_query(&scheme.kind)).map(issue).collect()
}

fn cookie_only_write(subject: &Subject<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    for audited in subject.operations.iter().filter(|audited| audited.is_write()) {
        for (at, requirement) in subject.requirements(audited) {
            let is_cookie = |kind: &SchemeKind| matches!(kind, SchemeKind::ApiKey { place: KeyPlace::Cookie, .. });
            if requirement.iter().all(|used| is_cookie(&subject.api.scheme(used.scheme).kind)) {
                let issue = Issue::new(at, "a cookie alone is enough, which browsers send for other sites too");
                let issue = if needs_preflight(audited) { issue.severity(Severity::Low) } else { issue };
                issues.push(issue.reaching(audited.index));
            }
        }
    }
    issues
}

/// Whether a page of another site cannot make the request with a form: the Fetch standard asks the server first.
fn needs_preflight(audited: &Audited<'_>) -> bool {
    use crate::model::operation::{Body, Method};
    let is_form = |media: &str| {
        ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"]
            .iter()
            .any(|form| media.starts_with(form))
    };
    let by_body = |body: &Body| body.is_required && body.forms.iter().all(|form| !is_form(&form.media_type));
    audited.operation.method != Method::Post || audited.operation.body.as_ref().is_some_and(by_body)
}

fn authorization_as_key(subject: &Subject<'_>) -> Vec<Issue> {
    let is_key = |kind: &SchemeKind| match kind {
        SchemeKind::ApiKey { place: KeyPlace::Header, name } => name.eq_ignore_ascii_case("authorization"),
        _ => false,
    };
    by_use(subject, "`Authorization` has a scheme before the credential, which an API key does not document", is_key)
}

fn implicit_flow(subject: &Subject<'_>) -> Vec<Issue> {
    let has_flow = |kind: &SchemeKind| kind.flows().is_some_and(|flows| flows.implicit.is_some());
    by_use(subject, "the implicit flow puts the token into a URL of the browser", has_flow)
}

fn password_flow(subject: &Subject<'_>) -> Vec<Issue> {
    let has_flow = |kind: &SchemeKind| kind.flows().is_some_and(|flows| flows.password.is_some());
    by_use(subject, "the password flow shows the password of the user to the client", has_flow)
}

fn oauth_url_clear(subject: &Subject<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    for scheme in subject.schemes() {
        for issuer in scheme.kind.issuer_urls().into_iter().filter(|issuer| is_clear(issuer.url)) {
            let url = without_userinfo(issuer.url);
            let message = format!("`{url}` is not https, so passwords and tokens can be read on the way");
            let users = subject.users(scheme);
            let issue = Issue::new(scheme.at.clone(), message);
            issues.push(users.iter().fold(issue, |issue, audited| issue.reaching(audited.index)));
        }
    }
    issues
}

fn discovery_odd(subject: &Subject<'_>) -> Vec<Issue> {
    let is_odd = |kind: &SchemeKind| match kind {
        SchemeKind::OpenIdConnect { discovery } => !discovery.ends_with("/.well-known/openid-configuration"),
        _ => false,
    };
    by_use(subject, "the URL does not end in `/.well-known/openid-configuration`", is_odd)
}

fn unused_scheme(subject: &Subject<'_>) -> Vec<Issue> {
    if subject.api.schemes.is_empty() {
        return Vec::new();
    }
    let issue = |scheme: &Scheme| Issue::new(scheme.at.clone(), format!("no operation requires `{}`", scheme.name));
    subject.api.unused_schemes.iter().map(issue).collect()
}

fn unused_scope(subject: &Subject<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    for scheme in &subject.api.schemes {
        let mut required = std::collections::BTreeSet::new();
        for audited in &subject.operations {
            for (_, requirement) in subject.requirements(audited) {
                let uses = requirement.iter().filter(|used| subject.api.scheme(used.scheme).name == scheme.name);
                required.extend(uses.flat_map(|used| &used.scopes));
            }
        }
        let mut unused = declared_scopes(&scheme.kind).unwrap_or_default();
        unused.retain(|scope| !required.iter().any(|known| known == scope));
        unused.sort_unstable();
        unused.dedup();
        if let (false, [_, ..]) = (required.is_empty(), unused.as_slice()) {
            let message =
                format!("no operation requires these scopes: `{}`", crate::diag::print::excerpt(&unused.join("`, `")));
            issues.push(Issue::new(scheme.at.clone(), message));
        }
    }
    issues
}
