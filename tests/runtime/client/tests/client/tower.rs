//! Layers and services of tower: the rules are those of other layers and services.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{HeaderName, HeaderValue};
use reqwest::Body;
use runtime_client::api::*;
use runtime_client::runtime::auth_error::AuthReason;
use runtime_client::runtime::call::Call;
use runtime_client::runtime::core::CoreBuilder;
use runtime_client::runtime::credential::{BoxError, Token};
use runtime_client::runtime::error::Error;
use runtime_client::runtime::retry::Retries;
use runtime_client::runtime::service::Next;
use runtime_client::server::{Server, answer, json};
use tower::limit::ConcurrencyLimitLayer;
use tower::timeout::TimeoutLayer;
use tower::timeout::error::Elapsed;
use tower::util::MapRequestLayer;
use tower::{ServiceBuilder, service_fn};
use tower_http::set_header::SetRequestHeaderLayer;
use tower_http::trace::TraceLayer;

type Request = http::Request<Body>;

type Change = fn(Request) -> Request;

const FROM: HeaderName = HeaderName::from_static("x-request-from");

fn response(status: u16) -> http::Response<String> {
    let builder = http::Response::builder().status(status).header("Content-Type", "application/json");
    builder.body("\"yes\"".to_owned()).unwrap()
}

/// A token that is another one for each request.
fn changing() -> Token {
    let count = AtomicUsize::new(0);
    Token::provider(move || {
        let secret = format!("token-{}", count.fetch_add(1, Ordering::SeqCst));
        async move { Ok::<_, BoxError>(secret.into()) }
    })
}

#[tokio::test]
async fn each_attempt_passes_layers_of_tower_with_fresh_credentials() {
    let count = AtomicUsize::new(0);
    let server = Server::start_with(move |_: &str| match count.fetch_add(1, Ordering::SeqCst) {
        0 | 1 => answer("503 Unavailable", "", ""),
        _ => json("\"yes\""),
    })
    .await;
    let mut builder = builder(&server.url(), [(TOKEN, changing().into())]);
    builder.retries(Retries::new(2).wait(Arc::new(|_| Box::pin(async {}))));
    builder.tower_layer(
        ServiceBuilder::new()
            .layer(TraceLayer::new_for_http())
            .layer(ConcurrencyLimitLayer::new(1))
            .layer(TimeoutLayer::new(Duration::from_secs(60)))
            .layer(SetRequestHeaderLayer::overriding(FROM, HeaderValue::from_static("shop"))),
    );
    assert_eq!(call::<Optional>(&builder.build().unwrap()).await.unwrap().body, "yes");
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    for (request, token) in requests.iter().zip(["token-0", "token-1", "token-2"]) {
        assert!(request.contains(&format!("authorization: Bearer {token}\r\n")), "{request}");
        assert!(request.contains("x-request-from: shop\r\n"), "{request}");
    }
}

