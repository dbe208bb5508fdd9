//! Calls that block: the same calls and errors, on any thread, and never within an async runtime.

use std::time::Duration;

use runtime_client::api::{HEADER_KEY, HeaderKey, Open, call, client, key};
use runtime_client::runtime::blocking::{run, wait};
use runtime_client::runtime::blocking_streams::items;
use runtime_client::runtime::core::Core;
use runtime_client::runtime::error::{Error, RequestError};
use runtime_client::runtime::reply::Response;
use runtime_client::runtime::typed_stream::TypedEvents;
use runtime_client::server::{Server, answer, json};
use tokio::runtime::Runtime;

/// A server, which ends with the runtime.
fn start(answer: impl Fn(&str) -> String + Send + Sync + 'static) -> (Runtime, Server, Core) {
    let runtime = Runtime::new().unwrap();
    let server = runtime.block_on(Server::start_with(answer));
    let core = client(&server.url(), [key(HEADER_KEY, "canary-key")]);
    (runtime, server, core)
}

fn sent(core: &Core) -> Result<Response<String>, Error<String>> {
    wait(call::<HeaderKey>(core))
}

#[test]
fn blocking_call_sends_the_credentials_and_returns_the_response() {
    let (_runtime, server, core) = start(|_| json("\"yes\""));
    for _ in 0..3 {
        assert_eq!(sent(&core).unwrap().into_body(), "yes");
    }
    assert_eq!(server.requests().iter().filter(|request| request.contains("x-api-key: canary-key\r\n")).count(), 3);
}

#[test]
fn blocking_call_without_credentials_is_not_sent() {
    let (_runtime, server, _) = start(|_| json("\"yes\""));
    assert!(matches!(sent(&client(&server.url(), [])), Err(Error::Auth(_))));
    assert_eq!(server.connections(), 0);
}

#[test]
fn threads_block_at_the_same_time() {
    let (_runtime, server, core) = start(|_| json("\"yes\""));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..5).for_each(|_| assert_eq!(sent(&core).unwrap().into_body(), "yes")));
        }
    });
    assert_eq!(server.requests().len(), 40);
}

#[test]
fn time_limit_ends_a_blocking_call() {
    // Accepts connections, and never responds.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let core = client(&format!("http://{}", listener.local_addr().unwrap()), []);
    let error = wait(call::<Open>(&core).timeout(Duration::from_millis(50))).unwrap_err();
    assert!(matches!(error, Error::Timeout), "{error:?}");
}

/// The call failed because it was made within an async runtime.
fn assert_refused(error: &Error<String>) {
    assert!(matches!(error, Error::InvalidRequest(RequestError::Blocking(_))), "{error:?}");
    assert!(error.to_string().contains("use `.await`"), "{error}");
}

#[tokio::test]
async fn blocking_call_within_an_async_runtime_is_an_error_and_sends_nothing() {
    let server = Server::start(json("\"yes\"")).await;
    let core = client(&server.url(), [key(HEADER_KEY, "canary-key")]);
    assert_refused(&sent(&core).unwrap_err());
    let copy = core.clone();
    assert_refused(&tokio::task::spawn_blocking(move || sent(&copy).unwrap_err()).await.unwrap());
    assert!(matches!(run(async { 1 }), Err(RequestError::Blocking(_))));
    assert_eq!(server.connections(), 0);
    // The call is possible in the ways that the documentation names.
    let copy = core.clone();
    let handle = tokio::runtime::Handle::current();
    let blocked = tokio::task::spawn_blocking(move || handle.block_on(async { call::<HeaderKey>(&copy).await }));
    assert_eq!(blocked.await.unwrap().unwrap().into_body(), "yes");
    let thread = std::thread::spawn(move || sent(&core).map(Response::into_body));
    assert_eq!(tokio::task::spawn_blocking(|| thread.join().unwrap()).await.unwrap().unwrap(), "yes");
}

#[test]
fn blocking_calls_can_be_made_after_a_panic_in_a_layer() {
    let (_runtime, server, core) = start(|_| json("\"yes\""));
    let panicked = std::thread::spawn(|| {
        let _ = run(async { panic!("in a layer of the user") });
    });
    assert!(panicked.join().is_err());
    assert_eq!(sent(&core).unwrap().into_body(), "yes");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn events_are_an_iterator_that_blocks() {
    let events = answer("200 OK", "Content-Type: text/event-stream\r\n", "data: a\n\ndata: b\n\n");
    let (_runtime, _server, core) = start(move |_| events.clone());
    let events = wait(call::<HeaderKey>(&core).events()).unwrap().into_body();
    let data: Vec<String> = items(events).map(|event| event.unwrap().data).collect();
    assert_eq!(data, ["a", "b"]);
}

#[test]
fn iterator_of_typed_events_goes_on_after_an_item_of_another_type() {
    let events = answer("200 OK", "Content-Type: text/event-stream\r\n", "data: 1\n\ndata: x\n\ndata: 3\n\n");
    let (_runtime, _server, core) = start(move |_| events.clone());
    let events = TypedEvents::<i64>::from(wait(call::<HeaderKey>(&core).events()).unwrap().into_body());
    let found: Vec<_> = items(events).collect();
    assert!(matches!(&found[..], [Ok(first), Err(Error::Decode(..)), Ok(third)] if first.data == 1 && third.data == 3));
}
