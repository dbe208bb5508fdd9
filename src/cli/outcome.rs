//! The outcome of a command.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use super::paint;
use crate::diag::{Listing, Repeated};
use crate::error::Error;
use crate::generator::Output;
use crate::inspect::Inspection;
use crate::summary::Summary;

/// What a command printed and found.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) listing: Listing,
    pub(super) error: Option<CommandError>,
    /// What goes to standard output in the text format.
    pub(super) output: String,
    /// Whether the output only reports what was done.
    is_status: bool,
    pub(super) inspection: Option<Inspection>,
    /// The files that were read.
    pub(super) inputs: Vec<PathBuf>,
    summary: Option<Summary>,
    /// The output folder, if there may be several.
    label: Option<String>,
}

/// The result of writing or comparing files.
pub(super) struct Done {
    /// What goes to standard output in the text format.
    pub(super) output: String,
    /// Whether the output only reports what was done.
    pub(super) is_status: bool,
    pub(super) error: Option<CommandError>,
}

/// How much is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// Errors, and the output that was asked for.
    Quiet,
    /// Also warnings, repeated ones grouped, and a summary.
    Grouped,
    /// Also repeated warnings one by one.
    Listed,
}

impl Detail {
    /// The choice of `--quiet` and `--verbose`.
    pub(super) fn of(is_quiet: bool, is_verbose: bool) -> Self {
        match (is_quiet, is_verbose) {
            (true, _) => Self::Quiet,
            (false, true) => Self::Listed,
            (false, false) => Self::Grouped,
        }
    }

    /// Whether repeated warnings are grouped.
    pub(super) fn repeated(self) -> Repeated {
        match self {
            Self::Quiet | Self::Grouped => Repeated::Grouped,
            Self::Listed => Repeated::Listed,
        }
    }
}

/// Why a command fails.
pub(super) enum CommandError {
    /// Reading, generating or writing failed.
    Failed(Error),
    /// `--check` found a folder that is out of date.
    Drift(String),
}

impl Outcome {
    /// Nothing was generated.
    pub(super) fn failed(error: Error) -> Self {
        Self { error: Some(CommandError::Failed(error)), ..Self::default() }
    }

    /// The document was inspected.
    pub(super) fn inspected(inspection: Inspection) -> Self {
        Self {
            listing: inspection.listing().clone(),
            output: inspection.to_string(),
            summary: Some(inspection.summary()),
            inspection: Some(inspection),
            ..Self::default()
        }
    }

    /// Code was generated, then written or compared.
    pub(super) fn generated(output: &Output, done: Done) -> Self {
        let (listing, summary) = (output.listing().clone(), Some(*output.summary()));
        let inputs = output.inputs().to_vec();
        Self {
            listing,
            summary,
            inputs,
            output: done.output,
            is_status: done.is_status,
            error: done.error,
            ..Self::default()
        }
    }

    /// The summary line names the output folder.
    pub(super) fn labelled(self, out: &Path) -> Self {
        Self { label: Some(out.display().to_string()), ..self }
    }

    /// Something was printed about the code, which is written nowhere.
    pub(super) fn described(output: &Output, text: String) -> Self {
        let summary = Summary { files: None, ..*output.summary() };
        Self { listing: output.listing().clone(), output: text, summary: Some(summary), ..Self::default() }
    }

    /// A document was rewritten.
    pub(super) fn rewritten(listing: Listing, output: String) -> Self {
        Self { listing, output, ..Self::default() }
    }

    /// A file is out of date.
    pub(super) fn drifted(listing: Listing, message: String) -> Self {
        Self { listing, error: Some(CommandError::Drift(message)), ..Self::default() }
    }

    /// Prints the diagnostics, the output and a summary.
    pub(super) fn print_text(&self, detail: Detail, elapsed: Duration) -> ExitCode {
        let repeated = detail.repeated();
        if detail != Detail::Quiet {
            self.listing.entries(repeated).iter().for_each(|entry| paint::print(&format!("{entry}\n")));
        }
        match &self.error {
            Some(CommandError::Failed(Error::Document(invalid))) => paint::print(&invalid.listing().text(repeated)),
            Some(CommandError::Failed(error)) => paint::print(&format!("{error}\n")),
            Some(CommandError::Drift(message)) => paint::print(&format!("error: {}\n", message.trim_end())),
            None => {}
        }
        let code = self.print(if detail == Detail::Quiet && self.is_status { "" } else { &self.output });
        if let (Some(summary), true) = (&self.summary, detail != Detail::Quiet) {
            let label = self.label.as_ref().map(|label| format!("{label}: ")).unwrap_or_default();
            eprintln!("{label}{summary} in {:.2} s", elapsed.as_secs_f64());
        }
        code
    }

    /// Prints to standard output.
    pub(super) fn print(&self, output: &str) -> ExitCode {
        let code = print(output);
        if self.error.is_some() { ExitCode::FAILURE } else { code }
    }
}

/// Prints to standard output; a closed pipe is not an error.
pub(super) fn print(output: &str) -> ExitCode {
    match std::io::stdout().write_all(output.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            eprintln!("error: cannot write to standard output: {error}");
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
    }
}
