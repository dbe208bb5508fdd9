//! Mutual TLS: a listener that verifies the certificates of its clients against an authority.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use tokio_rustls::rustls::{RootCertStore, ServerConfig};
use tokio_rustls::server::TlsStream;

use super::credentials::VerifiedCertificate;
use super::serve::Connection;

/// How long a client may take for the handshake.
pub const HANDSHAKE_PATIENCE: Duration = Duration::from_secs(10);

/// How many handshakes may be under way at one time.
pub const MOST_HANDSHAKES: usize = 256;

/// What the listener is set up with, as PEM text.
#[derive(Clone, Copy)]
pub struct TlsPem<'a> {
    /// The server's certificate, then those that lead to its authority.
    pub certificate: &'a [u8],
    /// The private key of the server's certificate.
    pub key: &'a [u8],
    /// The authorities whose client certificates are taken. No others are: the system's have no say here.
    pub client_authorities: &'a [u8],
}

impl fmt::Debug for TlsPem<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TlsPem(…)")
    }
}

/// A listener for connections over TLS, of clients with a certificate and of clients without.
///
/// A certificate that does not lead to the client authorities, has expired, or whose key the client does not hold ends
/// the handshake. Without any, the connection stands, for the operations that are open; a secured one answers 401.
pub struct MutualTls {
    tcp: TcpListener,
    acceptor: TlsAcceptor,
    handshakes: JoinSet<Option<(TlsStream<TcpStream>, SocketAddr)>>,
    /// The same handshakes, the oldest first.
    begun: VecDeque<AbortHandle>,
}

impl fmt::Debug for MutualTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MutualTls({:?})", self.tcp.local_addr().ok())
    }
}

impl MutualTls {
    /// A listener over one for TCP.
    ///
    /// # Errors
    ///
    /// When a certificate or the key cannot be read, the two do not belong together, or there is no client authority.
    /// No error repeats what the PEM text holds.
    pub fn new(tcp: TcpListener, pem: &TlsPem<'_>) -> Result<Self, String> {
        let acceptor = TlsAcceptor::from(Arc::new(config(pem)?));
        Ok(Self { tcp, acceptor, handshakes: JoinSet::new(), begun: VecDeque::new() })
    }

    fn begin(&mut self, stream: TcpStream, address: SocketAddr) {
        self.make_room();
        let handshake = timeout(HANDSHAKE_PATIENCE, self.acceptor.accept(stream));
        let begun = self.handshakes.spawn(async move { Some((handshake.await.ok()?.ok()?, address)) });
        self.begun.push_back(begun);
    }

    /// Where there are too many handshakes, the oldest gives way: an honest one is over in a moment, so that connections
    /// which say nothing keep nobody out.
    fn make_room(&mut self) {
        if self.begun.len() < MOST_HANDSHAKES {
            return;
        }
        self.begun.retain(|handshake| !handshake.is_finished());
        while self.begun.len() >= MOST_HANDSHAKES {
            if let Some(oldest) = self.begun.pop_front() {
                oldest.abort();
            }
        }
    }
}

impl Listener for MutualTls {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            tokio::select! {
                (stream, address) = Listener::accept(&mut self.tcp) => self.begin(stream, address),
                // A handshake that failed concerns nobody but its client.
                Some(ended) = self.handshakes.join_next() => {
                    if let Ok(Some(connection)) = ended {
                        return connection;
                    }
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.tcp.local_addr()
    }
}

impl Connection for TlsStream<TcpStream> {
    fn certificate(&self) -> Option<VerifiedCertificate> {
        let chain = self.get_ref().1.peer_certificates()?;
        chain.first().map(|leaf| VerifiedCertificate(Arc::from(leaf.as_ref())))
    }
}

fn config(pem: &TlsPem<'_>) -> Result<ServerConfig, String> {
    let provider = Arc::new(default_provider());
    let mut roots = RootCertStore::empty();
    for authority in certificates(pem.client_authorities, "the client authorities")? {
        roots.add(authority).map_err(|error| format!("the client authorities: {error}"))?;
    }
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
        .allow_unauthenticated()
        .build()
        .map_err(|error| format!("the client authorities: {error}"))?;
    let chain = certificates(pem.certificate, "the server's certificate")?;
    // The reader's own words might repeat a line of the key.
    let key =
        PrivateKeyDer::from_pem_slice(pem.key).map_err(|_| "the server's key: no private key in PEM".to_owned())?;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("no version of TLS: {error}"))?
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain, key)
        .map_err(|error| format!("the server's certificate and key: {error}"))?;
    // A resumed session would bring back a certificate that has expired since: each connection is verified anew.
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn certificates(pem: &[u8], what: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(format!("{what}: no certificate in PEM")),
    }
}
