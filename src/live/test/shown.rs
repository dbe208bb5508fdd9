//! Requests and responses as text without secrets: curl commands and entries of a HAR log.

use serde_json::{Value, json};

use super::proofs::PROOF;
use super::secrets::{Piece, Secrets};
use crate::curl::{Command, Word};
use keystub_client_runtime::dynamic::RawResponse;
use keystub_client_runtime::reqwest::Request;
use keystub_client_runtime::reqwest::header::{HeaderMap, SET_COOKIE};

/// How a curl command sends a body that is not in the command.
pub(super) const BODY_FILE: &str = "--data-binary @BODY";

/// The longest body in a HAR log or a curl command.
const LONGEST_BODY: usize = 64 << 10;

/// The curl command that sends a request.
pub(super) fn curl(request: &Request, secrets: &Secrets) -> String {
    let mut command = Command::new(request.method().as_str(), word(request.url().as_str(), secrets));
    for (name, value) in request.headers() {
        let value = match *name == PROOF {
            // A server accepts a proof once, so this one is of no use.
            true => Word::expansion("$PROOF"),
            false => word(&String::from_utf8_lossy(value.as_bytes()), secrets),
        };
        command.header(name.as_str(), value);
    }
    if let Some(body) = request.body().and_then(|body| body.as_bytes()).filter(|body| !body.is_empty()) {
        match std::str::from_utf8(body) {
            Ok(text) if text.len() <= LONGEST_BODY && !text.contains('\0') => command.body(word(text, secrets)),
            _ => command.body_file("BODY"),
        }
    }
    command.line()
}

/// Whether a command has this variable, such as `$TOKEN`, and not another one whose name begins with it.
pub(super) fn has_variable(curl: &str, variable: &str) -> bool {
    let in_braces = variable.strip_prefix('$').map(|name| format!("${{{name}}}"));
    let is_end = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    in_braces.is_some_and(|own| curl.contains(&own))
        || curl.match_indices(variable).any(|(at, _)| is_end(&curl[at + variable.len()..]))
}

/// The text with variables in place of secrets.
fn word(text: &str, secrets: &Secrets) -> Word {
    let piece = |piece: Piece| match piece {
        Piece::Text(text) => Word::text(text),
        Piece::Secret(shown) => Word::expansion(shown),
    };
    secrets.pieces(text).into_iter().map(piece).fold(Word::default(), Word::then)
}

/// An entry of a HAR 1.2 log.
pub(super) fn exchange(request: &Request, response: Result<&RawResponse, &str>, secrets: &Secrets) -> Value {
    let body = request.body().and_then(|body| body.as_bytes()).unwrap_or_default();
    let mut sent = json!({
        "method": request.method().as_str(),
        "url": secrets.redacted(request.url().as_str()),
        "httpVersion": "HTTP/1.1",
        "headers": headers(request.headers(), secrets),
        "queryString": [],
        "cookies": [],
        "headersSize": -1,
        "bodySize": body.len(),
    });
    if !body.is_empty() {
        sent["postData"] = json!({ "mimeType": content_type(request.headers()), "text": text(body, secrets) });
    }
    let received = match response {
        Ok(response) => json!({
            "status": response.status.as_u16(),
            "statusText": response.status.canonical_reason().unwrap_or_default(),
            "httpVersion": "HTTP/1.1",
            "headers": headers(&response.headers, secrets),
            "cookies": [],
            "content": {
                "size": response.body.len(),
                "mimeType": content_type(&response.headers),
                "text": text(&response.body, secrets),
            },
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": response.body.len(),
        }),
        Err(message) => json!({
            "status": 0, "statusText": "", "httpVersion": "", "headers": [], "cookies": [],
            "content": { "size": 0, "mimeType": "" }, "redirectURL": "", "headersSize": -1, "bodySize": -1,
            "comment": message,
        }),
    };
    json!({ "request": sent, "response": received, "cache": {}, "timings": { "send": 0, "wait": 0, "receive": 0 } })
}

fn headers(headers: &HeaderMap, secrets: &Secrets) -> Vec<Value> {
    let shown = |(name, value): (
        &keystub_client_runtime::reqwest::header::HeaderName,
        &keystub_client_runtime::reqwest::header::HeaderValue,
    )| {
        let value = String::from_utf8_lossy(value.as_bytes());
        let value = if *name == PROOF {
            "REDACTED".to_owned()
        } else if name == SET_COOKIE {
            // The value of a new session is a secret that this run did not know before.
            let rest = value.split_once(';').map_or("", |(_, rest)| rest);
            format!("{}=REDACTED;{rest}", value.split('=').next().unwrap_or_default())
        } else {
            secrets.redacted(&value)
        };
        json!({ "name": name.as_str(), "value": value })
    };
    headers.iter().map(shown).collect()
}

fn content_type(headers: &HeaderMap) -> String {
    headers.get("content-type").map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).unwrap_or_default()
}

fn text(body: &[u8], secrets: &Secrets) -> String {
    if body.len() > LONGEST_BODY {
        return format!("({} bytes)", body.len());
    }
    match serde_json::from_slice::<Value>(body) {
        Ok(mut value) => {
            hide(&mut value, secrets);
            secrets.redacted(&value.to_string())
        }
        Err(_) => secrets.redacted(&String::from_utf8_lossy(body)),
    }
}

/// Hides secrets, and the values of members that are secrets by their names.
fn hide(value: &mut Value, secrets: &Secrets) {
    const SECRET: [&str; 8] =
        ["access_token", "refresh_token", "id_token", "token", "password", "client_secret", "secret", "api_key"];
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if SECRET.contains(&name.to_lowercase().as_str()) => {
                        "REDACTED".clone_into(text);
                    }
                    member => hide(member, secrets),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| hide(item, secrets)),
        Value::String(text) => *text = secrets.redacted(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::has_variable;

    #[test]
    fn variables_of_a_command_are_found_by_their_whole_name() {
        for (curl, expected) in [
            (r#"-H "authorization: Bearer $JWT_NO""#, true),
            (r#""$JWT_NO:$OTHER""#, true),
            (r#""${JWT_NO}x""#, true),
            (r#""$JWT_NO_KEY" "$JWT_NO""#, true),
            (r#"-H "authorization: Bearer $JWT_NO_KEY""#, false),
            ("JWT_NO", false),
        ] {
            assert_eq!(has_variable(curl, "$JWT_NO"), expected, "{curl}");
        }
    }
}
