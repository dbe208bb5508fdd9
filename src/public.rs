//! `--deny-public`: reports public operations that are not on the allow list.

use std::collections::BTreeSet;

use crate::diag::print::excerpt;
use crate::diag::{Code, Diagnostic, Pointer, Report};
use crate::model::Api;
use crate::model::operation::Operation;
use crate::model::security::Access;

/// Reports the public operations that `allowed` does not name, and the entries of `allowed` without effect.
///
/// An entry is an `operationId`, or the method and the path as written in the document: `GET /health`. An operationId
/// in `repeated` is ambiguous.
pub fn check(api: &Api, allowed: &[String], repeated: &BTreeSet<String>, report: &mut Report) {
    for operation in &api.operations {
        let is_allowed = allowed.iter().any(|entry| names(entry, operation));
        if let Some(why) = public(&operation.access).filter(|_| !is_allowed) {
            report.push(denied(operation, why));
        }
    }
    for entry in allowed {
        if repeated.contains(entry) {
            let message = format!("`{}` is the operationId of several operations", excerpt(entry));
            let help = "allow each by its method and path, for example `GET /health`";
            report.push(Diagnostic::error(Code::UnusedAllowance, &Pointer::root(), message).help(help));
            continue;
        }
        let named: Vec<&Operation> = api.operations.iter().filter(|operation| names(entry, operation)).collect();
        if !named.iter().any(|operation| public(&operation.access).is_some()) {
            report.push(unused(entry, named.first().copied()));
        }
    }
}

/// Why an operation is public; `None` if it is not.
fn public(access: &Access) -> Option<&'static str> {
    match access {
        Access::Open => Some("it has no security requirements"),
        Access::Guarded { or_anonymous: true, .. } => Some("`{}` in its security requirements allows anonymous calls"),
        Access::Guarded { or_anonymous: false, .. } => None,
    }
}

fn names(entry: &str, operation: &Operation) -> bool {
    let is_route = |(method, path)| method == operation.method.as_str() && path == operation.path.text;
    // An operationId may look like a route, but a route must not allow the operation with that id.
    match entry.split_once(' ').filter(|(_, path)| path.starts_with('/')) {
        Some(route) => is_route(route),
        None => entry == operation.id,
    }
}

fn denied(operation: &Operation, why: &str) -> Diagnostic {
    let id = excerpt(&operation.id);
    let message = format!("operation `{id}` is public: {why}");
    let route = excerpt(&operation.title());
    let help = format!("add security requirements, or allow it as `{id}` or `{route}`");
    Diagnostic::error(Code::PublicOperation, &operation.at, message).on_key().help(help)
}

fn unused(entry: &str, guarded: Option<&Operation>) -> Diagnostic {
    let entry = excerpt(entry);
    match guarded {
        Some(operation) => {
            let message = format!("`{entry}` is on the list of public operations, but it is not public");
            let help = "remove it from the list of public operations";
            Diagnostic::error(Code::UnusedAllowance, &operation.at, message).on_key().help(help)
        }
        None => {
            let message = format!("`{entry}` is on the list of public operations, but there is no such operation");
            let help = "expected an operationId, or a method and a path, for example `GET /health`";
            Diagnostic::error(Code::UnusedAllowance, &Pointer::root(), message).help(help)
        }
    }
}
