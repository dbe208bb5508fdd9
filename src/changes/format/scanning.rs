//! The changes for services that show them next to the lines of a document: those of the new version.

use super::super::kind::{Effect, Kind, Security};
use super::super::page::kinds;
use super::super::report::{Changes, Located};
use crate::scanning::{self, Descriptor, Entry, Level, Suppressed};

/// One annotation of GitHub Actions for each change that is not allowed.
pub fn github(changes: &Changes) -> String {
    scanning::github(changes.open().map(entry))
}

/// SARIF 2.1.0, with all kinds.
pub fn sarif(changes: &Changes) -> String {
    let descriptors: Vec<Descriptor<'_>> = kinds().map(descriptor).collect();
    let entries: Vec<Entry<'_>> = changes.list.iter().map(entry).collect();
    scanning::sarif(&descriptors, &entries)
}

fn level(kind: &Kind) -> Level {
    match (kind.security, kind.clients) {
        (Security::Weakened, _) | (_, Effect::Wire) => Level::Error,
        (Security::Moved, _) => Level::Warning,
        (Security::Strengthened | Security::Neutral, _) => Level::Note,
    }
}

fn descriptor(kind: &'static Kind) -> Descriptor<'static> {
    let (severity, tag) = match kind.security {
        Security::Weakened => (Some("8.0"), Some("security")),
        Security::Moved => (Some("5.5"), Some("security")),
        Security::Strengthened => (Some("1.0"), Some("security")),
        Security::Neutral => (None, None),
    };
    let help = format!("security: {}; clients: {}; servers: {}", kind.security, kind.clients, kind.servers);
    Descriptor {
        id: kind.id,
        summary: kind.summary,
        explanation: kind.summary,
        help: help.into(),
        level: level(kind),
        tags: [Some("api-change"), tag].into_iter().flatten().map(str::to_owned).collect(),
        severity,
    }
}

fn entry(change: &Located) -> Entry<'_> {
    let reaches = match change.operations.as_slice() {
        [] => String::new(),
        operations => format!(" ({})", operations.join(", ")),
    };
    Entry {
        id: change.kind.id,
        level: level(change.kind),
        message: format!("{}: {}{reaches}", change.kind.verdict(), change.message).into(),
        place: &change.shown,
        related: Vec::new(),
        fingerprint: change.fingerprint(),
        suppression: change.allowed.as_deref().map(|reason| Suppressed { is_in_source: false, reason }),
    }
}
