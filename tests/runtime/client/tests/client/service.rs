//! Layers and services: they are below the authentication, and the rules about origins and https are above them.

use std::future::pending;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use runtime_client::api::*;
use runtime_client::runtime::auth_error::AuthReason;
use runtime_client::runtime::core::{Core, CoreBuilder};
use runtime_client::runtime::credential::{BoxError, Token};
use runtime_client::runtime::error::{BuildError, Error};
use runtime_client::runtime::retry::Retries;
use runtime_client::runtime::service::Next;
use runtime_client::server::{Server, answer, json};

type Log = Arc<Mutex<Vec<String>>>;

fn response(status: u16, body: &'static str) -> reqwest::Response {
    let builder = http::Response::builder().status(status).header("Content-Type", "application/json");
    builder.body(body).unwrap().into()
}

fn header(request: &reqwest::Request, name: &str) -> String {
    request.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

/// Notes the passage of a request and of its response.
fn note(builder: &mut CoreBuilder, log: &Log, name: &'static str) {
    let log = Arc::clone(log);
    builder.layer(move |request, next: Next| {
        let log = Arc::clone(&log);
        async move {
            let line = format!("{name} {} {} {:?}", next.operation_id(), next.route(), next.schemes());
            log.lock().unwrap().push(line);
            let response = next.send(request).await?;
            log.lock().unwrap().push(format!("{name} {}", response.status().as_u16()));
            Ok(response)
        }
    });
}

#[tokio::test]
async fn layers_surround_each_request_in_the_order_in_which_they_were_added() {
    let server = Server::start(json("\"yes\"")).await;
    let (mut builder, log) = (builder(&server.url(), all_credentials()), Log::default());
    note(&mut builder, &log, "outer");
    note(&mut builder, &log, "inner");
    assert_eq!(call::<Item>(&builder.build().unwrap()).await.unwrap().body, "yes");
    let expected = ["outer Item /items/{id}/end []", "inner Item /items/{id}/end []", "inner 200", "outer 200"];
    assert_eq!(*log.lock().unwrap(), expected);
}

#[tokio::test]
async fn layer_sees_the_schemes_of_the_chosen_alternative_only() {
    let rows = [
        (vec![key(HEADER_KEY, "canary-header"), token(TOKEN, "canary-token")], "[\"headerKey\", \"token\"]"),
        (vec![token(TOKEN, "canary-token"), key(QUERY_KEY, "canary-query")], "[\"queryKey\"]"),
    ];
    for (credentials, schemes) in rows {
        let server = Server::start(json("\"yes\"")).await;
        let (mut builder, log) = (builder(&server.url(), credentials), Log::default());
        note(&mut builder, &log, "layer");
        call::<Alternatives>(&builder.build().unwrap()).await.unwrap();
        assert_eq!(log.lock().unwrap()[0], format!("layer Alternatives /alternatives {schemes}"));
    }
}

#[tokio::test]
async fn layer_may_change_the_request_and_answer_by_itself() {
    let server = Server::start(json("\"yes\"")).await;
    let mut builder = builder(&server.url(), []);
    builder.layer(|mut request, next| async move {
        if next.operation_id() == "Delete" {
            return Ok(response(200, "\"cached\""));
        }
        request.headers_mut().insert("x-request-id", "7".parse()?);
        next.send(request).await
    });
    let core = builder.build().unwrap();
    assert_eq!(call::<Delete>(&core).await.unwrap().body, "cached");
    assert_eq!(call::<Open>(&core).await.unwrap().body, "yes");
    assert_eq!(server.header("x-request-id"), ["7"]);
}

/// A client whose layer moves each request to another URL.
fn moving(url: &str, to: &str, credentials: bool) -> Core {
    let mut builder = builder(url, if credentials { all_credentials() } else { Vec::new() });
    let to: reqwest::Url = to.parse().unwrap();
    builder.layer(move |mut request, next| {
        *request.url_mut() = to.clone();
        next.send(request)
    });
    builder.build().unwrap()
}

#[tokio::test]
async fn layer_cannot_change_the_origin() {
    let (server, other) = (Server::start(json("\"yes\"")).await, Server::start(json("\"other\"")).await);
    for to in [other.url(), server.url().replace("http:", "https:"), server.url().replace("127.0.0.1", "localhost")] {
        for has_credentials in [true, false] {
            let core = moving(&server.url(), &to, has_credentials);
            match call::<Open>(&core).await {
                Err(Error::Auth(error)) => assert!(matches!(error.reason, AuthReason::OtherOrigin)),
                other => panic!("{other:?}"),
            }
            if has_credentials {
                assert!(matches!(call::<HeaderKey>(&core).await, Err(Error::Auth(_))));
            }
        }
    }
    assert_eq!((server.connections(), other.connections()), (0, 0));
    // Another path of the same origin is the layer's choice.
    let core = moving(&server.url(), &format!("{}/elsewhere", server.url()), true);
    call::<HeaderKey>(&core).await.unwrap();
    assert_eq!(server.target(), "/elsewhere");
}

#[tokio::test]
async fn nothing_reaches_a_layer_or_service_without_the_credentials() {
    let log = Log::default();
    for (base, credentials) in [("http://api.example", all_credentials()), ("https://api.example", Vec::new())] {
        let mut builder = builder(base, credentials);
        note(&mut builder, &log, "layer");
        builder.service(|_| async { Ok(response(200, "\"yes\"")) });
        assert!(matches!(call::<HeaderKey>(&builder.build().unwrap()).await, Err(Error::Auth(_))), "{base}");
    }
    assert!(log.lock().unwrap().is_empty());
}

#[tokio::test]
async fn each_attempt_is_authenticated_again() {
    let (mut count, log) = (0, Log::default());
    let provider = Arc::new(Mutex::new(move || {
        count += 1;
        format!("canary-token-{count}")
    }));
    let token = Token::provider(move || {
        let secret = provider.lock().unwrap()();
        async move { Ok::<_, BoxError>(secret.into()) }
    });
    let mut builder = builder("https://api.example", [(TOKEN, token.into())]);
    builder.retries(Retries::new(2).wait(Arc::new(|_| Box::pin(async {}))));
    let noted = Arc::clone(&log);
    builder.service(move |request| {
        noted.lock().unwrap().push(header(&request, "authorization"));
        let status = if noted.lock().unwrap().len() < 3 { 503 } else { 200 };
        async move { Ok(response(status, "\"yes\"")) }
    });
    call::<Optional>(&builder.build().unwrap()).await.unwrap();
    let expected = ["Bearer canary-token-1", "Bearer canary-token-2", "Bearer canary-token-3"];
    assert_eq!(*log.lock().unwrap(), expected);
}

/// The chunks of a body. Many streams panic if they are polled after their end.
struct Chunks(Option<Vec<&'static str>>);

impl futures_core::Stream for Chunks {
    type Item = Result<&'static str, std::io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let left = self.0.as_mut().expect("polled after the end");
        let chunk = if left.is_empty() { None } else { Some(Ok(left.remove(0))) };
        if chunk.is_none() {
            self.0 = None;
        }
        Poll::Ready(chunk)
    }
}

#[tokio::test]
async fn body_is_not_polled_after_its_end() {
    for (chunks, expected) in [(vec![], None), (vec!["\"yes\""], Some("yes")), (vec!["\"y", "e", "s\""], Some("yes"))] {
        let mut builder = builder("https://api.example", all_credentials());
        let count = chunks.len();
        builder.service(move |_| {
            let body = reqwest::Body::wrap_stream(Chunks(Some(chunks.clone())));
            let response = http::Response::builder().header("Content-Type", "application/json").body(body).unwrap();
            async move { Ok(response.into()) }
        });
        match (call::<HeaderKey>(&builder.build().unwrap()).await, expected) {
            (Ok(response), Some(expected)) => assert_eq!(response.body, expected, "{count} chunks"),
            (Err(Error::Decode(answer, _)), None) => assert!(answer.body.is_empty()),
            (other, _) => panic!("{count} chunks: {other:?}"),
        }
    }
}

#[tokio::test]
async fn errors_of_layers_are_kept_and_not_shown() {
    let mut builder = builder("https://api.example", all_credentials());
    builder.service(|request| async move { Err(format!("failed for {}", header(&request, "x-api-key")).into()) });
    let error = call::<HeaderKey>(&builder.build().unwrap()).await.unwrap_err();
    for text in [format!("{error}"), format!("{error:?}")] {
        assert_no_canary(&text, "the error");
    }
    assert!(std::error::Error::source(&error).is_none());
    match error {
        Error::Service(error) => assert_eq!(error.to_string(), "failed for canary-header"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn failed_connection_below_a_layer_is_a_transport_error_without_its_url() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let (mut builder, log) = (builder(&url, all_credentials()), Log::default());
    note(&mut builder, &log, "layer");
    match call::<QueryKey>(&builder.build().unwrap()).await {
        Err(Error::Transport(error)) => assert!(error.url().is_none()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn layer_that_changes_the_origin_of_a_resent_request_is_not_an_authentication_error() {
    let server = Server::start(answer("503 Service Unavailable", "", "")).await;
    for moved in [0, 1] {
        let mut builder = builder(&server.url(), all_credentials());
        builder.retries(Retries::new(2).wait(Arc::new(|_| Box::pin(async {}))));
        builder.layer(move |mut request, next: Next| {
            if next.resend_count() >= moved {
                *request.url_mut() = "https://other.example/".parse().unwrap();
            }
            next.send(request)
        });
        match (moved, call::<HeaderKey>(&builder.build().unwrap()).await) {
            (0, Err(Error::Auth(error))) => assert!(matches!(error.reason, AuthReason::OtherOrigin)),
            (1, Err(Error::Service(error))) => assert!(error.to_string().contains("a different origin"), "{error}"),
            (_, other) => panic!("{moved}: {other:?}"),
        }
        assert_eq!(server.requests().len(), moved as usize);
    }
    // A layer that sends a request twice.
    let mut builder = builder(&server.url(), all_credentials());
    builder.layer(|mut request, next: Next| async move {
        let copy = request.try_clone().unwrap();
        next.clone().send(copy).await?;
        *request.url_mut() = "https://other.example/".parse()?;
        next.send(request).await
    });
    assert!(matches!(call::<HeaderKey>(&builder.build().unwrap()).await, Err(Error::Service(_))));
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn settings_that_a_service_cannot_have_are_rejected() {
    let with_service = |set: fn(&mut CoreBuilder)| {
        let mut builder = builder("https://api.example", []);
        builder.service(|_| pending());
        set(&mut builder);
        builder.build().map(drop)
    };
    assert!(with_service(|_| {}).is_ok());
    for set in [
        (|builder| builder.configure(|client| client)) as fn(&mut CoreBuilder),
        |builder| builder.user_agent("shop/1"),
        |builder| builder.dangerous_http_client(reqwest::Client::new()),
    ] {
        assert!(matches!(with_service(set), Err(BuildError::ReadyMade(_))));
    }
}

#[tokio::test]
async fn redirects_are_not_followed_below_a_layer() {
    let other = Server::start(json("\"yes\"")).await;
    let server = Server::start(answer("307 Moved", &format!("Location: {}/\r\n", other.url()), "")).await;
    let (mut builder, log) = (builder(&server.url(), all_credentials()), Log::default());
    note(&mut builder, &log, "layer");
    let error = call::<HeaderKey>(&builder.build().unwrap()).await.unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(307));
    assert_eq!(other.connections(), 0);
}

#[tokio::test]
async fn debug_of_what_is_below_a_layer_shows_no_credential() {
    let (mut builder, log) = (builder("https://api.example", all_credentials()), Log::default());
    let noted = Arc::clone(&log);
    builder.layer(move |request, next| {
        noted.lock().unwrap().push(format!("{next:?}"));
        next.send(request)
    });
    builder.service(|_| async { Ok(response(200, "\"yes\"")) });
    call::<QueryKey>(&builder.build().unwrap()).await.unwrap();
    assert_eq!(*log.lock().unwrap(), ["Next { operation: \"QueryKey\", schemes: [\"queryKey\"], .. }"]);
}

#[tokio::test]
async fn errors_that_a_layer_sees_have_no_url() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let mut builder = builder(&url, [key(QUERY_KEY, "canary-query")]);
    let log = Log::default();
    let seen = Arc::clone(&log);
    builder.layer(move |request, next| {
        let seen = Arc::clone(&seen);
        async move {
            let outcome = next.send(request).await;
            if let Err(error) = &outcome {
                seen.lock().unwrap().push(format!("{error} {error:?}"));
            }
            outcome
        }
    });
    let core = builder.build().unwrap();
    assert!(matches!(call::<QueryKey>(&core).await, Err(Error::Transport(_))));
    let seen = log.lock().unwrap();
    assert!(seen.len() == 1 && !seen[0].contains("canary") && !seen[0].contains("http://"), "{seen:?}");
}
