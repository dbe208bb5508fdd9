//! The crates that are published: `cargo package` finds their files, and each comes after the crates that it needs.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The published crates in the order of publishing, with their folders.
const CRATES: [(&str, &str); 3] = [
    ("keystub-client-runtime", "templates/crates/client"),
    ("keystub-server-runtime", "templates/crates/server"),
    ("keystub", ""),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn cargo(arguments: &[&str]) -> String {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo).args(arguments).arg("--offline").current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The files of the package of a crate.
fn packaged(name: &str) -> BTreeSet<PathBuf> {
    cargo(&["package", "--list", "--allow-dirty", "-p", name]).lines().map(PathBuf::from).collect()
}

#[test]
fn packages_have_every_file_that_their_code_includes() {
    for (name, folder) in CRATES {
        let files = packaged(name);
        for file in ["Cargo.toml", "README.md", "src/lib.rs"] {
            assert!(files.contains(Path::new(file)), "{name} lacks {file}");
        }
        let foreign =
            |file: &&PathBuf| file.starts_with("tests") || file.starts_with("examples") || file.starts_with("benches");
        assert_eq!(files.iter().find(foreign), None, "the package of {name} has files of other crates");
        let mut included = 0;
        for file in files.iter().filter(|file| file.extension().is_some_and(|ending| ending == "rs")) {
            let text = std::fs::read_to_string(root().join(folder).join(file)).unwrap();
            for path in text.split("include_str!(\"").skip(1).filter_map(|rest| rest.split('"').next()) {
                let path = normalized(&file.parent().unwrap().join(path));
                assert!(files.contains(&path), "the package of {name} lacks {}", path.display());
                included += 1;
            }
        }
        assert_eq!(included > 0, name == "keystub", "{name} includes {included} files");
    }
}

#[test]
fn published_crates_depend_only_on_crates_that_are_published_before() {
    let metadata: Value = serde_json::from_str(&cargo(&["metadata", "--no-deps", "--format-version", "1"])).unwrap();
    for (at, (name, _)) in CRATES.iter().enumerate() {
        let package = metadata["packages"].as_array().unwrap().iter().find(|package| package["name"] == *name).unwrap();
        assert!(package["publish"].is_null(), "{name} is published");
        for key in ["description", "license", "rust_version"] {
            assert!(package[key].is_string(), "{name} has no {key}");
        }
        for dependency in package["dependencies"].as_array().unwrap() {
            // A development dependency without a version is not part of the published manifest.
            if dependency["path"].is_null() || dependency["kind"] == "dev" {
                continue;
            }
            let is_earlier = CRATES[..at].iter().any(|(earlier, _)| dependency["name"] == *earlier);
            assert!(is_earlier && dependency["req"] != "*", "{name} needs {dependency}");
        }
    }
}

/// `cargo publish --workspace` would publish the pet shop crates, too: they are as they are generated.
#[test]
fn no_other_package_of_the_workspace_can_be_published() {
    let metadata: Value = serde_json::from_str(&cargo(&["metadata", "--no-deps", "--format-version", "1"])).unwrap();
    let packages = metadata["packages"].as_array().unwrap().iter();
    let open = packages.filter(|package| package["publish"].is_null()).map(|package| package["name"].as_str().unwrap());
    let open: BTreeSet<&str> = open.collect();
    let known = CRATES.iter().map(|(name, _)| *name).chain(["petshop-client", "petshop-server"]).collect();
    assert_eq!(open, known);
}

fn normalized(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => drop(normal.pop()),
            other => normal.push(other),
        }
    }
    normal
}
