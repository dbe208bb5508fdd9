//! The files of `templates/runtime/shared` as they are shipped, with the writer of the client and the reader of the
//! server beside them, so that one table can hold both.
#![deny(missing_docs, warnings)]

pub use keystub_server_runtime as runtime;
pub mod sample;
