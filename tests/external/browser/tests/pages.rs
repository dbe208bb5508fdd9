//! The pages of the pet shop in Chromium: search, deep links, colors, narrow screens, and no request to another host.
//!
//! Needs npm, and Chromium at /usr/bin/chromium or at the path in `CHROMIUM`. Without Chromium, nothing is tested.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of the npm package, installed once.
fn package(root: &Path, target: &Path) -> PathBuf {
    let (folder, done) = (target.join("browser/npm"), target.join("browser/npm/installed"));
    if !done.exists() {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::copy(root.join("package.json"), folder.join("package.json")).unwrap();
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"]).arg(&folder);
        assert!(npm.status().expect("npm is needed to drive the browser").success());
        std::fs::write(&done, "").unwrap();
    }
    folder
}

/// Writes the pages of the pet shop to this place.
fn write_pages(repository: &Path, place: [&std::ffi::OsStr; 2]) {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo.current_dir(repository).args(["run", "--quiet", "--package", "keystub", "--", "docs"]);
    assert!(cargo.arg("fixtures/world/petshop.yaml").args(place).status().unwrap().success());
}

#[test]
fn pages_work_in_a_browser_from_files() {
    let browser = std::env::var_os("CHROMIUM").map_or_else(|| PathBuf::from("/usr/bin/chromium"), PathBuf::from);
    if std::env::var_os("CHROMIUM").is_none() && !browser.exists() {
        eprintln!("skipped: {} does not exist; install Chromium or set CHROMIUM", browser.display());
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let repository = root.join("../../..").canonicalize().unwrap();
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository.join("target"), PathBuf::from);
    let packages = package(root, &target);
    let (folder, single) = (target.join("browser/pages"), target.join("browser/single.html"));
    write_pages(&repository, ["--out".as_ref(), folder.as_os_str()]);
    write_pages(&repository, ["--single".as_ref(), single.as_os_str()]);
    let mut node = Command::new("node");
    node.arg(root.join("pages.mjs")).args([packages.canonicalize().unwrap(), folder, single]);
    assert!(node.status().expect("Node is needed to drive the browser").success());
}
