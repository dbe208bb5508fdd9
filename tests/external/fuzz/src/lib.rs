//! Code of all fuzz targets: passes a document in memory to keystub, and panics unless the result is files or
//! diagnostics.

pub mod tree;

use keystub::{Error, Generator, Input};

/// Reads and lowers the document.
///
/// # Panics
///
/// If keystub has a bug.
pub fn inspect(bytes: &[u8]) {
    if let Err(error) = Generator::client(input(bytes)).inspect() {
        refused(error);
    }
}

/// Generates both sides of the document.
///
/// # Panics
///
/// If keystub has a bug.
pub fn generate(bytes: &[u8]) {
    for generator in [Generator::client(input(bytes)), Generator::server(input(bytes))] {
        match generator.generate() {
            Ok(output) => assert!(output.files().len() > 3),
            Err(error) => refused(error),
        }
    }
}

fn input(bytes: &[u8]) -> Input {
    Input::Memory { name: "fuzz".to_owned(), bytes: bytes.to_owned() }
}

fn refused(error: Error) {
    match error {
        Error::Document(refusal) => assert!(!refusal.to_string().is_empty()),
        Error::Io(_) | Error::Setting(_) | Error::Defect(_) => panic!("{error}"),
    }
}
