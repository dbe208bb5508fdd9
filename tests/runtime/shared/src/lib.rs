//! The files of `templates/runtime/shared` as they are shipped, together with the writer of the client and the reader
//! of the server, so that one table can test both.
#![deny(missing_docs, warnings)]

#[rustfmt::skip]
pub mod runtime;
pub mod sample;
