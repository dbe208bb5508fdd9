//! Logs at their most verbose level show no credential. This is a separate binary because a process has only one
//! logger.

use std::fmt::Debug;
use std::sync::Mutex;

use runtime_client::api::*;
use runtime_client::runtime::core::CoreBuilder;
use runtime_client::server::{Server, json};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

static LINES: Mutex<String> = Mutex::new(String::new());

fn keep(line: &str) {
    let mut lines = LINES.lock().unwrap();
    lines.push_str(line);
    lines.push('\n');
}

fn taken() -> String {
    std::mem::take(&mut LINES.lock().unwrap())
}

struct Everything;

impl log::Log for Everything {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        keep(&format!("{}: {}", record.target(), record.args()));
    }

    fn flush(&self) {}
}

impl Visit for Everything {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        keep(&format!("{field}={value:?}"));
    }
}

impl Subscriber for Everything {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut Everything);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Everything);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        keep(event.metadata().target());
        event.record(&mut Everything);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

async fn call_everything(tuned: impl Fn(&str) -> CoreBuilder) {
    let server = Server::start(json("\"yes\"")).await;
    let core = tuned(&server.url()).build().unwrap();
    // The results of the calls do not matter: over HTTP/2 the server does not understand them.
    let _ = call::<HeaderKey>(&core).await;
    let _ = call::<QueryKey>(&core).await;
    let _ = call::<CookieKey>(&core).await;
    let _ = call::<Basic>(&core).await;
    let _ = call::<Bearer>(&core).await;
    let _ = call::<Hawk>(&core).await;
    let _ = call::<Whole>(&core).await;
}

#[tokio::test]
async fn no_log_shows_a_credential() {
    log::set_logger(&Everything).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    tracing::subscriber::set_global_default(Everything).unwrap();

    call_everything(|base| {
        let mut builder = builder(base, all_credentials());
        builder.configure(|client| client.connection_verbose(true));
        builder
    })
    .await;
    let lines = taken();
    assert!(lines.contains("reqwest::connect"), "nothing was logged: {lines}");
    assert_no_canary(&lines, "the log of HTTP/1.1");

    call_everything(|base| {
        let mut builder = builder(base, all_credentials());
        builder.configure(|client| client.http2_prior_knowledge());
        builder
    })
    .await;
    let lines = taken();
    assert!(lines.contains("h2::"), "nothing was traced: {lines}");
    assert_no_canary(&lines, "the trace of HTTP/2");

    // The leak that these settings prevent, to show that this test would detect it.
    call_everything(|base| {
        let mut builder = builder(base, all_credentials());
        builder.dangerous_http_client(reqwest::Client::builder().connection_verbose(true).build().unwrap());
        builder
    })
    .await;
    assert!(taken().contains("canary-token"));
}
