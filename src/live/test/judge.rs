//! Verdicts on responses.

use std::collections::BTreeSet;

use super::challenge::challenge;
use super::check::CheckId;
use super::contract::{Observation, error_observations, leak};
use super::finding::Finding;
use super::probe::{Expected, Likeness, Probe, Verdict};
use super::runner::{Control, Runner};
use super::shown;
use crate::media_type::essence;
use crate::model::security::Access;
use keystub_client_runtime::dynamic::RawResponse;
use keystub_client_runtime::reqwest::{Method, Request};

impl Runner<'_> {
    /// Whether a response is like the one to the valid request.
    fn likeness(&self, control: &Control, probe: &Probe, response: &RawResponse) -> Likeness {
        let media_type = |response: &RawResponse| essence(&response.media_type().unwrap_or_default());
        if !response.status.is_success() {
            return Likeness::Other;
        }
        if matches!(*probe.request.method(), Method::HEAD | Method::DELETE) || response.body == control.response.body {
            return Likeness::Resource;
        }
        let is_json = |body: &[u8]| serde_json::from_slice::<serde_json::Value>(body).is_ok();
        match (media_type(response) == media_type(&control.response), is_json(&response.body)) {
            (true, true) if is_json(&control.response.body) => Likeness::Resource,
            // Text that changes with each call, or another page.
            (true, _) => Likeness::Unknown,
            (false, _) => Likeness::Other,
        }
    }

    /// Alternatives that are rejected although each of their credentials was accepted elsewhere.
    pub fn judge_alternatives(&mut self) {
        let calls = || {
            self.coverage.iter().flat_map(|coverage| coverage.calls.iter().map(move |call| (coverage.operation, call)))
        };
        let accepted: BTreeSet<&String> =
            calls().filter(|(_, call)| call.is_success()).flat_map(|(_, call)| &call.schemes).collect();
        let mut found = Vec::new();
        for (at, call) in calls().filter(|(_, call)| !call.schemes.is_empty()) {
            let is_known = call.schemes.iter().all(|scheme| accepted.contains(scheme));
            let verdict = match call.outcome {
                Ok(200..=299) => Verdict::Kept,
                Ok(401) if is_known => Verdict::Broken,
                Ok(_) | Err(_) => Verdict::Inconclusive,
            };
            let got = match &call.outcome {
                Ok(status) => status.to_string(),
                Err(message) => message.clone(),
            };
            let (check, part) = (CheckId::AuthAccepted, Some(call.schemes.join("+")));
            let expected = "a status from 200 to 299".to_owned();
            found.push((at, Observation { check, part, verdict, expected, got }));
        }
        for (at, observation) in found {
            self.observe(at, observation, "valid credentials", None);
        }
    }

    /// Records the verdict on the response to a probe.
    pub fn judge(&mut self, control: &Control, probe: &Probe, response: &RawResponse) {
        let Probe { check, part, operation: at, sent, request, connection: _, expected } = probe;
        let verdict = expected.verdict(response, self.likeness(control, probe, response));
        let (got, expected, part) = (response.status.as_u16().to_string(), expected.text().to_owned(), part.clone());
        self.observe(*at, Observation { check: *check, part, verdict, expected, got }, sent, Some(request));
        self.observe(*at, leak(response), sent, Some(request));
        let is_fault = matches!(response.status.as_u16(), 500 | 502 | 504..);
        if is_fault {
            let (check, verdict) = (CheckId::NoServerError, Verdict::Broken);
            let (got, expected) = (response.status.as_u16().to_string(), "no status from 500".to_owned());
            self.observe(*at, Observation { check, part: None, verdict, expected, got }, sent, Some(request));
        }
        if has_documented_errors(*check) {
            for observation in error_observations(self.api, &self.values, *at, response) {
                self.observe(*at, observation, sent, Some(request));
            }
        }
        if *check == CheckId::AuthNone && response.status.as_u16() == 401 {
            self.observe(*at, challenge(self.api, *at, response), "no credentials", Some(request));
        }
    }

    /// Records whether a call without credentials was rejected.
    pub fn judge_anonymous(&mut self, at: usize, response: &RawResponse, request: &Request) {
        let check = match self.api.operations[at].access {
            Access::Open => CheckId::OpenIsOpen,
            Access::Guarded { .. } => CheckId::AnonymousIsOpen,
        };
        let verdict = Expected::LetIn.verdict(response, Likeness::Other);
        let (got, expected) = (response.status.as_u16().to_string(), Expected::LetIn.text().to_owned());
        let observation = Observation { check, part: None, verdict, expected, got };
        self.observe(at, observation, "no credentials", Some(request));
    }

    /// Records an observation if its check is selected.
    pub fn observe(&mut self, at: usize, observation: Observation, sent: &str, request: Option<&Request>) {
        let Observation { check, part, verdict, expected, got } = observation;
        if !self.options.selection.contains(check) {
            return;
        }
        let curl = request.filter(|_| verdict == Verdict::Broken).map(|request| shown::curl(request, &self.secrets));
        let of_curl =
            self.forged.iter().filter(|(name, _)| curl.as_ref().is_some_and(|curl| shown::has_variable(curl, name)));
        self.notes.extend(of_curl.map(|(name, what)| {
            format!("{name} in a curl command is {what}; it is made from the real token and never printed")
        }));
        if curl.as_ref().is_some_and(|curl| curl.contains("$PROOF")) {
            let what =
                "a new proof of the key for each request (RFC 9449), which curl does not make; `keystub call` does";
            self.notes.insert(format!("$PROOF in a curl command is {what}"));
        }
        if curl.as_ref().is_some_and(|curl| curl.contains(shown::BODY_FILE)) {
            let what = "a file with the body of the request, which is binary or longer than 64 KiB";
            self.notes.insert(format!("BODY in a curl command is {what}"));
        }
        let [sent, expected, got] = [sent, expected.as_str(), got.as_str()].map(|text| self.secrets.redacted(text));
        self.findings.push(Finding { check, part, operation: at, verdict, sent, expected, got, curl });
    }
}

/// Whether the errors that a check causes are those of the operation: the request reaches it.
fn has_documented_errors(check: CheckId) -> bool {
    matches!(
        check,
        CheckId::AuthNone
            | CheckId::AuthPartWrong
            | CheckId::ScopeMissing
            | CheckId::InvalidRefused
            | CheckId::RequiredMissing
            | CheckId::WrongMediaType
    )
}
