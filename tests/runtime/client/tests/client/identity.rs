//! Mutual TLS: the certificate is presented in the handshake, and a call without one is refused.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use runtime_client::api::*;
use runtime_client::runtime::core::CoreBuilder;
use runtime_client::runtime::error::Error;
use runtime_client::runtime::identity::Identity;
use runtime_client::server::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

/// Certificates of one authority, created by `openssl` for each run, so that the repository contains no private keys.
struct Authority {
    folder: tempfile::TempDir,
}

impl Authority {
    fn new() -> Self {
        let authority = Self { folder: tempfile::tempdir().unwrap() };
        authority.openssl("ca", &["-subj", "/CN=authority"]);
        for name in ["server", "client"] {
            let extensions =
                ["-addext", "basicConstraints=critical,CA:FALSE", "-addext", "subjectAltName=IP:127.0.0.1"];
            let subject = format!("/CN={name}");
            let signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-subj", &subject];
            authority.openssl(name, &[&signed[..], &extensions[..]].concat());
        }
        authority
    }

    fn openssl(&self, name: &str, arguments: &[&str]) {
        let (key, certificate) = (format!("{name}.key"), format!("{name}.pem"));
        let mut command = Command::new("openssl");
        command.current_dir(self.folder.path()).args(["req", "-x509", "-nodes", "-days", "1", "-newkey", "ec"]);
        command.args(["-pkeyopt", "ec_paramgen_curve:P-256", "-keyout", &key, "-out", &certificate]).args(arguments);
        let output = command.output().expect("`openssl` makes the certificates of this test");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(Path::new(self.folder.path()).join(name)).unwrap()
    }

    fn certificate(&self, name: &str) -> CertificateDer<'static> {
        CertificateDer::from_pem_slice(&self.read(&format!("{name}.pem"))).unwrap()
    }

    /// A server that requires a certificate of this authority. The channel receives whether each handshake succeeded.
    async fn serve(&self) -> (String, tokio::sync::mpsc::UnboundedReceiver<bool>) {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate("ca")).unwrap();
        let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build().unwrap();
        let key = PrivateKeyDer::from_pem_slice(&self.read("server.key")).unwrap();
        let config = ServerConfig::builder().with_client_cert_verifier(verifier);
        let config = config.with_single_cert(vec![self.certificate("server")], key).unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("https://{}", listener.local_addr().unwrap());
        let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
        let client = self.certificate("client");
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(mut stream) = acceptor.accept(stream).await else {
                    let _ = sender.send(false);
                    continue;
                };
                let shown = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
                let _ = sender.send(shown == Some(&client));
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(json("\"yes\"").as_bytes()).await;
                let _ = stream.shutdown().await;
            }
        });
        (base, receiver)
    }

    /// A builder that trusts this authority.
    fn trusting(&self, mut builder: CoreBuilder) -> CoreBuilder {
        let authority = reqwest::Certificate::from_pem(&self.read("ca.pem")).unwrap();
        builder.configure(move |client| client.tls_certs_only([authority.clone()]));
        builder
    }

    fn identity(&self) -> Identity {
        Identity::from_pem(&[self.read("client.pem"), self.read("client.key")].concat()).unwrap()
    }
}

#[tokio::test]
async fn client_certificate_is_presented_to_the_server() {
    let authority = Authority::new();
    let (base, mut handshakes) = authority.serve().await;
    let builder = builder(&base, [(CERTIFICATE, authority.identity().into())]);
    call::<Certificate>(&authority.trusting(builder).build().unwrap()).await.unwrap();
    assert_eq!(handshakes.recv().await, Some(true));
}

#[tokio::test]
async fn call_without_a_certificate_is_refused() {
    let authority = Authority::new();
    let (base, mut handshakes) = authority.serve().await;
    let core = authority.trusting(builder(&base, all_credentials())).build().unwrap();
    let error = call::<Certificate>(&core).await.unwrap_err();
    assert_eq!(error.to_string(), "operation `Certificate`: no credential for `certificate`");
    assert!(handshakes.try_recv().is_err(), "a connection was opened");
    // The server of this test does reject clients without a certificate.
    assert!(matches!(call::<Open>(&core).await, Err(Error::Transport(_))));
    assert_eq!(handshakes.recv().await, Some(false));
}

#[tokio::test]
async fn server_of_an_unknown_authority_is_not_trusted() {
    let (authority, other) = (Authority::new(), Authority::new());
    let (base, mut handshakes) = other.serve().await;
    let builder = builder(&base, [(CERTIFICATE, authority.identity().into())]);
    let error = call::<Certificate>(&authority.trusting(builder).build().unwrap()).await.unwrap_err();
    assert!(matches!(error, Error::Transport(_)), "{error:?}");
    assert_eq!(handshakes.recv().await, Some(false));
}

#[tokio::test]
async fn existing_http_client_with_a_certificate_is_an_error() {
    let mut builder = builder("https://example.test", [(CERTIFICATE, Authority::new().identity().into())]);
    builder.dangerous_http_client(reqwest::Client::new());
    let error = builder.build().map(|_| ()).unwrap_err();
    assert_eq!(error.to_string(), "an existing HTTP client cannot be used with a client certificate");
}

#[test]
fn invalid_pem_is_rejected_without_showing_it() {
    let authority = Authority::new();
    assert_eq!(format!("{:?}", authority.identity()), "Identity(…)");
    for pem in [Vec::new(), b"canary-token".to_vec(), authority.read("client.pem"), authority.read("client.key")] {
        let error = Identity::from_pem(&pem).unwrap_err();
        assert_eq!(
            format!("{error} {error:?}"),
            "the PEM text does not contain a certificate and its private key IdentityError(())"
        );
    }
}
