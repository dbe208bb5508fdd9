//! The layers of src in docs/ARCHITECTURE.md: a module imports only from lower layers, and each third-party crate is used only in
//! its place.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};

/// Where a third-party crate may be used: paths below src, without `.rs`.
const HOMES: &[(&str, &[&str])] = &[
    ("openapiv3", &["document/", "lower/"]),
    ("serde_yaml", &["document/", "diag/source"]),
    ("minijinja", &["docs/templates", "emit/pack/", "emit/templates"]),
    ("pulldown_cmark", &["docs/markdown"]),
    ("anstream", &["cli/paint"]),
    ("clap", &["cli"]),
    ("mimalloc", &["bin/cargo-keystub", "main"]),
    ("indicatif", &["cli/progress"]),
    ("notify", &["cli/watch"]),
    ("clap_complete", &["cli/shell"]),
    ("clap_mangen", &["cli/shell"]),
    ("argon2", &["cli/hash"]),
    ("rpassword", &["cli/hash"]),
    (
        "reqwest",
        &[
            "cli/call/",
            "cli/test",
            "emit/client_reqwest/arguments",
            "emit/client_reqwest/builder",
            "fetch/",
            "live/call/",
            "live/login/",
            "live/mock/proxy/",
            "live/test/",
            "rust/headers",
        ],
    ),
    ("sha2", &["cli/hash", "docs/policy", "docs/try_it", "fetch/", "live/login/"]),
    ("aws_lc_rs", &["live/"]),
    ("base64", &["docs/policy", "live/", "values/format"]),
    ("jsonwebtoken", &["live/"]),
    ("percent_encoding", &["live/"]),
    ("etcetera", &["cli/call/setup"]),
    ("heck", &["names/case"]),
    ("http_body", &["live/call/upload"]),
    ("jaq_core", &["cli/call/jq"]),
    ("jaq_json", &["cli/call/jq"]),
    ("jaq_std", &["cli/call/jq"]),
    ("open", &["cli/call/login"]),
    ("tower_service", &["live/mock/reload"]),
    ("futures_util", &["cli/mock", "live/mock/proxy/"]),
    ("prettyplease", &["rust/format"]),
    ("regex", &["document/json_path/pattern", "lower/rules/pattern"]),
    ("keystub_client_runtime", &["cli/call", "cli/test", "live/"]),
    ("keystub_server_runtime", &["cli/call/arguments", "cli/mock", "live/", "values/"]),
    ("regex_syntax", &["audit/pattern", "values/pattern"]),
    ("semver", &["advisories/", "changes/"]),
    (
        "toml_edit",
        &[
            "advisories/",
            "cli/test/write",
            "emit/manifest",
            "emit/pack/manifest",
            "emit/templates/",
            "config",
            "live/apis",
            "lock",
            "changes/allowances",
            "changes/semver/features",
        ],
    ),
    ("similar", &["output", "document/resolve", "lower/security/scope"]),
];

#[test]
fn imports_go_to_lower_layers() {
    let layers = layers();
    let mut faults = Vec::new();
    for (path, file) in sources() {
        let own = module(&path);
        for used in crate_modules(&file) {
            // Not every name is a module: the crate's root also exports items.
            let (Some(from), Some(to)) = (layers.get(own), layers.get(&used)) else { continue };
            if used != own && to >= from {
                faults.push(format!("{path} (layer {from}) names `crate::{used}` (layer {to})"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_module_has_a_layer() {
    let layers = layers();
    let modules: BTreeSet<String> = sources().iter().map(|(path, _)| module(path).to_owned()).collect();
    assert_eq!(layers.into_keys().collect::<BTreeSet<_>>(), modules);
}

#[test]
fn third_party_crates_are_used_in_one_place() {
    let mut faults = Vec::new();
    for (path, file) in sources() {
        let words = crates(&file);
        for (krate, homes) in HOMES {
            if words.contains(*krate) && !homes.iter().any(|home| path.starts_with(home)) {
                faults.push(format!("{path} names `{krate}`, which belongs in {homes:?}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The layer of each module: the lines of the ladder in docs/ARCHITECTURE.md, from the last one up.
fn layers() -> BTreeMap<String, usize> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ARCHITECTURE.md");
    let text = std::fs::read_to_string(path).unwrap();
    let imports = text.split("## Imports").nth(1).expect("the page has this section");
    let ladder =
        imports.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).expect("the section has a ladder");
    let mut layers = BTreeMap::new();
    for (layer, line) in ladder.lines().rev().enumerate() {
        for module in line.split(", ") {
            assert_eq!(layers.insert(module.to_owned(), layer), None, "{module} has two layers");
        }
    }
    layers
}

/// The module of a file below src.
fn module(path: &str) -> &str {
    path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

/// Every file below src by its path, as tokens: comments and documentation do not count.
fn sources() -> Vec<(String, TokenStream)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    assert!(files.len() > 20, "src holds {} files only", files.len());
    files
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
            (name, text.parse().unwrap_or_else(|error| panic!("{}: {error}", path.display())))
        })
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
}

/// The `x` of every `crate::x`, including those in `crate::{x, y::z}`.
fn crate_modules(tokens: &TokenStream) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => found.extend(crate_modules(&group.stream())),
            TokenTree::Ident(ident) if ident == "crate" => match tokens.get(at + 3) {
                Some(TokenTree::Ident(module)) => {
                    found.insert(module.to_string());
                }
                Some(TokenTree::Group(group)) => found.extend(first_words(&group.stream())),
                _ => {}
            },
            _ => {}
        }
    }
    found
}

fn first_words(tokens: &TokenStream) -> Vec<String> {
    let mut words = Vec::new();
    let mut fresh = true;
    for token in tokens.clone() {
        match token {
            TokenTree::Ident(ident) if fresh => {
                words.push(ident.to_string());
                fresh = false;
            }
            TokenTree::Punct(punct) if punct.as_char() == ',' => fresh = true,
            _ => {}
        }
    }
    words
}

/// Every word that starts a path (`x::…`), as a crate name does.
fn crates(tokens: &TokenStream) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        match (token, tokens.get(at + 1), tokens.get(at + 2)) {
            (TokenTree::Group(group), ..) => found.extend(crates(&group.stream())),
            (TokenTree::Ident(ident), Some(TokenTree::Punct(one)), Some(TokenTree::Punct(two)))
                if one.as_char() == ':' && two.as_char() == ':' =>
            {
                found.insert(ident.to_string());
            }
            _ => {}
        }
    }
    found
}
