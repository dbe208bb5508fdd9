//! The server as a library, so that tests and other programs can use it. keystub wrote this file once; it is yours to edit.

pub mod app;
#[rustfmt::skip] // `keystub --check` compares it to the letter
pub mod generated;
pub mod handlers;
