//! Whether a request that was forwarded and its response are as documented, by the checks of `keystub test` and of the mock.

use keystub_client_runtime as client;
use keystub_server_runtime as rt;

use client::dynamic::RawResponse;
use client::reqwest::{Request, Url};
use rt::axum::body::Body;
use rt::axum::http::header::{
    ACCESS_CONTROL_REQUEST_METHOD, CONTENT_ENCODING, CONTENT_TYPE, IF_MODIFIED_SINCE, IF_NONE_MATCH,
};
use rt::axum::http::request::Parts;
use rt::axum::http::{HeaderMap, Method, StatusCode};
use rt::body::{BodyLimit, MemoryLimit};
use rt::bytes::Bytes;
use rt::call::Call;
use rt::problem::Failure;
use rt::route_tree::RouteTree;
use rt::router::Route;

use super::super::guard::{Guard, Refused};
use super::copy::MOST;
use super::difference::{Difference, Target};
use super::exchange::{Exchange, Outcome, Received};
use crate::live::server::requests::Requests;
use crate::live::test::Verdict;
use crate::live::test::carrier::Carrier;
use crate::live::test::challenge::challenge;
use crate::live::test::check::CheckId;
use crate::live::test::contract::{Observation, error_observations, leak, observations};
use crate::live::test::probe::{Expected, Likeness};
use crate::live::test::secrets::Secrets;
use crate::model::Api;
use crate::model::security::{Access, Secret};
use crate::values::Values;

/// The check of requests that match no operation.
const UNDOCUMENTED: &str = "operation-undocumented";

/// The check of responses that do not arrive, or not as a whole.
const NO_RESPONSE: &str = "no-response";

/// Judges exchanges.
pub(super) struct Judge {
    pub api: &'static Api,
    pub requests: Requests,
    /// Reads credentials; it accepts all that have the syntax of their scheme.
    pub guard: Guard,
    pub values: Values<'static>,
    pub tree: RouteTree<()>,
    /// The URL of the server.
    pub base: Url,
}

/// What is found about an exchange.
#[derive(Debug)]
pub(super) struct Judged {
    /// The index of the operation.
    pub operation: Option<usize>,
    /// Why the request is not as documented, if it is not.
    pub invalid: Option<String>,
    /// Why the response was not checked as a whole.
    pub unchecked: Option<&'static str>,
    pub differences: Vec<Difference>,
}

/// Whether the credentials of a request could meet the security requirements.
enum Credentials {
    Present,
    Missing(Refused),
    /// A client certificate does not pass a proxy.
    Unknown,
}

/// Whether parameters and body are as documented.
enum Content {
    Valid,
    Invalid(CheckId, String),
    /// The body was not copied, or cannot be read.
    Unknown,
}

impl Judge {
    /// Judges an exchange.
    pub async fn judge(&self, exchange: &Exchange) -> Judged {
        let uri = &exchange.head.uri;
        let is_preflight = exchange.head.method == Method::OPTIONS
            && exchange.head.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        let chosen = self.tree.choose(&exchange.head.method, uri.path(), uri.query().unwrap_or_default());
        match chosen {
            Ok((route, captures)) => self.of_operation(exchange, route, captures).await,
            // Servers respond to it for all paths (Fetch, section 3.2.5).
            Err(_) if is_preflight => Judged::of(None, Vec::new()),
            Err(_) => Judged::of(None, self.undocumented(exchange)),
        }
    }

    /// A request that matches no operation must not succeed.
    fn undocumented(&self, exchange: &Exchange) -> Vec<Difference> {
        let target = || Target::of_request(&exchange.head);
        match &exchange.outcome {
            Outcome::Response { status, .. } if status.as_u16() < 400 => {
                let (expected, got) = ("404 or 405".to_owned(), status.as_u16().to_string());
                vec![Difference::new(UNDOCUMENTED, target(), expected, got)]
            }
            Outcome::Response { .. } => Vec::new(),
            Outcome::None { reason, .. } => vec![no_response(target(), reason)],
        }
    }

