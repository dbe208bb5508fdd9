//! `keystub changes`: compare two versions of a document.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::SystemTime;

use clap::{Args, ValueEnum};

use super::document_args::{FilterArgs, OverlayArgs, configured};
use super::outcome::{Detail, Outcome, print};
use super::paint;
use super::remote_args::{Documents, RemoteArgs};
use super::versions::{in_revision, input};
use crate::changes::{Allowances, Audience, Changes, Date, Security, Semver, format, kinds_page};
use crate::diag::Repeated;
use crate::document::{Input, LoadError};
use crate::emit::TargetKind;
use crate::error::Error;
use crate::generator::{Generator, Output};
use crate::limits::is_url;
use crate::options::{Layout, Options, Runtime};

#[derive(Debug, Args)]
pub(super) struct ChangesArgs {
    /// Path or https URL of the old version (YAML or JSON), `REV:PATH` for a revision of the git repository, or `-` for standard input
    #[arg(required_unless_present = "kinds")]
    old: Option<String>,
    /// The new version, in the same forms
    #[arg(required_unless_present_any = ["kinds", "against"])]
    new: Option<String>,
    /// Compare one version, given by its path, with that in a revision of its git repository
    #[arg(long, value_name = "REV", conflicts_with = "new")]
    against: Option<String>,
    /// Allow references to files in this folder [default: the folder of each document]
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
    #[command(flatten)]
    overlays: OverlayArgs,
    #[command(flatten)]
    filters: FilterArgs,
    #[command(flatten)]
    remote: RemoteArgs,
    /// Read settings from this TOML file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value_t = ChangesFormat::Text)]
    format: ChangesFormat,
    /// Exit with 1 if there is such a change
    #[arg(long, value_enum, value_name = "VERDICT", value_delimiter = ',', default_values_t = [Fail::Breaking, Fail::Weakened])]
    fail: Vec<Fail>,
    /// List only changes that affect these
    #[arg(long = "for", value_enum, value_name = "AUDIENCE", value_delimiter = ',')]
    audiences: Vec<For>,
    /// Allow the changes that this file lists: `[[allow]]` with `fingerprint`, `reason` and optionally `expires`
    #[arg(long, value_name = "FILE")]
    allow: Option<PathBuf>,
    /// Report which increments of the versions of the API and of both generated crates are needed, and why
    #[arg(long)]
    semver: bool,
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
    /// SARIF 2.1.0, for code scanning services
    Sarif,
    /// Annotations of GitHub Actions
    Github,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum For {
    /// Those who call the API
    Clients,
    /// Those who implement the API
    Servers,
    /// Those who look after its security
    Security,
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

impl For {
    fn audience(self) -> Audience {
        match self {
            Self::Clients => Audience::Clients,
            Self::Servers => Audience::Servers,
            Self::Security => Audience::Security,
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
                    ChangesFormat::Sarif => format::sarif(&changes),
                    ChangesFormat::Github => format::github(&changes),
                });
                if self.fail.iter().any(|fail| fail.applies(&changes)) { ExitCode::FAILURE } else { code }
            }
            Err(error) => Outcome::failed(error).print_text(Detail::Grouped, std::time::Duration::ZERO),
        }
    }

    /// The old and the new version.
    fn inputs(&self, documents: &Documents, options: &Options) -> Result<(Input, Input), Error> {
        let input = |argument: &str| input(argument, documents, options);
        let first = self.old.as_deref().expect("clap requires it");
        match (&self.against, self.new.as_deref()) {
            (Some(_), _) if first == "-" => {
                Err(Error::Setting("--against needs the path of a file, not standard input".to_owned()))
            }
            (Some(_), _) if is_url(first) => {
                Err(Error::Setting("--against needs the path of a file, not a URL".to_owned()))
            }
            (Some(revision), _) => Ok((in_revision(first, revision)?, Input::path_or_stdin(first))),
            (None, second) => Ok((input(first)?, input(second.expect("clap requires it"))?)),
        }
    }

    fn options(&self) -> Result<Options, Error> {
        let mut options = configured(self.config.as_deref())?;
        options.only.extend(self.filters.only.iter().cloned());
        options.except.extend(self.filters.except.iter().cloned());
        options.overlays.extend(self.overlays.overlay.iter().cloned());
        options.is_strict |= self.overlays.strict;
        options.root = self.root.clone().or(options.root);
        // Public operations are compared like others; `keystub audit` reports them.
        Ok(Options { denies_public: false, allowed_public: Vec::new(), ..options })
    }

    fn changes(&self) -> Result<Changes, Error> {
        let mut options = self.options()?;
        let documents = self.remote.documents(&mut options)?;
        let (old, new) = self.inputs(&documents, &options)?;
        let generator = |input: Input| Generator::new(TargetKind::ClientReqwest, input).options(options.clone());
        if old == Input::Stdin && new == Input::Stdin {
            return Err(Error::Setting("only one of the versions can be standard input".to_owned()));
        }
        if self.semver && matches!(self.format, ChangesFormat::Sarif | ChangesFormat::Github) {
            return Err(Error::Setting("--semver needs --format text, json or markdown".to_owned()));
        }
        let allowances = self.allow.as_deref().map(read).transpose()?;
        let most = options.limits.bytes;
        let rereadable = |input: Input| input.rereadable(most).map_err(|error| Error::from(LoadError::Io(error)));
        let (old, new) = (rereadable(old)?, rereadable(new)?);
        let (mut changes, listings) = generator(new.clone()).changes_since(&generator(old.clone()))?;
        listings.iter().for_each(|listing| paint::print(&listing.text(Repeated::Grouped)));
        if self.semver {
            changes.semver = Some(semver(&changes, [old, new], &options)?);
        }
        if let Some(allowances) = allowances {
            changes.allow(&allowances, today());
        }
        if !self.audiences.is_empty() {
            let audiences: Vec<Audience> = self.audiences.iter().map(|audience| audience.audience()).collect();
            changes.keep(&audiences);
        }
        Ok(changes)
    }
}

/// The increments of versions, from what is generated for both versions with the same name and version.
fn semver(changes: &Changes, inputs: [Input; 2], options: &Options) -> Result<Semver, Error> {
    // A copy of the runtime would be compared with itself.
    let options = Options { layout: Layout::Crate, runtime: Runtime::Crate, ..options.clone() };
    let generate =
        |kind, input: &Input| Generator::new(kind, input.clone()).options(options.clone()).name("api").generate();
    let generate =
        |kind| -> Result<[Output; 2], Error> { Ok([generate(kind, &inputs[0])?, generate(kind, &inputs[1])?]) };
    let (client, server) = (generate(TargetKind::ClientReqwest)?, generate(TargetKind::ServerAxum)?);
    let [client, server] = [client.each_ref().map(Output::files), server.each_ref().map(Output::files)];
    Semver::new(changes.increment(), &client, &server).map_err(|error| Error::Defect(error.to_string()))
}

fn read(path: &Path) -> Result<Allowances, Error> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Error::Io(format!("cannot read the allowances {}: {error}", path.display())))?;
    Allowances::parse(&text).map_err(|error| Error::Setting(format!("{}: {error}", path.display())))
}

/// The current day in UTC.
fn today() -> Date {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Date::of_days(since.as_secs() / 86_400)
}
