//! `keystub overlay` and `keystub bundle`: write a document with overlays applied, or with the files that it refers to.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use super::outcome::Outcome;
use super::remote_args::RemoteArgs;
use crate::diag::Format;
use crate::error::Error;
use crate::options::Options;
use crate::output::unified_diff;
use crate::rewrite::{Rewriting, RewrittenDocument};

/// Where the document is written.
#[derive(Debug, Args)]
struct Destination {
    /// Write the document to this file, as JSON if its name ends in `.json`, else as YAML [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write nothing; exit with status 1 if the file is out of date
    #[arg(long, requires = "out")]
    check: bool,
}

#[derive(Debug, Args)]
pub(super) struct OverlayCommandArgs {
    /// Path or https URL of the OpenAPI document (YAML or JSON), or `-` for standard input
    spec: String,
    /// Paths of the OpenAPI overlays, applied in this order
    #[arg(required = true, value_name = "OVERLAY")]
    overlays: Vec<PathBuf>,
    #[command(flatten)]
    destination: Destination,
    /// Write nothing; print what the overlays change as a unified diff
    #[arg(long, conflicts_with = "out")]
    diff: bool,
    /// Treat warnings about overlays as errors
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    remote: RemoteArgs,
}

#[derive(Debug, Args)]
pub(super) struct BundleArgs {
    /// Path or https URL of the OpenAPI document (YAML or JSON)
    spec: String,
    #[command(flatten)]
    destination: Destination,
    #[command(flatten)]
    overlays: super::document_args::OverlayArgs,
    /// Allow references to files in this folder [default: the folder of the document]
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
    #[command(flatten)]
    remote: RemoteArgs,
}

impl OverlayCommandArgs {
    pub(super) fn run(&self) -> Result<Outcome, Error> {
        let overlays = self.overlays.clone();
        let mut options = Options { overlays: overlays.clone(), is_strict: self.strict, ..Options::default() };
        let input = self.remote.input(&self.spec, &mut options)?;
        let rewriting = Rewriting::new(&input, &options)?;
        let document = rewriting.overlaid()?;
        if self.diff {
            let plain = rewriting.plain()?;
            let (old, new) = (plain.text(plain.format)?, document.text(plain.format)?);
            let name = Path::new(&self.spec).file_name().unwrap_or_default().to_string_lossy();
            return Ok(Outcome::rewritten(document.listing, unified_diff(&name, &old, &new)));
        }
        // References to other files stay, and the result must not replace them. Files are only read if it could.
        let may_replace = self.destination.out.as_ref().is_some_and(|out| out.exists());
        let bundle = may_replace.then(|| rewriting.bundled()).and_then(Result::ok);
        let referred = bundle.map(|bundle| bundle.files).unwrap_or_default();
        self.destination.write(document, &[referred, overlays].concat())
    }
}

impl BundleArgs {
    pub(super) fn run(&self) -> Result<Outcome, Error> {
        let overlays = self.overlays.overlay.clone();
        let mut options = Options {
            overlays: overlays.clone(),
            is_strict: self.overlays.strict,
            root: self.root.clone(),
            ..Options::default()
        };
        let input = self.remote.input(&self.spec, &mut options)?;
        let document = Rewriting::new(&input, &options)?.bundled()?;
        self.destination.write(document, &overlays)
    }
}

impl Destination {
    /// Writes a document whole or not at all, and never over one of its inputs.
    fn write(&self, document: RewrittenDocument, others: &[PathBuf]) -> Result<Outcome, Error> {
        let Some(out) = &self.out else {
            let text = document.text(document.format)?;
            return Ok(Outcome::rewritten(document.listing, text));
        };
        let is_json = out.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
        let text = document.text(if is_json { Format::Json } else { Format::Yaml })?;
        let present = std::fs::read(out).ok();
        if self.check {
            let is_same = present.is_some_and(|present| present == text.as_bytes());
            return Ok(if is_same {
                Outcome::rewritten(document.listing, String::new())
            } else {
                Outcome::drifted(document.listing, format!("`{}` is out of date", out.display()))
            });
        }
        let is_out = |input: &Path| matches!((input.canonicalize(), out.canonicalize()), (Ok(a), Ok(b)) if a == b);
        if let Some(input) = document.files.iter().chain(others).find(|input| is_out(input)) {
            return Err(Error::Setting(format!("`--out` names an input: {}; choose another file", input.display())));
        }
        let written = match present.is_some_and(|present| present == text.as_bytes()) {
            true => "unchanged",
            false => {
                write(out, &text)?;
                "written"
            }
        };
        Ok(Outcome::rewritten(document.listing, format!("{}: {written}\n", out.display())))
    }
}

/// Writes a file whole or not at all.
pub(super) fn write(out: &Path, text: &str) -> Result<(), Error> {
    let failed = |error: &std::io::Error| Error::Io(format!("cannot write {}: {error}", out.display()));
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new();
    #[cfg(unix)]
    file.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = file.tempfile_in(folder).map_err(|error| failed(&error))?;
    file.write_all(text.as_bytes()).map_err(|error| failed(&error))?;
    file.persist(out).map_err(|error| failed(&error.error))?;
    Ok(())
}
