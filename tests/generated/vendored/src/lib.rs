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

/// A sender of webhooks.
pub mod sender {
    include!(concat!(env!("OUT_DIR"), "/sender/mod.rs"));
}

/// A receiver of webhooks.
pub mod receiver {
    include!(concat!(env!("OUT_DIR"), "/receiver/mod.rs"));
}

/// A client with tokens that are bound to a key.
pub mod dpop_client {
    include!(concat!(env!("OUT_DIR"), "/dpop-client/mod.rs"));
}

/// A server with tokens that are bound to a key.
pub mod dpop_server {
    include!(concat!(env!("OUT_DIR"), "/dpop-server/mod.rs"));
}

/// A client with the date types of jiff.
pub mod jiff_client {
    include!(concat!(env!("OUT_DIR"), "/jiff-client/mod.rs"));
}

/// A server with the date types of jiff.
pub mod jiff_server {
    include!(concat!(env!("OUT_DIR"), "/jiff-server/mod.rs"));
}

/// A client with the date types of time.
pub mod time_client {
    include!(concat!(env!("OUT_DIR"), "/time-client/mod.rs"));
}

/// A server with the date types of time.
pub mod time_server {
    include!(concat!(env!("OUT_DIR"), "/time-server/mod.rs"));
}

/// Takes the place of a component.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Money {
    /// In the smallest unit.
    pub amount: i64,
    /// The code of the currency.
    pub currency: String,
}
