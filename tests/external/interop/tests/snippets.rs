//! The Python programs of `keystub docs` against the mock.

use std::process::Command;

use interop::{folder, python, script};

#[test]
fn python_programs_of_the_reference_call_the_mock() {
    let repository = script("../../..").canonicalize().unwrap();
    let pages = folder("snippets");
    std::fs::create_dir_all(&pages).unwrap();
    let mut program = Command::new(python());
    program.arg(script("snippets.py")).args([inner_cargo::keystub(), repository, pages]);
    let output = program.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
