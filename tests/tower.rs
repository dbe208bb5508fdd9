//! `tower = true`: what it adds to a client, and that nothing else changes.

use std::collections::BTreeMap;

use keystub::{Generator, Runtime};

const SPEC: &str = "fixtures/world/petshop.yaml";

fn files(generator: &Generator) -> BTreeMap<String, String> {
    let output = generator.generate().unwrap_or_else(|error| panic!("{error}"));
    output.files().into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect()
}

/// The names of the dependencies of a crate.
fn dependencies(files: &BTreeMap<String, String>) -> Vec<String> {
    let manifest: toml_edit::DocumentMut = files["Cargo.toml"].parse().unwrap();
    manifest["dependencies"].as_table().unwrap().iter().map(|(name, _)| name.to_owned()).collect()
}

#[test]
fn only_the_option_adds_layers_of_tower() {
    let (plain, with) = (files(&Generator::client(SPEC)), files(&Generator::client(SPEC).with_tower()));
    for (path, text) in &plain {
        assert!(!path.contains("tower") && !text.contains("tower"), "{path}");
    }
    let changed = ["Cargo.toml", "README.md", "src/client.rs", "src/lib.rs", "src/runtime/mod.rs"];
    let differs = |path: &&str| plain[*path] != with[*path];
    assert!(changed.iter().all(differs) && with.contains_key("src/runtime/tower.rs"));
    let same = plain.iter().filter(|(path, _)| !changed.contains(&path.as_str()));
    assert!(same.into_iter().all(|(path, text)| with[path] == *text));
    let mut added = dependencies(&with);
    added.retain(|name| !dependencies(&plain).contains(name));
    assert_eq!(added, ["http", "tower-layer", "tower-service"], "http-body is for its multipart bodies");
    let thin = files(&Generator::client(SPEC).with_tower().runtime(Runtime::Crate));
    assert!(thin["Cargo.toml"].contains("\"tower\"") && dependencies(&thin) == ["keystub-client-runtime"]);
}

#[test]
fn servers_have_no_layers_for_clients() {
    let server = Generator::server(SPEC);
    assert_eq!(files(&server), files(&server.clone().with_tower()));
}

#[test]
fn layers_of_tower_are_not_compiled_for_webassembly() {
    let files = files(&Generator::client(SPEC).with_wasm().with_tower());
    let gate = r#"#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]"#;
    let compact = |text: &str| text.split_whitespace().collect::<String>();
    for item in ["pub fn tower_layer<", "pub fn tower_service("] {
        assert!(compact(&files["src/client.rs"]).contains(&compact(&format!("{gate}{item}"))), "{item}");
    }
    assert!(compact(&files["src/runtime/mod.rs"]).contains(&compact(&format!("{gate}pub mod tower;"))));
}
