//! Rules about properties with names that matter for security: secrets, roles, what only the server sets.

use super::asymmetry::is_administrative;
use super::issue::Issue;
use super::reach::{Reached, in_responses};
use super::rule::Rule;
use super::secrets::is_credential;
use super::severity::Severity;
use super::subject::{Audited, Subject, words};
use crate::diag::print::excerpt;
use crate::model::operation::{Method, Status};
use crate::model::rule::RuleKind;
use crate::model::schema::Direction;
use crate::model::value_schema::ValueSchema;

/// The rules of this family.
pub const RULES: &[Rule] = &[
    Rule {
        id: "secret-in-response",
        severity: Severity::Medium,
        summary: "A successful response contains a password, secret or key",
        explanation: "Whoever may read the resource gets the credential. Mark the property `writeOnly`. Not reported for \
                      operations whose names say that they issue credentials, such as tokens, keys and secrets.",
        owasp: &["API3"],
        references: &["OpenAPI 3.0.3 section 4.7.24"],
        check: secret_in_response,
    },
    Rule {
        id: "password-unmarked",
        severity: Severity::Info,
        summary: "A password in a request has neither `format: password` nor `writeOnly`",
        explanation: "Tools do not know that it is secret: they show it in forms and logs. Generated code hides values of \
                      the format `password`.",
        owasp: &["API3"],
        references: &["OpenAPI 3.0.3 section 4.4"],
        check: password_unmarked,
    },
    Rule {
        id: "mass-assignment",
        severity: Severity::Low,
        summary: "A request may set a role, an owner, a balance or a verification",
        explanation: "A server that stores what it receives lets callers raise their own permissions. Check who may set the \
                      property, or mark it `readOnly`. Not reported for administrative operations and for sign-in and \
                      similar endpoints.",
        owasp: &["API3"],
        references: &["OpenAPI 3.0.3 section 4.7.24"],
        check: mass_assignment,
    },
    Rule {
        id: "server-set-writable",
        severity: Severity::Info,
        summary: "A request to create something may set its `id` or the time of its creation",
        explanation: "Mark the property `readOnly` if the server sets it. Not reported for PUT, where clients choose the id.",
        owasp: &["API3"],
        references: &["OpenAPI 3.0.3 section 4.7.24"],
        check: server_set_writable,
    },
    Rule {
        id: "error-leaks",
        severity: Severity::Low,
        summary: "An error response has a property for a stack trace, an exception or a query",
        explanation: "It tells an attacker which software runs and how to reach it. Log it, and send an identifier of the \
                      log entry.",
        owasp: &["API8"],
        references: &["RFC 9457 section 5"],
        check: error_leaks,
    },
];

