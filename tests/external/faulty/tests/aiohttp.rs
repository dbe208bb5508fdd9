//! `keystub test` against aiohttp servers with faults (server.py): each fault is found by its check (faults.tsv), and the server
//! without faults passes.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Mutex;

use interop::python;
use serde_json::Value;

/// The running servers. They end with the test.
struct Servers {
    process: Child,
    keys: tempfile::TempDir,
    /// The tokens of the users, and the port of each fault.
    started: Value,
}

impl Drop for Servers {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

impl Servers {
    fn start<'f>(faults: impl IntoIterator<Item = &'f str>) -> Self {
        let keys = tempfile::tempdir().unwrap();
        let mut command = Command::new(python());
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("server.py")).arg(keys.path()).args(faults);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { process, keys, started: serde_json::from_str(&line).unwrap() }
    }

    /// Tests the server with this fault as alice. Bob is a second account, without the scope `admin`.
    fn test(&self, fault: &str) -> Output {
        let origin = format!("http://127.0.0.1:{}", self.started["ports"][fault]);
        let mut command = Command::new(env!("CARGO_BIN_EXE_keystub-of-faulty"));
        command.arg("test").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../faulty_server/shop.yaml"));
        command
            .args(["--server", &origin, "--other", "BOB", "--role", "BOB=read", "--rate", "2000", "--format", "json"]);
        command.arg("--jwt-key").arg(self.keys.path().join("private.pem"));
        command.arg("--jwt-public-key").arg(self.keys.path().join("public.pem")).env_clear();
        for (prefix, user) in [("", "alice"), ("BOB_", "bob")] {
            let token = self.started["tokens"][user].as_str().unwrap();
            command.env(format!("{prefix}SHOP_CLIENT_TOKEN"), token).env(format!("{prefix}SHOP_CLIENT_OAUTH"), token);
            command.env(format!("{prefix}SHOP_CLIENT_KEY"), format!("key-{user}"));
        }
        command.output().unwrap()
    }
}

fn report(output: &Output) -> Value {
    let failed = |error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap_or_else(failed)
}

/// The checks with this verdict.
fn checks<'r>(report: &'r Value, verdict: &str) -> BTreeSet<&'r str> {
    let findings = report["findings"].as_array().unwrap().iter().filter(|finding| finding["verdict"] == verdict);
    findings.map(|finding| finding["check"].as_str().unwrap()).collect()
}

/// Faults, and the check that finds each. Some faults break several rules and have several rows.
fn faults() -> Vec<(&'static str, &'static str)> {
    let rows = include_str!("../faults.tsv").lines().filter(|line| !line.starts_with('#'));
    rows.map(|row| row.split_once('\t').unwrap()).collect()
}

#[test]
fn a_server_without_faults_passes() {
    let output = Servers::start(["none"]).test("none");
    let report = report(&output);
    assert_eq!((checks(&report, "broken"), output.status.code()), (BTreeSet::new(), Some(0)));
    assert_eq!((checks(&report, "inconclusive"), &report["notes"]), (BTreeSet::new(), &serde_json::json!([])));
    // Each check that finds a fault was made, so its rule was kept here.
    let kept = checks(&report, "kept");
    let skipped: Vec<_> = faults().into_iter().filter(|(_, check)| !kept.contains(check)).collect();
    assert!(skipped.iter().all(|(_, check)| *check == "cookie-flags"), "{skipped:?}");
}

#[test]
fn each_fault_is_found_by_its_check() {
    let names: BTreeSet<&str> = faults().into_iter().map(|(fault, _)| fault).collect();
    assert!(names.len() >= 25, "{names:?}");
    let servers = Servers::start(names.iter().copied());
    let (waiting, missed) = (Mutex::new(names.iter()), Mutex::new(Vec::new()));
    let work = || {
        while let Some(fault) = { waiting.lock().unwrap().next() } {
            let output = servers.test(fault);
            let report = report(&output);
            let found = checks(&report, "broken");
            for (_, check) in faults().into_iter().filter(|(own, _)| own == fault) {
                if output.status.code() != Some(1) || !found.contains(check) {
                    missed.lock().unwrap().push(format!("{fault}: {found:?} without {check}"));
                }
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(work);
        }
    });
    let missed = missed.into_inner().unwrap();
    assert!(missed.is_empty(), "{missed:#?}");
}
