//! The README and the user guide as documentation of this crate, so that their Rust blocks are compiled.
#![doc = include_str!("../../../../README.md")]

#[doc = include_str!("../../../../docs/build-scripts.md")]
pub mod build_scripts {}

#[doc = include_str!("../../../../docs/client.md")]
pub mod client {}

#[doc = include_str!("../../../../docs/server.md")]
pub mod server {}

#[doc = include_str!("../../../../docs/snapshot-tests.md")]
pub mod snapshot_tests {}
