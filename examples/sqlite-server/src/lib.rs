//! The notes of a team, in an SQLite database. `openapi.yaml` describes the API; `build.rs` generates `api` from it.

pub mod app;
pub mod handlers;
pub mod metrics;
pub mod quota;
pub mod session;
pub mod store;
pub mod watching;

/// The generated code.
pub mod api {
    include!(concat!(env!("OUT_DIR"), "/api/mod.rs"));
}
