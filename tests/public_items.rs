//! The public items of generated crates: what the users of a client see of it.

use std::collections::BTreeSet;

use keystub::Generator;

/// The names after `pub use …` and `pub struct`, `pub fn`, … at the start of a line.
fn items(text: &str) -> BTreeSet<String> {
    let mut items = BTreeSet::new();
    for line in text.replace(",\n    ", ", ").replace("{\n    ", "{").replace(",\n}", "}").lines() {
        if let Some(path) = line.strip_prefix("pub use ") {
            let names = path.rsplit("::").next().unwrap_or_default().trim_matches(['{', '}', ';']);
            items.extend(names.split(", ").map(|name| name.trim_matches(['{', '}', ';', ',']).to_owned()));
        }
        for mark in ["pub struct ", "pub enum ", "pub trait ", "pub fn ", "pub async fn ", "pub const ", "pub type "] {
            let word =
                line.strip_prefix(mark).and_then(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next());
            items.extend(word.map(str::to_owned));
        }
    }
    items
}

#[test]
fn client_has_fewer_than_60_public_items_and_a_private_runtime() {
    let client = Generator::client("fixtures/world/petshop.yaml").generate().unwrap();
    let files = client.files();
    let lib = files["src/lib.rs"];
    assert!(lib.contains("\nmod runtime;") && !lib.contains("pub mod runtime"), "{lib}");
    let root = items(lib);
    let modules = ["auth", "operations", "types"].map(|module| items(files[format!("src/{module}.rs").as_str()]));
    for name in ["Client", "ClientBuilder", "Error", "Response", "Retries"] {
        assert!(root.contains(name), "{root:?}");
    }
    for name in ["Token", "Key", "Login", "ClientCredentials", "AuthorizationCode", "DeviceCode", "BEARER_AUTH"] {
        assert!(modules[0].contains(name), "{:?}", modules[0]);
    }
    // A re-export of an item that is public in its module is not counted twice.
    let count = root.len() + modules.iter().map(BTreeSet::len).sum::<usize>() - 1;
    assert!((40..60).contains(&count), "{count}: {root:?} {modules:?}");
}
