//! From the model and its names to the files of a crate. Each target is a submodule that implements
//! [`Target`](target::Target); each kind of security scheme is a file in `schemes`.

mod attributes;
mod auth_file;
mod base_path;
mod client_reqwest;
mod dependencies;
mod draft;
mod feature_rows;
mod manifest;
mod need;
mod needs;
mod pack;
mod package;
mod runtime;
mod runtime_parts;
mod schemes;
mod served_docs;
mod server_axum;
mod skipped_parts;
mod target;
mod templates;
mod types_file;
mod view;

#[cfg(feature = "docs")]
pub use base_path::base_path;
pub use dependencies::Dependency;
#[cfg(feature = "cli")]
pub use dependencies::WASM_TARGET;
pub use draft::{Draft, Settings};
pub use pack::{PACK_VIEW_VERSION, Packed, page as pack_page, render as render_pack};
pub use served_docs::ServedDocs;
pub use templates::{TemplateError, page as templates_page};
#[cfg(feature = "cli")]
pub use templates::{VIEW_VERSION, embedded as embedded_templates};

pub use crate::options::TargetKind;
#[cfg(feature = "docs")]
use crate::options::{Grouping, LockedNames};
use crate::rust::gates::Gates;

use crate::model::Api;
use crate::names::NameTable;
use crate::names::shared::share_types;
#[cfg(feature = "docs")]
use crate::names::shared::with_shared_types;
use crate::options::{AddedDependency, Features};
use crate::output::FileSet;
use crate::rust::added_derives::AddedDerives;
use crate::rust::discriminators::Discriminators;
use crate::rust::format::NotRust;
use crate::rust::mapped::MappedTypes;
use crate::rust::uses::Uses;
use crate::rust::{Context, models};
use target::{Job, Target};
use templates::Engine;

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

/// The result of [`render`].
#[derive(Debug)]
pub struct Rendered {
    /// The files.
    pub files: FileSet,
    /// The dependencies of the code.
    pub dependencies: Vec<Dependency>,
    /// The additional dependencies of the code in WebAssembly.
    pub wasm_dependencies: Vec<Dependency>,
    /// The dependencies that the user adds.
    pub added: Vec<AddedDependency>,
}

/// Why nothing was generated.
#[derive(Debug)]
pub enum EmitError {
    /// An option does not fit the document.
    Setting(String),
    /// A template of the user is invalid, or does not match its view.
    Template(TemplateError),
    /// A template of keystub made text that is not Rust, which is a defect.
    NotRust(NotRust),
}

/// A module is part of a crate whose manifest belongs to the user.
const FEATURES_OF_MODULE: &str = "`features = \"tags\"` needs `layout = \"crate\"`: the features would have to be declared in the \
                                  Cargo.toml of the crate that includes the module";

/// The environment variables from which the client of this name reads the credential of each scheme, if it is text.
#[cfg(feature = "net")]
pub fn credential_variables(api: &Api, crate_name: &str) -> Vec<Option<String>> {
    client_reqwest::builder::variables(api, &NameTable::new(api, &LockedNames::default()), crate_name)
}

/// For each operation, a function that calls it with the generated client of this name, whose operations are grouped in
/// this way.
///
/// # Errors
///
/// If a text is not Rust, which is a defect of keystub.
#[cfg(feature = "docs")]
pub fn client_calls(api: &Api, krate: &str, locked: &LockedNames, grouping: Grouping) -> Result<Vec<String>, NotRust> {
    let api = &with_shared_types(api);
    let names = NameTable::new(api, locked);
    let discriminators = Discriminators::of(api);
    let types = crate::options::TypeOptions::default();
    let added_derives = AddedDerives::of(api, &names, &types).expect("the default options add nothing");
    let side = client_reqwest::ClientReqwest.side();
    let mapped = MappedTypes::new(&types.mapped);
    let gates = Gates::of(api, Features::None);
    let context = Context {
        api,
        names: &names,
        discriminators: &discriminators,
        added_derives: &added_derives,
        mapped: &mapped,
        gates: &gates,
        side,
    };
    client_reqwest::call::functions(&context, krate, grouping)
}

/// All files of the target for this API, and its dependencies.
///
/// # Errors
///
/// If an option does not fit the document, a template is invalid, or a template made text that is not Rust.
pub fn render(kind: TargetKind, api: Api, settings: &Settings) -> Result<Rendered, EmitError> {
    if settings.options.features != Features::None && !settings.is_crate() {
        return Err(EmitError::Setting(FEATURES_OF_MODULE.to_owned()));
    }
    let target = kind.target();
    let api = &share_types(api);
    let names = NameTable::new(api, &settings.locked);
    let discriminators = Discriminators::of(api);
    let types = &settings.options.types;
    let added_derives = AddedDerives::of(api, &names, types).map_err(EmitError::Setting)?;
    let side = target.side();
    let mapped = MappedTypes::new(&types.mapped);
    let gates = Gates::of(api, settings.options.features);
    let context = Context {
        api,
        names: &names,
        discriminators: &discriminators,
        added_derives: &added_derives,
        mapped: &mapped,
        gates: &gates,
        side,
    };
    let used = Uses::of_all(&context).mapped();
    mapped.check(&used, &settings.options).map_err(EmitError::Setting)?;
    let mut settings = settings.clone();
    let added = mapped.dependencies(&used, &settings.options.dependencies).map_err(EmitError::Setting)?;
    settings.options.dependencies.clone_from(&added);
    models::check_derives(&context, types).map_err(EmitError::Setting)?;
    let needs = needs::Needs::of(&context, &settings);
    dependencies::check_tls(side, &settings.options, &needs).map_err(EmitError::Setting)?;
    dependencies::check_wasm(side, &settings.options).map_err(EmitError::Setting)?;
    let dependencies = target.dependencies(&settings, &needs);
    let wasm_dependencies = target.wasm_dependencies(&settings, &needs);
    dependencies::check_added(&dependencies, &added).map_err(EmitError::Setting)?;
    if settings.docs.is_some() {
        server_axum::served_docs::check(api, settings.is_crate()).map_err(EmitError::Setting)?;
    }
    let engine = Engine::new(settings.options.templates.as_deref()).map_err(EmitError::Template)?;
    let job = Job { target, context: &context, engine: &engine, settings: &settings, needs: &needs };
    let draft = target.files(&job).map_err(EmitError::Template)?;
    let files = draft.finish().map_err(|error| match engine.not_rust(&error) {
        Some(error) => EmitError::Template(error),
        None => EmitError::NotRust(error),
    })?;
    Ok(Rendered { files, dependencies, wasm_dependencies, added })
}
