//! The tables of the client runtime.

use keystub_client_runtime as rt;

// The same code, over the types of each runtime.
#[allow(clippy::duplicate_mod)]
#[path = "../tables.rs"]
pub(super) mod tables;
