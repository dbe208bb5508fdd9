//! Rules about servers and transport.

use super::issue::Issue;
use super::rule::Rule;
use super::server_url::ServerUrl;
use super::severity::Severity;
use super::subject::{Audited, Subject};
use crate::diag::Pointer;
use crate::model::url::{has_userinfo, is_http, without_userinfo};

/// The rules of this family.
pub const RULES: &[Rule] = &[
    Rule {
        id: "clear-credentials",
        severity: Severity::High,
        summary: "A server without https receives credentials",
        explanation: "Everyone on the way can read and use them. Variables have their defaults. It is `info` if all hosts are \
                      loopback addresses.",
        owasp: &["API8"],
        references: &["RFC 6750 section 5.2", "RFC 7617 section 4"],
        check: clear_credentials,
    },
    Rule {
        id: "clear-server",
        severity: Severity::Low,
        summary: "A server without https receives no credentials, but its responses can be changed on the way",
        explanation: "Only for documents without guarded operations. It is `info` for loopback addresses.",
        owasp: &["API8"],
        references: &["RFC 9110 section 17.1"],
        check: clear_server,
    },
    Rule {
        id: "server-variable-clear",
        severity: Severity::Medium,
        summary: "A variable of a server URL allows http",
        explanation: "`{scheme}` with `http` among its values, or a variable with a URL without https among them: clients \
                      may choose it. It is `info` if all hosts are loopback addresses.",
        owasp: &["API8"],
        references: &["OpenAPI 3.0.3 section 4.7.6"],
        check: server_variable_clear,
    },
    Rule {
        id: "server-variable-host",
        severity: Severity::Info,
        summary: "The host of a server is a variable without `enum`",
        explanation: "Credentials go to whatever host it is filled with. Do not fill it from untrusted input. A variable that \
                      is only a label before a fixed domain is not reported: `{region}.example.com`, but not `{name}.com`.",
        owasp: &["API8"],
        references: &["OpenAPI 3.0.3 section 4.7.6"],
        check: server_variable_host,
    },
    Rule {
        id: "server-userinfo",
        severity: Severity::High,
        summary: "A server URL contains a user name or password",
        explanation: "It is a credential in the document.",
        owasp: &["API2", "API8"],
        references: &["RFC 9110 section 4.2.4"],
        check: server_userinfo,
    },
    Rule {
        id: "server-downgrade",
        severity: Severity::High,
        summary: "An operation or path has a server without https, the document has only servers with it",
        explanation: "The server of one operation undoes the https of all others. Not reported for loopback addresses.",
        owasp: &["API8"],
        references: &["OpenAPI 3.0.3 section 4.7.10"],
        check: server_downgrade,
    },
    Rule {
        id: "mtls-over-http",
        severity: Severity::High,
        summary: "A client certificate is required at a server without https",
        explanation: "Certificates are presented in the handshake of TLS. Such a server cannot check one, so the requirement \
                      is met by nobody, or by everybody.",
        owasp: &["API2", "API8"],
        references: &["RFC 8446 section 4.4.2"],
        check: mtls_over_http,
    },
];

/// A server where it is written, and the operations that use it.
struct Written<'a> {
    at: Pointer,
    url: ServerUrl<'a>,
    users: Vec<usize>,
}

impl Written<'_> {
    /// Whether requests are sent without TLS, unless a variable is set.
    fn is_http(&self) -> bool {
        is_http(&self.url.default)
    }

    /// An issue about its URL, which `message` makes from the text to print.
    fn issue(&self, message: impl FnOnce(&str) -> String) -> Issue {
        let written = without_userinfo(self.url.written);
        let shown = match is_http(&written) {
            true => written,
            // What follows is about the defaults of variables.
            false => without_userinfo(&self.url.default),
        };
        let issue = Issue::new(self.at.clone(), message(&shown));
        if has_userinfo(&self.url.default) { issue.secret() } else { issue }
    }
}

/// The servers of the document, of path items and of operations: the closest list applies.
fn written<'a>(subject: &Subject<'a>) -> Vec<Written<'a>> {
    let mut lists: std::collections::BTreeMap<Pointer, Vec<usize>> = Default::default();
    lists.insert(Pointer::root().child("servers"), Vec::new());
    for audited in &subject.operations {
        lists.entry(list_of(subject, audited)).or_default().push(audited.index);
    }
    let mut servers = Vec::new();
    for (list, users) in lists {
        for (index, node) in subject.list(&list).iter().enumerate() {
            if let Some(url) = ServerUrl::new(node) {
                servers.push(Written { at: list.index(index).child("url"), url, users: users.clone() });
            }
        }
    }
    servers
}

