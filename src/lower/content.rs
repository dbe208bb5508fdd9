//! The request body and the responses of an operation.

use openapiv3::{ReferenceOr, Response as SpecResponse, StatusCode};

use super::Lowering;
use super::forms::{ContentDirection, forms};
use super::header_field;
use super::operation::FoundOperation;
use super::place::Place;
use crate::diag::print::excerpt;
use crate::diag::{Code, Diagnostic, Pointer};
use crate::document::tree::Node;
use crate::model::operation::{Body, Method, Response, Status};
use crate::model::schema::Doc;
use crate::model::security::Vec1;

/// The request body of an operation.
pub(super) fn body<'d>(lowering: &mut Lowering<'d>, found: &FoundOperation<'d>) -> Option<Body> {
    let item = found.spec.request_body.as_ref()?;
    let (at, body) = lowering.resolve(item, &found.at.child("requestBody"))?;
    if found.method == Method::Trace {
        // RFC 9110, section 9.3.8: a client must not send content in a TRACE request.
        lowering.skip(&at, "TRACE requests have no body");
        return None;
    }
    let place = Place::operation(found.index, "body");
    let forms = forms(lowering, &body.content, &at.child("content"), &place, ContentDirection::Request);
    Some(Body {
        forms: Vec1::new(forms)?,
        is_required: body.required,
        doc: Doc { summary: None, description: body.description.clone() },
        at,
    })
}

/// The responses of an operation: codes, then ranges, then the default.
pub(super) fn responses<'d>(lowering: &mut Lowering<'d>, found: &FoundOperation<'d>) -> Vec<Response> {
    let at = found.at.child("responses");
    report_other_keys(lowering, &at);
    let specs = &found.spec.responses;
    let mut all: Vec<(Status, Pointer, &'d ReferenceOr<SpecResponse>)> = Vec::new();
    for (code, item) in &specs.responses {
        let key = key(lowering, &at, code);
        let status = match code {
            StatusCode::Code(code @ 100..=599) => Status::Code(*code),
            StatusCode::Range(digit @ 1..=5) => Status::Range(u8::try_from(*digit).expect("a digit")),
            StatusCode::Code(_) | StatusCode::Range(_) => {
                bad_status(lowering, &at, &key);
                continue;
            }
        };
        all.push((status, at.child(&key), item));
    }
    all.extend(specs.default.iter().map(|item| (Status::Default, at.child("default"), item)));
    all.sort_by_key(|(status, _, _)| *status);
    let successes = all.iter().filter(|(status, _, _)| is_success(*status)).count();
    let mut responses = Vec::with_capacity(all.len());
    for (status, at, item) in all {
        let role = match status {
            status if successes == 1 && is_success(status) => "response".to_owned(),
            Status::Code(code) => format!("{code} response"),
            Status::Range(digit) => format!("{digit}xx response"),
            Status::Default if successes == 0 => "response".to_owned(),
            Status::Default => "default response".to_owned(),
        };
        let place = Place::operation(found.index, role);
        responses.extend(response(lowering, found, status, item, &at, &place));
    }
    responses
}

fn is_success(status: Status) -> bool {
    matches!(status, Status::Code(200..=299) | Status::Range(2))
}

/// The key as written in the document; `openapiv3` does not distinguish `4xx` and `4XX`.
fn key(lowering: &Lowering<'_>, at: &Pointer, code: &StatusCode) -> String {
    let text = code.to_string();
    let keys = lowering.document.node(at).and_then(Node::as_object).into_iter().flatten();
    let mut keys = keys.map(|(key, _)| key);
    keys.find(|key| key.eq_ignore_ascii_case(&text)).cloned().unwrap_or(text)
}

/// Keys that `openapiv3` ignores.
fn report_other_keys(lowering: &mut Lowering<'_>, at: &Pointer) {
    let document = lowering.document;
    for (key, _) in document.node(at).and_then(Node::as_object).into_iter().flatten() {
        let bytes = key.as_bytes();
        let is_code = bytes.len() == 3 && bytes.iter().all(u8::is_ascii_digit);
        let is_range = bytes.len() == 3 && bytes[0].is_ascii_digit() && key[1..].eq_ignore_ascii_case("xx");
        let is_known = key == "default" || key.starts_with("x-") || is_code && bytes[0] != b'0' || is_range;
        if !is_known {
            bad_status(lowering, at, key);
        }
    }
}

fn bad_status(lowering: &mut Lowering<'_>, at: &Pointer, key: &str) {
    let message = format!("`{}` is not a status; expected 100 to 599, 1XX to 5XX or `default`", excerpt(key));
    lowering.report.push(Diagnostic::error(Code::BadStatus, &at.child(key), message).on_key());
}

fn response<'d>(
    lowering: &mut Lowering<'d>,
    found: &FoundOperation<'d>,
    status: Status,
    item: &'d ReferenceOr<SpecResponse>,
    at: &Pointer,
    place: &Place,
) -> Option<Response> {
    let (at, spec) = lowering.resolve(item, at)?;
    // RFC 9110, sections 6.4.1, 9.3.2 and 15: these have no content, whatever the document says.
    let is_bare =
        found.method == Method::Head || matches!(status, Status::Code(100..=199 | 204 | 205 | 304) | Status::Range(1));
    let content_at = at.child("content");
    let forms = if !is_bare {
        forms(lowering, &spec.content, &content_at, place, ContentDirection::Response)
    } else {
        if !spec.content.is_empty() {
            lowering.skip(&content_at, "HTTP allows no content for this method or status");
        }
        Vec::new()
    };
    Some(Response {
        status,
        forms,
        headers: header_field::of_response(lowering, &spec.headers, &at.child("headers"), place),
        doc: Doc { summary: None, description: Some(spec.description.clone()).filter(|text| !text.is_empty()) },
        at,
    })
}
