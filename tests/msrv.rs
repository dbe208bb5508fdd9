//! The minimum supported Rust version is the same in every place that states it.

use keystub::{Generator, Runtime};

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
