//! The redirect of the authorization code flow to this machine (RFC 8252, section 7.3).

use std::sync::{Arc, Mutex, PoisonError};

use keystub_server_runtime as rt;
use rt::axum::Router;
use rt::axum::extract::State;
use rt::axum::http::header::{CACHE_CONTROL, REFERRER_POLICY};
use rt::axum::http::{StatusCode, Uri};
use rt::axum::response::{Html, IntoResponse, Response};
use rt::axum::routing::get;
use rt::form_read::pairs;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// The path of the redirect URI.
const PATH: &str = "/callback";

/// A listener for one redirect.
#[derive(Debug)]
pub(crate) struct Redirect {
    listener: TcpListener,
    uri: String,
}

/// What the redirect is compared with, and who waits for it.
struct Waiting {
    state: String,
    origin: String,
    found: Mutex<Option<oneshot::Sender<String>>>,
}

impl Redirect {
    /// Listens on the loopback address, at a port that the system chooses if it is 0.
    ///
    /// # Errors
    ///
    /// If the port is in use.
    pub async fn listen(port: u16) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        let uri = format!("http://127.0.0.1:{}{PATH}", listener.local_addr()?.port());
        Ok(Self { listener, uri })
    }

    /// The redirect URI.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// Waits for the redirect that belongs to this authorization URL, and returns its URL. Other requests are rejected:
    /// any web page can send one, and none of them may end the login.
    pub async fn wait(self, authorization_url: &str) -> Option<String> {
        let query = authorization_url.split_once('?')?.1;
        let state = parameter(query, "state")?;
        let (sender, receiver) = oneshot::channel();
        let origin = self.uri.trim_end_matches(PATH).to_owned();
        let waiting = Arc::new(Waiting { state, origin, found: Mutex::new(Some(sender)) });
        let router = Router::new().route(PATH, get(answer)).with_state(waiting);
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = rt::serve::serve(self.listener, router, async move { drop(stopped.await) });
        let found = async move {
            let url = receiver.await.ok();
            drop(stop);
            url
        };
        // Serving ends after the page was sent.
        tokio::join!(serving, found).1
    }
}

async fn answer(State(waiting): State<Arc<Waiting>>, uri: Uri) -> Response {
    let query = uri.query().unwrap_or_default();
    let is_own = parameter(query, "state").is_some_and(|state| state == waiting.state);
    let sender = match is_own {
        true => waiting.found.lock().unwrap_or_else(PoisonError::into_inner).take(),
        false => None,
    };
    let (status, text) = match sender {
        Some(sender) => {
            // The other end waits until then.
            let _ = sender.send(format!("{}{uri}", waiting.origin));
            (StatusCode::OK, "You can close this page and go back to the terminal.")
        }
        None => (StatusCode::BAD_REQUEST, "This page does not belong to a login of keystub."),
    };
    let headers = [(CACHE_CONTROL, "no-store"), (REFERRER_POLICY, "no-referrer")];
    (status, headers, Html(format!("<!doctype html><title>keystub</title><p>{text}</p>"))).into_response()
}

/// The value of a parameter that occurs once.
fn parameter(query: &str, name: &str) -> Option<String> {
    let pairs = pairs(query).ok()?;
    let mut values = pairs.into_iter().filter(|(own, _)| own == name).map(|(_, value)| value);
    let first = values.next();
    first.filter(|_| values.next().is_none())
}
