//! Typed streams with aiohttp as the other side of the generated client and server (fixtures/ok/typed-streams.yaml).

use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use fixtures::typed_streams_client::auth::Token;
use fixtures::typed_streams_client::{Client, Error};
use fixtures::typed_streams_server::auth::Bearer;
use fixtures::typed_streams_server::streams::{Event, EventStream, JsonLines};
use fixtures::typed_streams_server::types::{Price, Trade};
use fixtures::typed_streams_server::{AnswerContent, AnswerRequest, WatchPricesRequest, WatchPricesResponse};
use fixtures::typed_streams_server::{Api, Authenticator, Granted, Problem, Reject, RequestParts, router};
use futures_util::stream::{self, StreamExt};
use interop::{python, script};
use tokio::io::{AsyncBufReadExt, BufReader};

/// Sends two events after the last one that the client has, and the second time nothing more.
#[derive(Clone)]
struct App {
    last_event_id: Option<String>,
}

impl Authenticator for App {
    type Token = ();

    async fn token(&self, token: Bearer<'_>) -> Result<Granted<()>, Reject> {
        if token.token.starts_with("right") { Ok(Granted::new(())) } else { Err(Reject::Invalid("unknown")) }
    }
}

impl Api for App {
    type Error = Problem;

    fn for_request(self: Arc<Self>, parts: &RequestParts<'_>) -> Arc<Self> {
        Arc::new(Self { last_event_id: parts.last_event_id() })
    }

    async fn watch_prices(&self, (): (), _: WatchPricesRequest) -> Result<WatchPricesResponse, Problem> {
        let last: i64 = self.last_event_id.as_deref().and_then(|id| id.parse().ok()).unwrap_or(0);
        let event = |id: i64| Event::new(Price { symbol: "A".to_owned(), cents: id }).id(id.to_string())?.name("price");
        let events = stream::iter([event(last + 1), event(last + 2)]);
        let events = match last {
            0 => EventStream::new(events),
            _ => EventStream::new(events.chain(stream::pending())).heartbeat(Duration::from_millis(20)),
        };
        Ok(WatchPricesResponse::Ok(events))
    }

    async fn follow_log(&self, (): ()) -> Result<EventStream<String>, Problem> {
        Err(Problem::not_implemented())
    }

    async fn export_trades(&self, (): ()) -> Result<JsonLines<Trade>, Problem> {
        Ok(JsonLines::new(stream::iter((1..=3).map(|id| Trade { id, note: Some("two\nlines".to_owned()) }))))
    }

    async fn sequence_trades(&self, (): ()) -> Result<JsonLines<Trade>, Problem> {
        Err(Problem::not_implemented())
    }

    async fn answer(&self, (): (), _: AnswerRequest) -> Result<AnswerContent, Problem> {
        Err(Problem::not_implemented())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn aiohttp_client_reads_and_resumes_streams_of_the_generated_server() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let router = router(App { last_event_id: None });
    let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let arguments = ["client", base.as_str()];
    let output = tokio::process::Command::new(python()).arg(script("streams.py")).args(arguments).output();
    let output = output.await.unwrap();
    server.abort();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let expected = "200 text/event-stream\nprice 1 1\nprice 2 2\n401\n200 text/event-stream\nprice 3 3\nprice 4 4\ncomment 4\n\
                    200 application/x-ndjson [1, 2, 3]\n";
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn generated_client_reads_and_resumes_streams_of_aiohttp() {
    let mut child = tokio::process::Command::new(python())
        .arg(script("streams.py"))
        .arg("server")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut port = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut port).await.unwrap();
    let base = format!("http://127.0.0.1:{}", port.trim());
    let count = Arc::new(AtomicUsize::new(0));
    let token = Token::provider(move || {
        let count = count.fetch_add(1, Ordering::SeqCst);
        async move { Ok(format!("right-{count}").into()) }
    });
    let client = Client::builder().base_url(&base).token(token).build().unwrap();
    // The server accepts each token once, so that a call without a fresh one is refused.
    let mut events = client.watch_prices().resumed_events().wait(Arc::new(|_| Box::pin(async {})));
    for number in 1..=4 {
        let event = events.next().await.unwrap().unwrap();
        assert_eq!((event.data.symbol.as_str(), event.data.cents, event.id), ("Ä", number, number.to_string()));
    }
    assert_eq!(events.next().await.unwrap(), None);
    let mut trades = client.export_trades().streamed_items().await.unwrap().into_body().into_stream();
    for number in 0..1000 {
        assert_eq!(trades.next().await.unwrap().unwrap().id, number);
    }
    assert!(trades.next().await.is_none());
    let wrong = Client::builder().base_url(&base).token("wrong").build().unwrap();
    let refused = wrong.watch_prices().events().await;
    assert!(matches!(&refused, Err(Error::Unexpected(answer)) if answer.status == 401), "{refused:?}");
    let refused = wrong.export_trades().streamed_items().await;
    assert!(matches!(&refused, Err(Error::Unexpected(answer)) if answer.status == 401), "{refused:?}");
}
