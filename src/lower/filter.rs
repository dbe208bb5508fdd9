//! `--only` and `--except`: removes operations from a document before it is lowered.

use super::skip::check_security;
use super::skip::written::WrittenOperation;
use crate::diag::print::excerpt;
use crate::diag::{Code, Diagnostic, Level, Report};
use crate::document::{Candidate, Filters, LoadError, Loaded, OperationAt, Unmatched};
use crate::model::Skipped;

/// What happens to operations that would receive requests for removed ones with other security requirements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shadowed {
    /// They are removed too: on a server, such a request would reach an operation that it could not reach before.
    Removed,
    /// They stay: nothing is served.
    Kept,
}

/// A document without the operations that the filters remove.
pub struct Filtered {
    /// The document.
    pub loaded: Loaded,
    /// The operations that were removed in addition to those that the filters remove.
    pub report: Report,
    /// The same operations, for lists of what is not generated.
    pub shadowed: Vec<Skipped>,
    /// The filters that match no operation.
    pub unmatched: Vec<Unmatched>,
    /// Whether no operation is left.
    pub is_empty: bool,
}

/// Removes the operations that the filters do not keep. The access of the others stays as it is.
///
/// # Errors
///
/// If the security of the document is invalid: what a removed operation requires must be known.
pub fn filter(mut loaded: Loaded, filters: &Filters, shadowed: Shadowed) -> Result<Filtered, LoadError> {
    let (report, shadowed_parts) = (Report::new(), Vec::new());
    if filters.is_empty() {
        return Ok(Filtered { loaded, report, shadowed: shadowed_parts, unmatched: Vec::new(), is_empty: false });
    }
    let mut complete = loaded.clone();
    complete.complete();
    let written = check_security(&complete)?;
    let candidates: Vec<Candidate<'_>> = written.iter().map(|written| candidate(&loaded, written)).collect();
    let unmatched = filters.unmatched(&candidates);
    let keeps: Vec<bool> = candidates.iter().map(|candidate| filters.keeps(candidate)).collect();
    let mut kept = Vec::new();
    let mut removed = Vec::new();
    for (written, is_kept) in written.into_iter().zip(keeps) {
        if is_kept { kept.push(written) } else { removed.push(written) }
    }
    let (report, shadowed_parts) = match shadowed {
        Shadowed::Removed => remove_shadows(&mut kept, &mut removed),
        Shadowed::Kept => (report, shadowed_parts),
    };
    loaded.cut(&places(&removed), &places(&kept));
    Ok(Filtered { loaded, report, shadowed: shadowed_parts, unmatched, is_empty: kept.is_empty() })
}

fn candidate<'t>(loaded: &'t Loaded, written: &WrittenOperation) -> Candidate<'t> {
    Candidate {
        method: written.route.method().map(|method| method.as_str().to_owned()),
        path: written.path_at.last().unwrap_or_default(),
        node: loaded.node(&written.at),
    }
}

fn places(operations: &[WrittenOperation]) -> Vec<OperationAt> {
    let place =
        |written: &WrittenOperation| OperationAt { path: written.path_at.clone(), operation: written.at.clone() };
    operations.iter().map(place).collect()
}

/// Moves operations that would receive requests for removed ones from `kept` to `removed`, as `--skip-broken` does.
fn remove_shadows(kept: &mut Vec<WrittenOperation>, removed: &mut Vec<WrittenOperation>) -> (Report, Vec<Skipped>) {
    let (mut report, mut shadowed_parts) = (Report::new(), Vec::new());
    let mut checked = 0;
    while checked < removed.len() {
        let mut shadows = Vec::new();
        let mut left = Vec::new();
        for operation in std::mem::take(kept) {
            let is_shadow = |removed: &&WrittenOperation| {
                let is_known = removed.access.is_some() && removed.access == operation.access;
                !is_known && removed.route.may_reach_route(&operation.route)
            };
            match removed[checked..].iter().find(is_shadow) {
                Some(removed) => {
                    let message = message(removed);
                    let diagnostic = Diagnostic::error(Code::DuplicateOperation, &operation.at, &message).on_key();
                    let help = "removed too; choose filters that keep or remove both";
                    report.push(Diagnostic { level: Level::Skipped, ..diagnostic.help(help) });
                    shadowed_parts.push(Skipped { at: operation.at.clone(), reason: message });
                    shadows.push(operation);
                }
                None => left.push(operation),
            }
        }
        checked = removed.len();
        *kept = left;
        removed.extend(shadows);
    }
    (report, shadowed_parts)
}

fn message(removed: &WrittenOperation) -> String {
    let line = excerpt(&removed.route.text);
    let why = match removed.access {
        Some(_) => "which has different security requirements",
        None => "whose security requirements cannot be read",
    };
    format!("this operation would receive requests for `{line}`, {why}, and which the filters remove")
}
