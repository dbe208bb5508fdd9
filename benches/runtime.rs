//! The parts of the runtime that each request passes, on data as generated code has them.

use std::sync::Arc;

use axum::http::request::Parts;
use axum::http::{Method, Request, Response};
use divan::{Bencher, black_box};
use keystub_server_runtime::auth::{Decision, Granted, Reject};
use keystub_server_runtime::credentials::Credentials;
use keystub_server_runtime::operation::{Access, Operation, Scheme, SchemeKind, SchemeUse, Segment};
use keystub_server_runtime::parameter::Parameter;
use keystub_server_runtime::route_tree::RouteTree;
use keystub_server_runtime::router::Route;
use petshop_client::{Client, types};

const PARAMETERS: &[Parameter] = &[Parameter::path("id")];

const ALTERNATIVES: &[&[SchemeUse]] = &[&[SchemeUse::new(0, &["read"])]];

static SCHEMES: [Scheme; 1] = [Scheme { name: "token", kind: SchemeKind::Bearer }];

fn operation(path: &'static [Segment]) -> &'static Operation {
    Box::leak(Box::new(Operation {
        id: "getItem",
        method: "GET",
        path,
        query: "",
        parameters: PARAMETERS,
        access: Access::any_of(ALTERNATIVES),
        accept: "application/json",
    }))
}

fn request(token: &str) -> Parts {
    let request = Request::get("/items/7").header("authorization", format!("Bearer {token}")).body(());
    request.expect("the request is well formed").into_parts().0
}

/// From the headers of a request to the decision, with a verifier that compares.
fn decide(operation: &'static Operation, parts: &Parts) -> Option<Decision> {
    let credentials = Credentials::of(operation, &SCHEMES, parts);
    let mut evidence = credentials.evidence();
    let verdict = match credentials.bearer(0).filter(|bearer| bearer.token == "right") {
        Some(_) => Ok(Granted::new(()).scopes(["read"])),
        None => Err(Reject::Invalid("unknown token")),
    };
    evidence.record(0, verdict);
    evidence.decide().ok()
}

#[divan::bench(args = ["right", "wrong"])]
fn evaluator(bencher: Bencher<'_, '_>, token: &str) {
    let operation = operation(&[Segment::Text("/items/"), Segment::Parameter(0)]);
    let parts = request(token);
    assert_eq!(decide(operation, &parts).is_some(), token == "right");
    bencher.bench_local(|| decide(operation, black_box(&parts)));
}

/// Finds the last of this many operations.
#[divan::bench(args = [10, 1_000])]
fn router(bencher: Bencher<'_, '_>, count: usize) {
    let route = |at: usize| {
        let text: &'static str = Box::leak(format!("/items{at}/").into_boxed_str());
        let path: &'static [Segment] = Box::leak(Box::new([Segment::Text(text), Segment::Parameter(0)]));
        Route::<()> { operation: operation(path), handle: |_: Arc<()>, _| unreachable!("no request is handled") }
    };
    let tree = RouteTree::new(&(0..count).map(route).collect::<Vec<_>>());
    let path = format!("/items{}/7", count - 1);
    assert!(tree.choose(&Method::GET, &path, "").is_ok() && tree.choose(&Method::GET, "/items/7", "").is_err());
    bencher.bench_local(|| tree.choose(&Method::GET, black_box(&path), "").is_ok());
}

/// Encodes a request and reads its response, without a connection.
#[divan::bench]
fn call(bencher: Bencher<'_, '_>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be started");
    let builder = Client::builder().base_url("https://api.example.com/v1").bearer_auth("token");
    let service = |request: reqwest::Request| {
        assert_eq!(request.url().query(), Some("limit=10&status=sold"));
        let response = Response::builder().header("content-type", "application/json").body("[]");
        std::future::ready(Ok(reqwest::Response::from(response.expect("the response is well formed"))))
    };
    let client = builder.service(service).build().expect("the settings are valid");
    let call = || runtime.block_on(async { client.list_pets().limit(10).status(&[types::Status::Sold]).await });
    assert!(call().is_ok());
    bencher.bench_local(|| call().is_ok());
}

fn main() {
    divan::main();
}
