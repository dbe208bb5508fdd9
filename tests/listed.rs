//! Checks that a test program contains all files of its folder: a file that it does not list would be ignored silently.

use std::path::Path;

/// Checks that each file and folder with code is a module of this `main.rs`, except those with a separate program.
///
/// # Panics
///
/// If one is not.
pub fn assert_complete(package: &str, main: &str, separate: &[&str]) {
    for entry in std::fs::read_dir(Path::new(package).join("tests")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let is_code = ["main.rs", "mod.rs"].iter().any(|file| path.join(file).is_file())
            || path.extension().is_some_and(|ending| ending == "rs");
        let is_tested = name == "main" || separate.contains(&name) || main.contains(&format!("\nmod {name};\n"));
        assert!(is_tested || !is_code, "tests/{name} is not tested: add `mod {name};` to tests/main.rs");
    }
}
