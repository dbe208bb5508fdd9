//! From the model and its names to the files of a crate. Each target is a submodule that implements
//! [`Target`](target::Target); each kind of security scheme is a file in `schemes`.

mod attributes;
mod auth_file;
mod client_reqwest;
mod dependencies;
mod draft;
mod manifest;
mod need;
mod needs;
mod package;
mod runtime;
mod runtime_parts;
mod schemes;
mod server_axum;
mod skipped_parts;
mod target;
mod templates;
mod types_file;
mod view;

pub use dependencies::Dependency;
pub use draft::{Draft, Settings};
pub use templates::Engine;

use crate::model::Api;
use crate::names::NameTable;
use crate::output::FileSet;
use crate::rust::Context;
use crate::rust::discriminators::Discriminators;
use crate::rust::format::NotRust;
use target::{Job, Target};

/// What code is generated for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetKind {
    /// A client over reqwest.
    ClientReqwest,
    /// A server over axum.
    ServerAxum,
}

impl TargetKind {
    /// `client` or `server`.
    pub fn name(self) -> &'static str {
        self.target().name()
    }

    /// The name of the runtime crate.
    pub fn runtime_crate(self) -> &'static str {
        self.target().runtime().crate_name
    }

    fn target(self) -> &'static dyn Target {
        match self {
            Self::ClientReqwest => &client_reqwest::ClientReqwest,
            Self::ServerAxum => &server_axum::ServerAxum,
        }
    }
}

/// All files of the target for this API, and the dependencies of the code.
///
/// # Errors
///
/// If a template made text that is not Rust, which is a defect of keystub.
pub fn render(kind: TargetKind, api: &Api, settings: &Settings) -> Result<(FileSet, Vec<Dependency>), NotRust> {
    let target = kind.target();
    let names = NameTable::new(api);
    let discriminators = Discriminators::of(api);
    let context = Context { api, names: &names, discriminators: &discriminators, side: target.side() };
    let needs = needs::Needs::of(&context, settings);
    let job = Job { target, context: &context, engine: &Engine::new(), settings, needs: &needs };
    Ok((target.files(&job).finish()?, target.dependencies(settings, &needs)))
}
