//! A call as a curl command, with shell variables in place of credentials.

use keystub_client_runtime::reqwest::Request;
use keystub_client_runtime::reqwest::header::CONTENT_TYPE;

use crate::live::call::{Input, Part, Sent};
use crate::model::Api;
use crate::model::security::{KeyPlace, Scheme, SchemeKind};

/// The command. It works in the shells of POSIX.
pub(super) fn command(
    request: &Request,
    api: &Api,
    schemes: &[&str],
    variables: &[Option<String>],
    input: &Input,
) -> String {
    let mut words = vec!["curl".to_owned(), format!("-X {}", quoted(request.method().as_str()))];
    let mut url = quoted(request.url().as_str());
    let parts = match &input.body {
        Some((_, Sent::Parts(parts))) => Some(parts),
        Some((_, Sent::Value(_) | Sent::Bytes(_))) | None => None,
    };
    // curl writes the boundary of parts.
    let fields = request.headers().iter().filter(|(name, _)| parts.is_none() || *name != CONTENT_TYPE);
    for (name, value) in fields {
        let value = String::from_utf8_lossy(value.as_bytes());
        words.push(format!("-H {}", quoted(&format!("{name}: {value}"))));
    }
    for (scheme, variable) in api.schemes.iter().zip(variables).filter(|(own, _)| schemes.contains(&own.name.as_str()))
    {
        let variable = variable.as_deref().unwrap_or("CREDENTIAL");
        match credential(scheme, variable) {
            Carried::Words(text) => words.push(text),
            Carried::Query(name) => {
                let separator = if request.url().query().is_some() || url.contains('?') { '&' } else { '?' };
                // Adjacent quoted parts are one word.
                url.push_str(&format!("{}\"${variable}\"", quoted(&format!("{separator}{name}="))));
            }
        }
    }
    if let Some(parts) = parts {
        words.extend(parts.iter().map(|(name, part)| self::part(name, part)));
    } else if let Some(body) = request.body().and_then(|body| body.as_bytes()).filter(|body| !body.is_empty()) {
        words.push(match std::str::from_utf8(body) {
            Ok(text) if !text.contains('\0') => format!("--data-raw {}", quoted(text)),
            _ => "--data-binary @BODY".to_owned(),
        });
    }
    words.push(url);
    words.join(" \\\n  ")
}

/// A part of a multipart body.
fn part(name: &str, part: &Part) -> String {
    match part {
        // `-F` would read a value that begins with `@` or `<` from a file.
        Part::Value(serde_json::Value::String(text)) => format!("--form-string {}", quoted(&format!("{name}={text}"))),
        Part::Value(value) => format!("--form-string {}", quoted(&format!("{name}={value}"))),
        Part::File { path, media_type, .. } => {
            let kind = media_type.as_deref().map(|own| format!(";type={own}")).unwrap_or_default();
            let path = path.to_string_lossy().replace('\\', r"\\").replace('"', "\\\"");
            format!("-F {}", quoted(&format!("{name}=@\"{path}\"{kind}")))
        }
    }
}

/// Where curl writes a credential.
enum Carried {
    Words(String),
    Query(String),
}

fn credential(scheme: &Scheme, variable: &str) -> Carried {
    let header = |name: &str, prefix: &str| {
        Carried::Words(format!("-H {}\"${variable}\"", quoted(&format!("{name}: {prefix}"))))
    };
    match &scheme.kind {
        SchemeKind::ApiKey { place, name } | SchemeKind::Signature { place, name } => match place {
            KeyPlace::Header => header(name, ""),
            KeyPlace::Query => Carried::Query(name.clone()),
            KeyPlace::Cookie => Carried::Words(format!("-b {}\"${variable}\"", quoted(&format!("{name}=")))),
        },
        SchemeKind::Basic => Carried::Words(format!("-u \"${variable}\"")),
        SchemeKind::Bearer { .. } | SchemeKind::OAuth2(_) | SchemeKind::OpenIdConnect { .. } => {
            header("Authorization", "Bearer ")
        }
        SchemeKind::OtherHttp { scheme } => header("Authorization", &format!("{scheme} ")),
        SchemeKind::MutualTls => Carried::Words("--cert CERTIFICATE.pem".to_owned()),
    }
}

/// A word for a POSIX shell.
fn quoted(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:@%+,".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn words_cannot_leave_their_quotes() {
        let cases = [
            ("a-b", "a-b"),
            ("", "''"),
            ("a b", "'a b'"),
            ("it's", r"'it'\''s'"),
            ("$(rm)", "'$(rm)'"),
            ("a;b", "'a;b'"),
            ("\n", "'\n'"),
        ];
        for (text, expected) in cases {
            assert_eq!(super::quoted(text), expected, "{text}");
        }
    }
}
