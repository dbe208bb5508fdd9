//! Operations in the view: parameters, bodies, responses.

use minijinja::Value;

use super::super::names::Scope;
use super::parts::{doc, examples, list, optional, texts, word};
use super::security::access;
use super::servers::servers;
use super::table::object;
use super::types::{Types, literal};
use crate::model::content::{Content, Encoding, Representation};
use crate::model::operation::{Body, FixedPair, Operation, Response, Segment, Status};
use crate::model::parameter::{Parameter, ParameterShape, ParameterStyle, PathStyle, QueryStyle};
use crate::model::schema::TypeRef;
use crate::names::OperationNames;

/// What operations refer to.
pub struct Context<'c> {
    pub types: &'c Types,
    pub schemes: &'c [Value],
}

/// An operation.
pub fn operation(
    at: usize,
    operation: &Operation,
    names: &OperationNames,
    scope: &mut Scope,
    context: &Context<'_>,
) -> Value {
    let [summary, description, both] = doc(&operation.doc);
    let mut arguments = Scope::default();
    let named = operation.parameters.iter().zip(&names.parameters);
    let parameters: Vec<Value> =
        named.map(|(found, name)| parameter(found, arguments.names(name.plain()), context.types)).collect();
    let segments = operation.path.segments.iter().map(|found| segment(found, &parameters)).collect::<Vec<_>>();
    let body = operation.body.as_ref().map(|found| body(found, arguments.names("body"), context.types));
    object(
        "operation",
        [
            ("index", Value::from(at)),
            ("id", Value::from(operation.id.as_str())),
            ("names", scope.names(names.function.plain())),
            ("method", Value::from(operation.method.as_str())),
            ("path", Value::from(operation.path.text.as_str())),
            ("segments", list(segments)),
            ("query", list(operation.path.query.pairs.iter().map(pair))),
            summary,
            description,
            both,
            ("tags", texts(&operation.tags)),
            ("servers", servers(&operation.servers)),
            ("is_deprecated", Value::from(operation.is_deprecated)),
            ("access", access(&operation.access, context.schemes)),
            ("parameters", list(parameters)),
            ("body", body.into()),
            ("responses", list(operation.responses.iter().map(|found| response(found, context.types)))),
            ("pointer", Value::from(operation.at.as_str())),
        ],
    )
}

fn segment(segment: &Segment, parameters: &[Value]) -> Value {
    let (text, parameter) = match segment {
        Segment::Text(text) => (Some(text.as_str()), None),
        Segment::Parameter(at) => (None, Some(parameters[*at].clone())),
    };
    object("segment", [("text", optional(text)), ("parameter", parameter.into())])
}

fn pair(pair: &FixedPair) -> Value {
    let text = |text: &str| Value::from(text);
    object("query pair", [("name", text(&pair.name)), ("value", text(&pair.value)), ("encoded", text(&pair.text))])
}

fn parameter(parameter: &Parameter, names: Value, types: &Types) -> Value {
    let [summary, description, both] = doc(&parameter.doc);
    let (place, style) = place_and_style(parameter.style);
    let shape = match parameter.shape {
        ParameterShape::Scalar => "scalar",
        ParameterShape::Array => "array",
        ParameterShape::Object => "object",
    };
    object(
        "parameter",
        [
            ("name", Value::from(parameter.name.as_str())),
            ("names", names),
            ("in", word(place)),
            ("style", word(style)),
            ("explode", Value::from(parameter.explode)),
            ("allow_reserved", Value::from(parameter.allow_reserved)),
            ("is_required", Value::from(parameter.is_required)),
            ("is_deprecated", Value::from(parameter.is_deprecated)),
            ("type", types.reference(&parameter.ty)),
            ("shape", word(shape)),
            ("has_default", Value::from(parameter.default.is_some())),
            ("default", literal(parameter.default.as_ref())),
            ("examples", examples(&parameter.examples)),
            summary,
            description,
            both,
            ("pointer", Value::from(parameter.at.as_str())),
        ],
    )
}

