//! Both generated sides of fixtures/world/matrix.yaml, fixtures/ok/mutual-tls.yaml and fixtures/ok/authorize.yaml, an
//! application that uses the runtime's verifiers, and the table of the test.

/// The generated client.
pub mod client {
    include!(concat!(env!("OUT_DIR"), "/client/mod.rs"));
}

/// The generated server.
pub mod server {
    include!(concat!(env!("OUT_DIR"), "/server/mod.rs"));
}

/// The generated client of the document with client certificates.
pub mod tls_client {
    include!(concat!(env!("OUT_DIR"), "/tls_client/mod.rs"));
}

/// The generated server of the document with client certificates.
pub mod tls_server {
    include!(concat!(env!("OUT_DIR"), "/tls_server/mod.rs"));
}

/// The generated client of the document with parameters of each type.
pub mod authorize_client {
    include!(concat!(env!("OUT_DIR"), "/authorize_client/mod.rs"));
}

/// The generated server of the document with parameters of each type.
pub mod authorize_server {
    include!(concat!(env!("OUT_DIR"), "/authorize_server/mod.rs"));
}

pub mod app;
pub mod credentials;
pub mod request;
pub mod table;
