//! The library's entrance: a document in, a file set out, nothing written.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use crate::config::{Config, Layout, crate_name, crate_version};
use crate::diag::Report;
use crate::lower::lower;
use crate::model::Api;
use crate::output::FileSet;
use crate::spec::{Document, Failure, Input, Limits, on_a_large_stack};
use crate::target::{self, Settings, TargetKind};

/// Makes code from one document.
///
/// ```no_run
/// let out = keystub::Generator::server("openapi.yaml").name("pet-store").generate()?;
/// for warning in out.warnings() {
///     eprintln!("{warning}");
/// }
/// # Ok::<(), keystub::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Generator {
    kind: TargetKind,
    input: Input,
    config: Config,
    limits: Limits,
}

impl Generator {
    /// A client over reqwest.
    pub fn client(input: impl Into<Input>) -> Self {
        Self::new(TargetKind::ClientReqwest, input)
    }

    /// A server over axum.
    pub fn server(input: impl Into<Input>) -> Self {
        Self::new(TargetKind::ServerAxum, input)
    }

    /// The code of this kind.
    pub fn new(kind: TargetKind, input: impl Into<Input>) -> Self {
        Self { kind, input: input.into(), config: Config::default(), limits: Limits::default() }
    }

    /// The name of the crate; the file's own where it is not given.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.config.name = Some(name.into());
        self
    }

    /// A whole crate or the files of a module.
    pub fn layout(mut self, layout: Layout) -> Self {
        self.config.layout = Some(layout);
        self
    }

    /// The folder that no reference to another file leads out of; the document's own where it is not given.
    pub fn root(mut self, folder: impl Into<PathBuf>) -> Self {
        self.limits.root = Some(folder.into());
        self
    }

    /// All settings at once.
    pub fn config(mut self, config: Config) -> Self {
        self.config = config;
        self
    }

    /// Reads the document and makes the files, in memory.
    ///
    /// # Errors
    ///
    /// [`Error::Document`] with all that is wrong, where the document is not as it must be; [`Error::World`] where it
    /// cannot be read; [`Error::Setting`] where a name or version cannot stand in a manifest.
    pub fn generate(&self) -> Result<Output, Error> {
        let settings = self.settings()?;
        let read = self.read()?;
        let files =
            target::render(self.kind, &read.api, &settings).map_err(|error| Error::Defect(error.to_string()))?;
        Ok(Output { files, warnings: read.warnings, read: read.files })
    }

    /// Reads the document and tells of each operation what it asks for and what is generated for it.
    ///
    /// # Errors
    ///
    /// Those of [`Self::generate`].
    pub fn inspect(&self) -> Result<String, Error> {
        let read = self.read()?;
        Ok(crate::inspect::text(&read.api))
    }

    fn read(&self) -> Result<Read, Error> {
        on_a_large_stack(|| {
            let document = Document::load(&self.input, &self.limits).map_err(Error::from)?;
            let mut report = Report::default();
            let api = lower(&document, &mut report);
            match api {
                Some(api) => Ok(Read { api, warnings: document.print(&report), files: document.files() }),
                None => Err(Error::Document(document.listing(&report))),
            }
        })
    }

    fn settings(&self) -> Result<Settings, Error> {
        let name = match &self.config.name {
            Some(name) => crate_name(name).map_err(Error::Setting)?,
            None => self.default_name(),
        };
        let version = self.config.version.as_deref().unwrap_or("0.1.0");
        Ok(Settings {
            name,
            version: crate_version(version).map_err(Error::Setting)?,
            layout: self.config.layout.unwrap_or(Layout::Crate),
            has_serde: self.config.has_serde.unwrap_or(true),
        })
    }

    /// The stem of the file where it can name a crate, else what the crate is.
    fn default_name(&self) -> String {
        let side = match self.kind {
            TargetKind::ClientReqwest => "client",
            TargetKind::ServerAxum => "server",
        };
        let stem = match &self.input {
            Input::Path(path) => path.file_stem().map(|stem| stem.to_string_lossy().into_owned()),
            Input::Memory { name, .. } => Some(name.clone()),
            Input::Stdin => None,
        };
        let stem = stem.filter(|stem| !["openapi", "swagger", "api"].contains(&stem.to_lowercase().as_str()));
        let words =
            stem.map(|stem| crate::names::case::ident(&stem, crate::names::Case::Snake).plain().replace('_', "-"));
        let name = words.map_or_else(|| format!("api-{side}"), |words| format!("{words}-{side}"));
        crate_name(&name).unwrap_or_else(|_| format!("api-{side}"))
    }
}

struct Read {
    api: Api,
    warnings: Vec<String>,
    files: Vec<PathBuf>,
}

/// What a [`Generator`] made.
#[derive(Debug)]
pub struct Output {
    files: FileSet,
    warnings: Vec<String>,
    read: Vec<PathBuf>,
}

impl Output {
    /// The text of every file by its path from the top, separated by `/`.
    pub fn files(&self) -> BTreeMap<&str, &str> {
        self.files.texts()
    }

    /// The files as a set that can be written, checked and compared.
    pub fn file_set(&self) -> &FileSet {
        &self.files
    }

    /// The warnings, each as it is printed.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The files that were read.
    pub fn inputs(&self) -> &[PathBuf] {
        &self.read
    }
}

/// Why nothing was made.
#[derive(Debug)]
pub enum Error {
    /// The document is wrong or beyond us: the printed listing of all that was found.
    Document(String),
    /// Something outside failed: a file that cannot be read, a folder that cannot be written.
    World(String),
    /// A setting cannot be honoured.
    Setting(String),
    /// A defect of keystub.
    Defect(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document(text) => f.write_str(text),
            Self::World(text) | Self::Setting(text) => write!(f, "error: {text}"),
            Self::Defect(text) => write!(f, "error: this is a defect of keystub, please report it: {text}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::World(error) => Self::World(error.to_string()),
            failure @ Failure::Document(_) => Self::Document(failure.to_string()),
        }
    }
}