fn list_of(subject: &Subject<'_>, audited: &Audited<'_>) -> Pointer {
    let own = audited.operation.at.child("servers");
    let of_item = audited.item().map(|item| item.child("servers"));
    let found = [Some(own), of_item].into_iter().flatten().find(|at| !subject.list(at).is_empty());
    found.unwrap_or_else(|| Pointer::root().child("servers"))
}

fn guarded(subject: &Subject<'_>, server: &Written<'_>) -> Vec<usize> {
    server.users.iter().copied().filter(|&index| !subject.operations[index].is_open()).collect()
}

fn clear_credentials(subject: &Subject<'_>) -> Vec<Issue> {
    clear(subject, true, "is not https, so everyone on the way can read the credentials")
}

fn clear_server(subject: &Subject<'_>) -> Vec<Issue> {
    clear(subject, false, "is not https, so responses can be changed on the way")
}

fn clear(subject: &Subject<'_>, sends_credentials: bool, reason: &str) -> Vec<Issue> {
    let mut issues = Vec::new();
    for server in written(subject).into_iter().filter(Written::is_http) {
        let guarded = guarded(subject, &server);
        if guarded.is_empty() == sends_credentials {
            continue;
        }
        let operations = if sends_credentials { guarded } else { server.users.clone() };
        let issue = server.issue(|url| format!("`{url}` {reason}"));
        let issue = if server.url.is_local() { issue.severity(Severity::Info) } else { issue };
        issues.push(operations.into_iter().fold(issue, Issue::reaching));
    }
    issues
}

fn server_variable_clear(subject: &Subject<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    for server in written(subject) {
        let Some(variables) = server.at.parent().map(|at| at.child("variables")) else { continue };
        for (name, url) in server.url.clear_variables() {
            let scheme = url.split(':').next().unwrap_or_default().to_ascii_lowercase();
            let issue = Issue::new(variables.child(name), format!("the variable `{name}` allows {scheme}"));
            let issue = if has_userinfo(&url) { issue.secret() } else { issue };
            let issue = if server.url.is_local() { issue.severity(Severity::Info) } else { issue };
            issues.push(server.users.iter().fold(issue, |issue, &index| issue.reaching(index)));
        }
    }
    issues
}

fn server_variable_host(subject: &Subject<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    for server in written(subject) {
        // A value with a slash could end the host before the fixed domain, but no server accepts one.
        let Some(variable) = server.url.host_variable() else { continue };
        let guarded = guarded(subject, &server);
        if !guarded.is_empty() {
            let part = if variable.is_whole { "is" } else { "is part of" };
            let name = variable.name;
            let message =
                format!("the variable `{name}` {part} the host that receives the credentials, and has no `enum`");
            issues.push(guarded.into_iter().fold(Issue::new(server.at.clone(), message), Issue::reaching));
        }
    }
    issues
}

fn server_userinfo(subject: &Subject<'_>) -> Vec<Issue> {
    let found = written(subject).into_iter().filter(|server| has_userinfo(&server.url.default));
    found.map(|server| server.issue(|_| "the URL contains a user name or password".to_owned())).collect()
}

fn server_downgrade(subject: &Subject<'_>) -> Vec<Issue> {
    let root = Pointer::root().child("servers");
    let (of_document, others): (Vec<Written<'_>>, Vec<Written<'_>>) =
        written(subject).into_iter().partition(|server| server.at.is_within(&root));
    let is_https = |server: &Written<'_>| server.url.default.to_ascii_lowercase().starts_with("https://");
    if of_document.is_empty() || !of_document.iter().all(is_https) {
        return Vec::new();
    }
    let issue = |server: Written<'_>| {
        let issue = server.issue(|url| format!("`{url}` is not https, the servers of the document are"));
        server.users.into_iter().fold(issue, Issue::reaching)
    };
    others.into_iter().filter(|server| server.is_http() && !server.url.is_local()).map(issue).collect()
}

fn mtls_over_http(subject: &Subject<'_>) -> Vec<Issue> {
    let requires_certificate = |index: &usize| {
        let mut alternatives = subject.operations[*index].alternatives.iter();
        alternatives.any(|alternative| alternative.iter().any(|atom| atom.meaning.is_certificate()))
    };
    let mut issues = Vec::new();
    for server in written(subject).into_iter().filter(Written::is_http) {
        let users: Vec<usize> = server.users.iter().copied().filter(requires_certificate).collect();
        if !users.is_empty() {
            let issue = server.issue(|url| format!("`{url}` has no TLS, so it receives no client certificate"));
            issues.push(users.into_iter().fold(issue, Issue::reaching));
        }
    }
    issues
}
