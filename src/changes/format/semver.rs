//! The increments of versions as text, Markdown and JSON.

use serde::Serialize;

use super::super::semver::{CrateVersion, Reason, Semver};
use super::escaped;

/// How many reasons are listed for a crate.
const LISTED: usize = 10;

/// A line for each version, with what requires it.
pub fn text(semver: &Semver) -> String {
    let mut out = format!("version of the API: {}\n", semver.wire);
    for (what, version) in crates(semver) {
        out += &format!("version of the {what} crate: {}\n", version.bump);
        out += &listed(version).map(|line| format!("  {line}\n")).collect::<String>();
    }
    out
}

/// A list.
pub fn markdown(semver: &Semver) -> String {
    let mut out = format!("\n- version of the API: **{}**\n", semver.wire);
    for (what, version) in crates(semver) {
        out += &format!("- version of the {what} crate: **{}**\n", version.bump);
        out += &listed(version).map(|line| format!("  - {}\n", line.replace('<', "&lt;"))).collect::<String>();
    }
    out
}

fn crates(semver: &Semver) -> [(&'static str, &CrateVersion); 2] {
    [("client", &semver.client), ("server", &semver.server)]
}

/// The reasons for the increment itself; what requires less is only counted.
fn listed(version: &CrateVersion) -> impl Iterator<Item = String> {
    let reasons: Vec<&Reason> = version.reasons.iter().filter(|reason| reason.bump == version.bump).collect();
    let others = reasons.len().saturating_sub(LISTED);
    let lines: Vec<String> = reasons.into_iter().take(LISTED).map(|reason| escaped(&reason.message)).collect();
    lines.into_iter().chain((others > 0).then(|| format!("and {others} others")))
}

/// The increments in JSON.
#[derive(Serialize)]
pub struct Entry<'a> {
    wire: &'static str,
    client: CrateEntry<'a>,
    server: CrateEntry<'a>,
}

#[derive(Serialize)]
struct CrateEntry<'a> {
    bump: &'static str,
    reasons: Vec<ReasonEntry<'a>>,
}

#[derive(Serialize)]
struct ReasonEntry<'a> {
    bump: &'static str,
    message: &'a str,
}

/// The increments with all reasons.
pub fn entry(semver: &Semver) -> Entry<'_> {
    Entry { wire: semver.wire.as_str(), client: crate_entry(&semver.client), server: crate_entry(&semver.server) }
}

fn crate_entry(version: &CrateVersion) -> CrateEntry<'_> {
    let reasons = version.reasons.iter();
    let reasons = reasons.map(|reason| ReasonEntry { bump: reason.bump.as_str(), message: &reason.message });
    CrateEntry { bump: version.bump.as_str(), reasons: reasons.collect() }
}
