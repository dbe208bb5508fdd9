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

/// Files with a separate program, and folders without tests.
const OTHERS: [&str; 2] = ["cross_site_log", "keys"];

#[test]
fn every_file_is_a_module() {
    let listed = include_str!("main.rs");
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let is_tested = name == "main" || OTHERS.contains(&name) || listed.contains(&format!("\nmod {name};\n"));
        assert!(is_tested, "tests/{name} is not tested: add `mod {name};` to tests/main.rs");
    }
}
