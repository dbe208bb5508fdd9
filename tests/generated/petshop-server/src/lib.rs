//! The server as a library, so that tests and other programs can use it. This file was written once and is yours: keystub
//! does not touch it again.

pub mod app;
#[rustfmt::skip] // `keystub --check` compares it to the letter
pub mod generated;
pub mod handlers;
