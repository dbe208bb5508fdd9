//! Whether a 401 response has its challenges.

use super::carrier::Carrier;
use super::check::CheckId;
use super::contract::Observation;
use super::probe::Verdict;
use crate::model::Api;
use crate::model::security::Access;
use keystub_client_runtime::dynamic::RawResponse;
use keystub_client_runtime::reqwest::header::WWW_AUTHENTICATE;

/// What is found about the challenges of a 401 response of this operation.
pub(in crate::live) fn challenge(api: &Api, at: usize, response: &RawResponse) -> Observation {
    let fields: Vec<String> = response
        .headers
        .get_all(WWW_AUTHENTICATE)
        .iter()
        .map(|field| String::from_utf8_lossy(field.as_bytes()).into_owned())
        .collect();
    let words = words(api, at);
    let is_named = words.is_empty()
        || fields.iter().any(|field| {
            let mut parts = field.split(',').map(|part| part.trim().split(' ').next().unwrap_or_default());
            parts.any(|part| words.iter().any(|word| word.eq_ignore_ascii_case(part)))
        });
    let verdict = if !fields.is_empty() && is_named { Verdict::Kept } else { Verdict::Broken };
    let expected = match words.as_slice() {
        [] => "WWW-Authenticate".to_owned(),
        words => format!("WWW-Authenticate with {}", words.join(" or ")),
    };
    let got = if fields.is_empty() { "no such field".to_owned() } else { fields.join(", ") };
    Observation { check: CheckId::AuthChallenge, part: None, verdict, expected, got }
}

/// The HTTP authentication schemes of an operation.
fn words(api: &Api, at: usize) -> Vec<String> {
    let Access::Guarded { any_of, .. } = &api.operations[at].access else { return Vec::new() };
    let uses = any_of.iter().flat_map(|alternative| alternative.iter());
    let mut words: Vec<String> = uses
        .filter_map(|own| match Carrier::of(&api.schemes[own.scheme.0]) {
            Some(Carrier::Header { word, .. }) => word,
            Some(Carrier::Query(_) | Carrier::Cookie(_) | Carrier::Certificate) | None => None,
        })
        .collect();
    words.sort();
    words.dedup();
    words
}
