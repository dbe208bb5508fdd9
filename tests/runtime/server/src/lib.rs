//! The runtime files of a server, as a generated crate holds them; the tests stand in tests/.

/// The files as they are shipped.
#[rustfmt::skip]
pub mod runtime;
