//! schemathesis calls generated servers and mocks with valid and invalid requests and checks the responses.

#[path = "../../../running_mock/mod.rs"]
mod running_mock;

use std::path::Path;

use axum::Router;
use interop::{folder, python, script};
use running_mock::Mock;
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

/// Runs it for a server of a document whose operations are below this path.
async fn check(document: &str, path: &str, router: Router, credentials: &[&str]) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}{path}", listener.local_addr().unwrap());
    let router = if path.is_empty() { router } else { Router::new().nest(path, router) };
    let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    run(&script("../../../fixtures/world").join(document), &base, credentials).await;
    server.abort();
}

/// Runs it for the mock of a document.
async fn check_mock(document: &str, credentials: impl Fn(&Mock) -> Vec<String>) {
    let mock = Mock::start(&format!("fixtures/world/{document}"), &[]);
    let credentials = credentials(&mock);
    let credentials: Vec<&str> = credentials.iter().map(String::as_str).collect();
    let base = format!("http://{}", mock.address);
    let served = format!("{base}/.keystub/openapi.json");
    // Of OpenAPI 3.0 as it is served; schemathesis reads other versions in another way.
    let written = script("../../../fixtures/world").join(document);
    let is_served = matches!(document, "library.yaml" | "mailbox.yaml");
    run(if is_served { served.as_ref() } else { &written }, &base, &credentials).await;
}

/// Runs it for a document and a server. The seed makes every run the same.
async fn run(document: &Path, base: &str, credentials: &[&str]) {
    let work = folder("schemathesis");
    std::fs::create_dir_all(&work).unwrap();
    let mut command = tokio::process::Command::new(python().with_file_name("schemathesis"));
    command.current_dir(&work).arg("--config-file").arg(script("schemathesis.toml")).args([
        "run",
        "--url",
        base,
        "--checks",
        &CHECKS.join(","),
    ]);
    command.args(["--seed", "1", "--generation-deterministic", "--max-examples", "40", "--no-color"]);
    command.args(["--workers", "1"]);
    for credential in credentials {
        command.args(["--header", credential]);
    }
    command.arg(document);
    let output = command.output().await.unwrap();
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

#[tokio::test(flavor = "multi_thread")]
async fn schemathesis_finds_no_failure_in_mocks() {
    let token = |mock: &Mock| format!("Authorization: Bearer {}", mock.printed("TOKEN="));
    let login = |mock: &Mock| basic(("mock-user", mock.printed("user mock-user, password ")));
    let key = |mock: &Mock, name: &str| format!("{name}: {}", mock.printed(&format!("{name}: ")));
    check_mock("library.yaml", |mock| vec![token(mock), key(mock, "X-Reader")]).await;
    check_mock("mailbox.yaml", |mock| vec![login(mock)]).await;
    check_mock("gallery.yaml", |mock| vec![token(mock)]).await;
    check_mock("garage.yaml", |mock| vec![key(mock, "X-Desk"), login(mock)]).await;
}