/// One issue for each schema with properties that `is_selected` accepts.
fn named(
    subject: &Subject<'_>,
    reached: &[Reached<'_>],
    reaches: impl Fn(&Audited<'_>) -> bool,
    is_selected: impl Fn(&str, &ValueSchema) -> bool,
    what: &str,
) -> Vec<Issue> {
    let mut issues = Vec::new();
    for reached in reached {
        let users = || reached.operations.iter().filter(|index| reaches(&subject.operations[**index]));
        if users().next().is_none() {
            continue;
        }
        for (name, id) in &reached.schema.properties {
            let property = subject.api.value_schemas.get(*id);
            if is_selected(name, property) {
                let at = reached.schema.at.child("properties").child(name);
                let at = if subject.document.node(&at).is_some() { at } else { property.at.clone() };
                let issue = Issue::new(at, format!("`{}` {what}", excerpt(name)));
                issues.push(users().fold(issue, |issue, &index| issue.reaching(index)));
            }
        }
    }
    issues
}

fn is_text(schema: &ValueSchema) -> bool {
    schema.kind == RuleKind::Text && schema.values.is_empty()
}

/// Whether an operation issues credentials.
fn issues_credentials(audited: &Audited<'_>) -> bool {
    const WORDS: [&str; 14] = [
        "key",
        "keys",
        "apikey",
        "apikeys",
        "secret",
        "secrets",
        "credential",
        "credentials",
        "password",
        "passwords",
        "access",
        "rotate",
        "regenerate",
        "certificate",
    ];
    audited.is_entry() || WORDS.iter().any(|word| audited.words.contains(*word))
}

fn secret_in_response(subject: &Subject<'_>) -> Vec<Issue> {
    let is_success = |status| matches!(status, Status::Code(200..=299) | Status::Range(2));
    let reached = in_responses(subject.api, |index| subject.is_public(index), is_success);
    let is_secret = |name: &str, property: &ValueSchema| {
        is_credential(name) && is_text(property) && property.direction != Direction::WriteOnly
    };
    named(subject, &reached, |audited| !issues_credentials(audited), is_secret, "is a credential in a response")
}

fn password_unmarked(subject: &Subject<'_>) -> Vec<Issue> {
    let is_unmarked = |name: &str, property: &ValueSchema| {
        let is_password = matches!(words(name).last().map(String::as_str), Some("password" | "passwd" | "passphrase"));
        let is_marked = property.direction != Direction::Both || property.format.as_deref() == Some("password");
        is_password && is_credential(name) && is_text(property) && !is_marked
    };
    named(subject, &subject.bodies, |_| true, is_unmarked, "is not marked as a password")
}

fn mass_assignment(subject: &Subject<'_>) -> Vec<Issue> {
    const NAMES: [&str; 18] = [
        "role",
        "roles",
        "isadmin",
        "admin",
        "issuperuser",
        "superuser",
        "owner",
        "ownerid",
        "verified",
        "isverified",
        "emailverified",
        "balance",
        "permissions",
        "userrole",
        "userroles",
        "isstaff",
        "privileges",
        "accesslevel",
    ];
    let is_ordinary = |audited: &Audited<'_>| audited.is_write() && !is_administrative(audited) && !audited.is_entry();
    let is_privilege = |name: &str, property: &ValueSchema| {
        property.direction != Direction::ReadOnly && NAMES.contains(&words(name).concat().as_str())
    };
    named(subject, &subject.bodies, is_ordinary, is_privilege, "decides what callers may do, and a request may set it")
}

fn server_set_writable(subject: &Subject<'_>) -> Vec<Issue> {
    const NAMES: [&str; 10] = [
        "id",
        "createdat",
        "updatedat",
        "created",
        "updated",
        "createdby",
        "updatedby",
        "creationtime",
        "modifiedat",
        "lastmodified",
    ];
    let roots: std::collections::BTreeSet<_> = subject.api.value_schemas.bodies.values().collect();
    let creates = |audited: &Audited<'_>| audited.operation.method == Method::Post;
    let is_set = |name: &str, property: &ValueSchema| {
        property.direction != Direction::ReadOnly && NAMES.contains(&words(name).concat().as_str())
    };
    // Inside the body, an `id` is usually a reference to another resource.
    let bodies: Vec<Reached<'_>> = subject
        .bodies
        .iter()
        .filter(|reached| roots.contains(&reached.id))
        .map(|reached| Reached { operations: reached.operations.clone(), ..*reached })
        .collect();
    named(subject, &bodies, creates, is_set, "is usually set by the server, and a request may set it")
}

fn error_leaks(subject: &Subject<'_>) -> Vec<Issue> {
    const NAMES: [&str; 14] = [
        "stacktrace",
        "stack",
        "traceback",
        "backtrace",
        "exception",
        "exceptionmessage",
        "exceptiontype",
        "exceptionclass",
        "innerexception",
        "sql",
        "sqlquery",
        "sqlstate",
        "sqlerror",
        "debuginfo",
    ];
    let is_error = |status| matches!(status, Status::Code(400..=599) | Status::Range(4 | 5) | Status::Default);
    let reached = in_responses(subject.api, |index| subject.is_public(index), is_error);
    let is_internal = |name: &str, _: &ValueSchema| NAMES.contains(&words(name).concat().as_str());
    // `default` may describe a success, if there is no other response.
    let has_other = |audited: &Audited<'_>| {
        let statuses = || audited.operation.responses.iter().map(|response| response.status);
        statuses().any(|status| is_error(status) && status != Status::Default) || statuses().count() > 1
    };
    named(subject, &reached, has_other, is_internal, "shows the inside of the server in an error")
}
