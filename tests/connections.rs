//! What connections use: TLS and versions of HTTP.

use keystub::{Generator, Runtime, Tls};

const SPEC: &str = "fixtures/world/petshop.yaml";

/// The line of a dependency in `Cargo.toml`; empty if there is none.
fn line(generator: &Generator, name: &str) -> String {
    let output = generator.generate().unwrap();
    let manifest = output.files()["Cargo.toml"].to_owned();
    manifest.lines().find(|line| line.starts_with(&format!("{name} = "))).unwrap_or_default().to_owned()
}

#[test]
fn tls_and_http_versions_are_features_of_the_dependencies() {
    let client = || Generator::client(SPEC);
    let server = || Generator::server(SPEC);
    for new in [&client as &dyn Fn() -> Generator, &server] {
        let default = line(&new(), "reqwest");
        assert!(default.contains("\"http2\"") && default.contains("\"rustls\""), "{default}");
        let http1 = line(&new().without_http2(), "reqwest");
        assert!(!http1.contains("http2") && http1.contains("\"rustls\""), "{http1}");
        let native = line(&new().tls(Tls::NativeTls), "reqwest");
        assert!(
            native.contains("\"http2\"") && native.contains("\"native-tls\"") && !native.contains("rustls"),
            "{native}"
        );
    }
    for (new, name) in [(client(), "keystub-client-runtime"), (server(), "keystub-server-runtime")] {
        let new = new.runtime(Runtime::Crate);
        assert!(!line(&new, name).contains("default-features"));
        let native = line(&new.tls(Tls::NativeTls).without_http2(), name);
        assert!(native.contains("default-features = false") && native.contains("\"native-tls\""), "{native}");
        assert!(!native.contains("rustls") && !native.contains("http2"), "{native}");
    }
}

/// The content of a generated file; empty if the file does not exist.
fn file(generator: &Generator, path: &str) -> String {
    generator.generate().unwrap().files().get(path).map(|text| (*text).to_owned()).unwrap_or_default()
}

#[test]
fn listener_has_http2_only_if_it_is_chosen() {
    let plain = Generator::server(SPEC);
    let chosen = plain.clone().serve_http2();
    let source = "src/generated/runtime/serve_http2.rs";
    assert!(!line(&plain, "hyper").contains("http2") && file(&plain, source).is_empty());
    assert!(line(&chosen, "hyper").contains("\"http2\"") && !file(&chosen, source).is_empty());
    assert!(file(&plain, "src/generated/mod.rs").contains("pub use runtime::serve::serve;"));
    assert!(file(&chosen, "src/generated/mod.rs").contains("pub use runtime::serve_http2::serve;"));
    let (plain, chosen) = (plain.runtime(Runtime::Crate), chosen.runtime(Runtime::Crate));
    assert!(!line(&plain, "keystub-server-runtime").contains("serve-http2"));
    assert!(line(&chosen, "keystub-server-runtime").contains("\"serve-http2\""));
    // A client has no listener.
    let client = Generator::client(SPEC);
    assert_eq!(client.generate().unwrap().files(), client.clone().serve_http2().generate().unwrap().files());
    // With client certificates the handshake offers it.
    let certified = Generator::server("fixtures/ok/mutual-tls.yaml");
    assert!(!file(&certified, "src/main.rs").contains("with_http2"));
    let certified = certified.serve_http2();
    assert!(file(&certified, "src/main.rs").contains("let listener = listener.with_http2();"));
    assert!(!file(&certified, "src/generated/runtime/mutual_tls_http2.rs").is_empty());
    assert!(file(&Generator::server(SPEC).serve_http2(), "src/generated/runtime/mutual_tls_http2.rs").is_empty());
}

#[test]
fn native_tls_is_refused_for_clients_with_certificates() {
    let spec = "fixtures/world/everything.yaml";
    let error = Generator::client(spec).tls(Tls::NativeTls).generate().unwrap_err().to_string();
    assert!(error.contains("`tls` must be `rustls`: the document has mutual TLS"), "{error}");
    assert!(Generator::server(spec).tls(Tls::NativeTls).generate().is_ok());
    assert!(Generator::client(spec).generate().is_ok());
}
