//! The interface of a target. Code that targets share knows only this trait.

use super::dependencies::{self, Dependency};
use super::draft::{Draft, Settings};
use super::needs::Needs;
use super::runtime_parts::RuntimeParts;
use super::templates::{Engine, TemplateError};
use crate::rust::{Context, Side};

/// A framework that code is generated for: one folder in `emit/`, one in `templates/`.
pub trait Target {
    /// What the generated crate is, in one word.
    fn name(&self) -> &'static str;

    /// The side of the wire.
    fn side(&self) -> Side;

    /// The runtime that the generated code uses.
    fn runtime(&self) -> &'static RuntimeParts;

    /// All files.
    ///
    /// # Errors
    ///
    /// If a template of the user does not match its view.
    fn files(&self, job: &Job<'_>) -> Result<Draft, TemplateError>;

    /// The dependencies of the tests of the generated crate, sorted by name.
    fn test_dependencies(&self, job: &Job<'_>) -> Vec<Dependency> {
        let _ = job;
        Vec::new()
    }

    /// The dependencies of the generated code, sorted by name.
    fn dependencies(&self, settings: &Settings, needs: &Needs) -> Vec<Dependency> {
        dependencies::of(self.runtime(), settings, needs)
    }

    /// The additional dependencies in WebAssembly, sorted by name.
    fn wasm_dependencies(&self, settings: &Settings, needs: &Needs) -> Vec<Dependency> {
        dependencies::of_wasm(self.runtime(), settings, needs)
    }
}

/// The input of one generation.
pub struct Job<'a> {
    /// The target.
    pub target: &'a dyn Target,
    /// The document and its names.
    pub context: &'a Context<'a>,
    /// The templates.
    pub engine: &'a Engine,
    /// The user's choices.
    pub settings: &'a Settings,
    /// The parts of the runtime that the document needs.
    pub needs: &'a Needs,
}
