//! The tables of the server runtime, and values of requests whose types are known at run time.

use keystub_server_runtime as rt;

pub(super) mod dynamic;
mod forms;
pub(super) mod requests;
pub(super) mod rules;
// The same code, over the types of each runtime.
#[allow(clippy::duplicate_mod)]
#[path = "../tables.rs"]
pub(super) mod tables;
