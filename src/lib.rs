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
mod audit;
#[path = "build_script.rs"]
pub mod build;
#[cfg(feature = "cli")]
mod changes;
#[cfg(feature = "cli")]
pub mod cli;
mod config;
pub mod diag;
#[cfg(feature = "cli")]
mod docs;
mod document;
mod emit;
mod error;
mod generator;
mod inspect;
mod limits;
mod lower;
pub mod model;
mod names;
mod options;
pub mod output;
mod public;
mod rust;
mod success;
mod summary;

pub use config::ConfigError;
pub use diag::InvalidDocument;
pub use document::Input;
pub use emit::{Dependency, TargetKind};
pub use error::Error;
pub use generator::{Generator, Output};
pub use inspect::{Inspection, NotGenerated};
pub use limits::Limits;
pub use options::{AddedDependency, Layout, OneType, Options, Runtime, TypeOptions};
pub use output::{Drift, FileKind, FileSet, RelPath};
pub use summary::Summary;
