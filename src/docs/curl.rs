//! The call of an operation with curl: shell variables in place of parameters and credentials.

use super::part::Part;
use super::snippet::{Field, Snippet, fields, variable_name};
use crate::curl::{Command, Word, percent_encoded};
use crate::model::content::Content;
use crate::model::operation::{Parameter, ParameterStyle, Segment};
use crate::model::security::{Requirement, Scheme, Secret};

/// The command with the credentials of an alternative.
pub fn command(part: Part<'_>, snippet: &Snippet<'_>, alternative: Option<&Requirement>) -> String {
    let operation = snippet.operation;
    let path = operation.path.segments.iter().map(|segment| match segment {
        Segment::Text(text) => Word::text(text),
        Segment::Parameter(index) => variable(&operation.parameters[*index].name),
    });
    let base = snippet.base_url.map_or_else(|| Word::expansion("$BASE_URL"), Word::text);
    let mut command = Command::new(operation.method.as_str(), path.fold(base, Word::then));
    for parameter in operation.parameters.iter().filter(|parameter| parameter.is_required) {
        add_parameter(&mut command, parameter);
    }
    for used in alternative.into_iter().flat_map(Requirement::iter) {
        add_credential(&mut command, &part.schemes[used.scheme.0]);
    }
    add_body(&mut command, part, snippet);
    command.lines()
}

fn add_parameter(command: &mut Command, parameter: &Parameter) {
    let value = variable(&parameter.name);
    match parameter.style {
        ParameterStyle::Path(_) => {}
        ParameterStyle::Query(_) => {
            command.pair(Word::text(format!("{}=", percent_encoded(&parameter.name))).then(value));
        }
        ParameterStyle::Header | ParameterStyle::HeaderJson => command.header(&parameter.name, value),
        ParameterStyle::Cookie | ParameterStyle::CookieJson => command.cookie(&parameter.name, value),
    }
}

fn add_credential(command: &mut Command, scheme: &Scheme) {
    let extended = |suffix: &str| variable(&format!("{}_{suffix}", scheme.name));
    let secret = scheme.kind.secret();
    let value = match secret {
        Secret::Login => extended("user").then(Word::text(":")).then(extended("password")),
        Secret::Certificate => extended("certificate"),
        Secret::Key | Secret::Token | Secret::Credentials | Secret::Signature => variable(&scheme.name),
    };
    if scheme.is_bound() {
        return command.bound_credential(value, extended("proof"));
    }
    command.credential(&scheme.kind, value);
    if secret == Secret::Certificate {
        command.option("--key", extended("key"));
    }
}

fn add_body(command: &mut Command, part: Part<'_>, snippet: &Snippet<'_>) {
    let Some(form) = snippet.operation.body.as_ref().map(|body| body.forms.first()) else { return };
    match &form.content {
        Content::Json(_) => {
            command.header("Content-Type", Word::text(form.sent_as()));
            command.body(Word::text(snippet.body_text(part)));
        }
        Content::Form(_) => {
            for Field { name, value, .. } in fields(part, snippet, None) {
                command.option("--data-urlencode", Word::text(format!("{}={value}", percent_encoded(&name))));
            }
        }
        Content::Multipart(id) => {
            for Field { name, value, is_file } in fields(part, snippet, Some(*id)) {
                if is_file { command.form_file(&name, "FILE") } else { command.form_text(&name, &value) }
            }
        }
        Content::Text | Content::Stream(_) | Content::Bytes => {
            command.header("Content-Type", Word::text(form.sent_as()));
            command.body_file("FILE");
        }
    }
}

fn variable(name: &str) -> Word {
    Word::expansion(format!("${}", variable_name(name)))
}
