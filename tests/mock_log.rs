//! The log of `keystub mock`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

/// Ends the process with the test.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[test]
fn requests_are_answered_if_nobody_reads_the_log() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
    command.args(["mock", "fixtures/world/petshop.yaml", "--listen", "127.0.0.1:0"]).stderr(Stdio::piped());
    let mut mock = Ended(command.spawn().unwrap());
    let mut lines = BufReader::new(mock.0.stderr.take().unwrap()).lines().map(Result::unwrap);
    let title = lines.find(|line| line.starts_with("mock of ")).unwrap();
    let address = title.split("http://").nth(1).unwrap().split(' ').next().unwrap().to_owned();
    lines.find(|line| line.starts_with("document with these endpoints")).unwrap();
    drop(lines);
    for _ in 0..2 {
        let mut stream = TcpStream::connect(&address).unwrap();
        stream.write_all(b"GET /health HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n").unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        assert!(response.starts_with("HTTP/1.1 2"), "{response}");
    }
}
