//! The main entry point: takes a document and returns the generated files, in memory.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use crate::config::{Config, Layout, Runtime};
use crate::diag::{Code, Finding, InvalidDocument, Listing, Repeated, Report};
use crate::document::{Document, Input, LoadError, Loaded, on_a_large_stack};
use crate::emit::{self, Dependency, Settings, TargetKind};
use crate::inspect::{Inspection, NotGenerated};
use crate::limits::Limits;
use crate::lower::{lower, lower_skipping};
use crate::model::Api;
use crate::model::Skipped;
use crate::names::package::{check_dependencies, crate_name, crate_version};
use crate::output::FileSet;
use crate::public;
use crate::summary::Summary;

/// Generates code from a document.
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
    root: Option<PathBuf>,
}

impl Generator {
    /// Generates a client based on reqwest.
    pub fn client(input: impl Into<Input>) -> Self {
        Self::new(TargetKind::ClientReqwest, input)
    }

    /// Generates a server based on axum.
    pub fn server(input: impl Into<Input>) -> Self {
        Self::new(TargetKind::ServerAxum, input)
    }

    /// Generates code of this kind.
    pub fn new(kind: TargetKind, input: impl Into<Input>) -> Self {
        Self { kind, input: input.into(), config: Config::default(), root: None }
    }

