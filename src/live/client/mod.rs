//! The tables of the client runtime.

use keystub_client_runtime as rt;

#[path = "../tables.rs"]
pub(super) mod tables;
