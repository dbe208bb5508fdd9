//! The runtime of a target: its files, dependencies and features, each with the need that it belongs to.

use super::need::Need;
use super::package::Requirement;

/// The runtime of a target.
pub struct RuntimeParts {
    /// The name of the runtime crate.
    pub crate_name: &'static str,
    /// Its source files.
    pub files: &'static [RuntimeFile],
    /// The crates that generated code always refers to through the runtime.
    pub named_crates: &'static [&'static str],
    /// The dependencies of a vendored runtime.
    pub dependencies: &'static [Requirement],
    /// The additional dependencies of a vendored runtime in WebAssembly.
    pub wasm_dependencies: &'static [Requirement],
    /// The modules that another module replaces in WebAssembly, and that module.
    pub wasm_modules: &'static [(&'static str, &'static str)],
    /// The dependencies of files that belong to the user.
    pub scaffold: &'static [Requirement],
    /// The features of the runtime crate. One of the needs enables it.
    pub features: &'static [(&'static str, &'static [Need])],
}

/// A source file of a runtime.
pub struct RuntimeFile {
    /// The name of the module.
    pub name: &'static str,
    /// The source text.
    pub text: &'static str,
    /// The need that it belongs to.
    pub need: Need,
}

macro_rules! runtime_files {
    ($($folder:literal: $($name:literal => $need:ident),* ;)*) => {
        &[$($(RuntimeFile {
            name: $name,
            text: include_str!(concat!("../../../templates/runtime/", $folder, "/", $name, ".rs")),
            need: Need::$need,
        }),*),*]
    };
}
pub(super) use runtime_files;