    /// Sets the name of the crate; by default derived from the file name.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.config.name = Some(name.into());
        self
    }

    /// Sets the layout: a whole crate or the files of a module.
    pub fn layout(mut self, layout: Layout) -> Self {
        self.config.layout = Some(layout);
        self
    }

    /// Where the code has its runtime; [`Runtime::Vendored`] by default.
    pub fn runtime(mut self, runtime: Runtime) -> Self {
        self.config.runtime = Some(runtime);
        self
    }

    /// Allows references to files in this folder; by default the folder of the document.
    pub fn root(mut self, folder: impl Into<PathBuf>) -> Self {
        self.root = Some(folder.into());
        self
    }

    /// Sets the limits for the document.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.config.limits = limits;
        self
    }

    /// Skips invalid parts instead of rejecting the document: for each error the smallest part that contains it,
    /// usually an operation, and everything that depends on it. [`Output::diagnostics`] lists what was skipped.
    ///
    /// Errors in security, and errors of the whole document, remain errors.
    pub fn skip_broken(mut self) -> Self {
        self.config.skips_broken = Some(true);
        self
    }

    /// Rejects public operations: those without security requirements, and those that may also be called anonymously.
    ///
    /// ```
    /// let text = b"openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {/health: {get: {responses: {}}}}".to_vec();
    /// let generator = keystub::Generator::server(keystub::Input::Memory { name: "api.yaml".into(), bytes: text });
    /// assert!(generator.clone().deny_public().inspect().is_err());
    /// assert!(generator.deny_public().allow_public("GET /health").inspect().is_ok());
    /// ```
    pub fn deny_public(mut self) -> Self {
        self.config.denies_public = Some(true);
        self
    }

    /// Allows one operation to be public under [`Self::deny_public`], by its `operationId` or as `METHOD /path`.
    ///
    /// An entry that does not name an operation, or names one that is not public, is an error.
    pub fn allow_public(mut self, operation: impl Into<String>) -> Self {
        self.config.allowed_public.push(operation.into());
        self
    }

    /// Replaces all settings.
    pub fn config(mut self, config: Config) -> Self {
        self.config = config;
        self
    }

    /// Reads the document and generates the files, in memory.
    ///
    /// # Errors
    ///
    /// [`Error::Document`] if the document is invalid, with all errors; [`Error::Io`] if it cannot be read;
    /// [`Error::Setting`] if a setting is invalid.
    pub fn generate(&self) -> Result<Output, Error> {
        let settings = self.settings()?;
        let read = self.read()?;
        let (files, dependencies) =
            emit::render(self.kind, &read.api, &settings).map_err(|error| Error::Defect(error.to_string()))?;
        if settings.layout == Layout::Crate {
            let names = dependencies.iter().map(|dependency| dependency.name);
            check_dependencies(&settings.name, names).map_err(Error::Setting)?;
        }
        let listing = read.document.listing(&read.report);
        let summary = Summary::new(Some(files.len()), &read.api, listing.counts());
        Ok(Output { files, dependencies, listing, summary, read: read.document.files() })
    }

    /// Reads the document and returns its operations, their security requirements, and what is not generated.
    ///
    /// # Errors
    ///
    /// Those of [`Self::generate`].
    pub fn inspect(&self) -> Result<Inspection, Error> {
        let read = self.read()?;
        let reported = |skipped: &Skipped, is_broken| NotGenerated {
            at: read.document.shown(&skipped.at),
            reason: read.document.shown_text(&skipped.reason),
            is_broken,
        };
        let skipped = read.api.skipped.iter().map(|skipped| reported(skipped, false));
        let skipped = skipped.chain(read.api.left_out.iter().map(|skipped| reported(skipped, true))).collect();
        let listing = read.document.listing(&read.report);
        Ok(Inspection { api: read.api, skipped, listing })
    }

    fn read(&self) -> Result<Lowered, Error> {
        let allowed = &self.config.allowed_public;
        let denies_public = self.config.denies_public == Some(true);
        if !denies_public && !allowed.is_empty() {
            let message = "`allow-public` has no effect without `deny-public`".to_owned();
            return Err(Error::Setting(message));
        }
        let mut read = self.read_all()?;
        if denies_public {
            let repeated = read.report.iter().filter(|found| found.code == Code::DuplicateOperationId);
            let repeated =
                repeated.filter_map(|found| read.document.node(&found.at)?.as_str().map(str::to_owned)).collect();
            public::check(&read.api, allowed, &repeated, &mut read.report);
        }
        match read.report.has_errors() {
            true => Err(Error::Document(read.document.invalid(&read.report))),
            false => Ok(read),
        }
    }

    fn read_all(&self) -> Result<Lowered, Error> {
        let limits = Limits { root: self.root.clone(), ..self.config.limits.clone() };
        limits.check().map_err(Error::Setting)?;
        on_a_large_stack(|| {
            if self.config.skips_broken == Some(true) {
                let (document, api, report) = lower_skipping(Loaded::load(&self.input, &limits)?)?;
                return Ok(Lowered { document, api, report });
            }
            let document = Document::load(&self.input, &limits)?;
            let mut report = Report::default();
            match lower(&document, &mut report) {
                Some(api) => Ok(Lowered { document, api, report }),
                None => Err(Error::Document(document.invalid(&report))),
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
            runtime: self.config.runtime.unwrap_or(Runtime::Vendored),
            has_serde: self.config.has_serde.unwrap_or(true),
        })
    }

    /// The stem of the file name if it is a valid crate name, else a default for the kind of code.
    fn default_name(&self) -> String {
        let side = self.kind.name();
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

struct Lowered {
    document: Document,
    api: Api,
    report: Report,
}

/// The result of a [`Generator`].
#[derive(Debug)]
pub struct Output {
    files: FileSet,
    dependencies: Vec<Dependency>,
    listing: Listing,
    summary: Summary,
    read: Vec<PathBuf>,
}

impl Output {
    /// What the code needs in `[dependencies]`, sorted by name.
    pub fn dependencies(&self) -> &[Dependency] {
        &self.dependencies
    }

    /// The text of every file by its path, separated by `/`.
    pub fn files(&self) -> BTreeMap<&str, &str> {
        self.files.texts()
    }

    /// The files as a set that can be written, checked and compared.
    pub fn file_set(&self) -> &FileSet {
        &self.files
    }

    /// The warnings and the skipped errors, each as it is printed.
    pub fn warnings(&self) -> &[String] {
        self.listing.entries(Repeated::Listed)
    }

    /// The warnings and the skipped errors as data.
    pub fn diagnostics(&self) -> &[Finding] {
        self.listing.findings()
    }

    /// The warnings and the skipped errors, repeated warnings grouped or not.
    pub fn listing(&self) -> &Listing {
        &self.listing
    }

    /// The numbers of files, operations, schemes and warnings.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// The files that were read.
    pub fn inputs(&self) -> &[PathBuf] {
        &self.read
    }
}

/// Why nothing was generated.
#[derive(Debug)]
pub enum Error {
    /// The document is invalid or uses unsupported features: all diagnostics.
    Document(InvalidDocument),
    /// I/O failed: a file cannot be read, or a folder cannot be written.
    Io(String),
    /// A setting is invalid.
    Setting(String),
    /// A bug in keystub.
    Defect(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document(invalid) => invalid.fmt(f),
            Self::Io(text) | Self::Setting(text) => write!(f, "error: {text}"),
            Self::Defect(text) => write!(f, "error: bug in keystub, please report it: {text}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<LoadError> for Error {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Io(error) => Self::Io(error.to_string()),
            LoadError::Document(invalid) => Self::Document(invalid),
        }
    }
}
