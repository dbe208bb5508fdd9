//! The option `wasm`: what it adds to a client, and what it refuses. `external/wasm` runs such clients.

use std::collections::BTreeMap;

use keystub::{Generator, Runtime};

const SPEC: &str = "fixtures/world/petshop.yaml";

/// The files of a client by path.
fn files(generator: &Generator) -> BTreeMap<String, String> {
    let output = generator.generate().unwrap();
    output.files().into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect()
}

#[test]
fn clients_without_the_option_do_not_mention_webassembly() {
    for runtime in [Runtime::Vendored, Runtime::Crate] {
        for (path, text) in files(&Generator::client(SPEC).runtime(runtime)) {
            assert!(!path.contains("web_fetch") && !path.contains("web_platform"), "{path}");
            assert!(!text.contains("wasm32") && !text.contains("wasm-bindgen"), "{path}");
        }
    }
}

#[test]
fn the_option_adds_a_target_and_keeps_the_other_dependencies() {
    let (plain, wasm) = (files(&Generator::client(SPEC)), files(&Generator::client(SPEC).with_wasm()));
    let dependencies = |files: &BTreeMap<String, String>| {
        let text = &files["Cargo.toml"];
        text.split("[target.").next().unwrap().trim_end().to_owned()
    };
    assert_eq!(dependencies(&plain), dependencies(&wasm));
    let target = r#"[target.'cfg(all(target_arch = "wasm32", target_os = "unknown"))'.dependencies]"#;
    assert!(wasm["Cargo.toml"].contains(&format!("{target}\ngetrandom = ")), "{}", wasm["Cargo.toml"]);
    assert!(wasm.contains_key("src/runtime/web_fetch.rs") && wasm.contains_key("src/runtime/platform.rs"));
    assert!(wasm["README.md"].contains("## WebAssembly"));
    // The runtime crate has them itself.
    let thin = files(&Generator::client(SPEC).with_wasm().runtime(Runtime::Crate));
    assert!(!thin["Cargo.toml"].contains("[target."), "{}", thin["Cargo.toml"]);
    assert_eq!(Generator::client(SPEC).with_wasm().generate().unwrap().wasm_dependencies().len(), 7);
}

#[test]
fn dependencies_of_the_vendored_runtime_are_those_of_the_runtime_crate() {
    let manifest: toml_edit::DocumentMut = include_str!("../templates/crates/client/Cargo.toml").parse().unwrap();
    let own = manifest["target"][r#"cfg(all(target_arch = "wasm32", target_os = "unknown"))"#]["dependencies"]
        .as_table()
        .unwrap();
    let output = Generator::client(SPEC).with_wasm().generate().unwrap();
    let printed: String = output.wasm_dependencies().iter().map(|dependency| format!("{dependency}\n")).collect();
    let printed: toml_edit::DocumentMut = printed.parse().unwrap();
    let plain = |item: &toml_edit::Item| item.to_string().split_whitespace().collect::<String>().replace(",]", "]");
    let rows = |table: &toml_edit::Table| -> BTreeMap<String, String> {
        table.iter().map(|(name, item)| (name.to_owned(), plain(item))).collect()
    };
    assert_eq!(rows(own), rows(printed.as_table()));
}

#[test]
fn what_does_not_compile_for_webassembly_is_refused() {
    let client = || Generator::client("fixtures/ok/bound-tokens.yaml").with_wasm();
    for (generator, name) in [
        (client().with_blocking(), "`wasm` cannot be combined with `blocking`"),
        (client().dpop("oauth"), "`wasm` cannot be combined with `dpop`"),
        (
            Generator::client("fixtures/ok/webhooks.yaml").webhooks().with_wasm(),
            "`wasm` cannot be combined with `webhooks`",
        ),
    ] {
        let error = generator.generate().unwrap_err().to_string();
        assert!(error.contains(name), "{error}");
    }
    // A server has none of these limits, and the option is not for it.
    let server = Generator::server(SPEC);
    assert_eq!(files(&server), files(&server.clone().with_wasm()));
}
