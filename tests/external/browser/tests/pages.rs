//! The pages of the pet shop in Chromium: search, deep links, colors, narrow screens, calls of the mock with an API key, a
//! bearer token and a token of its issuer, accessibility, and no request to another host.
//!
//! Needs npm, and Chromium at /usr/bin/chromium or at the path in `CHROMIUM`. Without Chromium, nothing is tested.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

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

/// Writes the pages of a document to this place.
fn write_pages(keystub: &Path, spec: &Path, place: [&std::ffi::OsStr; 2]) {
    assert!(Command::new(keystub).arg("docs").arg(spec).args(place).status().unwrap().success());
}

/// A running mock, which ends with the test.
struct Mock {
    process: Child,
    origin: String,
    token: String,
    key: String,
}

impl Mock {
    fn start(keystub: &Path, spec: &Path) -> Self {
        let mut command = Command::new(keystub);
        command.arg("mock").arg(spec).args(["--listen", "127.0.0.1:0", "--cors", "*"]).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let (mut origin, mut token, mut key) = (String::new(), String::new(), String::new());
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines().map(Result::unwrap);
        for line in lines.by_ref() {
            let after =
                |start: &str| line.split_once(start).map(|(_, rest)| rest.split(' ').next().unwrap().to_owned());
            origin = after("mock of Pet shop 1.2.0 on ").unwrap_or(origin);
            token = after("TOKEN=").unwrap_or(token);
            key = after("X-Shop-Key: ").unwrap_or(key);
            if line.starts_with("document with these endpoints") {
                break;
            }
        }
        // The mock logs each request: its output must be read until it ends.
        std::thread::spawn(move || lines.for_each(drop));
        assert!(![&origin, &token, &key].iter().any(|text| text.is_empty()), "the mock prints its credentials");
        Self { process, origin, token, key }
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// The pet shop with the flow in which a user logs in.
fn with_authorization_code(repository: &Path, folder: &Path) -> PathBuf {
    let text = std::fs::read_to_string(repository.join("fixtures/world/petshop.yaml")).unwrap();
    let flow = "        authorizationCode:\n          authorizationUrl: https://id.petshop.example/authorize\n";
    let changed = text.replace("        clientCredentials:\n", flow);
    assert_ne!(changed, text);
    let path = folder.join("petshop.yaml");
    std::fs::write(&path, changed).unwrap();
    path
}

#[test]
fn pages_work_in_a_browser() {
    let browser = std::env::var_os("CHROMIUM").map_or_else(|| PathBuf::from("/usr/bin/chromium"), PathBuf::from);
    if std::env::var_os("CHROMIUM").is_none() && !browser.exists() {
        eprintln!("skipped: {} does not exist; install Chromium or set CHROMIUM", browser.display());
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let repository = root.join("../../..").canonicalize().unwrap();
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository.join("target"), PathBuf::from);
    let packages = package(root, &target);
    let packages = packages.canonicalize().unwrap();
    let keystub = inner_cargo::keystub();

    let (folder, single) = (target.join("browser/pages"), target.join("browser/single.html"));
    let petshop = repository.join("fixtures/world/petshop.yaml");
    write_pages(&keystub, &petshop, ["--out".as_ref(), folder.as_os_str()]);
    write_pages(&keystub, &petshop, ["--single".as_ref(), single.as_os_str()]);
    let mut node = Command::new("node");
    node.arg(root.join("pages.mjs")).args([&packages, &folder, &single]);
    assert!(node.status().expect("Node is needed to drive the browser").success());

    let mock = Mock::start(&keystub, &with_authorization_code(&repository, &target.join("browser")));
    let served = target.join("browser/served.json");
    let mut curl = Command::new("curl");
    let document = format!("{}/.keystub/openapi.json", mock.origin);
    assert!(curl.args(["--silent", "--fail", "--output"]).arg(&served).arg(document).status().unwrap().success());
    write_pages(&keystub, &served, ["--out".as_ref(), folder.as_os_str()]);
    let mut node = Command::new("node");
    node.arg(root.join("try.mjs")).args([&packages, &folder]).args([&mock.origin, &mock.token, &mock.key]);
    assert!(node.status().expect("Node is needed to drive the browser").success());
}
