//! The server as a library, so that tests and other programs can use it. keystub wrote this file once; it is yours to edit.

pub mod app;
#[rustfmt::skip]
pub mod generated;
pub mod handlers;
