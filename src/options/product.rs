//! What is generated from a document.

use std::path::PathBuf;

use super::TargetKind;

/// What is generated from a document.
#[derive(Debug, Clone, PartialEq, Eq)]
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
