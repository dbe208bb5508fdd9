//! The scaffold of a server as modules of a test. The build scripts of the end-to-end tests share this file.

use std::fmt::Write;
use std::path::Path;

/// Writes a new server crate below `OUT_DIR`, and `modules.rs`, which includes it. `changed` makes the text of a file, given
/// its path and what was generated.
pub fn write(generator: keystub::Generator, changed: impl Fn(&str, &str) -> String) {
    let folder = Path::new(&std::env::var("OUT_DIR").unwrap()).join("scaffold");
    let output = generator.name("scaffold").runtime(keystub::Runtime::Crate).generate().unwrap();
    let mut modules = String::new();
    for (path, text) in output.files() {
        let file = folder.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, changed(path, text)).unwrap();
        if let "src/app.rs" | "src/handlers.rs" | "src/generated/mod.rs" | "tests/authentication.rs" = path {
            let name = path.trim_end_matches("/mod.rs").trim_end_matches(".rs").rsplit('/').next().unwrap();
            writeln!(modules, "#[path = {file:?}]\npub mod {name};").unwrap();
        }
    }
    std::fs::write(folder.join("modules.rs"), modules).unwrap();
}

/// The file with the tests of the scaffold as tests of the including crate.
#[allow(dead_code)] // One of the build scripts makes functions of the tests.
pub fn with_own_tests(path: &str, text: &str) -> String {
    match path {
        "tests/authentication.rs" => text.replace("scaffold::", "crate::"),
        _ => text.to_owned(),
    }
}
