//! What the targets share: a document in memory goes through keystub, and anything but files or a refusal is a crash.

pub mod tree;

use keystub::{Error, Generator, Input};

/// Reads and lowers the document.
///
/// # Panics
///
/// When keystub has a defect.
pub fn inspect(bytes: &[u8]) {
    if let Err(error) = Generator::client(input(bytes)).inspect() {
        refused(error);
    }
}

/// Makes both sides of the document.
///
/// # Panics
///
/// When keystub has a defect.
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
