//! Builds the `WWW-Authenticate` challenges of a refusal (RFC 9110, section 11.6.1; RFC 6750, section 3; RFC 9449,
//! section 7.1).

use std::collections::BTreeMap;

use axum::http::StatusCode;

use super::auth::Outcome;
use super::auth_challenge::Challenge;
use super::operation::{KeyPlace, Scheme, SchemeKind, SchemeUse};

/// One challenge for each distinct scheme of all alternatives, in document order. A 503 has none.
pub fn challenges<'o>(
    status: StatusCode,
    any_of: &[&[SchemeUse]],
    schemes: &[Scheme],
    found: impl Fn(usize) -> (&'o Outcome, Challenge),
) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    // `found` is called once per scheme, even if the scheme occurs in several alternatives: two nonces in one response
    // would confuse clients.
    let mut all: BTreeMap<usize, (&Outcome, Challenge)> = BTreeMap::new();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        return out;
    }
    for member in any_of.iter().copied().flatten() {
        let scheme = &schemes[member.scheme];
        let (outcome, own) = all.entry(member.scheme).or_insert_with(|| found(member.scheme));
        let Some(usual) = usual(status, member, scheme, outcome) else { continue };
        for text in own.values(name(scheme), &usual) {
            if !out.contains(&text) {
                out.push(text);
            }
        }
    }
    out
}

fn name(scheme: &Scheme) -> &'static str {
    match scheme.kind {
        SchemeKind::Bearer => "Bearer",
        SchemeKind::Basic => "Basic",
        // Not registered with IANA, but legal: a 401 must have a challenge (RFC 9110, section 15.5.2).
        SchemeKind::ApiKey { .. } => "ApiKey",
        SchemeKind::Http(name) => name,
        SchemeKind::MutualTls => "MutualTLS",
    }
}

/// The algorithms of proofs that a server accepts by default.
const DPOP_ALGORITHMS: &str = "ES256 EdDSA";

type Parameters = Vec<(&'static str, String)>;

/// The usual parameters of a scheme's challenge; `None` if the response has no challenge of this scheme.
fn usual(status: StatusCode, member: &SchemeUse, scheme: &Scheme, outcome: &Outcome) -> Option<Parameters> {
    let realm = || ("realm", "api".to_owned());
    match scheme.kind {
        SchemeKind::Bearer => bearer(status, member, outcome).map(|more| [vec![realm()], more].concat()),
        SchemeKind::Http(name) if is_dpop(name) => {
            let algorithms = ("algs", DPOP_ALGORITHMS.to_owned());
            bearer(status, member, outcome).map(|more| [vec![realm(), algorithms], more].concat())
        }
        // Only challenges of tokens can express statuses other than 401.
        _ if status != StatusCode::UNAUTHORIZED => None,
        SchemeKind::Basic => Some(vec![realm(), ("charset", "UTF-8".to_owned())]),
        SchemeKind::ApiKey { place, name } => {
            let place = match place {
                KeyPlace::Header => "header",
                KeyPlace::Query => "query",
                KeyPlace::Cookie => "cookie",
            };
            Some(vec![realm(), ("in", place.to_owned()), ("name", name.to_owned())])
        }
        SchemeKind::Http(name) if is_bare(name) => Some(Vec::new()),
        SchemeKind::Http(_) | SchemeKind::MutualTls => Some(vec![realm()]),
    }
}

/// Whether the scheme is that of tokens that are bound to a key (RFC 9449, section 7.1).
fn is_dpop(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("DPoP")
}

/// Whether the challenge of this scheme has no parameters (RFC 4559, section 4.1).
fn is_bare(scheme: &str) -> bool {
    ["negotiate", "ntlm"].iter().any(|bare| scheme.eq_ignore_ascii_case(bare))
}

fn bearer(status: StatusCode, member: &SchemeUse, outcome: &Outcome) -> Option<Parameters> {
    let error = |code: &str| ("error", code.to_owned());
    let scope = || ("scope", member.scopes.join(" "));
    Some(match (status, outcome) {
        (StatusCode::BAD_REQUEST, Outcome::Malformed) => vec![error("invalid_request")],
        // Not of a token that has all its scopes: another one in the request lacks some.
        (StatusCode::FORBIDDEN, Outcome::Granted(granted)) if !covers(granted, member) => {
            vec![error("insufficient_scope"), scope()]
        }
        (StatusCode::BAD_REQUEST | StatusCode::FORBIDDEN, _) => return None,
        (_, Outcome::Invalid(reason)) => vec![error("invalid_token"), ("error_description", (*reason).to_owned())],
        (_, Outcome::Challenged(_)) => vec![error("invalid_token")],
        _ if !member.scopes.is_empty() => vec![scope()],
        _ => Vec::new(),
    })
}

/// Whether these scopes are all that the requirement needs.
pub(super) fn covers(granted: &[String], member: &SchemeUse) -> bool {
    member.scopes.iter().all(|scope| granted.iter().any(|own| own == scope))
}
