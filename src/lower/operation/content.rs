//! The request body and the responses of an operation.

use openapiv3::{ReferenceOr, Response as SpecResponse, StatusCode};

use super::content_direction::ContentDirection;
use super::found_operation::FoundOperation;
use super::representations::representations;
use super::{encoding, header_field, items};
use crate::diag::print::excerpt;
use crate::diag::{Code, Diagnostic, Pointer};
use crate::document::tree::Node;
use crate::lower::constrained::{Constrained, ConstrainedUse};
use crate::lower::flat_schema::Located;
use crate::lower::schema::types::Types;
use crate::lower::source::Source;
use crate::model::operation::{Body, Method, Response, Status};
use crate::model::schema::Doc;
use crate::model::security::Vec1;

/// The request body of an operation.
pub(super) fn body<'d>(types: &mut Types<'d>, found: &FoundOperation<'d>) -> Option<Body> {
    let item = found.spec.request_body.as_ref()?;
    let (at, body) = types.source.resolve(item, &found.at.child("requestBody"))?;
    if found.method == Method::Trace {
        // RFC 9110, section 9.3.8: a client must not send content in a TRACE request.
        types.source.skip(&at, "TRACE requests have no body");
        return None;
    }
    let place = found.place("body", &at, "body");
    let content_at = at.child("content");
    let forms = representations(types, &body.content, &content_at, &place, ContentDirection::Request);
    for (index, form) in forms.iter().enumerate() {
        let media = body.content.get(&form.media_type).filter(|media| !items::is_marked(media));
        if let Some(schema) = media.and_then(|media| media.schema.as_ref()) {
            let located = Located { part: schema.into(), at: content_at.child(&form.media_type).child("schema") };
            let of = ConstrainedUse::Body { operation: found.index, index };
            types.constrained.push(Constrained { of, located });
        }
    }
    Some(Body {
        forms: Vec1::new(forms)?,
        is_required: body.required,
        doc: Doc { summary: None, description: body.description.clone() },
        at,
    })
}

/// The responses of an operation: codes, then ranges, then the default.
pub(super) fn responses<'d>(types: &mut Types<'d>, found: &FoundOperation<'d>) -> Vec<Response> {
    let at = found.at.child("responses");
    report_other_keys(&mut types.source, &at);
    let specs = &found.spec.responses;
    let mut all: Vec<(Status, Pointer, &'d ReferenceOr<SpecResponse>)> = Vec::new();
    for (code, item) in &specs.responses {
        let key = key(&types.source, &at, code);
        let status = match code {
            StatusCode::Code(code @ 100..=599) => Status::Code(*code),
            StatusCode::Range(digit @ 1..=5) => Status::Range(u8::try_from(*digit).expect("a digit")),
            StatusCode::Code(_) | StatusCode::Range(_) => {
                bad_status(&mut types.source, &at, &key);
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
        responses.extend(response(types, found, responses.len(), (status, item), &at, &role));
    }
    responses
}

fn is_success(status: Status) -> bool {
    matches!(status, Status::Code(200..=299) | Status::Range(2))
}

/// The key as written in the document; `openapiv3` does not distinguish `4xx` and `4XX`.
fn key(source: &Source<'_>, at: &Pointer, code: &StatusCode) -> String {
    let text = code.to_string();
    let keys = source.document.node(at).and_then(Node::as_object).into_iter().flatten();
    let mut keys = keys.map(|(key, _)| key);
    keys.find(|key| key.eq_ignore_ascii_case(&text)).cloned().unwrap_or(text)
}

/// Keys that `openapiv3` ignores.
fn report_other_keys(source: &mut Source<'_>, at: &Pointer) {
    let document = source.document;
    for (key, _) in document.node(at).and_then(Node::as_object).into_iter().flatten() {
        let bytes = key.as_bytes();
        let is_code = bytes.len() == 3 && bytes.iter().all(u8::is_ascii_digit);
        let is_range = bytes.len() == 3 && bytes[0].is_ascii_digit() && key[1..].eq_ignore_ascii_case("xx");
        let is_known = key == "default" || key.starts_with("x-") || is_code && bytes[0] != b'0' || is_range;
        if !is_known {
            bad_status(source, at, key);
        }
    }
}

fn bad_status(source: &mut Source<'_>, at: &Pointer, key: &str) {
    let message = format!("`{}` is not a status; expected 100 to 599, 1XX to 5XX or `default`", excerpt(key));
    source.report.push(Diagnostic::error(Code::BadStatus, &at.child(key), message).on_key());
}

fn response<'d>(
    types: &mut Types<'d>,
    found: &FoundOperation<'d>,
    index: usize,
    (status, item): (Status, &'d ReferenceOr<SpecResponse>),
    at: &Pointer,
    role: &str,
) -> Option<Response> {
    let (at, spec) = types.source.resolve(item, at)?;
    let place = &found.place(role, &at, "response");
    // RFC 9110, sections 6.4.1, 9.3.2 and 15: these have no content, whatever the document says.
    let is_bare =
        found.method == Method::Head || matches!(status, Status::Code(100..=199 | 204 | 205 | 304) | Status::Range(1));
    let content_at = at.child("content");
    let forms = if !is_bare {
        representations(types, &spec.content, &content_at, place, ContentDirection::Response)
    } else {
        if !spec.content.is_empty() {
            types.source.skip(&content_at, "HTTP allows no content for this method or status");
        }
        Vec::new()
    };
    let headers = header_field::of_response(types, &spec.headers, &at.child("headers"), place);
    let response = Response {
        status,
        forms,
        headers,
        doc: Doc { summary: None, description: Some(spec.description.clone()).filter(|text| !text.is_empty()) },
        at,
    };
    record_schemas(types, (found.index, index), spec, &response);
    Some(response)
}

/// Records the schemas of a response, by the indexes of the operation and of the response.
fn record_schemas<'d>(
    types: &mut Types<'d>,
    (operation, response): (usize, usize),
    spec: &'d SpecResponse,
    lowered: &Response,
) {
    let content_at = lowered.at.child("content");
    for (index, form) in lowered.forms.iter().enumerate() {
        let Some(media) = spec.content.get(&form.media_type) else { continue };
        let at = content_at.child(&form.media_type);
        if let Some(located) = items::schema(&mut types.source, (&form.media_type, media), &at) {
            let of = ConstrainedUse::Response { operation, response, index };
            types.constrained.push(Constrained { of, located });
        }
    }
    let headers_at = lowered.at.child("headers");
    for (index, header) in lowered.headers.iter().enumerate() {
        let spec = &spec.headers[&header.name];
        if let Some(located) = encoding::schema_of(types, spec, &headers_at.child(&header.name)) {
            let of = ConstrainedUse::Header { operation, response, index };
            types.constrained.push(Constrained { of, located });
        }
    }
}
