//! What reading a document or generating from it returns.

use std::collections::BTreeMap;
use std::path::PathBuf;

#[cfg(feature = "net")]
use crate::diag::Place;
use crate::diag::{Finding, Listing, Repeated};
use crate::emit::Dependency;
#[cfg(feature = "net")]
use crate::model::Api;
use crate::options::AddedDependency;
use crate::output::FileSet;
use crate::summary::Summary;

/// The result of a [`Generator`].
#[derive(Debug)]
pub struct Output {
    pub(super) files: FileSet,
    pub(super) dependencies: Vec<Dependency>,
    pub(super) wasm_dependencies: Vec<Dependency>,
    pub(super) added: Vec<AddedDependency>,
    pub(super) listing: Listing,
    pub(super) summary: Summary,
    pub(super) read: Vec<PathBuf>,
}

impl Output {
    /// What the code needs in `[dependencies]`, sorted by name.
    pub fn dependencies(&self) -> &[Dependency] {
        &self.dependencies
    }

    /// What the code needs in addition in WebAssembly (`[target.'cfg(all(target_arch = "wasm32", target_os = "unknown"))'.dependencies]`),
    /// sorted by name. Empty unless this target is chosen.
    pub fn wasm_dependencies(&self) -> &[Dependency] {
        &self.wasm_dependencies
    }

    /// What the user adds to `[dependencies]`.
    pub fn added_dependencies(&self) -> &[AddedDependency] {
        &self.added
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

/// A document that a command runs.
#[cfg(feature = "net")]
#[derive(Debug)]
pub(crate) struct Described {
    /// The model.
    pub api: Api,
    /// The document in the form of OpenAPI 3.0.
    pub document: serde_json::Value,
    /// The environment variables from which the generated client reads the credential of each scheme, if it is text.
    pub variables: Vec<Option<String>>,
    /// The warnings and the skipped errors.
    pub listing: Listing,
    /// The places of the operations.
    pub places: Vec<Place>,
    /// The files that were read.
    pub read: Vec<PathBuf>,
}
