//! What a command answers, for people or for tools.

use std::io::Write;
use std::process::ExitCode;

use serde::Serialize;

use super::OutputFormat;
use crate::diag::{Finding, print};
use crate::generator::{Error, Output};
use crate::inspect::{self, Inspection, NotGenerated};
use crate::model::Api;
use crate::model::operation::Operation;
use crate::model::security::{Access, Requirement};

/// What a command has done, or why it has not.
#[derive(Default)]
pub(super) struct Outcome {
    findings: Vec<Finding>,
    /// The warnings as they are printed.
    warnings: Vec<String>,
    error: Option<CommandError>,
    /// What goes to standard output.
    output: String,
    inspection: Option<Inspection>,
}

/// Why a command fails.
pub(super) enum CommandError {
    /// Nothing could be made, or it could not be written.
    Error(Error),
    /// The folder is not what would be written.
    Drift(String),
}

impl Outcome {
    /// Nothing was done.
    pub(super) fn failed(error: Error) -> Self {
        Self { error: Some(CommandError::Error(error)), ..Self::default() }
    }

    /// The document was read.
    pub(super) fn inspected(inspection: Inspection) -> Self {
        let (findings, warnings) = (inspection.diagnostics().to_vec(), inspection.warnings().to_vec());
        Self { findings, warnings, output: inspection.to_string(), inspection: Some(inspection), ..Self::default() }
    }

    /// Code was made; `done` is what became of it.
    pub(super) fn generated(output: &Output, done: Result<String, CommandError>) -> Self {
        let (findings, warnings) = (output.diagnostics().to_vec(), output.warnings().to_vec());
        let told = Self { findings, warnings, ..Self::default() };
        match done {
            Ok(output) => Self { output, ..told },
            Err(error) => Self { error: Some(error), ..told },
        }
    }

    /// Prints it; a reader that went away (a closed pipe) is no failure.
    pub(super) fn print(&self, format: OutputFormat) -> ExitCode {
        let output = match format {
            OutputFormat::Text => {
                self.warnings.iter().for_each(|warning| eprintln!("{}", warning.trim_end()));
                match &self.error {
                    Some(CommandError::Error(error)) => eprintln!("{}", error.to_string().trim_end()),
                    Some(CommandError::Drift(message)) => eprintln!("error: {}", message.trim_end()),
                    None => {}
                }
                self.output.clone()
            }
            OutputFormat::Json => self.json(),
        };
        match std::io::stdout().write_all(output.as_bytes()) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                eprintln!("error: cannot print: {error}");
                ExitCode::FAILURE
            }
            _ if self.error.is_some() => ExitCode::FAILURE,
            _ => ExitCode::SUCCESS,
        }
    }

    fn json(&self) -> String {
        let mut diagnostics: Vec<DiagnosticEntry<'_>> = self.findings.iter().map(DiagnosticEntry::of).collect();
        diagnostics.extend(self.error.iter().flat_map(|error| match error {
            CommandError::Error(Error::Document(invalid)) => {
                invalid.diagnostics().iter().map(DiagnosticEntry::of).collect()
            }
            CommandError::Error(Error::Io(message)) => vec![DiagnosticEntry::without_place("io", message)],
            CommandError::Error(Error::Setting(message)) => vec![DiagnosticEntry::without_place("setting", message)],
            CommandError::Error(Error::Defect(message)) => vec![DiagnosticEntry::without_place("defect", message)],
            CommandError::Drift(message) => vec![DiagnosticEntry::without_place("drift", message)],
        }));
        let inspection = self.inspection.as_ref();
        let document = JsonDocument {
            diagnostics,
            output: inspection.is_none().then_some(&self.output),
            operations: inspection.map(|inspection| operations(inspection.api())),
            schemes: inspection.map(|inspection| schemes(inspection.api())),
            not_generated: inspection.map(|inspection| left(inspection.not_generated())),
        };
        let text = serde_json::to_string_pretty(&document).expect("texts and numbers are JSON");
        escaped(&text) + "\n"
    }
}

/// The one document of `--format json`.
#[derive(Serialize)]
struct JsonDocument<'a> {
    diagnostics: Vec<DiagnosticEntry<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<&'a String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operations: Option<Vec<OperationEntry<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schemes: Option<Vec<SchemeEntry<'a>>>,
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
    fn of(finding: &'a Finding) -> Self {
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

    /// An error that no document has: a file, a setting, or keystub itself.
    fn without_place(code: &'static str, message: &'a str) -> Self {
        Self { level: "error", code, message, file: None, line: None, column: None, pointer: None, help: None }
    }
}

#[derive(Serialize)]
struct OperationEntry<'a> {
    id: &'a str,
    method: &'a str,
    path: &'a str,
    /// Each alternative with the schemes that it asks for; empty for an open operation.
    security: Vec<Vec<SchemeUseEntry<'a>>>,
    anonymous: bool,
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
    let (security, anonymous) = match &operation.access {
        Access::Open => (Vec::new(), true),
        Access::Guarded { any_of, or_anonymous } => {
            (any_of.iter().map(|requirement| uses(api, requirement)).collect(), *or_anonymous)
        }
    };
    OperationEntry {
        id: &operation.id,
        method: operation.method.as_str(),
        path: &operation.path.text,
        security,
        anonymous,
    }
}

fn uses<'a>(api: &'a Api, requirement: &'a Requirement) -> Vec<SchemeUseEntry<'a>> {
    let of = |used: &'a crate::model::security::SchemeUse| SchemeUseEntry {
        scheme: &api.scheme(used.scheme).name,
        scopes: &used.scopes,
    };
    requirement.iter().map(of).collect()
}

fn schemes(api: &Api) -> Vec<SchemeEntry<'_>> {
    api.schemes.iter().map(|scheme| SchemeEntry { name: &scheme.name, kind: inspect::kind(&scheme.kind) }).collect()
}

fn left<'a>(all: &'a [NotGenerated]) -> Vec<NotGeneratedEntry<'a>> {
    let entry =
        |left: &'a NotGenerated| NotGeneratedEntry { at: &left.at, reason: &left.reason, broken: left.is_broken };
    all.iter().map(entry).collect()
}

/// Writes what a terminal would act on as escapes of JSON, which mean the same.
fn escaped(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    let mut units = [0; 2];
    for c in json.chars() {
        if c == '\n' || !print::is_hostile(c) {
            safe.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut units) {
            safe.push_str(&format!("\\u{unit:04x}"));
        }
    }
    safe
}
