//! `keystub audit`: check the security of a document.

mod generated_crate;
mod settings;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::document_args::OverlayArgs;
use super::outcome::{Detail, Outcome, print};
use super::paint;
use super::remote_args::RemoteArgs;
use crate::advisories::{self, CrateReport};
use crate::audit::{Audit, Baseline, Settings, Severity, explanation, format, rule, rules_page};
use crate::config::Configuration;
use crate::diag::Repeated;
use crate::document::Filters;
use crate::emit::TargetKind;
use crate::error::Error;
use crate::generator::Generator;
use crate::options::Options;

#[derive(Debug, Args)]
pub(super) struct AuditArgs {
    /// Path or https URL of the OpenAPI document (YAML or JSON), or `-` for standard input
    #[arg(required_unless_present_any = ["explain", "rules", "crates"])]
    spec: Option<String>,
    /// Allow references to files in this folder [default: the folder of the document]
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value_t = AuditFormat::Text)]
    format: AuditFormat,
    /// Exit with 1 if a finding is at least this severe
    #[arg(long, value_enum, default_value_t = Fail::High, value_name = "SEVERITY")]
    fail: Fail,
    /// Check only these rules, or only these operations: "tag:NAME", "id:OPERATION", "METHOD /path/**" or "deprecated"
    #[arg(long, value_name = "RULE|FILTER", value_parser = only)]
    only: Vec<Only>,
    /// Read settings from this TOML file: `[audit]`, and those of the `[[api]]` with this document
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    overlays: OverlayArgs,
    #[command(flatten)]
    remote: RemoteArgs,
    /// Leave these operations out; can be repeated
    #[arg(long, value_name = "FILTER")]
    except: Vec<String>,
    /// Suppress the findings of a rule; can be repeated
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = known_rule)]
    allow: Vec<String>,
    /// Suppress the findings that this file lists
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write the current findings to the baseline
    #[arg(long, requires = "baseline")]
    write: bool,
    /// Print the access of each operation instead of findings
    #[arg(long, value_enum, value_name = "FORMAT", num_args = 0..=1, require_equals = true, default_missing_value = "text")]
    matrix: Option<MatrixFormat>,
    /// Compare the locked dependencies of this generated crate with advisories instead; can be repeated
    #[arg(long = "crate", value_name = "DIR", conflicts_with_all = ["spec", "config", "only", "except", "allow", "baseline", "matrix"])]
    crates: Vec<PathBuf>,
    /// The folder of the advisory database, in the format of RustSec
    #[arg(long, value_name = "DIR", requires = "crates")]
    advisories: Option<PathBuf>,
    /// Explain a rule
    #[arg(long, value_name = "RULE", value_parser = known_rule)]
    explain: Option<String>,
    /// Print the documentation of all rules as Markdown
    #[arg(long)]
    rules: bool,
}

