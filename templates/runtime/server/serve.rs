//! Serves a router like `axum::serve`, with time limits for slow clients, a graceful shutdown, and strict checks of the
//! framing and the host of requests.

use std::convert::Infallible;
use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::header::{CONNECTION, CONTENT_LENGTH, HOST};
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, Version};
use axum::response::{IntoResponse, Response};
use axum::serve::Listener;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::credentials::VerifiedCertificate;
use super::problem::Problem;
use super::request_heads::{Framing, RequestHeads, Watched};

/// The time limit for the head of a request, and for an idle connection between two requests.
pub const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// The time limit for calls in progress during shutdown.
pub const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(30);

/// The maximum age of a connection. After it, the connection accepts no more requests, so that the certificate of a
/// busy client is verified again.
pub const MAX_CONNECTION_AGE: Duration = Duration::from_secs(60 * 60);

/// The maximum size of the head of a request, in bytes.
pub(super) const MAX_HEAD_SIZE: usize = 64 * 1024;

/// What a listener knows about the peer of a connection.
pub trait Connection {
    /// The client certificate whose key the peer has proved to hold.
    fn certificate(&self) -> Option<VerifiedCertificate>;

    /// Sends small packets at once (`TCP_NODELAY`). Otherwise the second packet of a response waits until the peer has
    /// acknowledged the first one, which it may delay.
    fn send_at_once(&self) {}
}

impl Connection for TcpStream {
    fn certificate(&self) -> Option<VerifiedCertificate> {
        None
    }

    fn send_at_once(&self) {
        // Without it the connection is only slower.
        self.set_nodelay(true).ok();
    }
}

/// Serves the connections of the listener until `stop` completes, then waits up to [`SHUTDOWN_TIMEOUT`] for calls in
/// progress.
///
/// The extensions of each request contain the verified client certificate of its connection, if there is one, and
/// `ConnectInfo` with the address of the peer. A request cannot set the certificate itself.
///
/// The response is 400 and the connection is closed if a request has no valid `Host` or more than one (RFC 9112,
/// section 3.2), or if it has two lengths or both a length and a transfer coding (section 6.1). The connection is also
/// closed after a request with a transfer coding, so that nothing after its body can be taken for another request.
#[allow(dead_code)] // not called by a server with HTTP/2
pub async fn serve<L>(listener: L, router: Router, stop: impl Future<Output = ()>)
where
    L: Listener<Io: Connection, Addr: Clone + Sync + 'static>,
{
    accept(listener, stop, |io, address, stopped| http1(Peer::of(&io, address), io, router.clone(), stopped)).await;
}

/// Runs `open` for each connection of the listener until `stop` completes, then waits for the connections.
pub(super) async fn accept<L, C>(
    mut listener: L,
    stop: impl Future<Output = ()>,
    open: impl Fn(L::Io, L::Addr, watch::Receiver<()>) -> C,
) where
    L: Listener<Io: Connection>,
    C: Future<Output = ()> + Send + 'static,
{
    let (stopping, stopped) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            (io, address) = listener.accept() => {
                io.send_at_once();
                connections.spawn(open(io, address, stopped.clone()));
            }
            Some(_) = connections.join_next() => {}
            () = &mut stop => break,
        }
    }
    drop(listener);
    stopping.send_replace(());
    let drained = async { while connections.join_next().await.is_some() {} };
    // Connections that are still open are aborted when the set is dropped.
    timeout(SHUTDOWN_TIMEOUT, drained).await.ok();
}

/// The peer of a connection.
#[derive(Clone)]
pub(super) struct Peer<A> {
    address: A,
    certificate: Option<VerifiedCertificate>,
}

impl<A: Clone + Send + Sync + 'static> Peer<A> {
    pub(super) fn of(io: &impl Connection, address: A) -> Self {
        Self { address, certificate: io.certificate() }
    }

    /// Adds what is known about the peer to a request of its connection.
    pub(super) fn attach(&self, request: &mut Request<Incoming>) {
        request.extensions_mut().insert(ConnectInfo(self.address.clone()));
        if let Some(certificate) = &self.certificate {
            request.extensions_mut().insert(certificate.clone());
        }
    }
}