    async fn of_operation(&self, exchange: &Exchange, route: Route<()>, captures: Vec<(usize, String)>) -> Judged {
        let at = self.requests.index(route.operation);
        let target = || Target::Operation(at);
        let (status, headers, body) = match &exchange.outcome {
            Outcome::Response { status, headers, body } => (*status, headers, body),
            Outcome::None { reason, .. } => return Judged::of(Some(at), vec![no_response(target(), reason)]),
        };
        let credentials = self.credentials(at, &exchange.head, route, &captures).await;
        let content = self.content(at, exchange, route, captures).await;
        let (bytes, unchecked) = checked(&exchange.head, status, headers, body);
        let response = RawResponse { status, headers: headers.clone(), body: bytes.unwrap_or_default() };
        let mut found = self.observed(at, &credentials, &content, &response);
        if is_revalidated(&exchange.head, status) {
            found.clear();
        }
        if unchecked.is_some() || exchange.head.method == Method::HEAD {
            found.retain(|own| !is_about_body(own.check));
        }
        let secrets = self.secrets(&exchange.head);
        let invalid = match (&credentials, content) {
            (Credentials::Missing(refused), _) => Some(refused.reason.clone()),
            (_, Content::Invalid(_, reason)) => Some(reason),
            (_, Content::Valid | Content::Unknown) => None,
        };
        let invalid = invalid.map(|reason| secrets.redacted(&reason));
        let broken = found.into_iter().filter(|own| own.verdict == Verdict::Broken);
        let mut differences: Vec<Difference> = broken
            .map(|own| Difference {
                part: own.part,
                sent: invalid.clone(),
                ..Difference::new(
                    own.check.check().id,
                    target(),
                    secrets.redacted(&own.expected),
                    secrets.redacted(&own.got),
                )
            })
            .collect();
        if let Received::Broken(reason) = body {
            differences.push(no_response(target(), reason));
        }
        Judged { operation: Some(at), invalid, unchecked, differences }
    }

    async fn credentials(
        &self,
        at: usize,
        head: &Parts,
        route: Route<()>,
        captures: &[(usize, String)],
    ) -> Credentials {
        let call = Call::new(route.operation, head.clone(), Body::empty(), captures.to_vec());
        match self.guard.check(call.head()).await {
            Ok(()) => Credentials::Present,
            Err(_) if self.may_have_certificate(at) => Credentials::Unknown,
            Err(refused) => Credentials::Missing(refused),
        }
    }

    fn may_have_certificate(&self, at: usize) -> bool {
        let Access::Guarded { any_of, .. } = &self.api.operations[at].access else { return false };
        let mut uses = any_of.iter().flat_map(|alternative| alternative.iter());
        uses.any(|own| self.api.schemes[own.scheme.0].kind.secret() == Secret::Certificate)
    }

    async fn content(
        &self,
        at: usize,
        exchange: &Exchange,
        route: Route<()>,
        captures: Vec<(usize, String)>,
    ) -> Content {
        let mut head = exchange.head.clone();
        head.extensions.insert(BodyLimit(MOST));
        head.extensions.insert(MemoryLimit(MOST));
        let media_type = head.headers.get(CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()).into());
        let body = exchange.sent.as_ref().map(|sent| Body::from(sent.bytes()));
        let is_copied = body.is_some();
        let Ok((parameters, body)) = Call::new(route.operation, head, body.unwrap_or_default(), captures).read() else {
            return Content::Unknown;
        };
        let read = match self.requests.parameters(at, &parameters) {
            Ok(_) if !is_copied => return Content::Unknown,
            Ok(_) => self.requests.body(at, body).await.map(drop),
            Err(failure) => Err(failure),
        };
        match read {
            Ok(()) => Content::Valid,
            Err(Failure::Unreadable(error)) => Content::Invalid(CheckId::InvalidRefused, error.to_string()),
            Err(Failure::MediaType | Failure::Charset(_)) => {
                let media_type: Option<String> = media_type;
                let media_type = media_type.unwrap_or_else(|| "none".to_owned());
                Content::Invalid(CheckId::WrongMediaType, format!("the media type of the body is {media_type}"))
            }
            Err(
                Failure::Denied(_)
                | Failure::TooLarge
                | Failure::NotAcceptable(_)
                | Failure::ContentCoding
                | Failure::Storage
                | Failure::Method(_)
                | Failure::Path,
            ) => Content::Unknown,
        }
    }

    fn observed(
        &self,
        at: usize,
        credentials: &Credentials,
        content: &Content,
        response: &RawResponse,
    ) -> Vec<Observation> {
        let is_refused = matches!(response.status.as_u16(), 401 | 403);
        let (own, is_as_expected) = match (credentials, content) {
            (Credentials::Missing(refused), _) => {
                let own = expected(check_of(refused), Expected::Unauthorized, response);
                let is_as_expected = own.verdict == Verdict::Kept;
                (Some(own), is_as_expected)
            }
            (_, Content::Invalid(check, _)) if !is_refused => {
                let own = expected(*check, Expected::ClientError, response);
                let is_as_expected = own.verdict == Verdict::Kept;
                (Some(own), is_as_expected)
            }
            _ if is_refused => (self.open(at, response), true),
            _ if response.status == StatusCode::UNSUPPORTED_MEDIA_TYPE => {
                (Some(expected(CheckId::ValidAccepted, Expected::ValuesAccepted, response)), false)
            }
            _ => (None, false),
        };
        // The status of a refusal need not be documented, as `keystub test` judges it.
        let mut found: Vec<Observation> = own.into_iter().collect();
        if is_as_expected {
            found.push(leak(response));
            found.extend(error_observations(self.api, &self.values, at, response));
        } else {
            found.extend(observations(self.api, &self.values, at, response));
        }
        let is_guarded = matches!(self.api.operations[at].access, Access::Guarded { .. });
        if response.status == StatusCode::UNAUTHORIZED && is_guarded {
            found.push(challenge(self.api, at, response));
        }
        found
    }

    /// Whether an operation without security requirements is open, if this one has none.
    fn open(&self, at: usize, response: &RawResponse) -> Option<Observation> {
        let is_open = matches!(self.api.operations[at].access, Access::Open);
        is_open.then(|| expected(CheckId::OpenIsOpen, Expected::LetIn, response))
    }

    /// The credentials of a request, which a message may repeat.
    fn secrets(&self, head: &Parts) -> Secrets {
        let mut secrets = Secrets::default();
        let mut url = self.base.clone();
        url.set_query(head.uri.query());
        let mut request = Request::new(Method::GET, url);
        *request.headers_mut() = head.headers.clone();
        for scheme in &self.api.schemes {
            if let Some(value) = Carrier::of(scheme).and_then(|carrier| carrier.value(&request)) {
                secrets.add(&value, "REDACTED");
            }
        }
        secrets
    }
}

