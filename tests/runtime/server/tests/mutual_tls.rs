//! Mutual TLS over real sockets: only clients with a listed certificate of the authority are authenticated.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{ExtendedKeyUsagePurpose, date_time_ymd};
use runtime_server::runtime::auth::Reject;
use runtime_server::runtime::call::Call;
use runtime_server::runtime::certificates::Certificates;
use runtime_server::runtime::credentials::PeerCertificate;
use runtime_server::runtime::mutual_tls::{HANDSHAKE_TIMEOUT, MAX_HANDSHAKES, MutualTls, TlsPem};
use runtime_server::runtime::operation::{Access, Operation, Scheme, SchemeKind, SchemeUse, Segment};
use runtime_server::runtime::reply;
use runtime_server::runtime::router::{Route, Steps, mount};
use runtime_server::runtime::serve::serve;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::ResolvesClientCert;
use tokio_rustls::rustls::crypto::aws_lc_rs::{default_provider, sign};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{
    ALL_VERSIONS, ClientConfig, HandshakeKind, RootCertStore, SignatureScheme, SupportedProtocolVersion,
};

use crate::authority::{Authority, Leaf};

const SCHEMES: &[Scheme] = &[Scheme { name: "certificate", kind: SchemeKind::MutualTls }];

const fn operation(id: &'static str, path: &'static [Segment], access: Access) -> Operation {
    Operation { id, method: "GET", path, query: "", parameters: &[], access, accept: "" }
}

static OPEN: Operation = operation("open", &[Segment::Text("/open")], Access::Open);
static READ: Operation =
    operation("read", &[Segment::Text("/read")], Access::any_of(&[&[SchemeUse::new(0, &["read"])]]));
static OPTIONAL: Operation = operation(
    "optional",
    &[Segment::Text("/optional")],
    Access::Guarded { any_of: &[&[SchemeUse::new(0, &[])]], or_anonymous: true },
);

struct App {
    certificates: Certificates,
    served: AtomicUsize,
}

/// Authenticates as generated code does and responds with the owner.
fn answer(operation: &'static Operation, app: Arc<App>, call: Call) -> Steps {
    Box::pin(async move {
        let credentials = call.head().credentials(SCHEMES);
        let mut evidence = credentials.evidence();
        let mut owner = None;
        if let Some(certificate) = credentials.peer_certificate(0) {
            owner = evidence.record(0, app.certificates.verify(certificate));
        }
        if !matches!(operation.access, Access::Open) {
            evidence.decide()?;
        }
        app.served.fetch_add(1, Ordering::SeqCst);
        Ok(reply::text(200, "text/plain", owner.unwrap_or_else(|| "nobody".to_owned())))
    })
}

const ROUTES: &[Route<App>] = &[
    Route { operation: &OPEN, handle: |app, call| answer(&OPEN, app, call) },
    Route { operation: &READ, handle: |app, call| answer(&READ, app, call) },
    Route { operation: &OPTIONAL, handle: |app, call| answer(&OPTIONAL, app, call) },
];

/// A server whose authority issued certificates for `ann`, who may read, and `bob`, who may not.
struct Server {
    authority: Authority,
    ann: Leaf,
    bob: Leaf,
    address: SocketAddr,
    app: Arc<App>,
    /// Stops the server when it is dropped.
    _stop: oneshot::Sender<()>,
}

impl Server {
    async fn start() -> Self {
        let authority = Authority::new();
        let (ann, bob) = (authority.client("ann"), authority.client("bob"));
        let certificates = Certificates::new().with_certificate("ann", &ann.der, &["read"]).unwrap();
        let certificates = certificates.with_certificate("bob", &bob.der, &[]).unwrap();
        let app = Arc::new(App { certificates, served: AtomicUsize::new(0) });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (own, root) = (authority.server(), authority.pem());
        let pem = TlsPem {
            certificate: own.certificate.as_bytes(),
            key: own.key.as_bytes(),
            client_authorities: root.as_bytes(),
        };
        let listener = MutualTls::new(listener, &pem).unwrap();
        let (stop, stopped) = oneshot::channel();
        let router = mount(Arc::clone(&app), ROUTES);
        tokio::spawn(serve(listener, router, async { drop(stopped.await) }));
        Self { authority, ann, bob, address, app, _stop: stop }
    }

