//! The response to a valid request: which of the document's responses, and its content.

use keystub_server_runtime as rt;

use rt::accept::preferred;
use rt::axum::body::Body;
use rt::axum::http::{HeaderValue, StatusCode};
use rt::axum::response::Response;
use rt::header_fields::HeaderFields;
use rt::problem::Failure;
use rt::reply;
use serde_json::Value as Json;

use super::app::App;
use super::exchange::Exchange;
use super::problem::problem;
use crate::model::example::ExampleValue;
use crate::model::operation::{Content, Operation, Representation, Response as Described, Status, Stream};
use crate::values::{Presets, ValueUse};

/// A response of the document, by its index, and its status.
type Chosen = (Option<usize>, u16);

impl App {
    /// The response.
    ///
    /// # Errors
    ///
    /// If the caller accepts none of its media types.
    pub(super) fn answer(&self, exchange: &Exchange) -> Result<Response, Failure> {
        let operation = &self.api.operations[exchange.operation];
        if let Some(chosen) = preferred_status(operation, exchange.prefer.code) {
            let mut response = self.described(exchange, chosen)?;
            // RFC 7240, section 3.
            let applied = HeaderValue::try_from(format!("code={}", chosen.1)).ok();
            applied.map(|applied| response.headers_mut().insert("preference-applied", applied));
            return Ok(response);
        }
        if let Some(missing) = self.missing(exchange) {
            return match status(operation, 404) {
                Some(at) => self.described(exchange, (Some(at), 404)),
                None => Ok(problem(StatusCode::NOT_FOUND, missing)),
            };
        }
        self.described(exchange, success(operation))
    }

    fn described(&self, exchange: &Exchange, (at, status): Chosen) -> Result<Response, Failure> {
        let operation = &self.api.operations[exchange.operation];
        let Some(at) = at else { return Ok(reply::empty(status)) };
        let response = &operation.responses[at];
        let reply = match self.form(exchange, response)? {
            Some((index, form)) => self.content(exchange, (at, index), form, status),
            None => {
                self.change(exchange, status);
                reply::empty(status)
            }
        };
        Ok(self.with_headers(exchange, (at, response), reply))
    }

    /// The representation that the caller prefers.
    fn form<'r>(
        &self,
        exchange: &Exchange,
        response: &'r Described,
    ) -> Result<Option<(usize, &'r Representation)>, Failure> {
        if response.forms.is_empty() {
            return Ok(None);
        }
        let types: Vec<&str> = response.forms.iter().map(Representation::sent_as).collect();
        let chosen = preferred(&exchange.headers, &types).ok_or_else(|| Failure::NotAcceptable(types.join(", ")))?;
        Ok(response.forms.iter().enumerate().find(|(_, form)| form.sent_as() == chosen))
    }

    fn content(
        &self,
        exchange: &Exchange,
        (at, index): (usize, usize),
        form: &Representation,
        status: u16,
    ) -> Response {
        let of = ValueUse::Response { operation: exchange.operation, response: at, index };
        let media_type = form.sent_as();
        if let Some(text) = serialized(form, exchange.prefer.example.as_deref()) {
            return reply::text(status, media_type, text);
        }
        let named = exchange.prefer.example.as_deref().and_then(|name| self.example(of, name));
        let value = match named {
            Some(value) => Ok(value),
            None => self.value(exchange, of, status),
        };
        let value = match value {
            Ok(value) => value,
            Err(error) => {
                let detail = format!("no value of the response can be made: {error}");
                return problem(StatusCode::INTERNAL_SERVER_ERROR, detail);
            }
        };
        match &form.content {
            Content::Json(_) => reply::json_as(status, media_type, &value),
            Content::Stream(stream) => reply::text(status, media_type, item(stream, &value)),
            Content::Text | Content::Bytes if media_type == "text/event-stream" => {
                reply::text(status, media_type, item(&Stream::TextEvents, &value))
            }
            Content::Text => reply::text(status, media_type, text(&value)),
            Content::Bytes => reply::bytes(status, media_type, Body::from(text(&value))),
            Content::Form(_) => reply::text(status, media_type, pairs(&value)),
            Content::Multipart(_) => problem(StatusCode::NOT_IMPLEMENTED, "a multipart response cannot be mocked"),
        }
    }

    fn example(&self, of: ValueUse, name: &str) -> Option<Json> {
        let examples = self.values.examples(of, &Presets::default());
        examples.into_iter().find(|(example, _)| example.name.as_deref() == Some(name)).map(|(_, value)| value)
    }

    fn with_headers(&self, exchange: &Exchange, (at, described): (usize, &Described), response: Response) -> Response {
        let mut fields = HeaderFields::of(response);
        for index in 0..described.headers.len() {
            let of = ValueUse::Header { operation: exchange.operation, response: at, index };
            if let Ok(value) = self.values.value(of, &Presets::default()) {
                fields.required(&self.headers[&(exchange.operation, at)][index], &value);
            }
        }
        fields.finish()
    }
}

