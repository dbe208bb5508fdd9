//! Bodies, responses and their media types in the view.

use minijinja::Value;

use super::context::Context;
use super::parameters::by_name;
use super::parts::{doc, examples, list, optional, word};
use super::table::object;
use crate::model::content::{Content, Encoding, Representation};
use crate::model::operation::{Body, Response, Status};
use crate::model::schema::TypeRef;

/// The body of the operation with this index.
pub fn body(at: usize, body: &Body, names: Value, context: &Context<'_>) -> Value {
    let [summary, description, both] = doc(&body.doc);
    let forms = body.forms.iter().enumerate();
    let contents = forms.map(|(index, form)| content(form, context.schemas.of_body(at, index), context));
    object(
        "body",
        [
            ("names", names),
            ("is_required", Value::from(body.is_required)),
            ("contents", list(contents)),
            summary,
            description,
            both,
            ("pointer", Value::from(body.at.as_str())),
        ],
    )
}

fn content(form: &Representation, schema: Value, context: &Context<'_>) -> Value {
    let types = context.types;
    let (encoding, ty) = match &form.content {
        Content::Json(ty) => ("json", Some(types.reference(ty))),
        Content::Form(ty) => ("form", Some(types.reference(ty))),
        Content::Multipart(id) => ("multipart", Some(types.reference(&TypeRef::Named(*id)))),
        Content::Text => ("text", None),
        // Templates read and write a stream as a whole.
        Content::Stream(stream) if stream.has_events() => ("text", None),
        Content::Stream(_) | Content::Bytes => ("bytes", None),
    };
    object(
        "content",
        [
            ("media_type", Value::from(form.media_type.as_str())),
            ("sent_as", Value::from(form.sent_as())),
            ("encoding", word(encoding)),
            ("type", ty.into()),
            ("schema", schema),
            ("fields", by_name(form.fields(), |_| Value::from(()), types)),
            ("parts", list(form.encodings.iter().filter_map(|encoding| part(encoding, context)))),
            ("examples", examples(&form.examples)),
        ],
    )
}

fn part(encoding: &Encoding, context: &Context<'_>) -> Option<Value> {
    let types = context.types;
    match encoding {
        Encoding::Field(_) => None,
        Encoding::Part { name, media_types, headers } => {
            let fields = headers.iter().flat_map(|headers| &headers.fields);
            let holder = headers.as_ref().map(|headers| types.reference(&TypeRef::Named(headers.ty)));
            Some(object(
                "part",
                [
                    ("name", Value::from(name.as_str())),
                    ("media_types", optional(media_types.as_deref())),
                    ("headers", by_name(fields, |_| Value::from(()), types)),
                    ("headers_type", holder.into()),
                ],
            ))
        }
    }
}

/// A response with this index, of the operation with this index.
pub fn response((at, index): (usize, usize), response: &Response, context: &Context<'_>) -> Value {
    let [summary, description, both] = doc(&response.doc);
    let (status, code, is_success) = match response.status {
        Status::Code(code) => (code.to_string(), Some(code), (200..300).contains(&code)),
        Status::Range(first) => (format!("{first}XX"), None, first == 2),
        Status::Default => ("default".to_owned(), None, false),
    };
    let of = |(form_index, form): (usize, &Representation)| {
        content(form, context.schemas.of_response(at, index, form_index), context)
    };
    let header = |header| context.schemas.of_header(at, index, header);
    object(
        "response",
        [
            ("status", word(&status)),
            ("code", code.into()),
            ("is_success", Value::from(is_success)),
            ("contents", list(response.forms.iter().enumerate().map(of))),
            ("headers", by_name(&response.headers, header, context.types)),
            summary,
            description,
            both,
            ("pointer", Value::from(response.at.as_str())),
        ],
    )
}
