//! Calls that block: they are generated only if the user chooses them.

use keystub::Generator;

const SPEC: &str = "fixtures/world/petshop.yaml";

#[test]
fn blocking_calls_have_a_feature_of_the_generated_crate() {
    let output = Generator::client(SPEC).with_blocking().generate().unwrap();
    let files = output.files();
    assert!(files["Cargo.toml"].contains("blocking = []"), "{}", files["Cargo.toml"]);
    assert!(files["Cargo.toml"].contains(r#"features = ["net", "rt", "sync", "time"]"#), "{}", files["Cargo.toml"]);
    for (file, gated) in [("src/lib.rs", "pub mod blocking"), ("src/runtime/mod.rs", "pub mod blocking;")] {
        let text: String = files[file].split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(&format!(r#"#[cfg(feature = "blocking")] {gated}"#)), "{file}: {text}");
    }
    assert!(files["src/operations.rs"].contains("fn send_blocking"));
    assert!(!files.contains_key("src/runtime/blocking_streams.rs"), "the document has no streams");
    let crate_based = Generator::client(SPEC).with_blocking().runtime(keystub::Runtime::Crate).generate().unwrap();
    let manifest = crate_based.files()["Cargo.toml"].to_owned();
    assert!(manifest.contains(r#"blocking = ["keystub-client-runtime/blocking"]"#), "{manifest}");
}

#[test]
fn clients_without_the_setting_and_servers_have_no_blocking_calls() {
    let client = Generator::client(SPEC).generate().unwrap();
    let server = Generator::server(SPEC).with_blocking().generate().unwrap();
    assert_eq!(server.files(), Generator::server(SPEC).generate().unwrap().files());
    for (path, text) in client.files() {
        // The runtime has one error for them.
        assert!(path == "src/runtime/error.rs" || !text.contains("_blocking"), "{path}");
        assert!(!path.contains("blocking"), "{path}");
    }
}
