//! The main entry point: takes a document and returns the generated files, in memory.

#[cfg(feature = "cli")]
mod commands;
mod inspected;
mod output;
#[cfg(feature = "docs")]
mod served_docs;
mod webhooks;

use std::path::{Path, PathBuf};

use crate::diag::{Code, Counts, Listing, Report};
use crate::document::{Document, Extent, Filters, Input, LoadError, Loaded, Overlays, Subject, Unmatched};
use crate::dpop;
#[cfg(not(feature = "docs"))]
use crate::emit::ServedDocs;
use crate::emit::{self, EmitError, Packed, Rendered, Settings, TargetKind};
use crate::error::Error;
use crate::limits::Limits;
use crate::lock::{self, Lock};
use crate::lower::{Filtered, Shadowed, filter, lower, lower_skipping};
use crate::mapping;
use crate::model::Api;
use crate::names::NameTable;
use crate::names::package::{check_dependencies, crate_name, crate_version};
use crate::options::{Layout, LockedNames, Options, Product};
use crate::overlay_access;
use crate::pagination;
use crate::public;
use crate::renames;
use crate::setters::option_setters;
use crate::success;
use crate::summary::Summary;
use crate::threads::{both, on_a_large_stack};

#[cfg(feature = "net")]
pub(crate) use output::Described;
pub use output::Output;

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
    product: Product,
    input: Input,
    options: Options,
    extent: Extent,
}

option_setters!(Generator);

impl Generator {
    /// Generates a client based on reqwest.
    pub fn client(input: impl Into<Input>) -> Self {
        Self::new(TargetKind::ClientReqwest, input)
    }

    /// Generates a server based on axum.
    pub fn server(input: impl Into<Input>) -> Self {
        Self::new(TargetKind::ServerAxum, input)
    }

    /// Generates the files of a pack: a folder with `pack.toml` and templates.
    ///
    /// ```no_run
    /// let out = keystub::Generator::pack("packs/python", "openapi.yaml").name("pet-store").generate()?;
    /// out.file_set().write("python").unwrap();
    /// # Ok::<(), keystub::Error>(())
    /// ```
    pub fn pack(folder: impl Into<PathBuf>, input: impl Into<Input>) -> Self {
        Self::new(Product::Pack(folder.into()), input)
    }

    /// Generates a [`TargetKind`] or a pack.
    pub fn new(product: impl Into<Product>, input: impl Into<Input>) -> Self {
        Self { product: product.into(), input: input.into(), options: Options::default(), extent: Extent::Whole }
    }

    /// Sets the layout: a whole crate or the files of a module.
    pub fn layout(mut self, layout: Layout) -> Self {
        self.options.layout = layout;
        self
    }

    /// Reads the document and generates the files, in memory.
    ///
    /// # Errors
    ///
    /// [`Error::Document`] if the document is invalid, with all errors; [`Error::Io`] if it cannot be read;
    /// [`Error::Setting`] if a setting is invalid; [`Error::Template`] if a template of the user is invalid.
    pub fn generate(&self) -> Result<Output, Error> {
        match &self.product {
            Product::Rust(kind) => self.generate_rust(*kind),
            Product::Pack(folder) => self.generate_pack(folder),
        }
    }

    fn generate_pack(&self, folder: &Path) -> Result<Output, Error> {
        if self.options.has_webhooks {
            let message =
                "`webhooks` is for clients and servers in Rust; packs have the paths of the document".to_owned();
            return Err(Error::Setting(self.in_file(message)));
        }
        if let Some(scheme) = self.options.dpop.first() {
            let message = format!(
                "`dpop` is for clients and servers in Rust; a pack would treat the tokens of `{}` as bearer tokens",
                scheme.escape_debug()
            );
            return Err(Error::Setting(self.in_file(message)));
        }
        let settings = self.settings()?;
        let read = self.matched(self.unmapped().read(self.shadowed())?)?;
        let packed = emit::render_pack(folder, &read.api, &settings.name, &settings.locked);
        let Packed { files, read: pack } = packed.map_err(|error| Error::Template(error.to_string()))?;
        let listing = read.document.listing(&read.report);
        let summary = Summary::new(Some(files.len()), &read.api, listing.counts());
        let read = read.document.files().into_iter().chain(pack).collect();
        let (dependencies, wasm_dependencies) = (Vec::new(), Vec::new());
        Ok(Output { files, dependencies, wasm_dependencies, added: Vec::new(), listing, summary, read })
    }

    fn generate_rust(&self, kind: TargetKind) -> Result<Output, Error> {
        let source = self.rereadable()?;
        let settings = Settings { docs: source.served_docs(kind)?, ..self.settings()? };
        let source = Self { extent: Extent::Code, ..source };
        let Lowered { document, api, report, .. } = self.matched(source.read(self.shadowed())?)?;
        let read = document.files();
        let listed = || {
            let listing = document.listing(&report);
            drop(document);
            listing
        };
        let (listing, rendered) = both(listed, || self.render(kind, api, &settings));
        let (rendered, summary) = rendered?;
        let Rendered { files, dependencies, wasm_dependencies, added } = rendered;
        let summary = Summary { files: Some(files.len()), counts: listing.counts(), ..summary };
        Ok(Output { files, dependencies, wasm_dependencies, added, listing, summary, read })
    }

