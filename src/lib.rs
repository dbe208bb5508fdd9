//! keystub reads an OpenAPI document and writes Rust: a client crate over reqwest or a server crate over axum, with the
//! document's security built in on both sides. What the document says about security is what the code does; nothing is
//! dropped, and what cannot be honoured is refused.
//!
//! The way through is one: read (`spec`), lower to a closed model (`lower`, `model`), name (`names`), render (`rust`,
//! `emit`), and a [`FileSet`] comes out.
//!
//! ```no_run
//! let out = keystub::Generator::client("openapi.yaml").generate()?;
//! println!("{}", out.files()["src/lib.rs"]);
//! # Ok::<(), keystub::Error>(())
//! ```

#[path = "build_script.rs"]
pub mod build;
pub mod cli;
mod config;
pub mod diag;
mod document;
mod emit;
mod generator;
mod inspect;
mod limits;
mod lower;
pub mod model;
mod names;
pub mod output;
mod public;
mod rust;
mod summary;

pub use config::{Config, ConfigError, Layout, Runtime};
pub use diag::InvalidDocument;
pub use document::Input;
pub use emit::{Dependency, TargetKind};
pub use generator::{Error, Generator, Output};
pub use inspect::{Inspection, NotGenerated};
pub use limits::Limits;
pub use output::{Drift, FileKind, FileSet, RelPath};
pub use summary::Summary;
