//! Tests of keystub. They are one program, because each program links keystub again.

mod advisories;
mod audit;
mod audit_baselines;
mod blocking;
#[path = "bound/main.rs"]
mod bound;
mod call;
mod call_output;
mod call_pages;
#[path = "changes/main.rs"]
mod changes;
mod circles;
mod cli;
mod comfort;
#[path = "configuration/main.rs"]
mod configuration;
mod connections;
mod deny_public;
mod derives;
mod determinism;
mod discriminators;
mod docs;
#[path = "docs_pages/main.rs"]
mod docs_pages;
mod dpop;
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
mod listed;
mod located;
#[path = "login/main.rs"]
mod login;
mod mapping;
#[path = "mock/main.rs"]
mod mock;
mod mock_log;
#[path = "mock_proxy/main.rs"]
mod mock_proxy;
mod model_table;
mod msrv;
mod negative;
mod overlay_copies;
mod overlays;
mod pack_views;
mod package;
mod packs;
mod pagination;
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
mod served_docs;
mod shell;
mod skip_broken;
mod skip_shadows;
mod specification;
mod stable_names;
mod stable_output;
mod tag_features;
mod templates;
mod test;
mod tested_items;
mod tested_mocks;
mod tested_streams;
mod threats;
mod tower;
mod values;
mod wasm;
mod webhooks;
mod wide_integers;

#[test]
fn every_file_is_a_module() {
    listed::assert_complete(env!("CARGO_MANIFEST_DIR"), include_str!("main.rs"), &[]);
}
