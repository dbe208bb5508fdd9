//! Both generated sides of fixtures/world/matrix.yaml, an application on the ready parts, and the table of the test.

/// The generated client.
pub mod client {
    include!(concat!(env!("OUT_DIR"), "/client/mod.rs"));
}

/// The generated server.
pub mod server {
    include!(concat!(env!("OUT_DIR"), "/server/mod.rs"));
}

pub mod app;
pub mod credentials;
pub mod table;
