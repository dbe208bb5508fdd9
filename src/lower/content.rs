//! Bodies and responses: which media type the code speaks, and the type of what it carries.

use openapiv3::{MediaType, ReferenceOr, Response as SpecResponse, StatusCode};

use super::operation::Found;
use super::place::Place;
use super::schema::Form;
use super::token::{Media, media};
use super::view::{Located, View};
use super::{Lowering, schema};
use crate::diag::print::excerpt;
use crate::diag::{Code, Diagnostic, Pointer};
use crate::model::operation::{Body, Content, Method, Response, Status};
use crate::model::schema::{Doc, Scalar, TypeRef};
use crate::spec::tree::Node;

/// Which way the content goes: some forms are for requests only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Request,
    Response,
}

/// One entry of `content`.
struct Entry<'d> {
    kind: Media,
    key: &'d str,
    media: &'d MediaType,
    at: Pointer,
}

/// The request body of an operation.
pub(super) fn body<'d>(lowering: &mut Lowering<'d>, found: &Found<'d>) -> Option<Body> {
    let item = found.spec.request_body.as_ref()?;
    let (at, body) = lowering.resolve(item, &found.at.child("requestBody"))?;
    if found.method == Method::Trace {
        // RFC 9110, section 9.3.8: a client must not send content in a TRACE request.
        lowering.skip(&at, "a TRACE request has no body");
        return None;
    }
    let entry = chosen(lowering, &body.content, &at.child("content"), Way::Request)?;
    let place = Place::operation(found.index, "body");
    let content = content(lowering, &entry, &place, Way::Request);
    Some(Body {
        content,
        media_type: entry.key.to_owned(),
        is_required: body.required,
        doc: Doc { summary: None, description: body.description.clone() },
        at,
    })
}

/// The responses of an operation, in the order codes, ranges, default.
pub(super) fn responses<'d>(lowering: &mut Lowering<'d>, found: &Found<'d>) -> Vec<Response> {
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
        responses.extend(response(lowering, found.method.clone(), status, item, &at, &place));
    }
    responses
}

fn is_success(status: Status) -> bool {
    matches!(status, Status::Code(200..=299) | Status::Range(2))
}

/// The key as the document writes it: `4xx` and `4XX` are one to `openapiv3`.
fn key(lowering: &Lowering<'_>, at: &Pointer, code: &StatusCode) -> String {
    let text = code.to_string();
    let keys = lowering.document.node(at).and_then(Node::as_object).into_iter().flatten();
    let mut keys = keys.map(|(key, _)| key);
    keys.find(|key| key.eq_ignore_ascii_case(&text)).cloned().unwrap_or(text)
}

/// Keys that `openapiv3` passes over.
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
    let message = format!("`{}` is no status; expected 100 to 599, 1XX to 5XX or default", excerpt(key));
    lowering.report.push(Diagnostic::error(Code::BadStatus, &at.child(key), message).on_key());
}

fn response<'d>(
    lowering: &mut Lowering<'d>,
    method: Method,
    status: Status,
    item: &'d ReferenceOr<SpecResponse>,
    at: &Pointer,
    place: &Place,
) -> Option<Response> {
    let (at, spec) = lowering.resolve(item, at)?;
    // RFC 9110, sections 6.4.1, 9.3.2 and 15: these have no content, whatever the document says.
    let is_bare =
        method == Method::Head || matches!(status, Status::Code(100..=199 | 204 | 205 | 304) | Status::Range(1));
    let mut lowered = Response {
        status,
        content: Content::Empty,
        media_type: String::new(),
        doc: Doc { summary: None, description: Some(spec.description.clone()).filter(|text| !text.is_empty()) },
        at: at.clone(),
    };
    if is_bare {
        if !spec.content.is_empty() {
            lowering.skip(&at.child("content"), "HTTP has no content under this method or status");
        }
        return Some(lowered);
    }
    if let Some(entry) = chosen(lowering, &spec.content, &at.child("content"), Way::Response) {
        lowered.content = content(lowering, &entry, place, Way::Response);
        entry.key.clone_into(&mut lowered.media_type);
    }
    Some(lowered)
}

/// The media type that the code speaks: JSON, form, multipart, text, bytes; the first of its kind.
fn chosen<'d>(
    lowering: &mut Lowering<'d>,
    content: &'d openapiv3::Content,
    at: &Pointer,
    way: Way,
) -> Option<Entry<'d>> {
    let mut entries = Vec::new();
    for (key, spec) in content {
        let at = at.child(key);
        match media(key) {
            Some(kind) => entries.push(Entry { kind, key, media: spec, at }),
            None => {
                let message = format!("`{}` is no media type; expected one such as application/json", excerpt(key));
                lowering.report.push(Diagnostic::warning(Code::BadMediaType, &at, message).on_key());
                lowering.skip(&at, "not a media type");
            }
        }
    }
    // A range stands for JSON where its schema has parts, else for bytes; it gives way to what is named.
    let best = entries.iter().enumerate().min_by_key(|(index, entry)| (rank(entry.kind, way), *index))?.0;
    let chosen = entries.remove(best);
    for entry in entries {
        let message = format!("media type `{}` is not generated beside `{}`", excerpt(entry.key), excerpt(chosen.key));
        if rank(entry.kind, way) != rank(chosen.kind, way) {
            lowering.report.push(Diagnostic::warning(Code::IgnoredMediaType, &entry.at, message.clone()).on_key());
        }
        lowering.skip(&entry.at, message);
    }
    Some(chosen)
}

