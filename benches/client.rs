//! Calls over a connection on loopback, with their allocations: the generated client and reqwest by hand, with equal types and credentials.

use std::net::SocketAddr;
use std::sync::LazyLock;
use std::thread;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::get;
use benches::pets::{self, NewPet, Pet};
use divan::{AllocProfiler, Bencher};
use petshop_client::{Client, types};
use tokio::runtime::{Builder, Runtime};

// Counts what the thread of a benchmark allocates, and not the server.
#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

const TOKEN: &str = "eyJhbGciOiJFUzI1NiJ9.e30.c2lnbmF0dXJl";

/// How many pets a short and a long list have.
const COUNTS: [usize; 2] = [10, 1_000];

static SERVER: LazyLock<SocketAddr> = LazyLock::new(serve);

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime can be started")
}

/// Starts a server with its own thread.
fn serve() -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    listener.set_nonblocking(true).expect("sockets can be set not to block");
    let address = listener.local_addr().expect("the socket is bound");
    thread::spawn(move || {
        runtime().block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).expect("the runtime has I/O");
            axum::serve(listener, router()).await.expect("the server does not end");
        });
    });
    address
}

fn router() -> Router {
    let json = |status: StatusCode, body: Vec<u8>| {
        let body = bytes::Bytes::from(body);
        move || async move { (status, [(header::CONTENT_TYPE, "application/json")], body) }
    };
    let [short, long] = COUNTS.map(|count| format!("[{}]", vec![pets::pet(1); count].join(",")).into_bytes());
    let list = move |request: Request| async move {
        let is_long = request.uri().query() == Some("limit=1000");
        ([(header::CONTENT_TYPE, "application/json")], if is_long { long } else { short })
    };
    let one = pets::pet(1).into_bytes();
    Router::new()
        .route("/pets", get(list).post(json(StatusCode::CREATED, one.clone())))
        .route("/pets/{id}", get(json(StatusCode::OK, one)))
        .layer(from_fn(authorized))
}

/// Refuses what has no token, so that each side must send it.
async fn authorized(request: Request, next: Next) -> Result<Response, StatusCode> {
    let expected = format!("Bearer {TOKEN}");
    match request.headers().get(header::AUTHORIZATION) {
        Some(given) if given.as_bytes() == expected.as_bytes() => Ok(next.run(request).await),
        Some(_) | None => Err(StatusCode::UNAUTHORIZED),
    }
}

fn base() -> String {
    format!("http://{}", *SERVER)
}

fn connected(token: &str) -> Client {
    Client::builder().base_url(&base()).bearer_auth(token).build().expect("the base URL is valid")
}

/// A client as a careful person writes it.
struct ByHand {
    http: reqwest::Client,
    base: String,
    token: &'static str,
}

impl ByHand {
    fn new(token: &'static str) -> Self {
        // The time limits of the generated client.
        let http = reqwest::Client::builder().timeout(Duration::from_secs(60)).connect_timeout(Duration::from_secs(10));
        Self { http: http.build().expect("the settings are valid"), base: base(), token }
    }

    async fn list_pets(&self, limit: i32) -> Result<Vec<Pet>, Box<dyn std::error::Error>> {
        let request = self.http.get(format!("{}/pets?limit={limit}", self.base));
        let response = request.bearer_auth(self.token).send().await?.error_for_status()?;
        Ok(serde_json::from_slice(&response.bytes().await?)?)
    }

    async fn get_pet(&self, id: i64) -> Result<Pet, Box<dyn std::error::Error>> {
        let request = self.http.get(format!("{}/pets/{id}", self.base));
        let response = request.bearer_auth(self.token).send().await?.error_for_status()?;
        Ok(serde_json::from_slice(&response.bytes().await?)?)
    }

    async fn create_pet(&self, pet: &NewPet) -> Result<Pet, Box<dyn std::error::Error>> {
        let request = self.http.post(format!("{}/pets", self.base)).header("content-type", "application/json");
        let request = request.bearer_auth(self.token).body(serde_json::to_vec(pet)?);
        let response = request.send().await?.error_for_status()?;
        Ok(serde_json::from_slice(&response.bytes().await?)?)
    }
}

/// Measures a call that must fail with another token.
macro_rules! measure {
    ($bencher:ident, $make:expr, |$client:ident| $call:expr) => {{
        let runtime = runtime();
        let $client = $make("wrong");
        assert!(runtime.block_on(async { $call.await.is_err() }), "the server checks the token");
        let $client = $make(TOKEN);
        $bencher.bench_local(|| runtime.block_on(async { $call.await.expect("the call succeeds") }));
    }};
}

#[divan::bench_group(sample_size = 16)]
mod generated {
    use super::*;

    #[divan::bench(args = COUNTS)]
    fn list_pets(bencher: Bencher<'_, '_>, count: usize) {
        let limit = i32::try_from(count).expect("it is small");
        measure!(bencher, connected, |client| client.list_pets().limit(limit));
    }

    #[divan::bench]
    fn get_pet(bencher: Bencher<'_, '_>) {
        measure!(bencher, connected, |client| client.get_pet(1));
    }

    #[divan::bench]
    fn create_pet(bencher: Bencher<'_, '_>) {
        let pet = types::NewPet { tag: Some("dog".to_owned()), ..types::NewPet::new("Rex".to_owned()) };
        measure!(bencher, connected, |client| client.create_pet(&pet));
    }
}

#[divan::bench_group(sample_size = 16)]
mod by_hand {
    use super::*;

    #[divan::bench(args = COUNTS)]
    fn list_pets(bencher: Bencher<'_, '_>, count: usize) {
        let limit = i32::try_from(count).expect("it is small");
        measure!(bencher, ByHand::new, |client| client.list_pets(limit));
    }

    #[divan::bench]
    fn get_pet(bencher: Bencher<'_, '_>) {
        measure!(bencher, ByHand::new, |client| client.get_pet(1));
    }

    #[divan::bench]
    fn create_pet(bencher: Bencher<'_, '_>) {
        let pet = NewPet { name: "Rex".to_owned(), tag: Some("dog".to_owned()), born: None, status: None };
        measure!(bencher, ByHand::new, |client| client.create_pet(&pet));
    }
}

fn main() {
    divan::main();
}
