//! The generated client against the generated server over mutual TLS, with HTTP/1.1 and HTTP/2.

#[path = "../../../runtime/server/tests/authority/mod.rs"]
mod authority;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use auth_matrix::tls_client::Error;
use auth_matrix::tls_client::auth::Identity;
use auth_matrix::tls_client::{Client, ClientBuilder};
use auth_matrix::tls_server::Problem;
use auth_matrix::tls_server::auth::ApiKeys;
use auth_matrix::tls_server::auth::Certificates;
use auth_matrix::tls_server::auth::{ApiKey, PeerCertificate};
use auth_matrix::tls_server::serve;
use auth_matrix::tls_server::types::Caller;
use auth_matrix::tls_server::{
    Api, Authenticator, CertificateAndKey, CertificateOrAnonymous, KeyOrCertificate, router,
};
use auth_matrix::tls_server::{Granted, Reject};
use auth_matrix::tls_server::{MutualTls, TlsPem};
use authority::{Authority, Leaf};
use axum::extract::Request;
use axum::middleware::map_request;
use rcgen::date_time_ymd;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

const KEY: &str = "the-key-of-carol-in-full";

struct App {
    certificates: Certificates,
    keys: ApiKeys,
    served: Arc<AtomicUsize>,
}

impl App {
    fn answer(&self, principal: String) -> Result<Caller, Problem> {
        self.served.fetch_add(1, Ordering::SeqCst);
        Ok(Caller { principal })
    }
}

impl Authenticator for App {
    type Certificate = String;
    type Key = String;

    async fn certificate(&self, certificate: PeerCertificate<'_>) -> Result<Granted<String>, Reject> {
        self.certificates.verify(certificate)
    }

    async fn key(&self, key: ApiKey<'_>) -> Result<Granted<String>, Reject> {
        self.keys.verify(key)
    }
}

impl Api for App {
    type Error = Problem;

    async fn alone(&self, auth: String) -> Result<Caller, Problem> {
        self.answer(auth)
    }

    async fn role(&self, auth: String) -> Result<Caller, Problem> {
        self.answer(auth)
    }

    async fn and_key(&self, auth: CertificateAndKey<Self>) -> Result<Caller, Problem> {
        self.answer(format!("{} with {}", auth.certificate, auth.key))
    }

    async fn or_key(&self, auth: KeyOrCertificate<Self>) -> Result<Caller, Problem> {
        self.answer(match auth {
            KeyOrCertificate::Key(owner) => format!("key of {owner}"),
            KeyOrCertificate::Certificate(owner) => owner,
        })
    }

    async fn optional(&self, auth: CertificateOrAnonymous<Self>) -> Result<Caller, Problem> {
        self.answer(match auth {
            CertificateOrAnonymous::Certificate(owner) => owner,
            CertificateOrAnonymous::Anonymous => "anonymous".to_owned(),
        })
    }

    async fn open_to_all(&self) -> Result<Caller, Problem> {
        self.answer("nobody".to_owned())
    }
}

/// A server with an operator `ann` and a user `bob`.
struct Server {
    authority: Authority,
    ann: Leaf,
    bob: Leaf,
    address: SocketAddr,
    served: Arc<AtomicUsize>,
    /// The HTTP versions of the requests.
    versions: Arc<Mutex<BTreeSet<String>>>,
    /// Stops the server when it is dropped.
    _stop: oneshot::Sender<()>,
}

impl Server {
    /// One that offers HTTP/2, and one that does not.
    async fn both() -> [Self; 2] {
        [Self::start(false).await, Self::start(true).await]
    }

    async fn start(has_http2: bool) -> Self {
        let authority = Authority::new();
        let (ann, bob) = (authority.client("ann"), authority.client("bob"));
        let certificates = Certificates::new().with_certificate("ann", &ann.der, &["operator"]).unwrap();
        let certificates = certificates.with_certificate("bob", &bob.der, &[]).unwrap();
        let served = Arc::new(AtomicUsize::new(0));
        let keys = ApiKeys::new().with_key("carol", KEY, &[]).unwrap();
        let app = App { certificates, keys, served: Arc::clone(&served) };
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
        let versions = Arc::new(Mutex::new(BTreeSet::new()));
        let seen = Arc::clone(&versions);
        let router = router(app).layer(map_request(move |request: Request| {
            seen.lock().unwrap().insert(format!("{:?}", request.version()));
            async { request }
        }));
        let (stop, stopped) = oneshot::channel();
        tokio::spawn(serve(listener, router, async { drop(stopped.await) }));
        Self { authority, ann, bob, address, served, versions, _stop: stop }
    }