/// What is checked.
#[derive(Debug, Clone)]
enum Only {
    /// Rules by name.
    Rules(Vec<String>),
    /// A filter of operations.
    Operations(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum AuditFormat {
    /// Text for people
    Text,
    /// One JSON document
    Json,
    /// SARIF 2.1.0, for code scanning services
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// A table in Markdown
    Markdown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Fail {
    High,
    Medium,
    Low,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum MatrixFormat {
    Text,
    Csv,
    Markdown,
}

impl Fail {
    fn severity(self) -> Option<Severity> {
        match self {
            Self::High => Some(Severity::High),
            Self::Medium => Some(Severity::Medium),
            Self::Low => Some(Severity::Low),
            Self::Never => None,
        }
    }
}

/// What is printed, and whether the findings fail the command.
struct Printed {
    text: String,
    has_failed: bool,
}

impl AuditArgs {
    pub(super) fn run(&self) -> ExitCode {
        match self.printed() {
            Ok(Printed { text, has_failed }) => {
                let code = print(&text);
                if has_failed { ExitCode::FAILURE } else { code }
            }
            Err(error) => Outcome::failed(error).print_text(Detail::Grouped, std::time::Duration::ZERO),
        }
    }

    fn printed(&self) -> Result<Printed, Error> {
        let about_rules = match (&self.explain, self.rules) {
            (Some(id), _) => rule(id).map(explanation),
            (None, true) => Some(rules_page()),
            (None, false) => None,
        };
        if let Some(text) = about_rules {
            return Ok(Printed { text, has_failed: false });
        }
        if !self.crates.is_empty() {
            return self.advisories();
        }
        let audit = self.audit()?;
        let text = match (self.matrix, self.format) {
            (Some(MatrixFormat::Text), _) => {
                return Ok(Printed { text: format::matrix::text(&audit.matrix), has_failed: false });
            }
            (Some(MatrixFormat::Csv), _) => {
                return Ok(Printed { text: format::matrix::csv(&audit.matrix), has_failed: false });
            }
            (Some(MatrixFormat::Markdown), _) => {
                return Ok(Printed { text: format::matrix::markdown(&audit.matrix), has_failed: false });
            }
            (None, AuditFormat::Text) => format::text(&audit),
            (None, AuditFormat::Json) => format::json(&audit),
            (None, AuditFormat::Sarif) => format::sarif(&audit),
            (None, AuditFormat::Github) => format::github(&audit),
            (None, AuditFormat::Markdown) => format::markdown(&audit),
        };
        let has_failed = self.fail.severity().is_some_and(|severity| audit.fails_at(severity));
        Ok(Printed { text, has_failed })
    }

    /// What advisories say about generated crates.
    fn advisories(&self) -> Result<Printed, Error> {
        let text = match self.format {
            AuditFormat::Text => advisories::text,
            AuditFormat::Json => advisories::json,
            AuditFormat::Sarif | AuditFormat::Github | AuditFormat::Markdown => {
                return Err(Error::Setting("--crate prints `text` or `json`".to_owned()));
            }
        };
        let reports = generated_crate::reports(&self.crates, self.advisories.as_deref())?;
        let is_failure = self.fail != Fail::Never && reports.iter().any(CrateReport::is_vulnerable);
        Ok(Printed { text: text(&reports), has_failed: is_failure })
    }

    /// The options of the configuration file.
    fn options(&self, spec: &str) -> Result<Options, Error> {
        let Some(config) = &self.config else { return Ok(Options::default()) };
        let options = match spec {
            "-" => Options::default().with_file(config),
            path => Configuration::of_document(config, Path::new(path)),
        };
        options.map_err(|error| Error::Setting(error.to_string()))
    }

    /// The rules that are checked, with the settings of the configuration file.
    fn settings(&self, options: &Options) -> Result<Settings, Error> {
        let only = self.only.iter().flat_map(|only| match only {
            Only::Rules(rules) => rules.as_slice(),
            Only::Operations(_) => &[],
        });
        let settings = Settings { only: only.cloned().collect(), ..Settings::default() };
        settings::with_file(settings, options)
    }

    fn audit(&self) -> Result<Audit, Error> {
        let spec = self.spec.as_deref().expect("clap requires it");
        let filters = self.only.iter().filter_map(|only| match only {
            Only::Operations(filter) => Some(filter.clone()),
            Only::Rules(_) => None,
        });
        let (only, except) = (filters.collect(), self.except.clone());
        let OverlayArgs { overlay: overlays, strict: is_strict } = self.overlays.clone();
        let root = self.root.clone();
        let from_file = self.options(spec)?;
        let settings = self.settings(&from_file)?;
        let mut options =
            with_arguments(from_file, Options { root, overlays, is_strict, only, except, ..Options::default() });
        let input = self.remote.input(spec, &mut options)?;
        let generator = Generator::new(TargetKind::ClientReqwest, input).options(options);
        let (mut audit, overlays) = generator.audit(&settings)?;
        paint::print(&overlays.text(Repeated::Grouped));
        audit.allow(&self.allow);
        if let Some(path) = &self.baseline {
            if self.write {
                write(path, &Baseline::of(audit.open()))?;
            }
            audit.compare(&read(path)?);
        }
        Ok(audit)
    }
}

/// The options of the file with those of the command line.
fn with_arguments(mut options: Options, arguments: Options) -> Options {
    options.root = arguments.root.or(options.root);
    options.overlays.extend(arguments.overlays);
    options.is_strict |= arguments.is_strict;
    options.only.extend(arguments.only);
    options.except.extend(arguments.except);
    options
}

fn read(path: &Path) -> Result<Baseline, Error> {
    let text = std::fs::read_to_string(path).map_err(|error| io("read", path, &error))?;
    Baseline::parse(&text).map_err(|error| Error::Setting(format!("{} is not a baseline: {error}", path.display())))
}

/// Writes a baseline, whole or not at all, and never in the place of another file.
fn write(path: &Path, baseline: &Baseline) -> Result<(), Error> {
    if path.exists() {
        read(path)?;
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|error| io("write", path, &error))?;
    file.write_all(baseline.text().as_bytes()).map_err(|error| io("write", path, &error))?;
    file.persist(path).map_err(|error| io("write", path, &error.error))?;
    Ok(())
}

fn io(operation: &str, path: &Path, error: &std::io::Error) -> Error {
    Error::Io(format!("cannot {operation} the baseline {}: {error}", path.display()))
}

/// A filter of operations, or the names of rules, separated by commas.
fn only(text: &str) -> Result<Only, String> {
    let texts = [text.to_owned()];
    if Filters::parse(&texts, &[]).is_ok() {
        return Ok(Only::Operations(text.to_owned()));
    }
    text.split(',').map(known_rule).collect::<Result<_, _>>().map(Only::Rules).map_err(|message| {
        format!("{message}; filters are `tag:NAME`, `id:OPERATION`, `METHOD /path/**` and `deprecated`")
    })
}

/// The name of a rule.
fn known_rule(id: &str) -> Result<String, String> {
    match rule(id) {
        Some(rule) => Ok(rule.id.to_owned()),
        None => Err("unknown rule; `keystub audit --rules` lists all".to_owned()),
    }
}
