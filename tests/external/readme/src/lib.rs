//! The README as documentation of this crate, so that its Rust blocks are compiled.
#![doc = include_str!("../../../../README.md")]
