//! A baseline: the findings that are known and do not count.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::finding::Finding;

/// A list of known findings, kept in a JSON file.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    findings: Vec<Known>,
}

/// A known finding. Only the fingerprint is compared; the other fields are for readers of the file.
#[derive(Debug, Serialize, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields)]
struct Known {
    rule: String,
    pointer: String,
    message: String,
    fingerprint: String,
}

impl Baseline {
    /// The baseline of these findings.
    pub fn of<'a>(findings: impl Iterator<Item = &'a Finding>) -> Self {
        let known = |finding: &Finding| Known {
            rule: finding.rule.id.to_owned(),
            pointer: finding.place.pointer.clone(),
            message: finding.message.clone(),
            fingerprint: finding.fingerprint(),
        };
        let sorted: BTreeSet<Known> = findings.map(known).collect();
        Self { findings: sorted.into_iter().collect() }
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    ///
    /// The reason why it is not a baseline.
    pub fn parse(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    /// The text of a file.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).expect("strings are valid JSON") + "\n"
    }

    /// Whether it lists a finding.
    pub fn contains(&self, finding: &Finding) -> bool {
        let fingerprints = [finding.fingerprint(), finding.first_fingerprint()];
        self.findings.iter().any(|known| fingerprints.contains(&known.fingerprint))
    }
}
