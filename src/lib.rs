//! keystub reads an OpenAPI document and generates Rust: a client crate based on reqwest or a server crate based on
//! axum, with the document's security built in. The code does what the document says about security; nothing is
//! dropped, and what cannot be honoured is rejected.
//!
//! A document is read (`document`), lowered to a closed model (`lower`, `model`), named (`names`) and rendered (`rust`,
//! `emit`); the result is a [`FileSet`].
//!
//! ```no_run
//! let out = keystub::Generator::client("openapi.yaml").generate()?;
//! println!("{}", out.files()["src/lib.rs"]);
//! # Ok::<(), keystub::Error>(())
//! ```

#[cfg(feature = "cli")]
mod advisories;
#[cfg(feature = "cli")]
mod audit;
#[path = "build_script.rs"]
pub mod build;
#[cfg(feature = "cli")]
mod changes;
#[cfg(feature = "cli")]
pub mod cli;
mod config;
#[cfg(feature = "docs")]
mod curl;
pub mod diag;
#[cfg(feature = "docs")]
#[cfg_attr(not(feature = "cli"), expect(dead_code, reason = "a server has one page, without the changes"))]
mod docs;
mod document;
mod dpop;
mod emit;
mod error;
#[cfg(feature = "net")]
mod fetch;
mod generator;
mod inspect;
mod limits;
#[cfg(feature = "net")]
mod live;
mod lock;
mod lower;
mod mapping;
#[cfg(feature = "docs")]
mod matrix;
mod media_type;
pub mod model;
mod names;
mod options;
pub mod output;
mod overlay_access;
mod pagination;
mod public;
mod renames;
#[cfg(feature = "cli")]
mod rewrite;
mod rust;
#[cfg(feature = "cli")]
mod scanning;
mod setters;
mod success;
mod summary;
mod tables;
mod threads;
#[cfg(feature = "values")]
pub mod values;

pub use config::{
    ApiConfiguration, ConfigError, Configuration, InitialApi, initial as initial_configuration,
    page as configuration_page, schema as configuration_schema,
};
pub use diag::InvalidDocument;
pub use document::{Input, Revision};
pub use emit::{Dependency, PACK_VIEW_VERSION, pack_page, templates_page};
pub use error::Error;
pub use generator::{Generator, Output};
pub use inspect::{Inspection, NotGenerated};

pub use limits::{Limits, RemoteAccess, RemoteError, RemoteFiles};
pub use options::{
    AddedDependency, Features, Grouping, Layout, LockedNames, MappedCodec, MappedSource, MappedType, OneType, Options,
    Pagination, Product, Runtime, TargetKind, Tls, TypeOptions,
};
pub use output::{Drift, FileKind, FileSet, RelPath};
pub use summary::Summary;
