//! `keystub test` against servers of fixtures/world/matrix.yaml: a generated one, and the Python package of
//! examples/packs/python-aiohttp. Both pass.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use auth_matrix::app::App;
use auth_matrix::credentials::{HAWK, KEYS, LOGIN, SECRETS, presented};
use auth_matrix::server::router;
use interop::{folder, python, script};
use serde_json::Value;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../..");

/// Tests the server at this origin; returns the exit code and the report.
fn tested(origin: &str, arguments: &[&str]) -> (Option<i32>, Value) {
    let states =
        [("oauth", "read+write"), ("oidc", "profile")].into_iter().chain(SCHEMES.map(|scheme| (scheme, "right")));
    let credentials: BTreeMap<&str, String> =
        states.map(|(scheme, state)| (scheme, presented(scheme, state))).collect();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), serde_json::to_string(&credentials).unwrap()).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_keystub-of-faulty"));
    command.arg("test").arg(format!("{ROOT}/fixtures/world/matrix.yaml")).args(["--server", origin, "--unsafe"]);
    command.args(["--rate", "2000", "--format", "json", "--credentials"]).arg(file.path()).args(arguments).env_clear();
    let output = command.output().unwrap();
    let report = serde_json::from_slice(&output.stdout);
    (
        output.status.code(),
        report.unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr))),
    )
}

/// The schemes with one right credential.
const SCHEMES: [&str; 6] = ["headerKey", "queryKey", "cookieKey", "login", "hawk", "token"];

fn assert_passes(origin: &str, arguments: &[&str]) {
    let (code, report) = tested(origin, arguments);
    let findings = report["findings"].as_array().unwrap();
    let broken: Vec<&Value> = findings.iter().filter(|finding| finding["verdict"] == "broken").collect();
    assert!(broken.is_empty() && code == Some(0), "{code:?} {broken:#?}");
    let kept = findings.iter().filter(|finding| finding["verdict"] == "kept").count();
    assert!(kept > 300, "only {kept} checks were made");
}

#[tokio::test(flavor = "multi_thread")]
async fn generated_server_passes() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move { axum::serve(listener, router(App::new(Default::default()))).await });
    tokio::task::spawn_blocking(move || assert_passes(&origin, &[])).await.unwrap();
    server.abort();
}

/// The running server of the package. It ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[test]
fn python_package_passes() {
    let out = folder("packs").join("tested");
    let document = PathBuf::from(format!("{ROOT}/fixtures/world/matrix.yaml"));
    let pack = Path::new(ROOT).join("examples/packs/python-aiohttp");
    let output = keystub::Generator::pack(pack, document).name("matrix").generate().unwrap();
    output.file_set().write(&out).unwrap();
    let secret = |name: &str| std::str::from_utf8(SECRETS.iter().find(|(own, _)| *own == name).unwrap().1).unwrap();
    let mut command = Command::new(python());
    command.arg(script("pack_server.py")).arg(&out).args(["token", "oauth", "oidc"].map(secret));
    command.args(KEYS.map(|(.., key)| key)).args([LOGIN.0, LOGIN.1, HAWK]);
    let mut server = Server(command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap());
    let mut port = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut port).unwrap();
    // The package checks credentials; the handlers of this application do not read bodies.
    assert_passes(&format!("http://127.0.0.1:{}", port.trim()), &["--except", "wrong-media-type"]);
}