    fn render(&self, kind: TargetKind, mut api: Api, settings: &Settings) -> Result<(Rendered, Summary), Error> {
        if self.options.has_webhooks {
            webhooks::prepare(kind, &mut api).map_err(|message| Error::Setting(self.in_file(message)))?;
        }
        renames::apply(&mut api, &self.options, &settings.locked)
            .and_then(|()| pagination::apply(&mut api, &self.options))
            .and_then(|()| dpop::apply(&mut api, &self.options))
            .map_err(|message| Error::Setting(self.in_file(message)))?;
        let summary = Summary::new(None, &api, Counts::default());
        let rendered = emit::render(kind, api, settings).map_err(|error| match error {
            EmitError::Setting(message) => Error::Setting(self.in_file(message)),
            EmitError::Template(error) if error.is_embedded() => Error::Defect(error.to_string()),
            EmitError::Template(error) => Error::Template(error.to_string()),
            EmitError::NotRust(error) => Error::Defect(error.to_string()),
        })?;
        if settings.options.layout == Layout::Crate {
            let dependencies = rendered.dependencies.iter().chain(&rendered.wasm_dependencies);
            check_dependencies(&settings.name, dependencies.map(|dependency| dependency.name))
                .map_err(Error::Setting)?;
        }
        Ok((rendered, summary))
    }

    /// What happens to the operations whose paths are shadowed by those of removed operations. A server would serve them
    /// for requests that the document answers otherwise.
    fn shadowed(&self) -> Shadowed {
        match self.product {
            // A pack may make a server.
            Product::Rust(TargetKind::ServerAxum) | Product::Pack(_) => Shadowed::Removed,
            Product::Rust(TargetKind::ClientReqwest) => Shadowed::Kept,
        }
    }

    /// The same without types of the user, for the paths of the document. Only generated code uses other settings.
    fn unmapped(&self) -> Self {
        let mut unmapped = self.clone();
        unmapped.options.types.mapped.clear();
        unmapped.options.has_webhooks = false;
        unmapped
    }

