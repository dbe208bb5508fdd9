//! The time limit of a request includes layers, services and the body of the response.

use std::future::pending;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use runtime_client::api::*;
use runtime_client::runtime::core::CoreBuilder;
use runtime_client::runtime::error::Error;

/// The service of a response whose body has three chunks, each of which takes this long.
fn slow_service(builder: &mut CoreBuilder, pause: Duration) {
    builder.service(move |_| async move {
        let (sender, chunks) = tokio::sync::mpsc::channel(1);
        tokio::spawn(async move {
            for chunk in ["\"y", "e", "s\""] {
                tokio::time::sleep(pause).await;
                // In some tests the client stops reading.
                let _ = sender.send(chunk).await;
            }
        });
        let body = reqwest::Body::wrap_stream(Received(chunks));
        Ok(http::Response::builder().header("Content-Type", "application/json").body(body).unwrap().into())
    });
}

struct Received(tokio::sync::mpsc::Receiver<&'static str>);

impl futures_core::Stream for Received {
    type Item = Result<&'static str, std::io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|chunk| chunk.map(Ok))
    }
}

type Set = fn(&mut CoreBuilder);

#[tokio::test(start_paused = true)]
async fn timeout_includes_the_body_of_a_service() {
    let seconds = Duration::from_secs;
    // The settings, the time limit of the call, the pause before each of the three chunks, and whether the body is read.
    let rows: [(Set, Option<u64>, u64, bool); 8] = [
        (|_| {}, None, 19, true),
        (|_| {}, None, 21, false),
        (|_| {}, Some(10), 3, true),
        (|_| {}, Some(10), 4, false),
        (|builder| builder.timeout(Duration::from_secs(90)), None, 29, true),
        (|builder| builder.timeout(Duration::from_secs(90)), None, 31, false),
        // It is the limit of the head.
        (|builder| builder.response_timeout(Duration::from_secs(1)), None, 19, true),
        (|builder| builder.layer(|request, next| next.send(request)), None, 21, false),
    ];
    for (row, (set, limit, pause, is_read)) in rows.into_iter().enumerate() {
        let mut builder = builder("https://api.example", []);
        slow_service(&mut builder, seconds(pause));
        set(&mut builder);
        let core = builder.build().unwrap();
        let call = |core| match limit {
            Some(limit) => call::<Open>(core).timeout(seconds(limit)),
            None => call::<Open>(core),
        };
        match call(&core).await {
            Ok(response) => assert!(is_read && response.body == "yes", "row {row}"),
            Err(error) => assert!(!is_read && matches!(error, Error::Timeout), "row {row}: {error:?}"),
        }
        let mut download = call(&core).streamed().await.unwrap().into_body();
        let mut last = Ok(None);
        for _ in 0..3 {
            last = download.chunk().await;
        }
        assert_eq!(matches!(last, Ok(Some(_))), is_read, "row {row}");
        assert_eq!(matches!(last, Err(Error::Timeout)), !is_read, "row {row}: {last:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn chunk_that_is_ready_after_the_time_limit_is_not_read() {
    let mut builder = builder("https://api.example", []);
    slow_service(&mut builder, Duration::ZERO);
    let core = builder.build().unwrap();
    let mut download = call::<Open>(&core).streamed().await.unwrap().into_body();
    assert!(download.chunk().await.unwrap().is_some());
    tokio::time::advance(Duration::from_secs(61)).await;
    assert!(matches!(download.chunk().await, Err(Error::Timeout)));
}

#[tokio::test]
async fn timeout_includes_layers_and_services() {
    let mut hanging = builder("https://api.example", []);
    hanging.service(|_| pending());
    let core = hanging.build().unwrap();
    let outcome = call::<Open>(&core).timeout(Duration::from_millis(1)).await;
    assert!(matches!(outcome, Err(Error::Timeout)));
    let mut builder = builder("https://api.example", []);
    builder.timeout(Duration::from_millis(1));
    builder.layer(|_, _| pending());
    assert!(matches!(call::<Open>(&builder.build().unwrap()).await, Err(Error::Timeout)));
}
