//! A proxy that a test starts, talks to and stops.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use crate::running_mock::{Answer, send};

/// A running proxy. It ends with the test.
pub struct Proxy {
    process: Child,
    pub address: String,
    output: Option<ChildStdout>,
    log: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// How a proxy ended.
pub struct Ended {
    pub code: i32,
    /// The report.
    pub report: String,
    /// The lines about requests.
    pub log: String,
}

impl Ended {
    /// The differences of a JSON report as `check method path`.
    pub fn differences(&self) -> Vec<String> {
        let report: serde_json::Value = serde_json::from_str(&self.report).unwrap_or_else(|error| {
            panic!("{error}: {} {}", self.report, self.log);
        });
        let text = |own: &serde_json::Value, key: &str| own[key].as_str().unwrap_or_default().to_owned();
        let difference = |own: &serde_json::Value| {
            let name = match own["part"].as_str() {
                Some(part) => format!("{}:{part}", text(own, "check")),
                None => text(own, "check"),
            };
            format!("{name} {} {}", text(own, "method"), text(own, "path"))
        };
        report["differences"].as_array().unwrap().iter().map(difference).collect()
    }
}

impl Proxy {
    pub fn start(spec: &str, url: &str, arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
        command.current_dir(env!("CARGO_MANIFEST_DIR")).args(["mock", spec, "--listen", "127.0.0.1:0", "--proxy", url]);
        let mut process =
            command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("keystub starts");
        let mut errors = BufReader::new(process.stderr.take().unwrap());
        let mut address = String::new();
        loop {
            let mut line = String::new();
            assert_ne!(errors.read_line(&mut line).unwrap(), 0, "the proxy ended");
            if line.starts_with("proxy of ") {
                address = line.split("http://").nth(1).unwrap().split(' ').next().unwrap().to_owned();
            }
            if line.starts_with("requests are forwarded to") {
                break;
            }
        }
        let log = Arc::new(Mutex::new(String::new()));
        let lines = Arc::clone(&log);
        let reader = std::thread::spawn(move || {
            for line in errors.lines() {
                let mut lines = lines.lock().unwrap();
                lines.push_str(&line.unwrap());
                lines.push('\n');
            }
        });
        let output = process.stdout.take();
        Self { process, address, output, log, reader: Some(reader) }
    }

    pub fn petshop(url: &str) -> Self {
        Self::start("fixtures/world/petshop.yaml", url, &["--format", "json"])
    }

    pub fn send(&self, line: &str, head: &str, body: &str) -> Answer {
        send(&self.address, line, head, body)
    }

    /// Stops the proxy as a CI job does.
    pub fn stop(mut self) -> Ended {
        let stopped = Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status().unwrap();
        assert!(stopped.success());
        let mut report = String::new();
        self.output.take().unwrap().read_to_string(&mut report).unwrap();
        let code = self.process.wait().unwrap().code().expect("the proxy ends by itself");
        self.reader.take().unwrap().join().unwrap();
        let log = self.log.lock().unwrap().clone();
        Ended { code, report, log }
    }
}
