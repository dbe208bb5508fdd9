//! Crates generated from documents full of payloads compile without warnings, and their documentation contains no tests
//! and no scripts.

use std::path::{Path, PathBuf};
use std::process::Output;

use hostile::payloads::PAYLOADS;
use keystub::Generator;

/// The number of documents, which is the number of payloads tried at each place.
const TURNS: usize = 3;

/// The folder of the crates and their documentation.
fn folder() -> PathBuf {
    inner_cargo::target().join("hostile")
}

fn cargo(workspace: &Path, arguments: &[&str]) -> Output {
    inner_cargo::cargo(workspace, &folder()).args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout)
}

/// Writes both sides of each document and returns the names of the crates.
fn write(workspace: &Path) -> Vec<String> {
    let documents = folder().join("documents");
    let count = ["--count", &TURNS.to_string()];
    let output = inner_cargo::optimised("hostile").arg("documents").args(count).arg(&documents).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    (0..TURNS).flat_map(|turn| write_turn(workspace, turn, &documents.join(format!("{turn}.json")))).collect()
}

fn write_turn(workspace: &Path, turn: usize, document: &Path) -> [String; 2] {
    let text = std::fs::read_to_string(document).unwrap();
    let held = PAYLOADS.iter().filter(|payload| text.contains(&serde_json::json!(payload).to_string()));
    assert!(held.count() > PAYLOADS.len() - 8, "too few payloads are in {text}");
    [("client", Generator::client as fn(PathBuf) -> Generator), ("server", Generator::server)].map(
        |(side, generator)| {
            let name = format!("hostile-{side}-{turn}");
            let output = generator(document.to_owned()).name(&name).generate().unwrap();
            output.file_set().write(workspace.join(&name)).unwrap();
            name
        },
    )
}

#[test]
fn crates_of_hostile_documents_compile_and_their_docs_run_nothing() {
    let workspace = folder().join("crates");
    if workspace.is_dir() {
        std::fs::remove_dir_all(&workspace).unwrap();
    }
    std::fs::create_dir_all(&workspace).unwrap();
    let members = write(&workspace);
    let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n");
    std::fs::write(workspace.join("Cargo.toml"), manifest).unwrap();

    let checked = cargo(&workspace, &["check", "--workspace", "--keep-going", "--message-format", "short"]);
    assert!(checked.status.success(), "{}", said(&checked));
    let warnings: Vec<String> =
        said(&checked).lines().filter(|line| line.contains("warning")).map(str::to_owned).collect();
    assert!(warnings.is_empty(), "{}", warnings.join("\n"));

    let documented = cargo(&workspace, &["doc", "--no-deps", "--package", "hostile-client-0"]);
    assert!(documented.status.success(), "{}", said(&documented));
    let pages = pages(&folder().join("doc/hostile_client_0"));
    assert!(pages.len() > 50, "only {} pages", pages.len());
    for (path, text) in pages {
        for sign in ["<script>x", "<img src=x", "javascript:EVIL"] {
            let links = [format!("href=\"{sign}"), format!("src=\"{sign}")];
            let is_markup =
                if sign.starts_with('<') { text.contains(sign) } else { links.iter().any(|l| text.contains(l)) };
            assert!(!is_markup, "{} contains {sign}", path.display());
        }
    }
    // Also if a user runs rustdoc directly, which ignores `doctest = false` in the manifest.
    let list = ["rustdoc", "--package", "hostile-client-0", "--lib", "--", "--test", "--test-args=--list"];
    let listed = said(&cargo(&workspace, &list));
    let tests: Vec<&str> = listed.lines().filter(|line| line.ends_with(": test")).collect();
    assert!(listed.contains(" 0 benchmarks"), "{listed}");
    assert!(tests.iter().all(|line| line.starts_with("src/runtime/")), "{listed}");
}

fn pages(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(pages(&path));
        } else if path.extension().is_some_and(|ending| ending == "html") {
            let text = std::fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
    found
}
