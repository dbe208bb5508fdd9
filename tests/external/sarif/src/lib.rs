//! The JSON Schema of SARIF 2.1.0, from the sources of the crate `serde-sarif`, and logs of keystub.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The root of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

fn cargo(arguments: &[&str]) -> Vec<u8> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo).current_dir(root()).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// The schema.
///
/// # Panics
///
/// If cargo does not find the package.
pub fn schema() -> Value {
    let metadata: Value = serde_json::from_slice(&cargo(&["metadata", "--format-version", "1", "--locked"])).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == "serde-sarif").expect("it is a dependency");
    let manifest = Path::new(package["manifest_path"].as_str().unwrap());
    let text = std::fs::read_to_string(manifest.with_file_name("src").join("schema.json")).unwrap();
    let mut schema: Value = serde_json::from_str(&text).unwrap();
    // This pattern is not a valid regular expression, and keystub does not write `language`.
    for owner in ["run", "toolComponent"] {
        let language = schema.pointer_mut(&format!("/definitions/{owner}/properties/language")).unwrap();
        language.as_object_mut().unwrap().remove("pattern").unwrap();
    }
    schema
}

/// The program, compiled.
///
/// # Panics
///
/// If it does not compile.
pub fn keystub() -> PathBuf {
    inner_cargo::keystub()
}

/// The log that a command prints.
///
/// # Panics
///
/// If it prints something else.
pub fn log(keystub: &Path, arguments: &[&str]) -> Value {
    let output =
        Command::new(keystub).current_dir(root()).args(arguments).args(["--format", "sarif"]).output().unwrap();
    let failed = || panic!("{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| failed())
}
