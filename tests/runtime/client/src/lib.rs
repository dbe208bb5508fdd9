//! The client's runtime as it is shipped, and what its tests share: servers that record raw bytes, and an API.
#![deny(missing_docs, warnings)]

pub mod api;
pub mod runtime;
pub mod server;
