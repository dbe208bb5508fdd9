//! HTTP/2 over mutual TLS.

use std::sync::Arc;

use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::server::TlsStream;

use super::mutual_tls::MutualTls;
use super::serve_http2::Negotiation;

/// With TLS, the handshake decides (RFC 9113, section 3.2).
impl Negotiation for TlsStream<TcpStream> {
    fn allows_http2(&self) -> bool {
        self.get_ref().1.alpn_protocol() == Some(b"h2")
    }
}

impl MutualTls {
    /// Offers HTTP/2 to clients, which otherwise use HTTP/1.1 (ALPN, RFC 7301).
    #[must_use]
    pub fn with_http2(mut self) -> Self {
        let mut config = ServerConfig::clone(self.acceptor.config());
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        self.acceptor = TlsAcceptor::from(Arc::new(config));
        self
    }
}
