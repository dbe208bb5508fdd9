//! The Python programs of `keystub docs` against the mock.

use std::path::PathBuf;
use std::process::Command;

use interop::{folder, python, script};

#[test]
fn python_programs_of_the_reference_call_the_mock() {
    let repository = script("../../..").canonicalize().unwrap();
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository.join("target"), PathBuf::from);
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    let built = cargo.current_dir(&repository).args(["build", "--quiet", "--package", "keystub"]).status().unwrap();
    assert!(built.success());
    let pages = folder("snippets");
    std::fs::create_dir_all(&pages).unwrap();
    let mut program = Command::new(python());
    program.arg(script("snippets.py")).args([target.join("debug/keystub"), repository, pages]);
    let output = program.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
