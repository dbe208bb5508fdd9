//! Skips invalid parts: removes for each error the smallest part that contains it, and everything that depends on that
//! part.
//!
//! Parts about security are never removed: an error there, or one of the whole document, remains an error.

mod owner;
mod skeleton;
mod users;

use std::collections::BTreeSet;

use super::loaded::Loaded;
use crate::diag::{Code, Diagnostic, Level, Pointer, Report};
use owner::Owner;
use users::Users;

/// How many places a message names.
const NAMED: usize = 5;

/// A part that was skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedPart {
    /// Its pointer in the tree.
    pub at: Pointer,
    /// The reason: its own error, or that of a part that it needs. Places in other files are named as in the tree.
    pub reason: String,
}

/// What was skipped.
#[derive(Debug, Clone, Default)]
pub struct SkipReport {
    /// Each error, with what was skipped because of it.
    pub report: Report,
    /// Each skipped part.
    pub skipped_parts: Vec<SkippedPart>,
}

impl Loaded {
    /// Skips the smallest part that contains each error of `report`, and everything that depends on it.
    ///
    /// # Errors
    ///
    /// The same errors, if some of them cannot be skipped; those remain errors.
    pub fn skip(&mut self, report: &Report) -> Result<SkipReport, Report> {
        let mut pruning =
            Pruning { users: Users::gather(self), loaded: self, removed: BTreeSet::new(), skipped_parts: Vec::new() };
        let mut skipped_report = Report::new();
        let mut is_refused = false;
        for error in report.iter().filter(|found| found.level == Level::Error) {
            let before = pruning.skipped_parts.len();
            let reported = match is_of_security(error.code) {
                true => Err("errors in security are never skipped"),
                false => pruning.skip(error),
            };
            is_refused |= reported.is_err();
            skipped_report.push(match reported {
                Ok(()) => pruning.skipped(error, &pruning.skipped_parts[before..]),
                Err(reason) => unskipped(error, reason),
            });
        }
        let skipped_parts = std::mem::take(&mut pruning.skipped_parts);
        match is_refused || skipped_parts.is_empty() {
            true => Err(skipped_report),
            false => Ok(SkipReport { report: skipped_report, skipped_parts }),
        }
    }

    /// The errors that prevent reading the document whatever is skipped, with pointers into the tree.
    pub fn unskippable(&self) -> Report {
        self.refused()
    }

    /// Takes the errors from before the upgrade that are about one part each, with pointers into the tree; they are not reported again.
    pub fn unfollowed(&mut self) -> Report {
        self.take_unfollowed()
    }

    /// The document reduced to its security: security schemes, and operations that have only `security`.
    pub fn skeleton(&self) -> Loaded {
        let mut loaded = self.clone();
        loaded.take_unfollowed();
        skeleton::reduce(&mut loaded);
        loaded
    }
}

struct Pruning<'d> {
    loaded: &'d mut Loaded,
    users: Users,
    /// The places that were removed.
    removed: BTreeSet<Pointer>,
    skipped_parts: Vec<SkippedPart>,
}

impl Pruning<'_> {
    /// Removes the part that contains one error, and everything that depends on it.
    fn skip(&mut self, error: &Diagnostic) -> Result<(), &'static str> {
        let mut waiting = vec![(error.at.clone(), None)];
        while let Some((at, needed)) = waiting.pop() {
            if self.is_gone(&at) {
                continue;
            }
            let place = match owner::find(&self.loaded.tree, &self.users, &at) {
                Owner::Part(place) => place,
                Owner::Security => return Err("errors in security are never skipped"),
                Owner::Document => return Err("it does not belong to a part that can be skipped"),
            };
            remove(self.loaded, &place);
            let reason = reason(error, needed.as_ref(), self.loaded);
            self.skipped_parts.push(SkippedPart { at: place.clone(), reason });
            waiting.extend(self.users.of(&place).into_iter().map(|at| (at, Some(place.clone()))));
            self.removed.insert(place);
        }
        Ok(())
    }

    /// The error, with what was skipped because of it.
    fn skipped(&self, error: &Diagnostic, skipped_parts: &[SkippedPart]) -> Diagnostic {
        let mut places: Vec<String> = skipped_parts
            .iter()
            .take(NAMED)
            .map(|removed| format!("`{}`", self.loaded.moves.written(&removed.at)))
            .collect();
        if skipped_parts.len() > NAMED {
            places.push(format!("{} more", skipped_parts.len() - NAMED));
        }
        let help = match places.as_slice() {
            [] => "skipped with the part that contains it".to_owned(),
            _ => format!("skipped: {}", places.join(", ")),
        };
        Diagnostic { level: Level::Skipped, help: Some(help), ..error.clone() }
    }

    fn is_gone(&self, at: &Pointer) -> bool {
        let mut place = Some(at.clone());
        while let Some(here) = place {
            if self.removed.contains(&here) {
                return true;
            }
            place = here.parent();
        }
        false
    }
}

/// Removes a node from the object that contains it.
fn remove(loaded: &mut Loaded, at: &Pointer) {
    let (Some(parent), Some(key)) = (at.parent(), at.last()) else { return };
    if let Some(super::tree::Node::Object(object)) = loaded.tree_mut().find_mut(&parent) {
        object.shift_remove(&key);
    }
}

fn reason(error: &Diagnostic, needed: Option<&Pointer>, loaded: &Loaded) -> String {
    let Diagnostic { code, message, .. } = error;
    match needed.map(|needed| loaded.moves.written(needed)) {
        None => format!("{message} ({code})"),
        Some(needed) => format!("it needs `{needed}`, which is skipped: {message} ({code})"),
    }
}

fn unskipped(error: &Diagnostic, reason: &str) -> Diagnostic {
    let help = match &error.help {
        Some(help) => format!("{help}; {reason}"),
        None => reason.to_owned(),
    };
    Diagnostic { help: Some(help), ..error.clone() }
}

/// Codes that are about security wherever they occur.
fn is_of_security(code: Code) -> bool {
    matches!(code, Code::UnknownScheme | Code::ConflictingSchemes | Code::UnsupportedScheme)
}
