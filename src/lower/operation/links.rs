//! Links of responses (OpenAPI 3.0.3, section 4.7.20). Only those that lead to the next page are followed.

use super::found_operation::FoundOperation;
use crate::diag::{Diagnostic, Pointer};
use crate::document::tree::Node;
use crate::lower::source::Source;

/// Warns about links that refer to nothing.
pub(super) fn check(source: &mut Source<'_>, found: &FoundOperation<'_>) {
    let at = found.at.child("responses");
    for response in children(source, &at) {
        // A response that refers to nothing was reported.
        let Ok(response) = target(source, &response) else { continue };
        for link in children(source, &response.child("links")) {
            if let Err(error) = target(source, &link) {
                source.report.push(error.as_warning());
            }
        }
    }
}

/// The pointers of the members of an object.
fn children(source: &Source<'_>, at: &Pointer) -> Vec<Pointer> {
    let object = source.document.node(at).and_then(Node::as_object);
    object.into_iter().flatten().map(|(key, _)| at.child(key)).collect()
}

/// The pointer of a node, or of the target of its reference.
fn target(source: &Source<'_>, at: &Pointer) -> Result<Pointer, Box<Diagnostic>> {
    match source.document.node(at).and_then(Node::reference) {
        Some(reference) => source.document.target(reference, at),
        None => Ok(at.clone()),
    }
}
