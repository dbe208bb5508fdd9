//! The challenges of a refusal (RFC 9110, section 11.6.1; RFC 6750, section 3; RFC 7617, section 2).

use axum::http::StatusCode;

use super::auth::Outcome;
use super::operation::{KeyPlace, Scheme, SchemeKind, SchemeUse};

/// One challenge for each distinct scheme over all alternatives, in document order; none for 503.
pub fn challenges<'o>(
    status: StatusCode,
    any_of: &[&[SchemeUse]],
    schemes: &[Scheme],
    outcome: impl Fn(usize) -> &'o Outcome,
) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        return out;
    }
    for member in any_of.iter().copied().flatten() {
        let Some(text) = challenge(status, member, &schemes[member.scheme], outcome(member.scheme)) else { continue };
        if !out.contains(&text) {
            out.push(text);
        }
    }
    out
}

fn challenge(status: StatusCode, member: &SchemeUse, scheme: &Scheme, outcome: &Outcome) -> Option<String> {
    match scheme.kind {
        SchemeKind::Bearer => bearer(status, member, outcome),
        // Only a token has words for these.
        _ if status != StatusCode::UNAUTHORIZED => None,
        SchemeKind::Basic => Some(r#"Basic realm="api", charset="UTF-8""#.to_owned()),
        // Not registered with IANA, and legal: a 401 must carry a challenge (RFC 9110, section 15.5.2).
        SchemeKind::ApiKey { place, name } => {
            let place = match place {
                KeyPlace::Header => "header",
                KeyPlace::Query => "query",
                KeyPlace::Cookie => "cookie",
            };
            Some(format!(r#"ApiKey realm="api", in="{place}", name="{}""#, quoted(name)))
        }
        SchemeKind::Http(name) => Some(format!(r#"{name} realm="api""#)),
        SchemeKind::MutualTls => Some(r#"MutualTLS realm="api""#.to_owned()),
    }
}

fn bearer(status: StatusCode, member: &SchemeUse, outcome: &Outcome) -> Option<String> {
    let mut text = String::from(r#"Bearer realm="api""#);
    let scope = || format!(r#", scope="{}""#, quoted(&member.scopes.join(" ")));
    match (status, outcome) {
        (StatusCode::BAD_REQUEST, Outcome::Malformed) => text.push_str(r#", error="invalid_request""#),
        (StatusCode::BAD_REQUEST, _) => return None,
        (StatusCode::FORBIDDEN, Outcome::Granted(_)) => {
            text.push_str(r#", error="insufficient_scope""#);
            text.push_str(&scope());
        }
        (StatusCode::FORBIDDEN, _) => return None,
        (_, Outcome::Invalid(reason)) => {
            text.push_str(&format!(r#", error="invalid_token", error_description="{}""#, quoted(reason)));
        }
        _ if !member.scopes.is_empty() => text.push_str(&scope()),
        _ => {}
    }
    Some(text)
}

/// Text inside quotes (RFC 9110, section 5.6.4).
fn quoted(text: &str) -> String {
    text.chars().filter(|c| matches!(c, ' '..='~') && *c != '"' && *c != '\\').collect()
}