impl Judged {
    /// Nothing is found, for this reason.
    pub fn unchecked(reason: &'static str) -> Self {
        Self { unchecked: Some(reason), ..Self::of(None, Vec::new()) }
    }

    fn of(operation: Option<usize>, differences: Vec<Difference>) -> Self {
        Self { operation, invalid: None, unchecked: None, differences }
    }
}

fn no_response(target: Target, reason: &str) -> Difference {
    Difference::new(NO_RESPONSE, target, "a response".to_owned(), reason.to_owned())
}

/// The check of requests without valid credentials.
fn check_of(refused: &Refused) -> CheckId {
    match (refused.is_anonymous, refused.denial.status) {
        (true, _) => CheckId::AuthNone,
        (false, StatusCode::BAD_REQUEST) => CheckId::AuthPartWrong,
        (false, _) => CheckId::AuthPartMissing,
    }
}

fn expected(check: CheckId, expected: Expected, response: &RawResponse) -> Observation {
    Observation {
        check,
        part: None,
        verdict: expected.verdict(response, Likeness::Other),
        expected: expected.text().to_owned(),
        got: response.status.as_u16().to_string(),
    }
}

/// The body that is checked, or why it is not.
fn checked(
    head: &Parts,
    status: StatusCode,
    headers: &HeaderMap,
    body: &Received,
) -> (Option<Bytes>, Option<&'static str>) {
    let is_coded = headers.get(CONTENT_ENCODING).is_some_and(|coding| coding != "identity");
    match body {
        Received::Whole(_) if head.method == Method::HEAD => (None, None),
        Received::Whole(_) if is_coded => (None, Some("the body has a content coding")),
        Received::Whole(_) if status == StatusCode::PARTIAL_CONTENT => (None, Some("the body is a part")),
        Received::Whole(copied) => (Some(copied.bytes()), None),
        Received::Unknown(reason) => (None, Some(reason)),
        Received::Broken(_) => (None, Some("the body is not complete")),
    }
}

/// Whether a check needs the body.
fn is_about_body(check: CheckId) -> bool {
    matches!(check, CheckId::BodyConforms | CheckId::ErrorConforms | CheckId::NoLeak)
}

/// Whether the response confirms what the caller has (RFC 9110, section 15.4.5).
fn is_revalidated(head: &Parts, status: StatusCode) -> bool {
    let is_conditional = head.headers.contains_key(IF_NONE_MATCH) || head.headers.contains_key(IF_MODIFIED_SINCE);
    status == StatusCode::NOT_MODIFIED && is_conditional
}