    fn served(&self) -> usize {
        self.app.served.load(Ordering::SeqCst)
    }

    /// A connector that presents this certificate.
    fn connector(&self, shown: Shown<'_>, versions: &[&'static SupportedProtocolVersion]) -> TlsConnector {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(self.authority.pem().as_bytes()).unwrap()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()));
        let config = config.with_protocol_versions(versions).unwrap().with_root_certificates(roots);
        let config = match shown {
            Shown::Nothing => config.with_no_client_auth(),
            Shown::Leaf(leaf) => config.with_client_cert_resolver(Arc::new(Resolver(certified(leaf, leaf)))),
            Shown::Stolen(leaf, key) => config.with_client_cert_resolver(Arc::new(Resolver(certified(leaf, key)))),
        };
        TlsConnector::from(Arc::new(config))
    }

    async fn connect(&self, connector: &TlsConnector) -> io::Result<TlsStream<TcpStream>> {
        let name = ServerName::try_from("127.0.0.1").unwrap();
        connector.connect(name, TcpStream::connect(self.address).await?).await
    }

    /// Status, head and body.
    async fn ask(&self, shown: Shown<'_>, path: &str, head: &str) -> io::Result<(u16, String, String)> {
        let mut stream = self.connect(&self.connector(shown, ALL_VERSIONS)).await?;
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{head}\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        Ok((head[9..12].parse().unwrap(), head.to_owned(), body.to_owned()))
    }

    async fn status(&self, shown: Shown<'_>, path: &str) -> u16 {
        self.ask(shown, path, "").await.unwrap().0
    }
}

/// What a client presents in the handshake.
#[derive(Clone, Copy)]
enum Shown<'l> {
    Nothing,
    Leaf(&'l Leaf),
    /// The certificate of one client with the key of another.
    Stolen(&'l Leaf, &'l Leaf),
}

fn certified(leaf: &Leaf, key: &Leaf) -> Arc<CertifiedKey> {
    let key = sign::any_supported_type(&PrivateKeyDer::from_pem_slice(key.key.as_bytes()).unwrap()).unwrap();
    Arc::new(CertifiedKey::new(vec![CertificateDer::from(leaf.der.clone())], key))
}

/// Presents its certificate whatever the server requests.
#[derive(Debug)]
struct Resolver(Arc<CertifiedKey>);

