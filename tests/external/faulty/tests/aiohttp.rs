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
    /// The tokens of the users, a token with its key, and the port of each fault.
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

    /// Tests the server with this fault as alice, by one of its documents.
    fn test(&self, fault: &str, document: &str) -> Output {
        let arguments: &[&str] = match document {
            "notes.yaml" => &["--unsafe", "--too-large", "200000"],
            "pets.yaml" => &["--set", r#"dpop = ["oauth"]"#],
            _ => &["--other", "BOB", "--role", "BOB=read"],
        };
        let mut command = self.command(fault, document);
        if document != "pets.yaml" {
            command.arg("--jwt-public-key").arg(self.keys.path().join("public.pem"));
        }
        command.args(arguments).output().unwrap()
    }

    /// Tests it with the accounts of alice and of bob, who does not have the scope `admin`.
    fn command(&self, fault: &str, document: &str) -> Command {
        let origin = format!("http://127.0.0.1:{}", self.started["ports"][fault]);
        let mut command = Command::new(env!("CARGO_BIN_EXE_keystub-of-faulty"));
        let folder = if document == "pets.yaml" { "../../bound" } else { "../../faulty_server" };
        command.arg("test").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(document)).env_clear();
        command.args(["--server", &origin, "--rate", "2000", "--format", "json"]);
        command.env("PETS_CLIENT_OAUTH", self.started["bound"].as_str().unwrap());
        if document != "pets.yaml" {
            command.arg("--jwt-key").arg(self.keys.path().join("private.pem"));
        }
        command.env("NOTES_CLIENT_TOKEN", self.started["tokens"]["alice"].as_str().unwrap());
        for (prefix, user) in [("", "alice"), ("BOB_", "bob")] {
            let token = self.started["tokens"][user].as_str().unwrap();
            command.env(format!("{prefix}SHOP_CLIENT_TOKEN"), token).env(format!("{prefix}SHOP_CLIENT_OAUTH"), token);
            command.env(format!("{prefix}SHOP_CLIENT_KEY"), format!("key-{user}"));
        }
        command
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

/// A fault, the check that finds it, and the document. Some faults break several rules and have several rows.
fn faults() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let rows = include_str!("../faults.tsv").lines().filter(|line| !line.starts_with('#'));
    rows.map(|row| {
        let mut columns = row.split('\t');
        (columns.next().unwrap(), columns.next().unwrap(), columns.next().unwrap_or("shop.yaml"))
    })
}

#[test]
fn a_server_without_faults_passes() {
    let servers = Servers::start(["none"]);
    for document in ["shop.yaml", "notes.yaml", "pets.yaml"] {
        let output = servers.test("none", document);
        let report = report(&output);
        assert_eq!((checks(&report, "broken"), output.status.code()), (BTreeSet::new(), Some(0)), "{document}");
        assert_eq!((checks(&report, "inconclusive"), &report["notes"]), (BTreeSet::new(), &serde_json::json!([])));
        // Each check that finds a fault was made, so its rule was kept here.
        let kept = checks(&report, "kept");
        let found = faults().filter(|(_, check, own)| *own == document && !kept.contains(check));
        let skipped: Vec<_> = found.map(|(_, check, _)| check).filter(|check| *check != "cookie-flags").collect();
        assert!(skipped.is_empty(), "{document}: {skipped:?}");
    }
}

#[test]
fn each_fault_is_found_by_its_check() {
    let names: BTreeSet<(&str, &str)> = faults().map(|(fault, _, document)| (fault, document)).collect();
    assert!(names.len() >= 25, "{names:?}");
    let servers = Servers::start(names.iter().map(|(fault, _)| *fault));
    let (waiting, missed) = (Mutex::new(names.iter()), Mutex::new(Vec::new()));
    let work = || {
        while let Some((fault, document)) = { waiting.lock().unwrap().next() } {
            let output = servers.test(fault, document);
            let report = report(&output);
            let found = checks(&report, "broken");
            for (_, check, _) in faults().filter(|(own, ..)| own == fault) {
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

#[test]
fn public_keys_of_the_issuer_are_found() {
    let servers = Servers::start(["key-confusion", "none"]);
    for (fault, verdict) in [("key-confusion", "broken"), ("none", "kept")] {
        let output = servers.command(fault, "shop.yaml").args(["--only", "jwt-hs-with-public-key"]).output().unwrap();
        assert_eq!(checks(&report(&output), verdict), BTreeSet::from(["jwt-hs-with-public-key"]), "{fault}");
    }
}
