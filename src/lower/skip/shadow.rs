//! Operations that would receive requests for a skipped one. On a server such a request reaches the next path that
//! matches. If the operation there has different security requirements it is skipped too, so that no caller gets access
//! who had none before.

use super::written::{NamedAccess, WrittenOperation};
use crate::diag::print::excerpt;
use crate::diag::{Code, Diagnostic, Report};
use crate::document::Document;
use crate::lower::operation::route::PathForm;
use crate::model::Api;

/// An error for each remaining operation that would receive requests for a skipped one.
pub(super) fn shadowing(written: &[WrittenOperation], document: &Document, api: &Api) -> Report {
    let mut report = Report::new();
    let skipped: Vec<&WrittenOperation> = written.iter().filter(|written| !written.is_in(&document.tree)).collect();
    if skipped.is_empty() {
        return report;
    }
    for operation in &api.operations {
        let form = PathForm::of(operation);
        let access = NamedAccess::of(&operation.access, |id| &api.scheme(id).name);
        let is_other = |skipped: &&&WrittenOperation| skipped.access.as_ref() != Some(&access);
        let is_answered = |skipped: &&&WrittenOperation| skipped.route.may_reach(&operation.method, &form);
        if let Some(skipped) = skipped.iter().filter(is_other).find(is_answered) {
            report.push(Diagnostic::error(Code::DuplicateOperation, &operation.at, message(skipped)).on_key());
        }
    }
    report
}

fn message(skipped: &WrittenOperation) -> String {
    let line = excerpt(&skipped.route.text).to_string();
    let why = match skipped.access {
        Some(_) => "which has different security requirements",
        None => "whose security requirements cannot be read",
    };
    format!("this operation would receive requests for the skipped `{line}`, {why}")
}
