//! Serves a router with HTTP/2 and HTTP/1.1, with the same checks and limits for both.

use std::convert::Infallible;
use std::future::{Future, pending};
use std::pin::pin;

use axum::Router;
use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, COOKIE, HOST};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Request, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::serve::Listener;
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::first_bytes::is_http2;
use super::in_progress::InProgress;
use super::problem::Problem;
use super::serve::{
    Connection, HEAD_TIMEOUT, MAX_CONNECTION_AGE, MAX_HEAD_SIZE, Peer, accept, has_content, http1, is_host,
    without_length,
};

/// The maximum number of concurrent requests of a connection.
pub const MAX_STREAMS: u32 = 100;

/// The maximum number of requests of a connection that end before their response, because the client cancels them or a
/// layer panics. After it, the connection accepts no more requests, so that a client cannot start work faster than
/// [`MAX_STREAMS`] allows.
pub const MAX_CANCELLED: usize = 200;

/// The maximum number of bytes of a response in the buffer of its connection, apart from one piece of its body.
const MAX_WAITING: usize = 64 * 1024;

/// How the peers of a listener choose the version of HTTP.
pub trait Negotiation {
    /// Whether the peer may use HTTP/2.
    fn allows_http2(&self) -> bool;
}

/// Without TLS, the peer knows what the server accepts (prior knowledge, RFC 9113, section 3.3).
impl Negotiation for TcpStream {
    fn allows_http2(&self) -> bool {
        true
    }
}

/// Serves the connections of the listener like [`super::serve::serve`], also with HTTP/2: a connection that allows it
/// uses it if its first bytes are the preface of HTTP/2 (RFC 9113, section 3.4).
///
/// A request of HTTP/2 has the header field `Host` and the URI of an HTTP/1.1 request, and one field `Cookie`. The
/// response is 400 if it has no valid authority or two that differ (section 8.3.1), more than one `Content-Length`, or a
/// field value that begins or ends with whitespace (section 8.2.1).
pub async fn serve<L>(listener: L, router: Router, stop: impl Future<Output = ()>)
where
    L: Listener<Io: Connection + Negotiation, Addr: Clone + Sync + 'static>,
{
    accept(listener, stop, |io, address, stopped| open(Peer::of(&io, address), io, router.clone(), stopped)).await;
}

async fn open<I, A>(peer: Peer<A>, io: I, router: Router, mut stopped: watch::Receiver<()>)
where
    I: Negotiation + AsyncRead + AsyncWrite + Unpin + Send + 'static,
    A: Clone + Send + Sync + 'static,
{
    if !io.allows_http2() {
        return http1(peer, io, router, stopped).await;
    }
    let begun = tokio::select! {
        begun = timeout(HEAD_TIMEOUT, is_http2(io)) => begun,
        _ = stopped.changed() => return,
    };
    match begun {
        Ok(Ok((true, io))) => http2(peer, io, router, stopped).await,
        Ok(Ok((false, io))) => http1(peer, io, router, stopped).await,
        // The peer has sent nothing to which a response is possible.
        Ok(Err(_)) | Err(_) => {}
    }
}

