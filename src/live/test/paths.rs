//! Requests without credentials by other methods and other spellings of the path.

use super::auth::is_optional;
use super::check::CheckId;
use super::probe::{Connection, Expected, Probe};
use super::runner::{Control, Runner};
use crate::model::operation::{Method as Documented, Operation, Segment};
use keystub_client_runtime::reqwest::{Method, Request};

/// The requests.
pub(super) async fn probes(runner: &mut Runner<'_>, control: &Control) -> Vec<Probe> {
    let at = control.operation;
    let operation = &runner.api.operations[at];
    if is_optional(operation) {
        return Vec::new();
    }
    let Ok(request) = runner.request(0, at, &[]).await else { return Vec::new() };
    let base = keystub_client_runtime::reqwest::Url::parse(&runner.options.server)
        .map(|url| url.path().trim_end_matches('/').len());
    let start = base.unwrap_or_default();
    let probe = |check, sent: String, request| Probe {
        check,
        part: None,
        operation: at,
        sent,
        request,
        connection: Connection::Anonymous,
        expected: Expected::NotTheResource,
    };
    let mut probes = Vec::new();
    let has_head = runner
        .api
        .operations
        .iter()
        .any(|other| other.method == Documented::Head && other.path.text == operation.path.text);
    if operation.method == Documented::Get
        && !has_head
        && let Some(mut request) = request.try_clone()
    {
        *request.method_mut() = Method::HEAD;
        probes.push(probe(CheckId::AuthHead, "HEAD without credentials".to_owned(), request));
    }
    for (check, path) in spellings(request.url().path(), start) {
        let is_other = runner
            .api
            .operations
            .iter()
            .enumerate()
            .any(|(index, other)| index != at && matches(other, path.get(start..).unwrap_or_default()));
        if let Some(request) = (!is_other).then(|| with_path(&request, &path)).flatten() {
            probes.push(probe(check, format!("no credentials, path {path}"), request));
        }
    }
    probes
}

/// Other spellings of a path, whose first `start` bytes are the path of the server.
fn spellings(path: &str, start: usize) -> Vec<(CheckId, String)> {
    let (base, own) = path.split_at(start.min(path.len()));
    let mut all = vec![(CheckId::AuthTrailingSlash, format!("{path}/"))];
    if own.bytes().any(|byte| byte.is_ascii_lowercase()) {
        all.push((CheckId::AuthCasePath, format!("{base}{}", own.to_ascii_uppercase())));
    }
    if let Some(letter) = own.find(|c: char| c.is_ascii_alphabetic()) {
        let (before, rest) = own.split_at(letter);
        all.push((CheckId::AuthEncodedPath, format!("{base}{before}%{:02X}{}", rest.as_bytes()[0], &rest[1..])));
    }
    all.push((CheckId::AuthEncodedPath, format!("{base}/{own}")));
    all.push((CheckId::AuthEncodedPath, format!("{path};keystub=1")));
    all
}

fn with_path(request: &Request, path: &str) -> Option<Request> {
    let mut request = request.try_clone()?;
    request.url_mut().set_path(path);
    // The parser of URLs may have written it in the ordinary way.
    (request.url().path() == path).then_some(request)
}

/// Whether a path matches that of an operation. Names are compared in any case.
fn matches(operation: &Operation, path: &str) -> bool {
    let mut pattern = String::new();
    for segment in &operation.path.segments {
        match segment {
            Segment::Text(text) => pattern.push_str(text),
            Segment::Parameter(_) => pattern.push('\u{0}'),
        }
    }
    let (pattern, path): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), path.split('/').collect());
    pattern.len() == path.len()
        && pattern
            .iter()
            .zip(&path)
            .all(|(own, part)| (own.contains('\u{0}') && !part.is_empty()) || own.eq_ignore_ascii_case(part))
}
