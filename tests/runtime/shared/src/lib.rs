//! The files of `templates/runtime/shared` as they are shipped, together with the writer of the client and the reader
//! of the server, so that one table can test both.
#![deny(missing_docs, warnings)]

pub use keystub_server_runtime as runtime;
pub mod sample;
