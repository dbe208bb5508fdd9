//! Both generated sides of fixtures/ok/bound-tokens.yaml, and an application.

pub mod app;

/// The generated client.
pub mod client {
    include!(concat!(env!("OUT_DIR"), "/client/mod.rs"));
}

/// The generated server.
pub mod server {
    include!(concat!(env!("OUT_DIR"), "/server/mod.rs"));
}
