//! The listener of a generated server with the HTTP/2 client of Node.js: the table of credentials.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use auth_matrix::app::App;
use auth_matrix::table::{Row, rows};
use auth_matrix::{request, server};
use interop::script;
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// The requests as lines, without those that have two `Authorization` fields, which Node.js does not send.
fn lines() -> (Vec<Row>, String) {
    let (mut sent, mut lines) = (Vec::new(), String::new());
    for row in rows() {
        let request = request::of(&row);
        if request.authorizations() < 2 {
            let fields = request.fields.into_iter().map(|(name, value)| (name.to_owned(), Value::String(value)));
            lines.push_str(&format!("{}\n", json!([request.target, fields.collect::<Map<_, _>>()])));
            sent.push(row);
        }
    }
    (sent, lines)
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_of_node_match_the_table() {
    let served = Arc::new(AtomicUsize::new(0));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel();
    let router = server::router(App::new(Arc::clone(&served)));
    let serving = tokio::spawn(server::serve(listener, router, async { drop(stopped.await) }));

    let (rows, lines) = lines();
    assert!(rows.len() > 60, "{}", rows.len());
    let mut node = Command::new("node");
    node.arg(script("http2.mjs")).arg(url).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut node = node.spawn().expect("node is needed for the other side of the test");
    node.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = tokio::task::spawn_blocking(|| node.wait_with_output().unwrap()).await.unwrap();
    assert!(output.status.success());
    let printed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(printed.lines().count(), rows.len());
    for (row, line) in rows.iter().zip(printed.lines()) {
        let (status, challenges, body): (u16, String, String) = serde_json::from_str(line).unwrap();
        assert_eq!(status, row.status, "line {}: {line}", row.line);
        let body: Value = serde_json::from_str(&body).unwrap_or_default();
        if status == 200 {
            assert_eq!(body["principal"].as_str(), Some(row.expected.as_str()), "line {}", row.line);
        } else {
            // Node.js joins fields of the same name.
            assert_eq!(challenges, row.expected.replace(" | ", ", "), "line {}", row.line);
        }
    }
    let accepted = rows.iter().filter(|row| row.status == 200).count();
    assert_eq!(served.load(Ordering::SeqCst), accepted, "a function ran that should not");
    stop.send(()).unwrap();
    serving.await.unwrap();
}
