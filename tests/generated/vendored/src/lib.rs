//! Generated code with a copy of the runtime: that it compiles is the test.
#![deny(warnings)]

/// The client of the pet shop.
pub mod client {
    include!(concat!(env!("OUT_DIR"), "/client/mod.rs"));
}

/// The server of the pet shop.
pub mod server {
    include!(concat!(env!("OUT_DIR"), "/server/mod.rs"));
}
