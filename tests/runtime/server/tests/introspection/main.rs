//! Opaque tokens against an introspection endpoint with valid, invalid and no responses.

mod in_flight;
mod kinds;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, UNIX_EPOCH};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use runtime_server::runtime::auth::Reject;
use runtime_server::runtime::credentials::Bearer;
use runtime_server::runtime::introspection::Introspection;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// An active access token of the user `ann`.
const ANN_ACTIVE: &str = r#"{"active":true,"sub":"ann","scope":"read write","token_type":"Bearer","aud":"api"}"#;

const NOW: u64 = 1_800_000_000;

#[derive(Clone)]
struct Server {
    address: SocketAddr,
    answer: Arc<Mutex<(u16, String)>>,
    asked: Arc<Mutex<Vec<(String, String)>>>,
    /// Whether it responds; otherwise requests wait.
    is_running: watch::Sender<bool>,
}

impl Server {
    async fn start(answer: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let answer = Arc::new(Mutex::new((200, answer.to_owned())));
        let is_running = watch::Sender::new(true);
        let server = Self { address, answer, asked: Arc::new(Mutex::new(Vec::new())), is_running };
        let router = Router::new().fallback(serve).with_state(server.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        server
    }

    fn respond_with(&self, status: u16, text: &str) {
        *self.answer.lock().unwrap() = (status, text.to_owned());
    }

    fn request_count(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    fn pause(&self) {
        self.is_running.send_replace(false);
    }

    fn resume(&self) {
        self.is_running.send_replace(true);
    }
}

async fn serve(State(server): State<Server>, headers: HeaderMap, body: String) -> Response {
    let login = headers[header::AUTHORIZATION].to_str().unwrap().to_owned();
    server.asked.lock().unwrap().push((login, body));
    server.is_running.subscribe().wait_for(|is_running| *is_running).await.unwrap();
    let (status, text) = server.answer.lock().unwrap().clone();
    let location = [(header::LOCATION, "/elsewhere")];
    (StatusCode::from_u16(status).unwrap(), location, text).into_response()
}

struct Checked {
    introspection: Introspection,
    seconds: Arc<Mutex<u64>>,
}

impl Checked {
    fn by(server: &Server) -> Self {
        Self::tuned(server, |introspection| introspection)
    }

    fn tuned(server: &Server, tune: impl FnOnce(Introspection) -> Introspection) -> Self {
        Self::new(server, |url| Introspection::new(url, "my api", "s:cr/et", "api").unwrap(), tune)
    }

    fn new(
        server: &Server,
        build: impl FnOnce(&str) -> Introspection,
        tune: impl FnOnce(Introspection) -> Introspection,
    ) -> Self {
        let seconds = Arc::new(Mutex::new(0));
        let (begin, own) = (Instant::now(), Arc::clone(&seconds));
        let introspection = build(&format!("http://{}/x", server.address)).clock(move || {
            let passed = Duration::from_secs(*own.lock().unwrap());
            (UNIX_EPOCH + Duration::from_secs(NOW) + passed, begin + passed)
        });
        Self { introspection: tune(introspection), seconds }
    }

    fn advance(&self, seconds: u64) {
        *self.seconds.lock().unwrap() += seconds;
    }

    async fn check(&self, token: &str) -> Result<(String, Vec<String>), Reject> {
        let granted = self.introspection.verify(Bearer { token }).await?;
        Ok((granted.principal.subject, granted.scopes))
    }
}

fn scopes() -> Vec<String> {
    vec!["read".to_owned(), "write".to_owned()]
}

fn ann() -> Result<(String, Vec<String>), Reject> {
    Ok(("ann".to_owned(), scopes()))
}

fn invalid(reason: &'static str) -> Result<(String, Vec<String>), Reject> {
    Err(Reject::Invalid(reason))
}

#[tokio::test]
async fn active_token_has_its_subject_and_scopes() {
    let server = Server::start(ANN_ACTIVE).await;
    let checked = Checked::by(&server);
    assert_eq!(checked.check("a+b/c=").await, ann());
    let (login, body) = server.asked.lock().unwrap()[0].clone();
    assert_eq!(login, "Basic bXklMjBhcGk6cyUzQWNyJTJGZXQ=");
    assert_eq!(body, "token=a%2Bb%2Fc%3D&token_type_hint=access_token");
}

#[tokio::test]
async fn token_is_rejected_unless_the_response_says_active() {
    let active = |change: &str| ANN_ACTIVE.replacen(r#""sub":"ann""#, change, 1);
    let rows = [
        (200, r#"{"active":false}"#.to_owned(), invalid("not active")),
        (200, ANN_ACTIVE.replace("true", "false"), invalid("not active")),
        (200, ANN_ACTIVE.replace("true", r#""true""#), Err(Reject::Unavailable)),
        (200, ANN_ACTIVE.replace("true", "1"), Err(Reject::Unavailable)),
        (200, ANN_ACTIVE.replace("true", "null"), Err(Reject::Unavailable)),
        (200, ANN_ACTIVE.replace(r#""active":true,"#, ""), Err(Reject::Unavailable)),
        (200, ANN_ACTIVE.replace(r#""active":true"#, r#""active":true,"active":false"#), Err(Reject::Unavailable)),
        (200, ANN_ACTIVE.replace(r#""read write""#, "7"), Err(Reject::Unavailable)),
        (200, active(&format!(r#""sub":"a","exp":{NOW}"#)), invalid("expired")),
        (200, active(r#""sub":"ann","exp":"never""#), invalid("malformed")),
        (200, active(r#""sub":"ann","exp":null"#), invalid("malformed")),
        (200, active(&format!(r#""sub":"ann","nbf":{}"#, NOW + 1)), invalid("not yet valid")),
        (200, active(r#""sub":"ann","nbf":"now""#), invalid("malformed")),
        (200, active(r#""sub":"ann","iss":["https://id.example.com"]"#), invalid("malformed")),
        (200, "<html>".to_owned(), Err(Reject::Unavailable)),
        (200, active(&format!(r#""sub":"{}""#, "a".repeat(70_000))), Err(Reject::Unavailable)),
        (302, ANN_ACTIVE.to_owned(), Err(Reject::Unavailable)),
        (401, ANN_ACTIVE.to_owned(), Err(Reject::Unavailable)),
        (500, ANN_ACTIVE.to_owned(), Err(Reject::Unavailable)),
    ];
    for (status, text, expected) in rows {
        let server = Server::start("").await;
        server.respond_with(status, &text);
        let checked = Checked::by(&server);
        assert_eq!(checked.check("t").await, expected, "{status} {text:.80}");
        assert_eq!(server.request_count(), 1);
    }
}

#[tokio::test]
async fn introspection_response_is_cached_briefly_and_not_beyond_token_expiry() {
    let expires = format!(r#""sub":"ann","exp":{}"#, NOW + 40);
    let server = Server::start(&ANN_ACTIVE.replace(r#""sub":"ann""#, &expires)).await;
    let checked = Checked::by(&server);
    assert!(checked.check("t").await.is_ok());
    assert!(checked.check("t").await.is_ok());
    assert!(checked.check("u").await.is_ok());
    assert_eq!(server.request_count(), 2, "each token is asked for once");
    checked.advance(40);
    assert_eq!(checked.check("t").await, invalid("expired"));
    assert_eq!(server.request_count(), 2);

    // A revoked token is accepted until its response expires. An error of the server is not cached.
    let server = Server::start(ANN_ACTIVE).await;
    let checked = Checked::tuned(&server, |introspection| introspection.keep(Duration::from_secs(10)));
    assert!(checked.check("t").await.is_ok());
    server.respond_with(200, r#"{"active":false}"#);
    checked.advance(9);
    assert!(checked.check("t").await.is_ok());
    checked.advance(1);
    assert_eq!(checked.check("t").await, invalid("not active"));
    server.respond_with(500, "");
    checked.advance(10);
    assert_eq!(checked.check("t").await, Err(Reject::Unavailable));
    server.respond_with(200, ANN_ACTIVE);
    assert!(checked.check("t").await.is_ok());
}

#[test]
fn introspection_secret_is_sent_only_over_https_or_to_loopback() {
    for url in ["http://id.example.com/x", "http://127.0.0.1.evil/x", "x", ""] {
        assert!(Introspection::new(url, "id", "secret", "api").is_err(), "{url}");
        assert!(Introspection::without_audience_check(url, "id", "secret").is_err(), "{url}");
    }
    let url = "https://id.example.com/x";
    assert!(Introspection::new(url, "id", "secret", "").is_err(), "an empty audience");
    let good = Introspection::new(url, "id", "s3cr3t", "api").unwrap();
    assert!(!format!("{good:?}").contains("s3cr3t"));
}

/// The memory use is limited: at ten thousand responses, all are dropped, even those that are still valid.
#[tokio::test(flavor = "multi_thread")]
async fn number_of_cached_introspection_responses_is_limited() {
    let server = Server::start(r#"{"active":false}"#).await;
    let checked = Arc::new(Checked::by(&server));
    let mut all = tokio::task::JoinSet::new();
    for begin in (0..10_000).step_by(500) {
        let checked = Arc::clone(&checked);
        all.spawn(async move {
            for at in begin..begin + 500 {
                assert_eq!(checked.check(&format!("token-{at}")).await, invalid("not active"));
            }
        });
    }
    all.join_all().await;
    checked.check("token-0").await.unwrap_err();
    assert_eq!(server.request_count(), 10_000, "a response is cached");
    checked.check("one-more").await.unwrap_err();
    checked.check("token-0").await.unwrap_err();
    assert_eq!(server.request_count(), 10_002, "the responses are dropped");
}

#[tokio::test]
async fn overlong_token_is_rejected_without_a_request() {
    let server = Server::start(ANN_ACTIVE).await;
    let checked = Checked::by(&server);
    assert_eq!(checked.check(&"t".repeat((16 << 10) + 1)).await, invalid("malformed"));
    assert_eq!(server.request_count(), 0);
    assert_eq!(checked.check(&"t".repeat(16 << 10)).await, ann());
}

#[tokio::test]
async fn maximum_cache_duration_does_not_panic() {
    let server = Server::start(ANN_ACTIVE).await;
    let checked = Checked::tuned(&server, |introspection| introspection.keep(Duration::MAX));
    assert_eq!(checked.check("t").await, ann());
}
