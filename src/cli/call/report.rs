//! How requests and responses are printed.

use std::io::Write;

use keystub_client_runtime::dynamic::RawResponse;
use keystub_client_runtime::reqwest::Request;
use serde_json::Value;

use crate::diag::{escaped, json_escaped};
use crate::media_type::is_json;
use crate::model::operation::{Operation, Parameter, ParameterStyle};

/// The header field with which servers recognize a repeated call.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// A request that is not sent, without credentials.
pub(super) fn request(request: &Request, operation: &Operation, schemes: &[String]) -> String {
    let mut lines = vec![format!("{} {}", request.method(), escaped(request.url().as_str()))];
    for (name, value) in request.headers() {
        lines.push(format!("{name}: {}", escaped(&String::from_utf8_lossy(value.as_bytes()))));
    }
    let is_key =
        |own: &Parameter| matches!(own.style, ParameterStyle::Header) && own.name.eq_ignore_ascii_case(IDEMPOTENCY_KEY);
    let is_keyed = !request.method().is_idempotent() && !request.headers().contains_key(IDEMPOTENCY_KEY);
    if is_keyed && operation.parameters.iter().any(is_key) {
        lines.push(format!("{IDEMPOTENCY_KEY}: (random, another one for each call)"));
    }
    lines.push(match schemes {
        [] => "no credentials".to_owned(),
        schemes => format!("with the credentials of {}", escaped(&schemes.join(" and "))),
    });
    if let Some(body) = request.body().and_then(|body| body.as_bytes()).filter(|body| !body.is_empty()) {
        lines.push(String::new());
        lines.push(match std::str::from_utf8(body) {
            Ok(text) if !text.chars().any(|c| c.is_control() && !['\r', '\n', '\t'].contains(&c)) => text.to_owned(),
            _ => format!("({} bytes)", body.len()),
        });
    }
    lines.join("\n")
}

/// The status and the header fields of a response.
pub(super) fn head(answer: &RawResponse) -> String {
    let mut text = format!("{}\n", answer.status);
    for (name, value) in &answer.headers {
        text.push_str(&format!("{name}: {}\n", escaped(&String::from_utf8_lossy(value.as_bytes()))));
    }
    text
}

/// Writes the body: JSON in lines for a terminal, else as it was received.
///
/// # Errors
///
/// If the body is binary and would be written to a terminal, or cannot be written.
pub(super) fn body(answer: &RawResponse, is_terminal: bool) -> Result<(), String> {
    let shown = if is_terminal { shown(answer)?.into_bytes() } else { answer.body.to_vec() };
    let mut output = std::io::stdout().lock();
    match output.write_all(&shown).and_then(|()| output.flush()) {
        // The reader has seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        result => result.map_err(|error| format!("cannot write the response: {error}")),
    }
}

/// The body for a terminal. Characters that a terminal would act on are written as escapes.
fn shown(answer: &RawResponse) -> Result<String, String> {
    if answer.body.is_empty() {
        return Ok(String::new());
    }
    if answer.media_type().is_some_and(|media_type| is_json(&media_type))
        && let Ok(value) = serde_json::from_slice::<Value>(&answer.body)
    {
        return Ok(json_escaped(&serde_json::to_string_pretty(&value).unwrap_or_default()) + "\n");
    }
    match std::str::from_utf8(&answer.body) {
        Ok(text) => Ok(lines_escaped(text) + "\n"),
        Err(_) => Err(format!("the response is binary ({} bytes); write it to a file", answer.body.len())),
    }
}

/// The text with escapes, except for the ends of lines and tabs.
pub(super) fn lines_escaped(text: &str) -> String {
    let line = |line: &str| line.split('\t').map(escaped).collect::<Vec<String>>().join("\t");
    text.split('\n').map(|own| line(own.strip_suffix('\r').unwrap_or(own))).collect::<Vec<String>>().join("\n")
}

/// The message for an unknown name, with the nearest known one.
pub(super) fn unknown(kind: &str, name: &str, known: &[&str]) -> String {
    let near = crate::document::nearest(name, known.iter().copied());
    let near = near.map(|near| format!("; a similar name is `{}`", escaped(near))).unwrap_or_default();
    format!("no {kind} `{}`{near}", escaped(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_for_terminals_has_no_control_characters() {
        let escapes = "a\\u{1b}\tb\nc\\u{9b}\\u{202e}";
        assert_eq!(lines_escaped("a\u{1b}\tb\r\nc\u{9b}\u{202e}"), escapes);
        let json = serde_json::to_string_pretty(&serde_json::json!(["\u{7f}\u{9b}\u{202e}"])).unwrap();
        assert_eq!(json_escaped(&json), "[\n  \"\\u007f\\u009b\\u202e\"\n]");
    }
}