/// Serves one connection with HTTP/2. It ends like one of HTTP/1.1: when it is idle or too old, and at shutdown.
/// Unlike one of HTTP/1.1, it is also idle if all its requests wait for the client to read their responses.
async fn http2<I, A>(peer: Peer<A>, io: I, router: Router, mut stopped: watch::Receiver<()>)
where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    A: Clone + Send + Sync + 'static,
{
    let in_progress = InProgress::default();
    let requests = in_progress.clone();
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        peer.attach(&mut request);
        let (router, begun) = (router.clone(), requests.begin());
        async move {
            let Some(begun) = begun else { return Err("the connection accepts no more requests") };
            let Ok(response) = respond(router, request).await;
            Ok(response.map(|body| begun.respond(body)))
        }
    });
    let mut http = http2::Builder::new(TokioExecutor::new());
    // A ping can wait behind the responses that a slow client has not read yet.
    http.timer(TokioTimer::new()).keep_alive_interval(HEAD_TIMEOUT).keep_alive_timeout(2 * HEAD_TIMEOUT);
    http.max_concurrent_streams(MAX_STREAMS).max_header_list_size(MAX_HEAD_SIZE as u32).max_send_buf_size(MAX_WAITING);
    let mut connection = pin!(http.serve_connection(TokioIo::new(io), service));
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stopped.changed() => {}
        () = sleep(MAX_CONNECTION_AGE) => {}
        () = in_progress.ended(HEAD_TIMEOUT, MAX_CANCELLED) => {}
    }
    // The peer may not know yet that the connection accepts no more requests, or may ignore it.
    connection.as_mut().graceful_shutdown();
    let refusing = async {
        sleep(HEAD_TIMEOUT).await;
        in_progress.close();
        pending::<()>().await;
    };
    tokio::select! {
        // The error is in the connection to the peer, so it cannot be reported to the peer.
        _ = connection => {}
        () = in_progress.ended(HEAD_TIMEOUT, 2 * MAX_CANCELLED) => {}
        () = refusing => {}
    }
}

/// The response of the router, unless the request is refused for its head.
async fn respond(router: TowerToHyperService<Router>, request: Request<Incoming>) -> Result<Response, Infallible> {
    let (mut head, body) = request.into_parts();
    let method = head.method.clone();
    let response = match make_uniform(&mut head) {
        true => router.call(Request::from_parts(head, body)).await?,
        false => Problem::new(StatusCode::BAD_REQUEST).into_response(),
    };
    Ok(make_final(&method, response))
}

/// What the HTTP library does with a response of HTTP/1.1 and not with one of HTTP/2: it leaves out the body of a response
/// without content (RFC 9110, sections 9.3.2, 15.3.5 and 15.4.5), and refuses an interim one in place of the final one.
fn make_final(method: &Method, response: Response) -> Response {
    let status = response.status();
    let response = match status.is_informational() {
        true => Problem::new(StatusCode::INTERNAL_SERVER_ERROR).into_response(),
        false => response,
    };
    let has_body = *method != Method::HEAD && has_content(status);
    without_length(if has_body { response } else { response.map(|_| Body::empty()) })
}

/// Gives the head the form that it has in HTTP/1.1. Returns `false` if it has none.
fn make_uniform(head: &mut Parts) -> bool {
    let is_repeated = head.headers.get_all(CONTENT_LENGTH).iter().nth(1).is_some();
    let is_trimmed = head.headers.values().all(|value| value.as_bytes().trim_ascii() == value.as_bytes());
    let Some(host) = host(head) else { return false };
    // CONNECT has no path.
    let Some(path) = head.uri.path_and_query().cloned() else { return false };
    // The library takes a query without a path for one of the path `/`.
    let is_rooted = !path.as_str().starts_with('?');
    head.uri = Uri::from(path);
    head.headers.insert(HOST, host);
    join_cookies(head) && !is_repeated && is_trimmed && is_rooted
}

/// The authority of the request (RFC 9113, section 8.3.1). `None` if it is missing or invalid, or if `Host` differs from
/// it.
fn host(head: &Parts) -> Option<HeaderValue> {
    let authority = head.uri.authority().map(|authority| authority.as_str().as_bytes());
    let mut hosts = head.headers.get_all(HOST).iter().map(HeaderValue::as_bytes);
    let host = match (authority, hosts.next()) {
        (Some(authority), Some(host)) if !authority.eq_ignore_ascii_case(host) => return None,
        (Some(authority), _) => authority,
        (None, host) => host?,
    };
    let is_valid = is_host(host) && hosts.next().is_none();
    is_valid.then(|| HeaderValue::from_bytes(host).ok()).flatten()
}

/// Makes one field of all `Cookie` fields (RFC 9113, section 8.2.3). Returns `false` if that is impossible.
fn join_cookies(head: &mut Parts) -> bool {
    let fields: Vec<&[u8]> = head.headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes).collect();
    if fields.len() > 1 {
        let Ok(joined) = HeaderValue::from_bytes(&fields.join(&b"; "[..])) else { return false };
        head.headers.insert(COOKIE, joined);
    }
    true
}
