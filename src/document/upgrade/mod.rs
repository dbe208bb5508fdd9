//! Upgrading: converts the tree of another version to the form of OpenAPI 3.0.
//!
//! Each node is handled by its kind. What 3.0 cannot express is a warning. [`Moves`] records where each node was
//! written, so that diagnostics point there and references can be updated.

mod anchors;
mod file_parts;
mod items;
mod moves;
mod reference;
mod schema;
mod state;
mod types;
mod v2_0;
mod v3_1;
mod v3_2;

use std::collections::BTreeSet;

use super::kind::Kind;
use super::tree::Node;
use super::version::Version;
use crate::diag::{Pointer, Report};
pub(super) use anchors::Anchors;
pub use file_parts::FILE_PART;
pub use moves::Moves;
use state::Upgrade;
pub use types::{PATTERNED, PLACES};

/// A tree in the form of OpenAPI 3.0.
#[derive(Debug)]
pub(super) struct Upgraded {
    pub(super) tree: Node,
    pub(super) moves: Moves,
    pub(super) report: Report,
}

/// Converts `tree` to the form of OpenAPI 3.0.
///
/// A copied object may be behind a chain of at most `references` references. `moves` has the original places of nodes
/// in `tree`.
pub(super) fn upgrade(tree: Node, version: Version, references: usize, moves: Moves) -> Upgraded {
    if version == Version::V3_0 {
        return Upgraded { tree, moves, report: Report::new() };
    }
    let mut upgrade = Upgrade { moves, ..Upgrade::new(&tree, version, references) };
    let mut upgraded = upgrade.object(Kind::Document, &tree, &Pointer::root());
    upgrade.referenced(&mut upgraded);
    reference::rewrite(&mut upgraded, &upgrade.moves);
    let Upgrade { moves, report, contents, .. } = upgrade;
    let report = without_read(report, &contents);
    Upgraded { tree: upgraded, moves, report }
}

/// The report without the schemas of contents that are read after all: those of the data of events.
fn without_read(report: Report, contents: &BTreeSet<Pointer>) -> Report {
    if contents.is_empty() {
        return report;
    }
    let mut kept = Report::new();
    report.iter().filter(|found| !contents.contains(&found.at)).cloned().for_each(|found| kept.push(found));
    kept
}

#[cfg(test)]
mod tests;