    /// A client that trusts the server's authority.
    fn client(&self) -> ClientBuilder {
        let root = reqwest::Certificate::from_pem(self.authority.pem().as_bytes()).unwrap();
        let builder = Client::builder().base_url(&format!("https://{}", self.address));
        builder.configure(move |client| client.tls_certs_only([root.clone()]))
    }

    fn client_of(&self, leaf: &Leaf) -> ClientBuilder {
        let pem = format!("{}{}", leaf.certificate, leaf.key);
        self.client().certificate(Identity::from_pem(pem.as_bytes()).unwrap())
    }

    fn served(&self) -> usize {
        self.served.load(Ordering::SeqCst)
    }
}

#[tokio::test]
async fn certificate_authenticates_its_owner() {
    for (server, version) in Server::both().await.into_iter().zip(["HTTP/1.1", "HTTP/2.0"]) {
        let ann = server.client_of(&server.ann).build().unwrap();
        assert_eq!(ann.alone().await.unwrap().principal, "ann");
        assert_eq!(ann.role().await.unwrap().principal, "ann");
        assert_eq!(ann.or_key().await.unwrap().principal, "ann");
        assert_eq!(ann.optional().await.unwrap().principal, "ann");
        assert_eq!(ann.open_to_all().await.unwrap().principal, "nobody");
        let both = server.client_of(&server.ann).key(KEY).build().unwrap();
        assert_eq!(both.and_key().await.unwrap().principal, "ann with carol");
        let bob = server.client_of(&server.bob).build().unwrap();
        assert_eq!(bob.alone().await.unwrap().principal, "bob");
        assert!(matches!(bob.role().await, Err(Error::Unexpected(answer)) if answer.status == 403));
        assert_eq!(server.served(), 7);
        assert_eq!(*server.versions.lock().unwrap(), BTreeSet::from([version.to_owned()]));
    }
}

#[tokio::test]
async fn client_without_certificate_sends_only_public_calls() {
    for server in Server::both().await {
        let anonymous = server.client().build().unwrap();
        assert!(matches!(anonymous.alone().await, Err(Error::Auth(_))));
        assert!(matches!(anonymous.role().await, Err(Error::Auth(_))));
        assert!(matches!(anonymous.or_key().await, Err(Error::Auth(_))));
        let with_key = server.client().key(KEY).build().unwrap();
        assert!(matches!(with_key.and_key().await, Err(Error::Auth(_))));
        assert_eq!(server.served(), 0);
        assert_eq!(with_key.or_key().await.unwrap().principal, "key of carol");
        assert_eq!(anonymous.optional().await.unwrap().principal, "anonymous");
        assert_eq!(anonymous.open_to_all().await.unwrap().principal, "nobody");
    }

    // The client must fail without connecting, so this server never responds.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("https://{}", listener.local_addr().unwrap());
    let anonymous = Client::builder().base_url(&base).build().unwrap();
    tokio::select! {
        biased;
        _ = listener.accept() => panic!("a connection was opened"),
        answer = anonymous.alone() => assert!(matches!(answer, Err(Error::Auth(_)))),
    }
}

#[tokio::test]
async fn unverifiable_certificate_is_refused() {
    for server in Server::both().await {
        let foreign = Authority::new().client("ann");
        let expired = server.authority.leaf("ann", |params| params.not_after = date_time_ymd(2020, 1, 1));
        for leaf in [&foreign, &expired] {
            let client = server.client_of(leaf).key(KEY).build().unwrap();
            assert!(matches!(client.alone().await, Err(Error::Transport(_))));
            assert!(matches!(client.or_key().await, Err(Error::Transport(_))));
            assert!(matches!(client.open_to_all().await, Err(Error::Transport(_))));
        }
        assert_eq!(server.served(), 0);
    }
}

#[tokio::test]
async fn unlisted_certificate_counts_as_invalid() {
    for server in Server::both().await {
        let stranger = server.authority.client("ann");
        let client = server.client_of(&stranger).build().unwrap();
        assert!(matches!(client.alone().await, Err(Error::Unexpected(answer)) if answer.status == 401));
        assert!(matches!(client.optional().await, Err(Error::Unexpected(answer)) if answer.status == 401));
        let client = server.client_of(&stranger).key(KEY).build().unwrap();
        assert!(matches!(client.and_key().await, Err(Error::Unexpected(answer)) if answer.status == 401));
        // It does not prevent authentication with a key.
        assert_eq!(client.or_key().await.unwrap().principal, "key of carol");
        assert_eq!(server.served(), 1);
    }
}