/// The response that `Prefer: code` asks for, if the document has it.
fn preferred_status(operation: &Operation, code: Option<u16>) -> Option<Chosen> {
    let code = code.filter(|code| (200..600).contains(code))?;
    Some((Some(status(operation, code)?), code))
}

/// The response with this status: its own, that of its range, or `default`.
fn status(operation: &Operation, code: u16) -> Option<usize> {
    let position = |is_it: fn(Status, u16) -> bool| operation.responses.iter().position(|own| is_it(own.status, code));
    position(|own, code| own == Status::Code(code))
        .or_else(|| position(|own, code| matches!(own, Status::Range(digit) if u16::from(digit) == code / 100)))
        .or_else(|| position(|own, _| own == Status::Default))
}

/// The lowest success that the document describes.
fn success(operation: &Operation) -> Chosen {
    let rank = |status: Status| match status {
        Status::Code(code @ 200..=299) => Some(code),
        Status::Range(2) => Some(200),
        Status::Code(_) | Status::Range(_) => None,
        Status::Default => Some(300),
    };
    let ranked = operation.responses.iter().enumerate().filter_map(|(at, own)| Some((rank(own.status)?, at)));
    match ranked.min() {
        Some((300, at)) => (Some(at), 200),
        Some((code, at)) => (Some(at), code),
        None => match operation.responses.iter().position(|own| matches!(own.status, Status::Code(300..=399))) {
            Some(at) => match operation.responses[at].status {
                Status::Code(code) => (Some(at), code),
                Status::Range(_) | Status::Default => (Some(at), 200),
            },
            None => (None, 204),
        },
    }
}

/// An example that is text as it is sent.
fn serialized(form: &Representation, name: Option<&str>) -> Option<String> {
    let is_named = |own: &&crate::model::example::Example| name.is_none() || own.name.as_deref() == name;
    let is_text = !matches!(form.content, Content::Json(_));
    form.examples.iter().filter(is_named).find_map(|own| match &own.content.value {
        ExampleValue::Serialized(text) => Some(text.clone()),
        ExampleValue::Data(Json::String(text)) if is_text => Some(text.clone()),
        ExampleValue::Data(_) | ExampleValue::External(_) => None,
    })
}

fn text(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A value of a stream.
fn item(stream: &Stream, value: &Json) -> String {
    match stream {
        Stream::Events(_) => format!("data: {value}\n\n"),
        Stream::TextEvents => text(value).lines().map(|line| format!("data: {line}\n")).collect::<String>() + "\n",
        Stream::Lines(_) => format!("{value}\n"),
        Stream::Sequence(_) => format!("\u{1e}{value}\n"),
    }
}

fn pairs(value: &Json) -> String {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let fields = value.as_object().into_iter().flatten();
    fields.map(|(name, value)| format!("{}={}", encode(name), encode(&text(value)))).collect::<Vec<_>>().join("&")
}
