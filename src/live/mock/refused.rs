//! The response to a request that is refused: with the content that the document describes for its status, if it does.

use keystub_server_runtime as rt;

use rt::axum::response::{IntoResponse, Response};
use rt::header_fields::HeaderFields;
use rt::problem::Problem;
use rt::refusal::Refusal;
use serde_json::{Map, Value as Json};

use super::app::App;
use crate::model::operation::{Content, Representation, Status};
use crate::values::{Presets, ValueUse};

/// The media type of problem documents (RFC 9457).
const PROBLEM: &str = "application/problem+json";

/// The properties that have the reason, by their usual names.
const REASONS: [&str; 5] = ["detail", "message", "error_description", "description", "error"];

impl App {
    /// The response. `reason` is for the developer. Without a documented content, the response is a problem document.
    pub(super) fn refused(&self, operation: usize, refusal: Refusal, reason: Option<&str>) -> Response {
        let status = refusal.status().as_u16();
        let Some(response) = self.documented(operation, status) else { return undocumented(refusal, reason) };
        let described = &self.api.operations[operation].responses[response];
        let forms = || described.forms.iter().enumerate();
        let is_problem = |(_, form): &(usize, &Representation)| form.sent_as().eq_ignore_ascii_case(PROBLEM);
        let is_json = |(_, form): &(usize, &Representation)| matches!(form.content, Content::Json(_));
        let form = forms().find(|form| is_json(form) && is_problem(form)).or_else(|| forms().find(is_json));
        let answer = match (form, described.forms.first()) {
            (Some((index, form)), _) => {
                let of = ValueUse::Response { operation, response, index };
                let presets = Presets::default().with("status", &status.to_string());
                match self.values.value(of, &presets) {
                    Ok(value) => {
                        let value = self.with_reason(of, value, &refusal, reason);
                        refusal.json_as(form.sent_as(), &value)
                    }
                    Err(_) => return undocumented(refusal, reason),
                }
            }
            (None, Some(form)) if matches!(form.content, Content::Text) => {
                let text = reason.unwrap_or(refusal.title()).to_owned();
                refusal.with_body(form.sent_as(), text)
            }
            (None, _) => undocumented(refusal, reason),
        };
        // The header fields of the runtime are right: its challenges, and the methods of a path.
        let is_missing = |index: &usize| {
            let header = &described.headers[*index];
            header.is_required && !answer.headers().contains_key(header.name.as_str())
        };
        let missing: Vec<usize> = (0..described.headers.len()).filter(is_missing).collect();
        let mut fields = HeaderFields::of(answer);
        for index in missing {
            let of = ValueUse::Header { operation, response, index };
            if let Ok(value) = self.values.value(of, &Presets::default()) {
                fields.required(&self.headers[&(operation, response)][index], &value);
            }
        }
        fields.finish()
    }

    /// The documented response with this status: its code, else its range, else the default.
    fn documented(&self, operation: usize, status: u16) -> Option<usize> {
        let digit = u8::try_from(status / 100).unwrap_or_default();
        let wanted = [Status::Code(status), Status::Range(digit), Status::Default];
        let responses = &self.api.operations[operation].responses;
        wanted.iter().find_map(|wanted| responses.iter().position(|own| own.status == *wanted))
    }

    /// The value with the reason in a property that it has, as far as it stays valid.
    fn with_reason(&self, of: ValueUse, value: Json, refusal: &Refusal, reason: Option<&str>) -> Json {
        let Some(own) = value.as_object() else { return value };
        let mut properties = Map::new();
        if let Some(name) = REASONS.iter().find(|name| own.contains_key(**name)) {
            properties.insert((*name).to_owned(), reason.unwrap_or(refusal.title()).into());
        }
        for (name, value) in [("status", Json::from(refusal.status().as_u16())), ("title", refusal.title().into())] {
            if own.contains_key(name) {
                properties.insert(name.to_owned(), value);
            }
        }
        self.merged(of, value, &properties)
    }
}

fn undocumented(refusal: Refusal, reason: Option<&str>) -> Response {
    match reason {
        Some(reason) => {
            let problem = Problem::new(refusal.status()).detail(reason);
            refusal.json_as(PROBLEM, &problem)
        }
        None => refusal.into_response(),
    }
}