fn place_and_style(style: ParameterStyle) -> (&'static str, &'static str) {
    match style {
        ParameterStyle::Path(PathStyle::Simple) => ("path", "simple"),
        ParameterStyle::Path(PathStyle::Label) => ("path", "label"),
        ParameterStyle::Path(PathStyle::Matrix) => ("path", "matrix"),
        ParameterStyle::Path(PathStyle::Json) => ("path", "json"),
        ParameterStyle::Query(QueryStyle::Form) => ("query", "form"),
        ParameterStyle::Query(QueryStyle::SpaceDelimited) => ("query", "spaceDelimited"),
        ParameterStyle::Query(QueryStyle::PipeDelimited) => ("query", "pipeDelimited"),
        ParameterStyle::Query(QueryStyle::DeepObject) => ("query", "deepObject"),
        ParameterStyle::Query(QueryStyle::Json) => ("query", "json"),
        ParameterStyle::Header => ("header", "simple"),
        ParameterStyle::HeaderJson => ("header", "json"),
        ParameterStyle::Cookie => ("cookie", "form"),
        ParameterStyle::CookieJson => ("cookie", "json"),
    }
}

/// Parameters that are named after what they are called on the wire.
fn by_name<'p>(parameters: impl IntoIterator<Item = &'p Parameter>, types: &Types) -> Value {
    let mut scope = Scope::default();
    list(parameters.into_iter().map(|found| parameter(found, scope.names(&found.name), types)))
}

fn body(body: &Body, names: Value, types: &Types) -> Value {
    let [summary, description, both] = doc(&body.doc);
    object(
        "body",
        [
            ("names", names),
            ("is_required", Value::from(body.is_required)),
            ("contents", list(body.forms.iter().map(|form| content(form, types)))),
            summary,
            description,
            both,
            ("pointer", Value::from(body.at.as_str())),
        ],
    )
}

fn content(form: &Representation, types: &Types) -> Value {
    let (encoding, ty) = match &form.content {
        Content::Json(ty) => ("json", Some(types.reference(ty))),
        Content::Form(ty) => ("form", Some(types.reference(ty))),
        Content::Multipart(id) => ("multipart", Some(types.reference(&TypeRef::Named(*id)))),
        Content::Text => ("text", None),
        Content::Bytes => ("bytes", None),
    };
    object(
        "content",
        [
            ("media_type", Value::from(form.media_type.as_str())),
            ("sent_as", Value::from(form.sent_as())),
            ("encoding", word(encoding)),
            ("type", ty.into()),
            ("fields", by_name(form.fields(), types)),
            ("parts", list(form.encodings.iter().filter_map(|encoding| part(encoding, types)))),
            ("examples", examples(&form.examples)),
        ],
    )
}

fn part(encoding: &Encoding, types: &Types) -> Option<Value> {
    match encoding {
        Encoding::Field(_) => None,
        Encoding::Part { name, media_types, headers } => Some(object(
            "part",
            [
                ("name", Value::from(name.as_str())),
                ("media_types", optional(media_types.as_deref())),
                ("headers", by_name(headers.iter().flat_map(|headers| &headers.fields), types)),
            ],
        )),
    }
}

fn response(response: &Response, types: &Types) -> Value {
    let [summary, description, both] = doc(&response.doc);
    let (status, code, is_success) = match response.status {
        Status::Code(code) => (code.to_string(), Some(code), (200..300).contains(&code)),
        Status::Range(first) => (format!("{first}XX"), None, first == 2),
        Status::Default => ("default".to_owned(), None, false),
    };
    object(
        "response",
        [
            ("status", word(&status)),
            ("code", code.into()),
            ("is_success", Value::from(is_success)),
            ("contents", list(response.forms.iter().map(|form| content(form, types)))),
            ("headers", by_name(&response.headers, types)),
            summary,
            description,
            both,
            ("pointer", Value::from(response.at.as_str())),
        ],
    )
}
