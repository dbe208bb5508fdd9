//! The minimum supported Rust version is the same in every place that states it.

use std::process::Command;

use keystub::{Generator, Runtime};
use serde_json::Value;

fn text(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The value of a key, at the start of a line.
fn version<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"'))
}

#[test]
fn minimum_rust_version_is_the_same_everywhere() {
    let expected = env!("CARGO_PKG_RUST_VERSION");
    assert_eq!(version(&text("clippy.toml"), "msrv"), Some(expected));
    for side in ["client", "server"] {
        let path = format!("templates/crates/{side}/Cargo.toml");
        assert_eq!(version(&text(&path), "rust-version"), Some(expected), "{path}");
    }
    for generator in
        [Generator::client("fixtures/world/petshop.yaml"), Generator::server("fixtures/world/petshop.yaml")]
    {
        for runtime in [Runtime::Vendored, Runtime::Crate] {
            let output = generator.clone().runtime(runtime).generate().unwrap();
            assert_eq!(version(output.files()["Cargo.toml"], "rust-version"), Some(expected));
        }
    }
    let command = format!("cargo +{expected} check");
    assert!(
        text("CONTRIBUTING.md").contains(&command) && text("README.md").contains(&format!("Rust {expected} or later"))
    );
}

/// Major and minor version.
fn numbers(version: &str) -> (u32, u32) {
    let mut parts = version.split('.').map(|part| part.parse().unwrap());
    (parts.next().unwrap(), parts.next().unwrap_or_default())
}

/// Cargo's resolver avoids versions that need a newer compiler, but not if no other version fits.
#[test]
fn no_dependency_needs_a_newer_compiler() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo).args(["metadata", "--format-version", "1", "--locked"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let documented = numbers(env!("CARGO_PKG_RUST_VERSION"));
    let newer = packages.iter().filter_map(|package| {
        let needed = package["rust_version"].as_str().filter(|needed| numbers(needed) > documented)?;
        Some(format!("{} {} needs Rust {needed}", package["name"], package["version"]))
    });
    assert_eq!(newer.collect::<Vec<_>>(), [""; 0]);
    assert!(packages.len() > 100, "the dependencies are part of the metadata");
}