/// The most requests that a client with this setting sends at the same time.
async fn most_at_once(set: impl FnOnce(&mut CoreBuilder)) -> usize {
    let (current, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let mut builder = builder("https://api.example", []);
    set(&mut builder);
    let (now, highest) = (Arc::clone(&current), Arc::clone(&most));
    builder.service(move |_| {
        let (now, highest) = (Arc::clone(&now), Arc::clone(&highest));
        async move {
            highest.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            for _ in 0..10 {
                tokio::task::yield_now().await;
            }
            now.fetch_sub(1, Ordering::SeqCst);
            Ok(response(200).into())
        }
    });
    let core = builder.build().unwrap();
    let clone = core.clone();
    let (one, two, three) = tokio::join!(call::<Open>(&core), call::<Open>(&clone), call::<Open>(&core));
    assert!(one.is_ok() && two.is_ok() && three.is_ok());
    most.load(Ordering::SeqCst)
}

#[tokio::test]
async fn state_of_a_layer_is_that_of_all_calls() {
    assert_eq!(most_at_once(|_| {}).await, 3);
    assert_eq!(most_at_once(|builder| builder.tower_layer(ConcurrencyLimitLayer::new(2))).await, 2);
    assert_eq!(most_at_once(|builder| builder.tower_layer(ConcurrencyLimitLayer::new(1))).await, 1);
}

#[tokio::test]
async fn errors_of_a_layer_are_kept() {
    let mut builder = builder("https://api.example", []);
    builder.tower_layer(TimeoutLayer::new(Duration::from_millis(1)));
    builder.service(|_| std::future::pending());
    match call::<Open>(&builder.build().unwrap()).await {
        Err(Error::Service(error)) => assert!(error.is::<Elapsed>()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn failed_connection_below_a_layer_is_a_transport_error_without_its_url() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let mut builder = builder(&url, all_credentials());
    builder.tower_layer(ServiceBuilder::new().layer(TraceLayer::new_for_http()).timeout(Duration::from_secs(60)));
    match call::<QueryKey>(&builder.build().unwrap()).await {
        Err(Error::Transport(error)) => assert!(error.url().is_none()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn layer_sees_the_credentials_and_what_the_request_is_for() {
    type Seen = (String, String, &'static str, Vec<&'static str>);
    let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
    let noted = Arc::clone(&seen);
    let mut builder = builder("https://api.example", [key(HEADER_KEY, "canary-header")]);
    builder.tower_layer(MapRequestLayer::new(move |request: Request| {
        let (headers, next) = (request.headers(), request.extensions().get::<Next>().unwrap());
        let key = headers["x-api-key"].to_str().unwrap().to_owned();
        noted.lock().unwrap().push((key, format!("{headers:?}"), next.operation_id(), next.schemes().to_vec()));
        request
    }));
    builder.tower_service(service_fn(|_: Request| async { Ok::<_, BoxError>(response(200)) }));
    call::<HeaderKey>(&builder.build().unwrap()).await.unwrap();
    let seen = seen.lock().unwrap();
    let (key, printed, operation, schemes) = &seen[0];
    assert_eq!((key.as_str(), *operation, schemes.as_slice()), ("canary-header", "HeaderKey", &["headerKey"][..]));
    // A layer that logs headers prints those of credentials as sensitive.
    assert_no_canary(printed, "the headers");
}

#[tokio::test]
async fn layer_of_tower_cannot_change_the_origin_or_send_without_it() {
    let (server, other) = (Server::start(json("\"yes\"")).await, Server::start(json("\"other\"")).await);
    let to = format!("{}/items", other.url());
    let changed = move |mut request: Request| {
        *request.uri_mut() = to.parse().unwrap();
        request
    };
    let mut moving = builder(&server.url(), all_credentials());
    moving.tower_layer(MapRequestLayer::new(changed));
    match call::<HeaderKey>(&moving.build().unwrap()).await {
        Err(Error::Auth(error)) => assert!(matches!(error.reason, AuthReason::OtherOrigin)),
        other => panic!("{other:?}"),
    }
    let relative = |mut request: Request| {
        *request.uri_mut() = "/items".parse().unwrap();
        request
    };
    let bare = |request: Request| http::Request::new(request.into_body());
    let unmarked = |mut request: Request| {
        request.extensions_mut().clear();
        request
    };
    for (change, message) in [
        (relative as Change, "a layer of tower set a URI that is not absolute"),
        (bare as Change, "a layer of tower removed the extensions of the request"),
        (unmarked as Change, "a layer of tower removed the extensions of the request"),
    ] {
        let mut builder = builder(&server.url(), all_credentials());
        builder.tower_layer(MapRequestLayer::new(change));
        match call::<HeaderKey>(&builder.build().unwrap()).await {
            Err(Error::Service(error)) => assert_eq!(error.to_string(), message),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((server.connections(), other.connections()), (0, 0));
}

#[tokio::test]
async fn nothing_reaches_a_service_of_tower_without_the_credentials() {
    let count = Arc::new(AtomicUsize::new(0));
    let core = |base, credentials| {
        let (passed, received) = (Arc::clone(&count), Arc::clone(&count));
        let mut builder = builder(base, credentials);
        builder.tower_layer(MapRequestLayer::new(move |request: Request| {
            passed.fetch_add(1, Ordering::SeqCst);
            request
        }));
        builder.tower_service(service_fn(move |request: Request| {
            received.fetch_add(1, Ordering::SeqCst);
            let is_right = request.headers().get("x-api-key").is_some_and(|key| key == "canary-header");
            async move { Ok::<_, BoxError>(response(if is_right { 200 } else { 500 })) }
        }));
        builder.build().unwrap()
    };
    for (base, credentials) in [("http://api.example", all_credentials()), ("https://api.example", Vec::new())] {
        assert!(matches!(call::<HeaderKey>(&core(base, credentials)).await, Err(Error::Auth(_))), "{base}");
    }
    assert_eq!(count.load(Ordering::SeqCst), 0);
    call::<HeaderKey>(&core("https://api.example", all_credentials())).await.unwrap();
    assert_eq!(count.load(Ordering::SeqCst), 2);
    assert!(call::<HeaderKey>(&core("https://api.example", vec![key(HEADER_KEY, "wrong")])).await.is_err());
}

#[tokio::test]
async fn bodies_pass_layers_of_tower_unchanged() {
    let server = Server::start(json("\"yes\"")).await;
    let bodies: Arc<Mutex<Vec<Option<Vec<u8>>>>> = Arc::default();
    let noted = Arc::clone(&bodies);
    let mut builder = builder(&server.url(), []);
    builder.tower_layer(TraceLayer::new_for_http());
    builder.layer(move |request, next| {
        noted.lock().unwrap().push(request.body().map(|body| body.as_bytes().unwrap().to_vec()));
        next.send(request)
    });
    let core = builder.build().unwrap();
    assert_eq!(call::<Open>(&core).await.unwrap().body, "yes");
    let mut download = Call::<Post>::new(&core).text("text/plain", "body").streamed().await.unwrap().into_body();
    assert_eq!(download.chunk().await.unwrap().unwrap(), "\"yes\"");
    assert!(download.chunk().await.unwrap().is_none());
    assert_eq!(*bodies.lock().unwrap(), [None, Some(b"body".to_vec())]);
    assert!(server.requests()[1].ends_with("\r\n\r\nbody"));
}
