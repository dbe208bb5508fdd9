//! The formats in which changes are printed.

mod scanning;
mod semver;

use serde::Serialize;

use super::kind::{Effect, Security};
use super::report::{Changes, Located};
use crate::diag::{Place, counted, escaped, json_escaped};

pub use scanning::{github, sarif};

/// How many operations of a change are listed.
const LISTED: usize = 5;

/// Every change with its places, and the counts.
pub fn text(changes: &Changes) -> String {
    let mut out: String = changes.open().map(|change| entry(change) + "\n").collect();
    out += &(summary(changes) + "\n");
    out + &changes.semver.as_ref().map_or_else(String::new, semver::text)
}

fn entry(change: &Located) -> String {
    let Located { kind, message, operations, old, new, .. } = change;
    let mut out = format!("{}[{}]: {}\n", kind.verdict(), kind.id, escaped(message));
    for (word, place) in [("old", old), ("new", new)] {
        out += &place.as_ref().map_or_else(String::new, |place| format!("  {word} {}\n", located(place)));
    }
    if !operations.is_empty() {
        out += &format!("  operations: {}\n", listed(operations));
    }
    out + &format!("  clients: {}, servers: {}, fingerprint: {}\n", kind.clients, kind.servers, change.fingerprint())
}

fn located(place: &Place) -> String {
    let (file, at) = (escaped(&place.file), escaped(&place.pointer));
    match place.position {
        Some(position) => format!("{file}:{}:{}  (#{at})", position.line, position.column),
        None => format!("{file}  (#{at})"),
    }
}

fn listed(operations: &[String]) -> String {
    let shown: Vec<String> = operations.iter().take(LISTED).map(|operation| escaped(operation)).collect();
    match operations.len().saturating_sub(LISTED) {
        0 => shown.join(", "),
        others => format!("{} and {others} others", shown.join(", ")),
    }
}

/// `3 changes: 1 weakened, 0 moved, 1 strengthened; 1 breaking for clients; 1 allowed`, and the unused allowances.
pub fn summary(changes: &Changes) -> String {
    let count = |security| changes.open().filter(|change| change.kind.security == security).count();
    let breaking = changes.open().filter(|change| change.kind.clients == Effect::Wire).count();
    let verdicts = [Security::Weakened, Security::Moved, Security::Strengthened];
    let verdicts: Vec<String> = verdicts.into_iter().map(|verdict| format!("{} {verdict}", count(verdict))).collect();
    let open = changes.open().count();
    let allowed = match changes.list.len() - open {
        0 => String::new(),
        allowed => format!("; {allowed} allowed"),
    };
    let summary =
        format!("{}: {}; {breaking} breaking for clients{allowed}", counted(open, "change"), verdicts.join(", "));
    changes.unused.iter().map(|unused| escaped(unused) + "\n").collect::<String>() + &summary
}

/// A table.
pub fn markdown(changes: &Changes) -> String {
    let cell = |text: &str| escaped(text).replace('|', "\\|").replace('<', "&lt;");
    let mut out = "| verdict | change | operations | clients | servers |\n| --- | --- | --- | --- | --- |\n".to_owned();
    for Located { kind, message, operations, .. } in changes.open() {
        let (message, operations) = (cell(message), cell(&listed(operations)));
        out += &format!(
            "| {} | `{}`: {message} | {operations} | {} | {} |\n",
            kind.verdict(),
            kind.id,
            kind.clients,
            kind.servers
        );
    }
    out += &format!("\n{}\n", summary(changes));
    out + &changes.semver.as_ref().map_or_else(String::new, semver::markdown)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    changes: Vec<Entry<'a>>,
    unused_allowances: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    semver: Option<semver::Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    kind: &'a str,
    security: &'a str,
    clients: &'a str,
    servers: &'a str,
    message: &'a str,
    operations: &'a [String],
    fingerprint: String,
    allowed: Option<&'a str>,
    old: Option<PlaceEntry<'a>>,
    new: Option<PlaceEntry<'a>>,
}

#[derive(Serialize)]
struct PlaceEntry<'a> {
    file: &'a str,
    line: Option<usize>,
    column: Option<usize>,
    pointer: &'a str,
}

/// One JSON document, with a line end.
pub fn json(changes: &Changes) -> String {
    let document = Document {
        changes: changes.list.iter().map(json_entry).collect(),
        unused_allowances: &changes.unused,
        semver: changes.semver.as_ref().map(semver::entry),
    };
    json_escaped(&serde_json::to_string_pretty(&document).expect("strings and numbers are valid JSON")) + "\n"
}

fn json_entry(change: &Located) -> Entry<'_> {
    Entry {
        kind: change.kind.id,
        security: change.kind.security.as_str(),
        clients: change.kind.clients.key(),
        servers: change.kind.servers.key(),
        message: &change.message,
        operations: &change.operations,
        fingerprint: change.fingerprint(),
        allowed: change.allowed.as_deref(),
        old: change.old.as_ref().map(place_entry),
        new: change.new.as_ref().map(place_entry),
    }
}

fn place_entry(place: &Place) -> PlaceEntry<'_> {
    PlaceEntry {
        file: &place.file,
        line: place.position.map(|position| position.line),
        column: place.position.map(|position| position.column),
        pointer: &place.pointer,
    }
}
