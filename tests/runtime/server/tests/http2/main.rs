//! `serve` with HTTP/2 over pipes: what a request is, slow and hostile clients, old connections and shutdown.

mod frames;
mod limits;
mod requests;
mod slow_readers;
mod tls;
mod versions;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::{ConnectInfo, Path, Request};
use axum::http::header::{COOKIE, HOST};
use axum::http::{self, HeaderValue, StatusCode};
use axum::routing::{any, get};
use h2::client::{ResponseFuture, SendRequest};
use h2::{RecvStream, SendStream};
use runtime_server::runtime::credentials::VerifiedCertificate;
use runtime_server::runtime::serve_http2::serve;
use tokio::io::DuplexStream;
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;

use super::pipes::Connector;

/// The size of the response of `/large`.
const LARGE: usize = 1 << 20;

/// A server with its controls.
struct Server {
    pipes: Connector,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
    /// Notified when `/slow` is called.
    reached: Arc<Notify>,
    /// Lets `/slow` respond.
    release: Arc<Notify>,
    /// The number of calls of `/slow` that have begun, and of those that have ended.
    calls: Arc<[AtomicUsize; 2]>,
}

struct Ends(Arc<[AtomicUsize; 2]>);

impl Drop for Ends {
    fn drop(&mut self) {
        self.0[1].fetch_add(1, Ordering::SeqCst);
    }
}

impl Server {
    fn start() -> Self {
        let (reached, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let calls = Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
        let (begun, wait, counts) = (Arc::clone(&reached), Arc::clone(&release), Arc::clone(&calls));
        let slow = async move || {
            counts[0].fetch_add(1, Ordering::SeqCst);
            let _ends = Ends(counts);
            begun.notify_one();
            wait.notified().await;
            "done"
        };
        let large = async || "x".repeat(LARGE);
        let router = Router::new().route("/slow", get(slow)).route("/large", get(large));
        let router = router.route("/status/{status}", any(respond_with)).fallback(any(describe));
        let (pipes, listener) = Connector::new();
        let (stop, stopped) = oneshot::channel();
        let ended = tokio::spawn(serve(listener, router, async { drop(stopped.await) }));
        Self { pipes, stop, ended, reached, release, calls }
    }

    fn connect(&self) -> DuplexStream {
        self.pipes.connect(None, 1 << 20)
    }

    /// A client that respects the protocol.
    async fn client(&self) -> Client {
        Client::new(self.connect()).await
    }

    /// The number of calls of `/slow` that have begun, and of those that have ended.
    fn calls(&self) -> [usize; 2] {
        [0, 1].map(|at| self.calls[at].load(Ordering::SeqCst))
    }
}

/// A response with a status and a body.
async fn respond_with(Path(status): Path<u16>) -> (StatusCode, &'static str) {
    (StatusCode::from_u16(status).unwrap(), "a body")
}

/// Describes a request as a handler receives it.
async fn describe(request: Request) -> String {
    let (head, body) = request.into_parts();
    let texts = |name| {
        let values = head.headers.get_all(name).iter();
        values.map(|value: &HeaderValue| value.to_str().unwrap().to_owned()).collect::<Vec<_>>().join("|")
    };
    let certificate = head.extensions.get::<VerifiedCertificate>();
    let certificate = certificate.map_or("none".into(), |certificate| String::from_utf8_lossy(&certificate.0));
    let peer = head.extensions.get::<ConnectInfo<&'static str>>().unwrap().0;
    let length = axum::body::to_bytes(body, 1 << 20).await.map_or(-1, |body| i64::try_from(body.len()).unwrap());
    let (host, cookie) = (texts(HOST), texts(COOKIE));
    format!("{:?} {} {} [{host}] [{cookie}] {length} {certificate} {peer}", head.version, head.method, head.uri)
}

/// A client of the crate `h2`.
struct Client {
    requests: SendRequest<axum::body::Bytes>,
    connection: JoinHandle<Result<(), h2::Error>>,
}

impl Client {
    async fn new(stream: DuplexStream) -> Self {
        let (requests, connection) = h2::client::handshake(stream).await.unwrap();
        Self { requests: requests.ready().await.unwrap(), connection: tokio::spawn(connection) }
    }

    async fn send(
        &mut self,
        request: http::Request<()>,
        is_whole: bool,
    ) -> Result<(ResponseFuture, SendStream<axum::body::Bytes>), h2::Error> {
        self.requests = self.requests.clone().ready().await?;
        self.requests.send_request(request, is_whole)
    }

    async fn get(&mut self, url: &str) -> Result<(StatusCode, String), h2::Error> {
        let (response, _) = self.send(http::Request::get(url).body(()).unwrap(), true).await?;
        let (head, body) = response.await?.into_parts();
        Ok((head.status, text(body).await?))
    }
}

async fn text(mut body: RecvStream) -> Result<String, h2::Error> {
    let mut bytes = Vec::new();
    while let Some(data) = body.data().await {
        let data = data?;
        body.flow_control().release_capacity(data.len())?;
        bytes.extend_from_slice(&data);
    }
    Ok(String::from_utf8(bytes).unwrap())
}
