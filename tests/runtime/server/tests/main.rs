//! Tests of the server runtime. They are one program, because each program links the runtime again.

mod accept;
mod authority;
mod bearer_places;
mod challenges;
mod credentials;
mod cross_site;
mod evaluator;
mod fail_closed;
mod fixed_query;
mod framing;
#[path = "introspection/main.rs"]
mod introspection;
mod jwks;
#[path = "jwt/main.rs"]
mod jwt;
mod mutual_tls;
mod protected_resource;
mod request_id;
#[path = "router/main.rs"]
mod router;
mod rules;
mod serve;
mod spelling;
mod stores;
mod template;

/// The file with a separate program: tracing caches for the whole process whether an event is enabled.
const ALONE: &str = "cross_site_log";

#[test]
fn every_file_is_a_module() {
    let listed = include_str!("main.rs");
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let is_code = ["main.rs", "mod.rs"].iter().any(|file| path.join(file).is_file())
            || path.extension().is_some_and(|ending| ending == "rs");
        let is_tested = ["main", ALONE].contains(&name) || listed.contains(&format!("\nmod {name};\n"));
        assert!(is_tested || !is_code, "tests/{name} is not tested: add `mod {name};` to tests/main.rs");
    }
}
