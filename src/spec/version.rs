//! Which document it is: OpenAPI, and a version that is read.

use super::tree::Node;
use crate::diag::print::excerpt;
use crate::diag::{Code, Diagnostic, Pointer};

const READ: &str = "OpenAPI 3.0";

/// Tells whether the tree is a document of a version that is read.
///
/// # Errors
/// `not-openapi` or `unsupported-version`.
pub(super) fn check(tree: &Node) -> Result<(), Diagnostic> {
    let root = Pointer::root();
    if tree.as_object().is_none() {
        let message = format!("the document is {}; expected an object with the key `openapi`", tree.kind());
        return Err(Diagnostic::error(Code::NotOpenapi, &root, message));
    }
    let (key, name) = match (tree.get("openapi"), tree.get("swagger")) {
        (None, None) => {
            let message = "the document has no key `openapi`; expected an OpenAPI document";
            return Err(Diagnostic::error(Code::NotOpenapi, &root, message));
        }
        (Some(_), _) => ("openapi", "OpenAPI"),
        (None, Some(_)) => ("swagger", "Swagger"),
    };
    let version = match tree.get(key) {
        Some(Node::String(text)) => text.clone(),
        Some(Node::Float(number)) => format!("{number:?}"),
        Some(Node::Integer(number)) => number.to_string(),
        _ => String::new(),
    };
    let is_read = key == "openapi" && (version == "3.0" || version.starts_with("3.0."));
    if is_read {
        return Ok(());
    }
    let message = format!("{name} `{}` is not read yet; expected {READ}", excerpt(&version));
    Err(Diagnostic::error(Code::UnsupportedVersion, &root.child(key), message))
}
