//! A call as a curl command, with shell variables in place of credentials.

use keystub_client_runtime::reqwest::Request;
use keystub_client_runtime::reqwest::header::CONTENT_TYPE;

use crate::curl::{Command, Word};
use crate::diag::escaped;
use crate::live::call::{Input, Part, Sent};
use crate::model::Api;
use crate::model::security::{Binding, Carrier, Scheme};

/// The command.
///
/// # Errors
///
/// If a scheme needs a proof in each request, which curl cannot make.
pub(super) fn command(
    request: &Request,
    api: &Api,
    schemes: &[&str],
    variables: &[Option<String>],
    input: &Input,
) -> Result<String, String> {
    let is_chosen = |own: &Scheme| schemes.contains(&own.name.as_str());
    if let Some(bound) = api.schemes.iter().find(|own| is_chosen(own) && own.binding == Binding::Dpop) {
        return Err(format!(
            "`--curl` cannot show a call with `{}`: curl does not make the proof of a key (DPoP) that each request needs; \
             use `keystub call` without `--curl`",
            escaped(&bound.name)
        ));
    }
    let mut command = Command::new(request.method().as_str(), Word::text(request.url().as_str()));
    let parts = match &input.body {
        Some((_, Sent::Parts(parts))) => Some(parts),
        Some((_, Sent::Value(_) | Sent::Bytes(_) | Sent::File(_))) | None => None,
    };
    // curl writes the boundary of parts.
    let fields = request.headers().iter().filter(|(name, _)| parts.is_none() || *name != CONTENT_TYPE);
    for (name, value) in fields {
        command.header(name.as_str(), Word::text(String::from_utf8_lossy(value.as_bytes())));
    }
    for (scheme, variable) in api.schemes.iter().zip(variables).filter(|(own, _)| is_chosen(own)) {
        let variable = variable.as_deref().unwrap_or("CREDENTIAL");
        let value = match scheme.kind.carrier() {
            Carrier::Connection => Word::text("CERTIFICATE.pem"),
            Carrier::Key(..) | Carrier::Authorization(_) => Word::expansion(format!("${variable}")),
        };
        command.credential(&scheme.kind, value);
    }
    if let Some((_, Sent::File(upload))) = &input.body {
        command.body_file(&upload.path().to_string_lossy());
    } else if let Some(parts) = parts {
        parts.iter().for_each(|(name, part)| add_part(&mut command, name, part));
    } else if let Some(body) = request.body().and_then(|body| body.as_bytes()).filter(|body| !body.is_empty()) {
        match std::str::from_utf8(body) {
            Ok(text) if !text.contains('\0') => command.body(Word::text(text)),
            _ => command.body_file("BODY"),
        }
    }
    Ok(command.lines())
}

/// Adds a part of a multipart body.
fn add_part(command: &mut Command, name: &str, part: &Part) {
    match part {
        Part::Value(serde_json::Value::String(text)) => command.form_text(name, text),
        Part::Value(value) => command.form_text(name, &value.to_string()),
        Part::File { path, media_type, .. } => {
            let kind = media_type.as_deref().map(|own| format!(";type={own}")).unwrap_or_default();
            let path = path.to_string_lossy().replace('\\', r"\\").replace('"', "\\\"");
            command.form_file(name, &format!("\"{path}\"{kind}"));
        }
    }
}
