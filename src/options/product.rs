//! What is generated from a document.

use std::path::PathBuf;

/// What code is generated for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TargetKind {
    /// A client over reqwest.
    ClientReqwest,
    /// A server over axum.
    ServerAxum,
}

/// What is generated from a document.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Product {
    /// A crate or module of Rust.
    Rust(TargetKind),
    /// The files that the pack in this folder makes.
    Pack(PathBuf),
}

impl From<TargetKind> for Product {
    fn from(kind: TargetKind) -> Self {
        Self::Rust(kind)
    }
}