impl ResolvesClientCert for Resolver {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

#[tokio::test]
async fn listed_certificate_authenticates_its_owner() {
    let server = Server::start().await;
    let (status, _, body) = server.ask(Shown::Leaf(&server.ann), "/read", "").await.unwrap();
    assert_eq!((status, body.as_str()), (200, "ann"));
    let (status, _, body) = server.ask(Shown::Leaf(&server.bob), "/optional", "").await.unwrap();
    assert_eq!((status, body.as_str()), (200, "bob"));
    assert_eq!(server.status(Shown::Leaf(&server.ann), "/open").await, 200);
    assert_eq!(server.status(Shown::Leaf(&server.bob), "/read").await, 403, "bob was granted no scope");
    assert_eq!(server.served(), 3);
}

#[tokio::test]
async fn client_without_certificate_can_call_only_public_operations() {
    let server = Server::start().await;
    assert_eq!(server.status(Shown::Nothing, "/open").await, 200);
    assert_eq!(server.status(Shown::Nothing, "/optional").await, 200);
    let (status, head, _) = server.ask(Shown::Nothing, "/read", "").await.unwrap();
    assert_eq!(status, 401);
    assert!(head.contains("www-authenticate: MutualTLS realm=\"api\""), "{head}");
    assert_eq!(server.served(), 2);
}

#[tokio::test]
async fn certificate_in_a_header_is_ignored() {
    let server = Server::start().await;
    let flat = server.ann.certificate.replace('\n', "%0A");
    let der = STANDARD.encode(&server.ann.der);
    // Headers of RFC 9440, Envoy, nginx and others.
    for (name, value) in [
        ("Client-Cert", format!(":{der}:")),
        ("X-Forwarded-Client-Cert", format!("Cert=\"{flat}\"")),
        ("X-SSL-Client-Cert", flat.clone()),
        ("X-Client-Cert", der.clone()),
        ("X-SSL-Client-Verify", "SUCCESS".to_owned()),
        ("Authorization", format!("MutualTLS {der}")),
    ] {
        let head = format!("{name}: {value}\r\n");
        assert_eq!(server.ask(Shown::Nothing, "/read", &head).await.unwrap().0, 401, "{name}");
    }
    assert_eq!(server.served(), 0);
}

#[tokio::test]
async fn unverifiable_certificate_fails_the_handshake() {
    let server = Server::start().await;
    let other = Authority::new();
    let expired = server.authority.leaf("ann", |params| params.not_after = date_time_ymd(2020, 1, 1));
    let early = server.authority.leaf("ann", |params| params.not_before = date_time_ymd(4000, 1, 1));
    let of_a_server = server.authority.leaf("ann", |params| {
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    });
    let foreign = other.client("ann");
    for (what, shown) in [
        ("another authority", Shown::Leaf(&foreign)),
        ("expired", Shown::Leaf(&expired)),
        ("not yet valid", Shown::Leaf(&early)),
        ("for a server", Shown::Leaf(&of_a_server)),
        ("a listed certificate without its key", Shown::Stolen(&server.ann, &server.bob)),
    ] {
        for path in ["/read", "/open", "/optional"] {
            assert!(server.ask(shown, path, "").await.is_err(), "{what}: {path}");
        }
    }
    assert_eq!(server.served(), 0);
    assert_eq!(server.status(Shown::Leaf(&server.ann), "/read").await, 200, "the server still accepts connections");
}

#[tokio::test]
async fn unlisted_certificate_is_rejected() {
    let server = Server::start().await;
    // The name is that of `ann`, but names are not compared.
    let unlisted = server.authority.client("ann");
    for path in ["/read", "/optional"] {
        assert_eq!(server.status(Shown::Leaf(&unlisted), path).await, 401, "{path}");
    }
    assert_eq!(server.served(), 0);
}

#[tokio::test]
async fn every_connection_verifies_the_certificate_again() {
    let server = Server::start().await;
    for version in [&TLS12, &TLS13] {
        let connector = server.connector(Shown::Leaf(&server.ann), &[version]);
        for _ in 0..3 {
            let mut stream = server.connect(&connector).await.unwrap();
            stream.write_all(b"GET /read HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            assert!(answer.ends_with("ann"), "{answer}");
            // A resumed session would not check the expiry of the certificate.
            assert_eq!(stream.get_ref().1.handshake_kind(), Some(HandshakeKind::Full));
        }
    }
}

#[tokio::test]
async fn invalid_handshake_does_not_stop_the_server() {
    let server = Server::start().await;
    let hello = [0x16, 3, 1, 0xff, 0xff, 1];
    for bytes in [&b"GET /read HTTP/1.1\r\nHost: x\r\n\r\n"[..], &[0; 64], &hello, b""] {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = Vec::new();
        // Closed or reset; in either case there is no HTTP response.
        drop(stream.read_to_end(&mut answer).await);
        assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
    }
    assert_eq!(server.status(Shown::Leaf(&server.ann), "/read").await, 200);
    assert_eq!(server.served(), 1);
}

#[tokio::test]
async fn stalled_handshakes_do_not_block_other_clients() {
    let server = Server::start().await;
    let mut stalled = Vec::new();
    for _ in 0..MAX_HANDSHAKES + 8 {
        stalled.push(TcpStream::connect(server.address).await.unwrap());
    }
    assert_eq!(server.status(Shown::Leaf(&server.ann), "/read").await, 200);
    // The oldest handshake was aborted; the newest is still pending.
    let aborted = timeout(HANDSHAKE_TIMEOUT / 2, stalled[0].read(&mut [0])).await;
    assert_eq!(aborted.expect("the oldest handshake is still pending").unwrap_or(0), 0);
    let last = stalled.last_mut().unwrap();
    assert_eq!(last.try_read(&mut [0]).unwrap_err().kind(), io::ErrorKind::WouldBlock);
}

#[tokio::test(start_paused = true)]
async fn stalled_handshake_times_out() {
    let server = Server::start().await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let given_up = timeout(2 * HANDSHAKE_TIMEOUT, stream.read(&mut [0])).await;
    assert_eq!(given_up.expect("the handshake is still pending").unwrap_or(0), 0);
}

#[tokio::test]
async fn listener_requires_matching_certificate_key_and_authority() {
    let (authority, other) = (Authority::new(), Authority::new());
    let (own, foreign) = (authority.server(), other.server());
    let (certificate, key, root) = (own.certificate.as_str(), own.key.as_str(), authority.pem());
    let broken = certificate.replacen("MII", "MIJ", 1);
    let canary = "-----BEGIN canary-token\nMII\n-----END PRIVATE KEY-----";
    let rows = [
        ("", key, root.as_str(), "the server's certificate: no certificate in the PEM text"),
        (key, key, &root, "the server's certificate: no certificate in the PEM text"),
        (&broken, key, &root, "the server's certificate and key: "),
        (certificate, "", &root, "the server's key: no private key in the PEM text"),
        (certificate, certificate, &root, "the server's key: no private key in the PEM text"),
        (certificate, canary, &root, "the server's key: no private key in the PEM text"),
        (certificate, &foreign.key, &root, "the server's certificate and key: "),
        (certificate, key, "", "the client authorities: no certificate in the PEM text"),
        (certificate, key, canary, "the client authorities: no certificate in the PEM text"),
    ];
    for (certificate, key, root, expected) in rows {
        let pem =
            TlsPem { certificate: certificate.as_bytes(), key: key.as_bytes(), client_authorities: root.as_bytes() };
        assert_eq!(format!("{pem:?}"), "TlsPem(…)");
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let error = MutualTls::new(listener, &pem).map(|_| ()).unwrap_err();
        // Messages that are not from rustls are fixed texts, so they cannot contain any of the PEM text.
        let is_expected = if expected.ends_with(": ") { error.starts_with(expected) } else { error == expected };
        assert!(is_expected, "{error}");
    }
}

#[test]
fn malformed_certificate_list_is_rejected() {
    let certificate = PeerCertificate { der: b"test" };
    let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    let bytes: Vec<&str> = (0..32).map(|at| &hash[2 * at..2 * at + 2]).collect();
    let colons = bytes.join(":").to_uppercase();
    assert_eq!(certificate.thumbprint(), "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg");
    // The last two are the output of `openssl x509 -fingerprint -sha256`, of versions 3 and 1.
    let printed = [format!("sha256 Fingerprint={colons}"), format!("SHA256 Fingerprint={colons}")];
    for hash in [hash, &hash.to_uppercase(), &colons, &printed[0], &printed[1]] {
        let list = Certificates::from_text(&format!("# comment\n\nann {hash} read write\n")).unwrap();
        let granted = list.verify(certificate).unwrap();
        assert_eq!((granted.principal.as_str(), granted.scopes.join(" ").as_str()), ("ann", "read write"));
        let stranger = list.verify(PeerCertificate { der: b"Test" });
        assert_eq!(stranger.unwrap_err(), Reject::Invalid("unknown certificate"));
        assert!(!format!("{list:?}").contains("ann"));
    }
    let (short, foreign) = (&hash[1..], hash.replacen("9f", "+f", 1));
    let misplaced = format!(":{}", &colons[..94]);
    for bad in ["", "# only a comment", "ann", "ann test", hash, &format!("ann {short}"), &format!("ann {foreign}")] {
        assert!(Certificates::from_text(bad).is_err(), "{bad}");
    }
    assert!(Certificates::from_text(&format!("ann {misplaced}")).is_err());
    assert!(Certificates::from_text(&format!("ann sha1 Fingerprint={colons}")).is_err());
    assert!(Certificates::from_text("ann sha256 Fingerprint=").is_err());
    let twice = Certificates::from_text(&format!("ann {hash}\nbob {colons}")).unwrap_err();
    assert_eq!(twice, "line 2: duplicate certificate, already listed for `ann`");
    assert!(Certificates::new().verify(certificate).is_err(), "an empty list knows nobody");
}
