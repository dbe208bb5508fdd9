//! `--format json`: one document with everything that a command found.

use serde::Serialize;

use super::outcome::{CommandError, Outcome};
use crate::diag::{Finding, json_escaped};
use crate::error::Error;
use crate::inspect::{self, NotGenerated};
use crate::model::Api;
use crate::model::operation::Operation;
use crate::model::outgoing::{Origin, OutgoingOperation};
use crate::model::security::{Access, Requirement, Scheme};

/// The document, with a line end.
pub(super) fn text(outcomes: &[&Outcome]) -> String {
    let inspection = outcomes.iter().find_map(|outcome| outcome.inspection.as_ref());
    let document = JsonDocument {
        diagnostics: outcomes.iter().flat_map(|outcome| diagnostics(outcome)).collect(),
        output: inspection.is_none().then(|| outcomes.iter().map(|outcome| outcome.output.as_str()).collect()),
        operations: inspection.map(|inspection| operations(inspection.api())),
        schemes: inspection.map(|inspection| schemes(&inspection.api().schemes)),
        unused_schemes: inspection.map(|inspection| schemes(&inspection.api().unused_schemes)),
        tags: inspection.map(|inspection| tags(inspection.api())),
        webhooks: inspection.map(|inspection| webhooks(inspection.api())),
        callbacks: inspection.map(|inspection| callbacks(inspection.api())),
        not_generated: inspection.map(|inspection| not_generated(inspection.not_generated())),
    };
    let text = serde_json::to_string_pretty(&document).expect("strings and numbers are valid JSON");
    json_escaped(&text) + "\n"
}

fn diagnostics(outcome: &Outcome) -> Vec<DiagnosticEntry<'_>> {
    let reported = outcome.listing.findings().iter().map(DiagnosticEntry::located);
    let error = outcome.error.iter().flat_map(|error| match error {
        CommandError::Failed(Error::Document(invalid)) => {
            invalid.diagnostics().iter().map(DiagnosticEntry::located).collect()
        }
        CommandError::Failed(Error::Io(message)) => vec![DiagnosticEntry::without_place("io", message)],
        CommandError::Failed(Error::Setting(message)) => vec![DiagnosticEntry::without_place("setting", message)],
        CommandError::Failed(Error::Template(message)) => vec![DiagnosticEntry::without_place("template", message)],
        CommandError::Failed(Error::Defect(message)) => vec![DiagnosticEntry::without_place("defect", message)],
        CommandError::Drift(message) => vec![DiagnosticEntry::without_place("drift", message)],
    });
    reported.chain(error).collect()
}

/// The top level of the document.
#[derive(Serialize)]
struct JsonDocument<'a> {
    diagnostics: Vec<DiagnosticEntry<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operations: Option<Vec<OperationEntry<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schemes: Option<Vec<SchemeEntry<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unused_schemes: Option<Vec<SchemeEntry<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<Vec<TagEntry<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    webhooks: Option<Vec<WebhookEntry<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    callbacks: Option<Vec<CallbackEntry<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_generated: Option<Vec<NotGeneratedEntry<'a>>>,
}

#[derive(Serialize)]
struct DiagnosticEntry<'a> {
    level: &'static str,
    code: &'static str,
    message: &'a str,
    file: Option<&'a str>,
    line: Option<usize>,
    column: Option<usize>,
    pointer: Option<&'a str>,
    help: Option<&'a str>,
}

impl<'a> DiagnosticEntry<'a> {
    fn located(finding: &'a Finding) -> Self {
        Self {
            level: finding.level.as_str(),
            code: finding.code.as_str(),
            message: &finding.message,
            file: Some(&finding.file),
            line: finding.line,
            column: finding.column,
            pointer: Some(&finding.pointer),
            help: finding.help.as_deref(),
        }
    }

    /// An error that is not about a document: I/O, a setting, or a bug in keystub.
    fn without_place(code: &'static str, message: &'a str) -> Self {
        Self { level: "error", code, message, file: None, line: None, column: None, pointer: None, help: None }
    }
}

#[derive(Serialize)]
struct OperationEntry<'a> {
    id: &'a str,
    method: &'a str,
    path: &'a str,
    tags: &'a [String],
    /// Its own servers; empty if it uses those of the document.
    servers: Vec<ServerEntry<'a>>,
    #[serde(flatten)]
    access: AccessEntry<'a>,
}

#[derive(Serialize)]
struct AccessEntry<'a> {
    /// The alternatives, each with the schemes that it requires; empty for a public operation.
    security: Vec<Vec<SchemeUseEntry<'a>>>,
    anonymous: bool,
}

