//! The table matches the source of the runtime.

use std::collections::BTreeSet;

use mutations::{all, workspace};

#[test]
fn every_text_occurs_once_in_its_file() {
    let root = workspace();
    let mutations = all();
    assert!(mutations.len() >= 40, "{} mutations", mutations.len());
    let mut errors = Vec::new();
    for mutation in &mutations {
        let source = std::fs::read_to_string(mutation.path(&root)).unwrap();
        match mutation.apply(&source) {
            Ok(mutated) => assert_ne!(mutated, source, "{}", mutation.name),
            Err(error) => errors.push(error),
        }
    }
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn names_are_unique_and_tests_belong_to_the_side() {
    let mut names = BTreeSet::new();
    for mutation in all() {
        assert!(names.insert(mutation.name), "duplicate name `{}`", mutation.name);
        let side = mutation.file.split('/').next().unwrap();
        // Shared code is tested where it is used.
        let sides = if side == "shared" { &["shared", "client", "server"][..] } else { &[side] };
        let is_of = |side: &&str| mutation.tests.starts_with(&format!("-p runtime-{side} "));
        // Other targets do not compile the modules for WebAssembly.
        let is_wasm = mutation.file.starts_with("client/web_") && mutation.tests.starts_with("-p wasm ");
        assert!(is_wasm || sides.iter().any(is_of), "{}", mutation.name);
    }
}
