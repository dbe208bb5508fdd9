//! Leaving out what is broken: each error falls to its smallest owner, which goes, and with it all that needs it.
//!
//! Nothing about security ever goes: an error there, and one at the level of the document, stays an error.

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

/// Something that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Where it stood in the tree.
    pub at: Pointer,
    /// Why: the error that it had, or that something had which it needs; places in other files as in the tree.
    pub reason: String,
}

/// What was left out of a draft.
#[derive(Debug, Clone, Default)]
pub struct Leavings {
    /// Each error with what went for it.
    pub report: Report,
    /// Each thing that went.
    pub left_out: Vec<LeftOut>,
}

impl Loaded {
    /// Leaves out the smallest owner of each error of `report`, and all that needs one of them.
    ///
    /// # Errors
    /// The same errors, where some cannot be left out: those stay errors.
    pub fn leave_out(&mut self, report: &Report) -> Result<Leavings, Report> {
        let mut pruning =
            Pruning { users: Users::gather(self), draft: self, gone: BTreeSet::new(), left_out: Vec::new() };
        let mut leavings = Report::new();
        let mut is_refused = false;
        for error in report.iter().filter(|found| found.level == Level::Error) {
            let before = pruning.left_out.len();
            let told = match is_of_security(error.code) {
                true => Err("errors in security are never skipped"),
                false => pruning.leave_out(error),
            };
            is_refused |= told.is_err();
            leavings.push(match told {
                Ok(()) => pruning.skipped(error, &pruning.left_out[before..]),
                Err(reason) => unskipped(error, reason),
            });
        }
        let left_out = std::mem::take(&mut pruning.left_out);
        match is_refused || left_out.is_empty() {
            true => Err(leavings),
            false => Ok(Leavings { report: leavings, left_out }),
        }
    }

    /// What keeps the whole document from being read whatever is left out, at places in the tree.
    pub fn unskippable(&self) -> Report {
        self.refused()
    }

    /// References to files that cannot be followed, at places in the tree; from here on they are not told again.
    pub fn unfollowed(&mut self) -> Report {
        self.take_unfollowed()
    }

    /// The same document reduced to what its security is made of: schemes, and operations with nothing but `security`.
    pub fn skeleton(&self) -> Loaded {
        let mut draft = self.clone();
        draft.take_unfollowed();
        skeleton::reduce(&mut draft);
        draft
    }
}

struct Pruning<'d> {
    draft: &'d mut Loaded,
    users: Users,
    /// The places that went.
    gone: BTreeSet<Pointer>,
    left_out: Vec<LeftOut>,
}

impl Pruning<'_> {
    /// Leaves out the owner of one error, and its users.
    fn leave_out(&mut self, error: &Diagnostic) -> Result<(), &'static str> {
        let mut waiting = vec![(error.at.clone(), None)];
        while let Some((at, needed)) = waiting.pop() {
            if self.is_gone(&at) {
                continue;
            }
            let place = match owner::find(&self.draft.tree, &self.users, &at) {
                Owner::Part(place) => place,
                Owner::Security => return Err("errors in security are never skipped"),
                Owner::Document => return Err("it does not belong to a part that can be skipped"),
            };
            remove(self.draft, &place);
            let reason = reason(error, needed.as_ref(), self.draft);
            self.left_out.push(LeftOut { at: place.clone(), reason });
            waiting.extend(self.users.of(&place).into_iter().map(|at| (at, Some(place.clone()))));
            self.gone.insert(place);
        }
        Ok(())
    }

    /// The error with what went for it.
    fn skipped(&self, error: &Diagnostic, left_out: &[LeftOut]) -> Diagnostic {
        let mut places: Vec<String> =
            left_out.iter().take(NAMED).map(|gone| format!("`{}`", self.draft.moves.written(&gone.at))).collect();
        if left_out.len() > NAMED {
            places.push(format!("{} more", left_out.len() - NAMED));
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
            if self.gone.contains(&here) {
                return true;
            }
            place = here.parent();
        }
        false
    }
}

/// Takes a node out of the object that holds it.
fn remove(draft: &mut Loaded, at: &Pointer) {
    let (Some(parent), Some(key)) = (at.parent(), at.last()) else { return };
    if let Some(super::tree::Node::Object(object)) = draft.tree.find_mut(&parent) {
        object.shift_remove(&key);
    }
}

fn reason(error: &Diagnostic, needed: Option<&Pointer>, draft: &Loaded) -> String {
    let Diagnostic { code, message, .. } = error;
    match needed.map(|needed| draft.moves.written(needed)) {
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

/// Codes that are about security wherever they stand.
fn is_of_security(code: Code) -> bool {
    matches!(code, Code::UnknownScheme | Code::ConflictingSchemes | Code::UnsupportedScheme)
}