    fn read(&self, shadowed: Shadowed) -> Result<Lowered, Error> {
        let allowed = &self.options.allowed_public;
        let denies_public = self.options.denies_public;
        if !denies_public && !allowed.is_empty() {
            let message = "`allow-public` has no effect without `deny-public`".to_owned();
            return Err(Error::Setting(message));
        }
        let mut read = self.read_all(shadowed)?;
        success::check(&read.api, &mut read.report);
        pagination::read(&read.document, &mut read.api, &mut read.report);
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

    /// The same with an input that can be read more than once, if it is.
    fn rereadable(&self) -> Result<Self, Error> {
        let mut source = self.clone();
        if self.options.has_docs {
            source.input = self.input.rereadable(self.options.limits.bytes).map_err(LoadError::Io)?;
        }
        Ok(source)
    }

    /// The documentation that a server can serve, if the user wants it.
    #[cfg(not(feature = "docs"))]
    fn served_docs(&self, kind: TargetKind) -> Result<Option<ServedDocs>, Error> {
        match self.options.has_docs && kind == TargetKind::ServerAxum {
            true => Err(Error::Setting(self.in_file("`docs` needs the feature `docs` of keystub".to_owned()))),
            false => Ok(None),
        }
    }

    /// The limits with the folder of references.
    fn checked_limits(&self) -> Result<Limits, Error> {
        let limits = Limits {
            root: self.options.root.clone(),
            remote: self.options.remote.clone(),
            ..self.options.limits.clone()
        };
        limits.check().map_err(Error::Setting)?;
        Ok(limits)
    }

    fn read_all(&self, shadowed: Shadowed) -> Result<Lowered, Error> {
        let limits = self.checked_limits()?;
        on_a_large_stack(|| {
            let input = self.input.rereadable(limits.bytes).map_err(LoadError::Io)?;
            let Filtered { loaded, report: removed, shadowed: shadowed_parts, unmatched, is_empty } =
                self.filter(&input, shadowed, &limits)?;
            let (document, mut api, mut report) = if self.options.skips_broken {
                lower_skipping(loaded)?
            } else {
                let document = loaded.document()?;
                let mut report = Report::default();
                match lower(&document, &mut report) {
                    Some(api) => (document, api, report),
                    None => return Err(Error::Document(document.invalid(&report))),
                }
            };
            report.extend(removed);
            self.check_overlays(&input, &limits, (&document, &api), &mut report)?;
            api.invalid.extend(shadowed_parts);
            Ok(Lowered { document, api, report, unmatched, is_empty })
        })
    }

    /// Reports what the overlays change about access, compared with the document without them.
    fn check_overlays(
        &self,
        input: &Input,
        limits: &Limits,
        overlaid: (&Document, &Api),
        report: &mut Report,
    ) -> Result<(), LoadError> {
        if !self.options.overlays.is_empty() {
            let written = Loaded::load(self.subject(), input, &Overlays::default(), limits)?;
            let base = lower_skipping(written.clone());
            let base = base.as_ref().map(|(_, api, _)| (&written, api)).ok();
            overlay_access::check(base, overlaid, self.options.is_strict, report);
        }
        Ok(())
    }

    /// Reads the document without the operations that the filters remove.
    fn filter(&self, input: &Input, shadowed: Shadowed, limits: &Limits) -> Result<Filtered, Error> {
        let filters = Filters::parse(&self.options.only, &self.options.except)
            .map_err(|message| Error::Setting(self.in_file(message)))?;
        let loaded = Loaded::load(self.subject(), input, &self.overlays(), limits)?;
        let mapped =
            mapping::names(&loaded, &self.options.types).map_err(|message| Error::Setting(self.in_file(message)))?;
        Ok(filter(loaded.with_mapped(mapped).with_extent(self.extent), &filters, shadowed)?)
    }

    fn subject(&self) -> Subject {
        if self.options.has_webhooks { Subject::Webhooks } else { Subject::Paths }
    }

    fn overlays(&self) -> Overlays {
        Overlays { files: self.options.overlays.clone(), is_strict: self.options.is_strict }
    }

    /// The document, if every filter has a match and an operation is left.
    fn matched(&self, read: Lowered) -> Result<Lowered, Error> {
        self.check_filters(&read.unmatched, read.is_empty)?;
        Ok(read)
    }

    fn check_filters(&self, unmatched: &[Unmatched], is_empty: bool) -> Result<(), Error> {
        let message = match unmatched.first() {
            Some(unmatched) => unmatched.message(),
            None if is_empty => "the filters leave no operation".to_owned(),
            None => return Ok(()),
        };
        Err(Error::Setting(self.in_file(message)))
    }

    /// Binds the tokens of schemes to keys, for commands that run the operations of `api`.
    fn bind(&self, api: &mut Api) -> Result<(), Error> {
        dpop::apply(api, &self.options).map_err(|message| Error::Setting(self.in_file(message)))
    }

    /// The message, with the configuration file if there is one.
    fn in_file(&self, message: String) -> String {
        match &self.options.file {
            Some(file) => format!("{}: {message}", file.display()),
            None => message,
        }
    }

    fn settings(&self) -> Result<Settings, Error> {
        let name = match &self.options.name {
            Some(name) => crate_name(name).map_err(Error::Setting)?,
            None => self.default_name(),
        };
        crate_version(&self.options.version).map_err(Error::Setting)?;
        Ok(Settings { name, locked: self.locked()?, options: self.options.clone(), docs: None })
    }

    /// The names that stay.
    fn locked(&self) -> Result<LockedNames, Error> {
        let Some(path) = &self.options.lock else { return Ok(LockedNames::default()) };
        let mut lock = Lock::read(path).map_err(Error::Setting)?;
        Ok(lock.names.remove(&self.lock_key()).unwrap_or_default())
    }

    /// The key of the document in a lock file.
    pub(crate) fn lock_key(&self) -> String {
        let key = lock::key(&self.input, self.options.lock.as_deref().unwrap_or(Path::new("keystub.lock")));
        // Operations of `paths` may have the same methods and paths.
        if self.options.has_webhooks { format!("{key}#webhooks") } else { key }
    }

    /// Reads the document and returns the names of its operations and types, as a lock file has them.
    ///
    /// # Errors
    ///
    /// Those of [`Self::generate`].
    pub fn names(&self) -> Result<LockedNames, Error> {
        self.listed_names().map(|(names, _)| names)
    }

    /// The names, and the warnings.
    pub(crate) fn listed_names(&self) -> Result<(LockedNames, Listing), Error> {
        let read = self.matched(self.read(Shadowed::Kept)?)?;
        let names = NameTable::new(&read.api, &self.locked()?).to_lock(&read.api);
        Ok((names, read.document.listing(&read.report)))
    }

    /// The stem of the file name if it is a valid crate name, else a default for the kind of code.
    pub(crate) fn default_name(&self) -> String {
        let side = match &self.product {
            Product::Rust(TargetKind::ClientReqwest) if self.options.has_webhooks => "webhook-sender",
            Product::Rust(TargetKind::ServerAxum) if self.options.has_webhooks => "webhook-receiver",
            Product::Rust(kind) => kind.name(),
            Product::Pack(_) => "package",
        };
        let stem = match &self.input {
            Input::Path(path) => path.file_stem().map(|stem| stem.to_string_lossy().into_owned()),
            Input::Revision(revision) => revision.path().file_stem().map(|stem| stem.to_string_lossy().into_owned()),
            Input::Memory { name, .. } => Some(name.clone()),
            Input::Fetched { name, .. } => {
                std::path::Path::new(name).file_stem().map(|stem| stem.to_string_lossy().into_owned())
            }
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
    /// The filters that match no operation.
    unmatched: Vec<Unmatched>,
    /// Whether the filters leave no operation.
    is_empty: bool,
}
