//! The dependencies of generated crates, compiled once: takes the manifests of a sample, returns the metadata for
//! rustc.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, value};

use crate::documents::folder;

/// Compiled dependencies, as arguments of rustc.
#[derive(Debug)]
pub struct Dependencies {
    externs: Vec<(String, PathBuf)>,
    search: PathBuf,
}

impl Dependencies {
    /// Compiles all dependencies of these manifests, each with the features that any of them enables.
    ///
    /// # Panics
    ///
    /// If cargo fails.
    pub fn of(manifests: &[String]) -> Self {
        let package = folder().join("dependencies");
        write(&package, manifests);
        let messages = cargo(&package, &["check", "--quiet", "--message-format", "json"]);
        let artifacts: BTreeMap<String, PathBuf> = messages.iter().filter_map(artifact).collect();
        let metadata = &cargo(&package, &["metadata", "--format-version", "1"])[0];
        let direct = direct(metadata);
        let externs = direct.into_iter().map(|(name, id)| (name, artifacts[&id].clone())).collect();
        let search = artifacts.values().find_map(|path| path.parent()).expect("there are dependencies").to_owned();
        Self { externs, search }
    }

    /// Adds them to a command of rustc.
    pub fn add_to(&self, rustc: &mut Command) {
        rustc.arg("-L").arg(option("dependency", &self.search));
        for (name, path) in &self.externs {
            rustc.arg("--extern").arg(option(name, path));
        }
    }
}

/// `name=path`.
pub fn option(name: &str, path: &Path) -> std::ffi::OsString {
    let mut text = std::ffi::OsString::from(name);
    text.push("=");
    text.push(path);
    text
}

/// Writes a package that depends on all of them.
fn write(package: &Path, manifests: &[String]) {
    std::fs::create_dir_all(package.join("src")).unwrap();
    std::fs::write(package.join("src/lib.rs"), "").unwrap();
    let mut text = DocumentMut::new();
    text["package"]["name"] = value("dependencies");
    text["package"]["edition"] = value("2024");
    text["workspace"] = Item::Table(Table::new());
    text["dependencies"] = Item::Table(union(manifests));
    std::fs::write(package.join("Cargo.toml"), text.to_string()).unwrap();
}

#[derive(Default)]
struct Wanted {
    version: String,
    has_defaults: bool,
    features: BTreeSet<String>,
}

fn union(manifests: &[String]) -> Table {
    let mut all: BTreeMap<String, Wanted> = BTreeMap::new();
    for manifest in manifests {
        let manifest: DocumentMut = manifest.parse().expect("keystub writes TOML");
        for (name, item) in manifest["dependencies"].as_table_like().into_iter().flat_map(|table| table.iter()) {
            let wanted = all.entry(name.to_owned()).or_default();
            let own = item.as_str().or_else(|| item["version"].as_str()).expect("each has a version");
            own.clone_into(&mut wanted.version);
            let table = item.as_inline_table();
            let defaults = table.and_then(|table| table.get("default-features")?.as_bool());
            wanted.has_defaults |= defaults.unwrap_or(true);
            let features = table.and_then(|table| table.get("features")?.as_array());
            wanted.features.extend(features.into_iter().flatten().filter_map(|word| Some(word.as_str()?.to_owned())));
        }
    }
    let item = |wanted: Wanted| {
        let mut table = InlineTable::new();
        table.insert("version", wanted.version.into());
        table.insert("default-features", wanted.has_defaults.into());
        table.insert("features", wanted.features.into_iter().collect::<Array>().into());
        value(table)
    };
    all.into_iter().map(|(name, wanted)| (name, item(wanted))).collect()
}

/// The lines of cargo's standard output.
fn cargo(package: &Path, arguments: &[&str]) -> Vec<Value> {
    let mut command = inner_cargo::cargo(package, &folder().join("target"));
    let output = command.args(arguments).stderr(Stdio::inherit()).output().expect("cargo starts");
    assert!(output.status.success(), "cargo {arguments:?} failed");
    let text = String::from_utf8(output.stdout).expect("cargo prints UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("cargo prints JSON")).collect()
}

/// The package of a message about a library, and its file.
fn artifact(message: &Value) -> Option<(String, PathBuf)> {
    let kinds = message["target"]["kind"].as_array()?;
    let is_library = kinds.iter().any(|kind| matches!(kind.as_str(), Some("lib" | "rlib" | "proc-macro")));
    let files = message["filenames"].as_array().filter(|_| is_library)?;
    let file = files.iter().filter_map(Value::as_str).find(|file| file.ends_with(".rmeta") || is_dynamic(file))?;
    Some((message["package_id"].as_str()?.to_owned(), file.into()))
}

fn is_dynamic(file: &str) -> bool {
    file.ends_with(std::env::consts::DLL_SUFFIX)
}

/// The direct dependencies: their names in code, and their packages.
fn direct(metadata: &Value) -> Vec<(String, String)> {
    let root = &metadata["resolve"]["root"];
    let nodes = metadata["resolve"]["nodes"].as_array().into_iter().flatten();
    let dependencies = nodes.filter(|node| node["id"] == *root).flat_map(|node| node["deps"].as_array());
    let pair =
        |dependency: &Value| Some((dependency["name"].as_str()?.to_owned(), dependency["pkg"].as_str()?.to_owned()));
    dependencies.flatten().filter_map(pair).collect()
}
