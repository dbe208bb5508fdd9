//! Holds the runtime files as modules, as a generated crate does; the tests stand in tests/.
