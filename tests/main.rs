//! Tests of keystub. They are one program, because each program links keystub again.

mod advisories;
mod audit;
mod call;
#[path = "changes/main.rs"]
mod changes;
mod circles;
mod cli;
mod comfort;
#[path = "configuration/main.rs"]
mod configuration;
mod deny_public;
mod derives;
mod determinism;
mod discriminators;
mod docs;
mod docs_pages;
mod edits;
mod evaluator;
mod faulty_server;
mod filters;
mod floors;
mod flows;
mod generated;
mod hash;
mod language;
mod limits;
mod located;
#[path = "login/main.rs"]
mod login;
mod mapping;
#[path = "mock/main.rs"]
mod mock;
mod mock_log;
mod model_table;
mod msrv;
mod negative;
mod overlays;
mod package;
mod packs;
mod public_items;
mod references;
mod remote;
mod renames;
mod revisions;
mod rewrite;
mod running_mock;
mod scaffold_format;
mod secrets;
mod security;
mod semver;
mod shell;
mod skip_broken;
mod skip_shadows;
mod specification;
mod stable_names;
mod stable_output;
mod templates;
mod test;
mod tested_mocks;
mod threats;
mod values;
mod wide_integers;

#[test]
fn every_file_is_a_module() {
    let listed = include_str!("main.rs");
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let is_code = ["main.rs", "mod.rs"].iter().any(|file| path.join(file).is_file())
            || path.extension().is_some_and(|ending| ending == "rs");
        let is_tested = name == "main" || listed.contains(&format!("\nmod {name};\n"));
        assert!(is_tested || !is_code, "tests/{name} is not tested: add `mod {name};` to tests/main.rs");
    }
}
