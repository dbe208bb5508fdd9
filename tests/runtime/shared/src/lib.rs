//! The files of `templates/runtime/shared` as they are shipped, with the writer of the client and the reader of the
//! server beside them, so that one table can hold both.
#![deny(missing_docs, warnings)]

#[rustfmt::skip]
pub mod runtime;
pub mod sample;
