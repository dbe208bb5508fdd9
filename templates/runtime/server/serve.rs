//! Serving: `axum::serve` with bounds on what a slow client may hold, and an end that waits for the calls in flight.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::Request;
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

/// How long a client may take for the head of a request, and how long a connection may lie idle between two.
pub const HEAD_PATIENCE: Duration = Duration::from_secs(30);

/// How long calls in flight may go on when the server is asked to stop.
pub const GRACE: Duration = Duration::from_secs(30);

/// After this a connection takes no further request: who comes back is verified anew, however busy the connection was.
pub const OLDEST: Duration = Duration::from_secs(60 * 60);

/// A head of a request that is longer by now is not read further, in bytes.
const LONGEST_HEAD: usize = 64 * 1024;

/// What a listener knows of the peer of a connection.
pub trait Connection {
    /// The certificate whose key the peer was seen to hold.
    fn certificate(&self) -> Option<VerifiedCertificate>;
}

impl Connection for TcpStream {
    fn certificate(&self) -> Option<VerifiedCertificate> {
        None
    }
}

/// Serves what the listener accepts until `stop` ends, then the calls in flight, for [`GRACE`].
///
/// The extensions of each request hold the verified certificate of its connection, if there is one, and
/// `ConnectInfo` with the address of the peer. Nothing of the request itself can set the first.
pub async fn serve<L>(mut listener: L, router: Router, stop: impl Future<Output = ()>)
where
    L: Listener<Io: Connection, Addr: Clone + Sync + 'static>,
{
    let (stopping, stopped) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            (io, address) = listener.accept() => {
                connections.spawn(connection(io, address, router.clone(), stopped.clone()));
            }
            Some(_) = connections.join_next() => {}
            () = &mut stop => break,
        }
    }
    drop(listener);
    stopping.send_replace(());
    let drained = async { while connections.join_next().await.is_some() {} };
    // What has not ended by then is cut off with the set.
    timeout(GRACE, drained).await.ok();
}

async fn connection<I, A>(io: I, address: A, router: Router, mut stopped: watch::Receiver<()>)
where
    I: Connection + tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    A: Clone + Send + Sync + 'static,
{
    let certificate = io.certificate();
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(address.clone()));
        if let Some(certificate) = &certificate {
            request.extensions_mut().insert(certificate.clone());
        }
        router.call(request)
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_PATIENCE).max_header_size(LONGEST_HEAD);
    let mut connection = pin!(http.serve_connection(TokioIo::new(io), service).with_upgrades());
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stopped.changed() => {}
        () = sleep(OLDEST) => {}
    }
    connection.as_mut().graceful_shutdown();
    // An error here is the peer's: there is nobody left to tell.
    connection.await.ok();
}
