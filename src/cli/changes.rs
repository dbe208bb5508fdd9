//! `keystub changes`: compare two versions of a document.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::document_args::{FilterArgs, OverlayArgs};
use super::outcome::{Outcome, print};
use crate::changes::{Changes, Security, format, kinds_page};
use crate::diag::Repeated;
use crate::document::Input;
use crate::emit::TargetKind;
use crate::error::Error;
use crate::generator::Generator;
use crate::options::Options;

#[derive(Debug, Args)]
pub(super) struct ChangesArgs {
    /// Path of the old version (YAML or JSON), or `-` for standard input
    #[arg(required_unless_present = "kinds")]
    old: Option<String>,
    /// Path of the new version
    #[arg(required_unless_present = "kinds")]
    new: Option<String>,
    /// Allow references to files in this folder [default: the folder of each document]
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
    #[command(flatten)]
    overlays: OverlayArgs,
    #[command(flatten)]
    filters: FilterArgs,
    /// Output format
    #[arg(long, value_enum, default_value_t = ChangesFormat::Text)]
    format: ChangesFormat,
    /// Exit with 1 if there is such a change
    #[arg(long, value_enum, value_name = "VERDICT", value_delimiter = ',', default_values_t = [Fail::Breaking, Fail::Weakened])]
    fail: Vec<Fail>,
    /// Print the documentation of all kinds of changes as Markdown
    #[arg(long)]
    kinds: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ChangesFormat {
    /// Text for people
    Text,
    /// One JSON document
    Json,
    /// A table in Markdown
    Markdown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Fail {
    /// Requests of clients fail
    Breaking,
    /// More callers are accepted, or credentials are less protected
    Weakened,
    /// Other callers are accepted, or credentials go to another place
    Moved,
    /// Fewer callers are accepted
    Strengthened,
    /// No change fails the command
    Never,
}

impl Fail {
    fn applies(self, changes: &Changes) -> bool {
        match self {
            Self::Breaking => changes.is_breaking(),
            Self::Weakened => changes.has_security(Security::Weakened),
            Self::Moved => changes.has_security(Security::Moved),
            Self::Strengthened => changes.has_security(Security::Strengthened),
            Self::Never => false,
        }
    }
}

impl ChangesArgs {
    pub(super) fn run(&self) -> ExitCode {
        if self.kinds {
            return print(&kinds_page());
        }
        match self.changes() {
            Ok(changes) => {
                let code = print(&match self.format {
                    ChangesFormat::Text => format::text(&changes),
                    ChangesFormat::Json => format::json(&changes),
                    ChangesFormat::Markdown => format::markdown(&changes),
                });
                if self.fail.iter().any(|fail| fail.applies(&changes)) { ExitCode::FAILURE } else { code }
            }
            Err(error) => Outcome::failed(error).print_text(Repeated::Grouped, std::time::Duration::ZERO),
        }
    }

    fn changes(&self) -> Result<Changes, Error> {
        let generator = |spec: &Option<String>| {
            let spec = spec.as_deref().expect("clap requires it");
            let FilterArgs { only, except } = self.filters.clone();
            let OverlayArgs { overlay: overlays, strict: is_strict } = self.overlays.clone();
            let root = self.root.clone();
            let options = Options { root, overlays, is_strict, only, except, ..Options::default() };
            Generator::new(TargetKind::ClientReqwest, Input::path_or_stdin(spec)).options(options)
        };
        if self.old.as_deref() == Some("-") && self.new.as_deref() == Some("-") {
            return Err(Error::Setting("only one of the versions can be standard input".to_owned()));
        }
        generator(&self.new).changes_since(&generator(&self.old))
    }
}
