//! Whether a response is as documented.

use serde_json::Value;

use super::check::CheckId;
use super::items::items;
use super::probe::Verdict;
use crate::media_type::essence;
use crate::model::Api;
use crate::model::operation::{Content, Method, Operation, Response, Status};
use crate::model::security::Access;
use crate::values::{ValueUse, Values};
use keystub_client_runtime::dynamic::RawResponse;

/// What is found about a response: the check, its part, the verdict, and what the response should have been and was.
#[derive(Debug)]
pub(in crate::live) struct Observation {
    pub check: CheckId,
    pub part: Option<String>,
    pub verdict: Verdict,
    pub expected: String,
    pub got: String,
}

/// The checks of a response to a request with valid credentials.
pub(in crate::live) fn observations(
    api: &Api,
    values: &Values<'_>,
    at: usize,
    response: &RawResponse,
) -> Vec<Observation> {
    let operation = &api.operations[at];
    let mut found = general(operation, response);
    let status = response.status.as_u16();
    let Some(index) = documented(operation, status) else {
        let known: Vec<String> = operation.responses.iter().map(|response| text(response.status)).collect();
        found.push(observation(CheckId::StatusDocumented, false, known.join(", "), status.to_string()));
        return found;
    };
    let described = &operation.responses[index];
    found.push(observation(CheckId::StatusDocumented, true, text(described.status), status.to_string()));
    for header in described.headers.iter().filter(|header| header.is_required) {
        let is_there = response.headers.contains_key(header.name.as_str());
        let own = observation(CheckId::HeaderDocumented, is_there, header.name.clone(), "no such field".to_owned());
        found.push(Observation { part: Some(header.name.clone()), ..own });
    }
    if operation.method != Method::Head && !described.forms.is_empty() && !matches!(status, 204 | 304) {
        found.extend(body(values, at, (operation, index), response));
    }
    found
}

/// The checks of a response to a request that must be rejected, if the document describes its content.
pub(in crate::live) fn error_observations(
    api: &Api,
    values: &Values<'_>,
    at: usize,
    response: &RawResponse,
) -> Vec<Observation> {
    let operation = &api.operations[at];
    let status = response.status.as_u16();
    let Some(index) = documented(operation, status).filter(|_| (400..500).contains(&status)) else { return Vec::new() };
    if operation.method == Method::Head || operation.responses[index].forms.is_empty() {
        return Vec::new();
    }
    let all = body(values, at, (operation, index), response).into_iter();
    all.map(|own| Observation { check: CheckId::ErrorConforms, ..own }).collect()
}

fn body(
    values: &Values<'_>,
    at: usize,
    (operation, of): (&Operation, usize),
    response: &RawResponse,
) -> Vec<Observation> {
    content(&operation.responses[of], response, |index, value| {
        let of = ValueUse::Response { operation: at, response: of, index };
        values.check(of, value).map_err(|error| error.to_string())
    })
}

fn observation(check: CheckId, is_kept: bool, expected: String, got: String) -> Observation {
    let verdict = if is_kept { Verdict::Kept } else { Verdict::Broken };
    Observation { check, part: None, verdict, expected, got }
}

/// The documented response with this status: its code, else its range, else the default.
pub(super) fn documented(operation: &Operation, status: u16) -> Option<usize> {
    let wanted = [Status::Code(status), Status::Range(u8::try_from(status / 100).unwrap_or_default()), Status::Default];
    wanted.iter().find_map(|wanted| operation.responses.iter().position(|response| response.status == *wanted))
}

fn text(status: Status) -> String {
    match status {
        Status::Code(code) => code.to_string(),
        Status::Range(digit) => format!("{digit}XX"),
        Status::Default => "any".to_owned(),
    }
}