/// Serves one connection with HTTP/1.1.
pub(super) async fn http1<I, A>(peer: Peer<A>, io: I, router: Router, mut stopped: watch::Receiver<()>)
where
    I: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    A: Clone + Send + Sync + 'static,
{
    let heads = RequestHeads::new(MAX_HEAD_SIZE);
    let io = Watched::new(io, heads.clone());
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        peer.attach(&mut request);
        respond(router.clone(), heads.clone(), request)
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT).max_header_size(MAX_HEAD_SIZE);
    let mut connection = pin!(http.serve_connection(TokioIo::new(io), service).with_upgrades());
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stopped.changed() => {}
        () = sleep(MAX_CONNECTION_AGE) => {}
    }
    connection.as_mut().graceful_shutdown();
    // The error is in the connection to the peer, so it cannot be reported to the peer.
    connection.await.ok();
}

/// The response of the router, unless the request is refused for its framing or its host.
async fn respond(
    router: TowerToHyperService<Router>,
    heads: RequestHeads,
    request: Request<Incoming>,
) -> Result<Response, Infallible> {
    let framing = heads.next();
    let is_framed = matches!(framing, Some(Framing::Length | Framing::Coding));
    if !is_framed || !has_valid_host(request.version(), request.headers()) {
        return Ok(closing(Problem::new(StatusCode::BAD_REQUEST).into_response()));
    }
    let response = without_length(router.call(request).await?);
    Ok(if framing == Some(Framing::Coding) { closing(response) } else { response })
}

/// Removes the length that axum adds to every empty body from a response that never has content: a 204 must not have one,
/// and that of a 304 would be the length of the 200 (RFC 9110, section 8.6).
pub(super) fn without_length(mut response: Response) -> Response {
    if !has_content(response.status()) {
        response.headers_mut().remove(CONTENT_LENGTH);
    }
    response
}

/// Whether responses with this status can have content (RFC 9110, sections 15.3.5 and 15.4.5).
pub(super) fn has_content(status: StatusCode) -> bool {
    !matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
}

/// Marks the response as the last one of its connection.
fn closing(mut response: Response) -> Response {
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// RFC 9112, section 3.2: HTTP/1.1 requires one `Host`, HTTP/1.0 allows one.
fn has_valid_host(version: Version, headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => is_host(host.as_bytes()),
        (None, _) => version < Version::HTTP_11,
        (Some(_), Some(_)) => false,
    }
}

/// Whether this is a name, an IPv4 address or an IPv6 address in brackets, with an optional port (RFC 9110, section
/// 7.2). The host of an http URL is never empty (section 4.2.1).
pub(super) fn is_host(text: &[u8]) -> bool {
    let (is_name, rest) = if text.first() == Some(&b'[') {
        let end = text.iter().position(|byte| *byte == b']').unwrap_or_default();
        let (address, rest) = (text.get(1..end).unwrap_or_default(), text.get(end + 1..).unwrap_or_default());
        (is_made_of(address, |byte| byte.is_ascii_hexdigit() || b":.".contains(&byte)), rest)
    } else {
        let end = text.iter().position(|byte| *byte == b':').unwrap_or(text.len());
        let (name, rest) = text.split_at(end);
        (is_made_of(name, |byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)), rest)
    };
    let is_port = |port: &[u8]| port.len() <= 5 && port.iter().all(u8::is_ascii_digit);
    is_name && (rest.is_empty() || rest.strip_prefix(b":").is_some_and(is_port))
}

fn is_made_of(text: &[u8], is_valid: impl Fn(u8) -> bool) -> bool {
    !text.is_empty() && text.iter().all(|byte| is_valid(*byte))
}