fn rank(kind: Media, way: Way) -> u8 {
    match (kind, way) {
        (Media::Json, _) => 0,
        (Media::Form, Way::Request) => 1,
        (Media::Multipart, Way::Request) => 2,
        (Media::Text, _) => 3,
        (Media::Range, _) => 4,
        (Media::Other, _) | (Media::Form | Media::Multipart, Way::Response) => 5,
    }
}

fn content<'d>(lowering: &mut Lowering<'d>, entry: &Entry<'d>, place: &Place, way: Way) -> Content {
    let located = entry.media.schema.as_ref();
    let located = located.map(|schema| Located { part: schema.into(), at: entry.at.child("schema") });
    let view = located.as_ref().and_then(|located| lowering.peek(located));
    let is_binary = view.as_ref().is_some_and(is_binary);
    match (entry.kind, way) {
        (Media::Json, _) => Content::Json(json(lowering, located.as_ref(), place)),
        (Media::Range, _) if view.as_ref().is_some_and(has_parts) => {
            Content::Json(json(lowering, located.as_ref(), place))
        }
        (Media::Form, Way::Request) => form(lowering, entry, located.as_ref(), view.as_ref(), place),
        (Media::Multipart, Way::Request) => multipart(lowering, entry, view.as_ref(), place),
        (Media::Text, _) if !is_binary => Content::Text,
        (Media::Text | Media::Other | Media::Range | Media::Form | Media::Multipart, _) => Content::Bytes,
    }
}

fn json<'d>(lowering: &mut Lowering<'d>, located: Option<&Located<'d>>, place: &Place) -> TypeRef {
    located.map_or(TypeRef::Scalar(Scalar::Any), |located| lowering.type_of(located, place))
}

fn is_binary(view: &View<'_>) -> bool {
    view.kind == Some("string") && matches!(view.format.as_deref(), Some("binary" | "byte"))
}

/// Whether a value of the schema is more than one text or number.
fn has_parts(view: &View<'_>) -> bool {
    view.is_object() || view.kind == Some("array") || view.items.is_some() || view.has_parts()
}

fn form<'d>(
    lowering: &mut Lowering<'d>,
    entry: &Entry<'d>,
    located: Option<&Located<'d>>,
    view: Option<&View<'d>>,
    place: &Place,
) -> Content {
    let any = || Content::Form(TypeRef::Map(Box::new(TypeRef::Scalar(Scalar::Any))));
    let (Some(located), Some(view)) = (located, view) else { return any() };
    if view.is_annotation() {
        return any();
    }
    if lowering.is_object(view) {
        return Content::Form(lowering.type_of(located, place));
    }
    let message = "a form whose schema is no object is sent and read as bytes";
    lowering.report.warning(Code::UnsupportedSchema, &entry.at, message);
    Content::Bytes
}

/// A struct of its own for this body: what is a file here is text elsewhere.
fn multipart<'d>(lowering: &mut Lowering<'d>, entry: &Entry<'d>, view: Option<&View<'d>>, place: &Place) -> Content {
    let properties = view.and_then(|view| Some((view, lowering.properties(view, None)?)));
    let Some((view, mut properties)) = properties.filter(|(_, properties)| !properties.list.is_empty()) else {
        let message = "a multipart body whose schema names no properties is sent and read as bytes";
        lowering.report.warning(Code::UnsupportedSchema, &entry.at, message);
        return Content::Bytes;
    };
    properties.list.iter_mut().for_each(|property| property.is_part = true);
    Content::Multipart(lowering.made(view, properties, place))
}

impl<'d> Lowering<'d> {
    /// Whether values of the schema are objects, also behind parts.
    fn is_object(&mut self, view: &View<'d>) -> bool {
        match self.form(view).form {
            Form::Struct(_) | Form::Map(_) | Form::Union(_) => true,
            Form::Scalar(scalar) => scalar == Scalar::Any,
            Form::Same(other) => self.peek(&other).is_some_and(|view| view.is_object() || view.has_parts()),
            Form::List(_) | Form::Enum(_) => false,
        }
    }

    /// The type of a part of a multipart body.
    pub(super) fn part_type(&mut self, located: &Located<'d>, place: &Place) -> TypeRef {
        let Some(view) = self.peek(located) else { return TypeRef::Scalar(Scalar::Any) };
        let file = TypeRef::Scalar(Scalar::File);
        let is_file = |view: &View<'_>| view.kind == Some("string") && view.format.as_deref() == Some("binary");
        if is_file(&view) {
            return if view.is_nullable() { schema::nullable(file) } else { file };
        }
        let items = view.items.clone().and_then(|items| self.peek(&items));
        if view.kind == Some("array") && items.as_ref().is_some_and(is_file) {
            return TypeRef::List(Box::new(file));
        }
        self.type_of(located, place)
    }
}
