//! Mutual TLS: a listener that verifies client certificates against certificate authorities.

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

/// The time limit of a TLS handshake.
pub const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// The maximum number of concurrent handshakes.
pub const MAX_HANDSHAKES: usize = 256;

/// The certificates and the key of the listener, as PEM text.
#[derive(Clone, Copy)]
pub struct TlsPem<'a> {
    /// The server's certificate, followed by the intermediate certificates.
    pub certificate: &'a [u8],
    /// The private key of the server's certificate.
    pub key: &'a [u8],
    /// The authorities that may issue client certificates. The system's authorities are not trusted.
    pub client_authorities: &'a [u8],
}

impl fmt::Debug for TlsPem<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TlsPem(…)")
    }
}

/// A TLS listener for clients with and without a certificate.
///
/// The handshake fails if the client's certificate was not issued by the client authorities, has expired, or if the
/// client does not hold its key. Clients without a certificate can connect and call public operations; operations that
/// require one respond with 401.
pub struct MutualTls {
    tcp: TcpListener,
    pub(super) acceptor: TlsAcceptor,
    handshakes: JoinSet<Option<(TlsStream<TcpStream>, SocketAddr)>>,
    /// The same handshakes in the order of their start.
    begun: VecDeque<AbortHandle>,
}

impl fmt::Debug for MutualTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MutualTls({:?})", self.tcp.local_addr().ok())
    }
}

impl MutualTls {
    /// Wraps a TCP listener.
    ///
    /// # Errors
    ///
    /// If a certificate or the key cannot be parsed, they do not match, or there is no client authority. Errors never
    /// contain parts of the PEM text.
    pub fn new(tcp: TcpListener, pem: &TlsPem<'_>) -> Result<Self, String> {
        let acceptor = TlsAcceptor::from(Arc::new(config(pem)?));
        Ok(Self { tcp, acceptor, handshakes: JoinSet::new(), begun: VecDeque::new() })
    }

    fn begin(&mut self, stream: TcpStream, address: SocketAddr) {
        self.make_room();
        let handshake = timeout(HANDSHAKE_TIMEOUT, self.acceptor.accept(stream));
        let begun = self.handshakes.spawn(async move { Some((handshake.await.ok()?.ok()?, address)) });
        self.begun.push_back(begun);
    }

    /// If too many handshakes are pending, aborts the oldest. A genuine handshake completes quickly, so idle
    /// connections cannot keep other clients out.
    fn make_room(&mut self) {
        if self.begun.len() < MAX_HANDSHAKES {
            return;
        }
        self.begun.retain(|handshake| !handshake.is_finished());
        while self.begun.len() >= MAX_HANDSHAKES {
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
                // A failed handshake affects only its client.
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

    fn send_at_once(&self) {
        self.get_ref().0.send_at_once();
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
    // The error of the parser could contain a line of the key.
    let key = PrivateKeyDer::from_pem_slice(pem.key)
        .map_err(|_| "the server's key: no private key in the PEM text".to_owned())?;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("cannot enable TLS: {error}"))?
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain, key)
        .map_err(|error| format!("the server's certificate and key: {error}"))?;
    // Session resumption could accept a certificate that has expired since, so every connection does a full handshake.
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn certificates(pem: &[u8], what: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(format!("{what}: no certificate in the PEM text")),
    }
}
