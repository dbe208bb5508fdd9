//! HTTP/2 over TLS: only the handshake allows it.

use std::future::pending;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use runtime_server::runtime::mutual_tls::{MutualTls, TlsPem};
use runtime_server::runtime::serve_http2::serve;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::frames::{PREFACE, SETTINGS};
use crate::authority::Authority;

async fn start(authority: &Authority, has_http2: bool) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (own, root) = (authority.server(), authority.pem());
    let pem = TlsPem {
        certificate: own.certificate.as_bytes(),
        key: own.key.as_bytes(),
        client_authorities: root.as_bytes(),
    };
    let listener = MutualTls::new(listener, &pem).unwrap();
    let listener = if has_http2 { listener.with_http2() } else { listener };
    tokio::spawn(serve(listener, Router::new().route("/a", get(async || "a")), pending()));
    address
}

/// What is negotiated with a client that offers these protocols, and the first bytes of the server after the preface of
/// HTTP/2, empty if it closes the connection; `None` if the handshake fails.
async fn first_bytes(authority: &Authority, address: SocketAddr, offered: &[&str]) -> Option<(String, Vec<u8>)> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.pem().as_bytes()).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap().with_root_certificates(roots);
    let mut config = config.with_no_client_auth();
    config.alpn_protocols = offered.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
    let stream = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.ok()?;
    let negotiated = String::from_utf8(stream.get_ref().1.alpn_protocol().unwrap_or_default().to_vec()).unwrap();
    stream.write_all(PREFACE).await.unwrap();
    let mut bytes = [0; 9];
    let is_answered = stream.read_exact(&mut bytes).await.is_ok();
    Some((negotiated, if is_answered { bytes.to_vec() } else { Vec::new() }))
}

#[tokio::test]
async fn preface_of_http2_counts_only_if_the_handshake_chose_it() {
    let authority = Authority::new();
    let (plain, both) = (start(&authority, false).await, start(&authority, true).await);
    for (address, offered, negotiated) in [
        (both, &["h2", "http/1.1"][..], "h2"),
        (both, &["http/1.1", "h2"], "h2"),
        (both, &["http/1.1"], "http/1.1"),
        (both, &[], ""),
        (plain, &["h2", "http/1.1"], "http/1.1"),
        (plain, &[], ""),
    ] {
        let (found, bytes) = first_bytes(&authority, address, offered).await.expect("the handshake succeeds");
        assert_eq!(found, negotiated, "{offered:?}");
        match negotiated {
            "h2" => assert_eq!(bytes[3], SETTINGS, "{bytes:?}"),
            _ => assert_eq!(bytes, b"", "{offered:?}"),
        }
    }
    assert!(first_bytes(&authority, plain, &["h2"]).await.is_none());
}