#[derive(Serialize)]
struct ServerEntry<'a> {
    url: &'a str,
    description: Option<&'a str>,
}

#[derive(Serialize)]
struct TagEntry<'a> {
    name: &'a str,
    description: Option<&'a str>,
    docs_url: Option<&'a str>,
}

#[derive(Serialize)]
struct WebhookEntry<'a> {
    name: &'a str,
    id: &'a str,
    method: &'a str,
    #[serde(flatten)]
    access: AccessEntry<'a>,
}

#[derive(Serialize)]
struct CallbackEntry<'a> {
    name: &'a str,
    /// The `id` of the operation that it belongs to.
    operation: &'a str,
    expression: &'a str,
    id: &'a str,
    method: &'a str,
    #[serde(flatten)]
    access: AccessEntry<'a>,
}

#[derive(Serialize)]
struct SchemeUseEntry<'a> {
    scheme: &'a str,
    scopes: &'a [String],
}

#[derive(Serialize)]
struct SchemeEntry<'a> {
    name: &'a str,
    kind: String,
}

#[derive(Serialize)]
struct NotGeneratedEntry<'a> {
    at: &'a str,
    reason: &'a str,
    broken: bool,
}

fn operations(api: &Api) -> Vec<OperationEntry<'_>> {
    api.operations.iter().map(|operation| entry(api, operation)).collect()
}

fn entry<'a>(api: &'a Api, operation: &'a Operation) -> OperationEntry<'a> {
    let server = |server: &'a crate::model::operation::Server| ServerEntry {
        url: &server.template,
        description: server.description.as_deref(),
    };
    OperationEntry {
        id: &operation.id,
        method: operation.method.as_str(),
        path: &operation.path.text,
        tags: &operation.tags,
        servers: operation.servers.iter().map(server).collect(),
        access: access(&api.schemes, &operation.access),
    }
}

fn tags(api: &Api) -> Vec<TagEntry<'_>> {
    let tags = api.tags.iter();
    tags.map(|tag| TagEntry {
        name: &tag.name,
        description: tag.description.as_deref(),
        docs_url: tag.docs_url.as_deref(),
    })
    .collect()
}

fn webhooks<'a>(api: &'a Api) -> Vec<WebhookEntry<'a>> {
    let webhook = |OutgoingOperation { origin, operation }: &'a OutgoingOperation| match origin {
        Origin::Webhook { name } => Some(WebhookEntry {
            name,
            id: &operation.id,
            method: operation.method.as_str(),
            access: access(&api.outgoing.schemes, &operation.access),
        }),
        Origin::Callback { .. } => None,
    };
    api.outgoing.operations.iter().filter_map(webhook).collect()
}

fn callbacks<'a>(api: &'a Api) -> Vec<CallbackEntry<'a>> {
    let callback = |OutgoingOperation { origin, operation }: &'a OutgoingOperation| match origin {
        Origin::Callback { name, expression, of } => Some(CallbackEntry {
            name,
            operation: &api.operations[*of].id,
            expression,
            id: &operation.id,
            method: operation.method.as_str(),
            access: access(&api.outgoing.schemes, &operation.access),
        }),
        Origin::Webhook { .. } => None,
    };
    api.outgoing.operations.iter().filter_map(callback).collect()
}

fn access<'a>(schemes: &'a [Scheme], access: &'a Access) -> AccessEntry<'a> {
    match access {
        Access::Open => AccessEntry { security: Vec::new(), anonymous: true },
        Access::Guarded { any_of, or_anonymous } => AccessEntry {
            security: any_of.iter().map(|requirement| uses(schemes, requirement)).collect(),
            anonymous: *or_anonymous,
        },
    }
}

fn uses<'a>(schemes: &'a [Scheme], requirement: &'a Requirement) -> Vec<SchemeUseEntry<'a>> {
    let of = |used: &'a crate::model::security::SchemeUse| SchemeUseEntry {
        scheme: &schemes[used.scheme.0].name,
        scopes: &used.scopes,
    };
    requirement.iter().map(of).collect()
}

fn schemes(schemes: &[Scheme]) -> Vec<SchemeEntry<'_>> {
    schemes.iter().map(|scheme| SchemeEntry { name: &scheme.name, kind: inspect::described(scheme) }).collect()
}

fn not_generated<'a>(all: &'a [NotGenerated]) -> Vec<NotGeneratedEntry<'a>> {
    let entry =
        |left: &'a NotGenerated| NotGeneratedEntry { at: &left.at, reason: &left.reason, broken: left.is_broken };
    all.iter().map(entry).collect()
}
