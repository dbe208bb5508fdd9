//! The authorization endpoint (RFC 6749, section 4.1) with PKCE (RFC 7636), which it requires.

use std::sync::Arc;
use std::time::{Duration, Instant};

use keystub_server_runtime as rt;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rt::axum::body::Body;
use rt::axum::extract::State;
use rt::axum::http::header::{CACHE_CONTROL, LOCATION};
use rt::axum::http::{HeaderValue, StatusCode, Uri};
use rt::axum::response::Response;

use super::form::{Form, OAuthError};
use super::grants::Code;
use super::page::{decision, escaped, page, scope_list};
use super::server::{CLIENT, Issuer};
use crate::live::mock::random;

/// How long a code is valid (section 4.1.2 recommends at most ten minutes).
const CODE_LIFETIME: Duration = Duration::from_secs(60);

/// A valid request.
struct Request {
    redirect_uri: String,
    state: Option<String>,
    scopes: Vec<String>,
    challenge: String,
    nonce: Option<String>,
    thumbprint: Option<String>,
    is_silent: bool,
}

/// Shows the page on which the user consents. `prompt=none` consents without it.
pub(super) async fn show(State(issuer): State<Arc<Issuer>>, uri: Uri) -> Response {
    match issuer.request(uri.query().unwrap_or_default()) {
        Ok(request) if request.is_silent => issuer.allowed(&request),
        Ok(request) => {
            let content = format!(
                "<p><code>{CLIENT}</code> wants to call this API in your name. Then it continues at <code>{}</code>.</p>{}{}",
                escaped(&request.redirect_uri),
                scope_list(&request.scopes),
                decision("", &[("request", uri.query().unwrap_or_default())]),
            );
            page(StatusCode::OK, "Allow access?", &content)
        }
        Err(failed) => failed.response(&issuer),
    }
}

/// Continues at the client with a code or an error.
pub(super) async fn decide(State(issuer): State<Arc<Issuer>>, body: String) -> Response {
    let form = match Form::read(&body) {
        Ok(form) => form,
        Err(error) => return error.response(),
    };
    match issuer.request(form.get("request").unwrap_or_default()) {
        Ok(request) if form.get("decision") == Some("allow") => issuer.allowed(&request),
        Ok(request) => {
            let error = OAuthError::new("access_denied", "the user denied access");
            redirect(&request.redirect_uri, request.state.as_deref(), &issuer, &[("error", error.code)])
        }
        Err(failed) => failed.response(&issuer),
    }
}

/// An invalid request.
struct Failed {
    error: OAuthError,
    /// Where the client reads the error, once its URI is known to be valid (section 4.1.2.1).
    client: Option<(String, Option<String>)>,
}

impl Failed {
    fn response(self, issuer: &Issuer) -> Response {
        let Self { error, client } = self;
        match client {
            None => {
                page(StatusCode::BAD_REQUEST, "Invalid request", &format!("<p>{}</p>", escaped(&error.description)))
            }
            Some((uri, state)) => {
                let pairs = [("error", error.code), ("error_description", error.description.as_str())];
                redirect(&uri, state.as_deref(), issuer, &pairs)
            }
        }
    }
}

impl Issuer {
    fn request(&self, query: &str) -> Result<Request, Failed> {
        let shown = |error| Failed { error, client: None };
        let form = Form::read(query).map_err(shown)?;
        if form.required("client_id").map_err(shown)? != CLIENT {
            return Err(shown(OAuthError::new("invalid_client", format!("the only client is `{CLIENT}`"))));
        }
        let redirect_uri = form.required("redirect_uri").map_err(shown)?.to_owned();
        if !is_redirect_uri(&redirect_uri) {
            let message = "`redirect_uri` must be an absolute URI without a fragment";
            return Err(shown(OAuthError::invalid_request(message)));
        }
        let state = form.get("state").map(str::to_owned);
        let sent = |error| Failed { error, client: Some((redirect_uri.clone(), state.clone())) };
        if form.required("response_type").map_err(sent)? != "code" {
            return Err(sent(OAuthError::new("unsupported_response_type", "the only response type is `code`")));
        }
        let challenge = form.required("code_challenge").map_err(sent)?.to_owned();
        if form.get("code_challenge_method") != Some("S256") {
            return Err(sent(OAuthError::invalid_request("`code_challenge_method` must be `S256`")));
        }
        let scopes = self.requested_scopes(form.get("scope")).map_err(sent)?;
        let nonce = form.get("nonce").map(str::to_owned);
        let thumbprint = form.get("dpop_jkt").filter(|_| self.binding().is_some()).map(str::to_owned);
        let is_silent = form.get("prompt") == Some("none");
        Ok(Request { redirect_uri, state, scopes, challenge, nonce, thumbprint, is_silent })
    }

    fn allowed(&self, request: &Request) -> Response {
        let code = random::token();
        let grant = Code {
            redirect_uri: request.redirect_uri.clone(),
            scopes: request.scopes.clone(),
            challenge: request.challenge.clone(),
            nonce: request.nonce.clone(),
            thumbprint: request.thumbprint.clone(),
            expires: Instant::now() + CODE_LIFETIME,
        };
        self.grants().codes.insert(code.clone(), grant);
        redirect(&request.redirect_uri, request.state.as_deref(), self, &[("code", &code)])
    }
}

/// An absolute URI that a browser does not run as a script.
fn is_redirect_uri(uri: &str) -> bool {
    let Some((scheme, rest)) = uri.split_once(':') else { return false };
    let is_scheme = scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let is_run = ["javascript", "data", "vbscript"].iter().any(|run| scheme.eq_ignore_ascii_case(run));
    let is_plain = uri.bytes().all(|byte| byte.is_ascii_graphic()) && !uri.contains('#');
    !scheme.is_empty() && is_scheme && !is_run && is_plain && !rest.is_empty()
}

fn redirect(uri: &str, state: Option<&str>, issuer: &Issuer, pairs: &[(&str, &str)]) -> Response {
    let state = state.map(|state| ("state", state));
    let pairs = pairs.iter().copied().chain(state).chain([("iss", issuer.url())]);
    let mut target = uri.to_owned();
    for (name, value) in pairs {
        target.push(if target.contains('?') { '&' } else { '?' });
        target.push_str(&format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)));
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    match HeaderValue::try_from(target) {
        Ok(target) => drop(headers.insert(LOCATION, target)),
        Err(_) => *response.status_mut() = StatusCode::BAD_REQUEST,
    }
    response
}

#[cfg(test)]
mod tests {
    #[test]
    fn redirect_uris_are_absolute_and_not_scripts() {
        let cases = [
            ("http://127.0.0.1:8080/callback", true),
            ("com.example.app:/callback", true),
            ("https://example.com/cb?x=1", true),
            ("https://example.com/cb#part", false),
            ("/callback", false),
            ("javascript:alert(1)", false),
            ("JavaScript:alert(1)", false),
            ("data:text/html,x", false),
            ("https://example.com/\r\nX: y", false),
            ("", false),
        ];
        for (uri, expected) in cases {
            assert_eq!(super::is_redirect_uri(uri), expected, "{uri}");
        }
    }
}
