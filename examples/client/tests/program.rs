//! Both programs against a server of the same document: with right, wrong and missing credentials.

use std::process::Output;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use build_script::{App, api};

/// The program that awaits its calls, and the one whose calls block.
const PROGRAMS: [&str; 2] = [env!("CARGO_BIN_EXE_petshop"), env!("CARGO_BIN_EXE_petshop-blocking")];

/// A running server. Its first responses are 503.
struct Shop {
    url: String,
    requests: Arc<AtomicUsize>,
}

impl Shop {
    async fn open(failures: usize) -> Self {
        let requests = Arc::new(AtomicUsize::new(0));
        let state = (Arc::clone(&requests), failures);
        let router = api::router(App).layer(from_fn_with_state(state, fail_first));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, requests }
    }

    /// Runs a program with these variables. Returns whether it succeeded, and what it printed.
    async fn run(&self, program: &str, credentials: &[(&str, &str)], arguments: &[&str]) -> (bool, String) {
        let mut program = tokio::process::Command::new(program);
        program.env_remove("PETSHOP_CLIENT_BEARER_AUTH").env_remove("PETSHOP_CLIENT_SHOP_KEY");
        program.env("PETSHOP_URL", &self.url).envs(credentials.iter().copied()).args(arguments);
        let Output { status, stdout, stderr } = program.output().await.unwrap();
        (status.success(), String::from_utf8([stdout, stderr].concat()).unwrap())
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

async fn fail_first(
    State((requests, failures)): State<(Arc<AtomicUsize>, usize)>,
    request: Request,
    next: Next,
) -> Response {
    if requests.fetch_add(1, Ordering::SeqCst) < failures {
        return (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "0")]).into_response();
    }
    next.run(request).await
}

const TOKEN: &[(&str, &str)] = &[("PETSHOP_CLIENT_BEARER_AUTH", "right")];
const WRONG_TOKEN: &[(&str, &str)] = &[("PETSHOP_CLIENT_BEARER_AUTH", "wrong")];
const KEY: &[(&str, &str)] = &[("PETSHOP_CLIENT_SHOP_KEY", "k-1")];
const WRONG_KEY: &[(&str, &str)] = &[("PETSHOP_CLIENT_SHOP_KEY", "wrong")];

#[tokio::test(flavor = "multi_thread")]
async fn commands_succeed_only_with_valid_credentials() {
    let shop = Shop::open(0).await;
    let rows = [
        (TOKEN, &["list", "3"][..], true, "3 ann\n"),
        (KEY, &["list"], true, "20 shop 1\n"),
        (TOKEN, &["add", "rex"], true, "7 rex\n"),
        (WRONG_TOKEN, &["list"], false, "401 Unauthorized: Unauthorized\n"),
        (WRONG_KEY, &["list"], false, "401 Unauthorized: Unauthorized\n"),
        (WRONG_TOKEN, &["add", "rex"], false, "401 Unauthorized: Unauthorized\n"),
        (TOKEN, &["list", "0"], false, "400 Bad Request: "),
        (TOKEN, &["feed"], false, "usage: "),
    ];
    for (credentials, arguments, is_success, text) in rows {
        for program in PROGRAMS {
            let (succeeded, printed) = shop.run(program, credentials, arguments).await;
            assert_eq!(succeeded, is_success, "{program} {credentials:?} {arguments:?}: {printed}");
            assert!(printed.starts_with(text), "{program} {credentials:?} {arguments:?}: {printed}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_without_credentials() {
    let shop = Shop::open(0).await;
    // A key is not a credential of `createPet`.
    for (credentials, arguments) in [(&[][..], &["list"][..]), (&[], &["add", "rex"]), (KEY, &["add", "rex"])] {
        for program in PROGRAMS {
            let (succeeded, printed) = shop.run(program, credentials, arguments).await;
            assert!(!succeeded && printed.contains("bearerAuth"), "{program} {credentials:?} {arguments:?}: {printed}");
        }
    }
    assert_eq!(shop.requests(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_requests_that_change_nothing_are_retried() {
    for program in PROGRAMS {
        let shop = Shop::open(2).await;
        assert_eq!(shop.run(program, TOKEN, &["list", "3"]).await, (true, "3 ann\n".to_owned()), "{program}");
        assert_eq!(shop.requests(), 3, "{program}");
        let shop = Shop::open(1).await;
        let (succeeded, printed) = shop.run(program, TOKEN, &["add", "rex"]).await;
        assert!(!succeeded && printed.contains("503"), "{program}: {printed}");
        assert_eq!(shop.requests(), 1, "{program}");
    }
}