fn content(
    described: &Response,
    response: &RawResponse,
    check: impl Fn(usize, &Value) -> Result<(), String>,
) -> Vec<Observation> {
    let received = essence(&response.media_type().unwrap_or_default());
    let found = described.forms.iter().position(|form| matches_type(&essence(&form.media_type), &received));
    let known: Vec<&str> = described.forms.iter().map(|form| form.media_type.as_str()).collect();
    let mut all = vec![observation(CheckId::MediaTypeDocumented, found.is_some(), known.join(", "), received.clone())];
    let Some(index) = found else { return all };
    let conforms = match &described.forms[index].content {
        Content::Json(_) if received == "application/json" || received.ends_with("+json") => {
            match serde_json::from_slice(&response.body) {
                Ok(value) => check(index, &value),
                Err(error) => Err(format!("not JSON: {error}")),
            }
        }
        Content::Text => match std::str::from_utf8(&response.body) {
            Ok(text) => check(index, &text_value(text)),
            Err(_) => Err("not UTF-8".to_owned()),
        },
        Content::Stream(stream) => items(stream, &response.body).and_then(|values| {
            values.iter().enumerate().try_for_each(|(number, value)| {
                check(index, value).map_err(|error| format!("item {}: {error}", number + 1))
            })
        }),
        Content::Json(_) | Content::Form(_) | Content::Multipart(_) | Content::Bytes => return all,
    };
    let got = conforms.as_ref().err().cloned().unwrap_or_default();
    all.push(observation(CheckId::BodyConforms, conforms.is_ok(), "a body that satisfies its schema".to_owned(), got));
    all
}

/// The value of a text body. A body of text may have the schema of a number.
fn text_value(text: &str) -> Value {
    Value::String(text.to_owned())
}

fn matches_type(described: &str, received: &str) -> bool {
    match described.strip_suffix("/*") {
        Some("*") => true,
        Some(main) => received.split('/').next() == Some(main),
        None => described == received,
    }
}

/// The checks that do not depend on the documented responses.
fn general(operation: &Operation, response: &RawResponse) -> Vec<Observation> {
    let header = |name: &str| {
        response.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase())
    };
    let status = response.status.as_u16();
    let mut found = vec![
        observation(CheckId::NoServerError, status < 500, "no status from 500".to_owned(), status.to_string()),
        leak(response),
    ];
    if matches!(operation.access, Access::Guarded { .. }) {
        let cache = header("cache-control").unwrap_or_default();
        let is_public = cache.split(',').any(|directive| directive.trim() == "public");
        let expected = "no `public` in Cache-Control".to_owned();
        found.push(observation(CheckId::CacheOfGuarded, !is_public, expected, cache));
    }
    for cookie in response.headers.get_all("set-cookie") {
        let cookie = String::from_utf8_lossy(cookie.as_bytes()).to_ascii_lowercase();
        let has_flag = cookie.split(';').skip(1).any(|attribute| attribute.trim() == "httponly");
        let got = "Set-Cookie without HttpOnly".to_owned();
        found.push(observation(CheckId::CookieFlags, has_flag, "HttpOnly".to_owned(), got));
    }
    found
}

/// Whether a page of any site can read the response to a request with the origin [`ORIGIN`] and the user's credentials.
pub(super) fn foreign_origin(response: &RawResponse) -> Observation {
    let header = |name| response.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let origin = header("access-control-allow-origin").unwrap_or_default().to_ascii_lowercase();
    let has_credentials =
        header("access-control-allow-credentials").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let is_star = matches!(origin.as_str(), "*" | ORIGIN) && has_credentials;
    let expected = "no credentials for any origin".to_owned();
    let got = format!("Access-Control-Allow-Origin: {origin} with credentials");
    observation(CheckId::CorsNotStar, !is_star, expected, got)
}

/// The origin that requests name. It is reserved, so that no server allows it on purpose (RFC 6761, section 6.4).
pub(super) const ORIGIN: &str = "https://keystub.invalid";

/// Whether the body has a stack trace or an error of a database.
pub(in crate::live) fn leak(response: &RawResponse) -> Observation {
    const SIGNS: [&str; 12] = [
        "Traceback (most recent call last)",
        "stack backtrace:",
        "panicked at ",
        "Exception in thread",
        "\tat java.",
        "\tat org.",
        "at Object.<anonymous>",
        "node_modules/",
        "System.NullReferenceException",
        "goroutine 1 [running]",
        "You have an error in your SQL syntax",
        "sqlite3.OperationalError",
    ];
    let text = String::from_utf8_lossy(&response.body);
    let sign = SIGNS.iter().find(|sign| text.contains(**sign));
    let got = sign.map_or_else(String::new, |sign| format!("a body with `{}`", sign.trim()));
    observation(CheckId::NoLeak, sign.is_none(), "no details of the implementation".to_owned(), got)
}
