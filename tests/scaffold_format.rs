//! The files of a server that belong to the user pass `rustfmt --check` with default settings.

use std::path::{Path, PathBuf};
use std::process::Command;

use keystub::{Features, Generator, Output};

const FILES: &[&str] = &["src/main.rs", "src/app.rs", "src/handlers.rs", "tests/authentication.rs"];

fn documents() -> Vec<PathBuf> {
    let folders = ["fixtures/ok", "fixtures/world"];
    let entries = folders.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let mut documents: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    documents.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    documents.sort();
    documents
}

/// The files of the user, which are written to this folder.
fn written(made: &Output, out: &Path) -> Vec<PathBuf> {
    made.file_set().write(out).unwrap();
    FILES.iter().map(|file| out.join(file)).filter(|path| Path::exists(path)).collect()
}

/// Receivers of webhooks with and without security schemes.
fn receivers() -> [(&'static str, Generator); 2] {
    let open = b"openapi: 3.1.0\ninfo: {title: t, version: '1'}\nwebhooks: {a: {post: {responses: {'200': {description: d}}}}}";
    let open = keystub::Input::Memory { name: "open".into(), bytes: open.to_vec() };
    let guarded = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/ok/webhooks.yaml");
    [("receiver", Generator::server(guarded).webhooks()), ("open-receiver", Generator::server(open).webhooks())]
}

#[test]
fn scaffold_passes_rustfmt() {
    let rustfmt = || Command::new("rustfmt");
    if !rustfmt().arg("--version").output().is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: rustfmt is not installed");
        return;
    }
    // Below the temporary folder, no configuration file of this repository applies.
    let root = tempfile::tempdir().unwrap();
    let mut paths = Vec::new();
    for document in documents() {
        let made = Generator::server(&document).generate().unwrap_or_else(|error| panic!("{document:?}: {error}"));
        paths.extend(written(&made, &root.path().join(document.file_stem().unwrap())));
    }
    for (name, generator) in receivers() {
        paths.extend(written(&generator.generate().unwrap(), &root.path().join(name)));
    }
    let with_features = Generator::server("fixtures/ok/tags.yaml").features(Features::Tags).generate().unwrap();
    paths.extend(written(&with_features, &root.path().join("with-features")));
    let bound = Generator::server("fixtures/ok/bound-tokens.yaml").dpop("oauth").dpop("bound").generate().unwrap();
    paths.extend(written(&bound, &root.path().join("bound")));
    assert!(paths.len() > 60, "only {} files", paths.len());
    // The other modules are not files of the user: `main.rs` and the others name none by `mod`.
    let output = rustfmt().args(["--check", "--edition", "2024"]).args(&paths).output().unwrap();
    let diff = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{diff}{}", String::from_utf8_lossy(&output.stderr));
}
