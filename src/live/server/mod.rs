//! The tables of the server runtime, and values of requests whose types are known at run time.

use keystub_server_runtime as rt;

pub(super) mod dynamic;
pub(super) mod rules;
#[path = "../tables.rs"]
pub(super) mod tables;
