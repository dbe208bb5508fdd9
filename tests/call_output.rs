//! `keystub call`: filters of responses, and uploads of large files.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::{Sender, channel};

use crate::running_mock::Mock;

const PETSHOP: &str = "fixtures/world/petshop.yaml";

fn command(server: &str, options: &[&str], arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
    command.args(["call", "--server", server]).args(options).arg(PETSHOP).args(arguments).env_clear();
    command
}

fn text(output: Output) -> (Option<i32>, String, String) {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn filter_decides_what_is_printed_of_a_success() {
    let mock = Mock::petshop(&[]);
    let server = format!("http://{}", mock.address);
    let token = mock.printed("TOKEN=");
    let run = |options: &[&str], arguments: &[&str]| {
        let mut command = command(&server, options, arguments);
        text(command.env("PETSHOP_CLIENT_BEARER_AUTH", token).output().unwrap())
    };
    let (code, output, errors) = run(&["--jq", ".id, .name"], &["getPet", "--petId", "7"]);
    let name = mock.get("/pets/7", token).json()["name"].as_str().unwrap().to_owned();
    assert_eq!((code, output), (Some(0), format!("7\n{name}\n")), "{errors}");
    let (code, output, errors) = run(&["--all", "--jq", ".id"], &["listPets"]);
    let ids = mock.get("/pets", token).json();
    let ids: String = ids.as_array().unwrap().iter().map(|pet| format!("{}\n", pet["id"])).collect();
    assert_eq!((code, output), (Some(0), ids), "{errors}");
    // A response that is not a success is printed as it is.
    let prefer = mock.send("DELETE /pets/7", &format!("Authorization: Bearer {}\r\n", mock.token("pets:write")), "");
    assert_eq!(prefer.status, 204);
    let (code, output, errors) = run(&["--jq", ".id"], &["getPet", "--petId", "7"]);
    assert!(code == Some(4) && output.contains("\"title\""), "{output}{errors}");
    let (code, output, errors) = run(&["--jq", ".a"], &["health"]);
    assert!(code == Some(1) && output.is_empty() && errors.contains("the response is not JSON"), "{output}{errors}");
    let (code, _, errors) = run(&["--jq", ".name.first"], &["getPet", "--petId", "8"]);
    assert!(code == Some(1) && errors.contains("`--jq`: cannot index"), "{errors}");
}

#[test]
fn invalid_filter_is_an_error_before_anything_is_sent() {
    // Nobody listens, so that the exit code would be 1.
    for (filter, message) in [(".[", "expected closing bracket"), ("foo", "`foo` is an undefined filter")] {
        let mut command = command("http://127.0.0.1:9", &["--jq", filter], &["health"]);
        let (code, output, errors) = text(command.output().unwrap());
        assert_eq!((code, output.as_str()), (Some(2), ""), "{errors}");
        assert!(errors.contains("`--jq`: ") && errors.contains(message), "{errors}");
    }
    let (code, _, errors) =
        text(command("http://127.0.0.1:9", &["--jq", ".", "--curl"], &["health"]).output().unwrap());
    assert!(code == Some(2) && errors.contains("cannot be used with"), "{errors}");
}

/// Reads the head of a request.
fn head(stream: &mut TcpStream) -> String {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        assert_ne!(stream.read(&mut byte).unwrap(), 0);
        head.push(byte[0]);
    }
    String::from_utf8(head).unwrap().to_lowercase()
}

/// A server that reads the head of a request and a part of the body, then the rest, and then responds. Before each of these
/// steps it reports the last one and waits.
fn slow(started: Sender<String>) -> (String, Sender<()>, std::thread::JoinHandle<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = format!("http://{}", listener.local_addr().unwrap());
    let (go, wait) = channel();
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let head = head(&mut stream);
        let length =
            head.lines().find_map(|line| line.strip_prefix("content-length: ")).map(|text| text.parse().unwrap());
        let mut left: usize = length.unwrap_or_default();
        let mut first = [0; 1000];
        stream.read_exact(&mut first).unwrap();
        left -= first.len();
        started.send(head).unwrap();
        wait.recv().unwrap();
        let mut count = first.len();
        let mut chunk = vec![0; 1 << 20];
        while left > 0 {
            let read = stream.read(&mut chunk).unwrap();
            assert_ne!(read, 0, "the body is not complete");
            left = left.saturating_sub(read);
            count += read;
        }
        started.send(String::new()).unwrap();
        wait.recv().unwrap();
        stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n").unwrap();
        count
    });
    (server, go, thread)
}

/// The most memory that a process has used, in KiB.
#[cfg(target_os = "linux")]
fn memory(process: u32) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
#[cfg(target_os = "linux")]
fn large_files_are_not_read_into_memory() {
    const SIZE: usize = 512 << 20;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("large");
    // A sparse file, which needs no space.
    std::fs::File::create(&file).unwrap().set_len(SIZE as u64).unwrap();
    let document = folder.path().join("files.yaml");
    let octets = "{application/octet-stream: {schema: {type: string, format: binary}}}";
    let parts = "{multipart/form-data: {schema: {type: object, properties: {a: {type: string}, file: {type: string, \
                 format: binary}}}}}";
    let operation = |id: &str, content: &str| {
        format!(
            "operationId: {id}, security: [], requestBody: {{content: {content}}}, responses: {{'204': {{description: d}}}}"
        )
    };
    let text = format!(
        "openapi: 3.0.3\ninfo: {{title: Files, version: '1'}}\npaths:\n  /a:\n    put: {{{}}}\n    post: {{{}}}\n",
        operation("raw", octets),
        operation("form", parts)
    );
    std::fs::write(&document, text).unwrap();
    let own = format!("@{}", file.display());
    let cases: [(&[&str], &[&str]); 2] =
        [(&["--body", &own], &["raw"]), (&[], &["form", "a=b", &format!("file{own}")])];
    for (options, arguments) in cases {
        let (started, seen) = channel();
        let (server, go, thread) = slow(started);
        let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
        command.args(["call", "--server", &server]).args(options).arg(&document).args(arguments).env_clear();
        let process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let head = seen.recv().unwrap();
        assert!(head.contains("content-length: ") && !head.contains("transfer-encoding"), "{head}");
        go.send(()).unwrap();
        seen.recv().unwrap();
        let used = memory(process.id());
        go.send(()).unwrap();
        let count = thread.join().unwrap();
        let (code, _, errors) = text_of(process);
        assert_eq!(code, Some(0), "{errors}");
        assert!(count >= SIZE, "{count}");
        assert!(used < 200 << 10, "{used} KiB");
    }
}

#[cfg(target_os = "linux")]
fn text_of(process: std::process::Child) -> (Option<i32>, String, String) {
    text(process.wait_with_output().unwrap())
}
