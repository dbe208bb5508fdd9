//! schemathesis calls generated servers with valid and invalid requests and checks the responses.

use axum::Router;
use interop::{folder, python, script};
use stores::books::{Library, READER, STAFF};
use stores::cars::{DESK, Garage};
use stores::messages::Mailbox;
use stores::pictures::{Gallery, PAINTER};
use stores::{cars, gallery, garage, library, mailbox, messages};

/// The checks of every call.
const CHECKS: &[&str] = &[
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "positive_data_acceptance",
    "missing_required_header",
    "unsupported_method",
    "ignored_auth",
    "use_after_free",
    "ensure_resource_availability",
];

/// Runs it for a document whose operations are below this path. The seed makes every run the same.
async fn check(document: &str, path: &str, router: Router, credentials: &[&str]) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}{path}", listener.local_addr().unwrap());
    let router = if path.is_empty() { router } else { Router::new().nest(path, router) };
    let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let work = folder("schemathesis");
    std::fs::create_dir_all(&work).unwrap();
    let mut command = tokio::process::Command::new(python().with_file_name("schemathesis"));
    command.current_dir(&work).arg("--config-file").arg(script("schemathesis.toml")).args([
        "run",
        "--url",
        &base,
        "--checks",
        &CHECKS.join(","),
    ]);
    command.args(["--seed", "1", "--generation-deterministic", "--max-examples", "40", "--no-color"]);
    command.args(["--workers", "1"]);
    for credential in credentials {
        command.args(["--header", credential]);
    }
    command.arg(script("../../../fixtures/world").join(document));
    let output = command.output().await.unwrap();
    server.abort();
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{stdout}{}", String::from_utf8_lossy(&output.stderr));
    assert!(stdout.contains("Stateful") && !stdout.contains('❌'), "{stdout}");
    let line = stdout.lines().find_map(|line| line.trim().split_once(" generated, ")).unwrap();
    assert!(line.0.parse().is_ok_and(|calls: usize| calls > 200), "{stdout}");
}

fn basic((user, password): (&str, &str)) -> String {
    use base64::Engine;
    format!("Authorization: Basic {}", base64::prelude::BASE64_STANDARD.encode(format!("{user}:{password}")))
}

#[tokio::test(flavor = "multi_thread")]
async fn schemathesis_finds_no_failure_in_the_library() {
    let credentials = [format!("Authorization: Bearer {STAFF}"), format!("X-Reader: {READER}")];
    check("library.yaml", "", library::router(Library::default()), &credentials.each_ref().map(String::as_str)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn schemathesis_finds_no_failure_in_the_mailbox() {
    let router = mailbox::router(Mailbox::default());
    check("mailbox.yaml", "", router, &[&basic(messages::LOGIN)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn schemathesis_finds_no_failure_in_the_gallery() {
    let router = gallery::router(Gallery::default());
    check("gallery.yaml", gallery::BASE_PATH, router, &[&format!("Authorization: Bearer {PAINTER}")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn schemathesis_finds_no_failure_in_the_garage() {
    let router = garage::router(Garage::default());
    let credentials = [format!("X-Desk: {DESK}"), basic(cars::LOGIN)];
    check("garage.yaml", garage::BASE_PATH, router, &credentials.each_ref().map(String::as_str)).await;
}
