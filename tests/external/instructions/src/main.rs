//! The work whose instructions are counted: `instructions nothing`, `generate DOCUMENT`, `codec`, `server`.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use auth_matrix::app::App;
use auth_matrix::credentials::KEYS;
use axum::body::Body;
use axum::http::Request;
use keystub_client_runtime::json::{from_slice, to_vec};
use petshop_client::types::Pet;
use tower_service::Service;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["nothing"] => {}
        ["generate", document] => generate(document),
        ["codec"] => codec(),
        ["server"] => server(),
        _ => panic!("unknown work: {arguments:?}"),
    }
}

/// Generates a client, without writing it.
fn generate(document: &str) {
    let output = keystub::Generator::client(document).generate().expect("the document is valid");
    assert!(output.files().len() > 10);
}

/// Reads and writes a list of 500 objects.
fn codec() {
    let pet = |id: usize| {
        format!(
            r#"{{"name":"Rex {id}","tag":"dog","status":"sold","id":{id},"owner":{{"kind":"shelter","address":"Long Road {id}"}}}}"#
        )
    };
    let text = format!("[{}]", (0..500).map(pet).collect::<Vec<_>>().join(","));
    let pets: Vec<Pet> = from_slice(text.as_bytes()).expect("the text has this type");
    assert_eq!(to_vec(&pets).as_deref(), Ok(text.as_bytes()));
}

/// Sends 200 requests with an API key to a generated server, in memory, and as many with a wrong one.
fn server() {
    let mut router = auth_matrix::server::router(App::new(Arc::new(AtomicUsize::new(0))));
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime can be started");
    for _ in 0..200 {
        for (key, expected) in [(KEYS[0].2, 200), ("wrong", 401)] {
            let request = Request::get("/header-key").header("x-api-key", key).body(Body::empty());
            let Ok(response) = runtime.block_on(router.call(request.expect("the request is well formed")));
            assert_eq!(response.status().as_u16(), expected);
        }
    }
}
