//! Detects the kind and version of a document.

use super::tree::Node;
use crate::diag::print::excerpt;
use crate::diag::{Code, Diagnostic, Pointer};

const READ: &str = "OpenAPI 3.0, 3.1 or 3.2, or Swagger 2.0";

/// The supported versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Version {
    V2_0,
    V3_0,
    V3_1,
    V3_2,
}

/// The version of the document.
///
/// # Errors
///
/// `not-openapi` or `unsupported-version`.
pub(super) fn of(tree: &Node) -> Result<Version, Diagnostic> {
    let root = Pointer::root();
    if tree.as_object().is_none() {
        let message = format!("the document is {}; expected an object with the key `openapi`", tree.kind());
        return Err(Diagnostic::error(Code::NotOpenapi, &root, message));
    }
    let (key, name) = match (tree.get("openapi"), tree.get("swagger")) {
        (None, None) => {
            let message = "missing key `openapi`; expected an OpenAPI document";
            return Err(Diagnostic::error(Code::NotOpenapi, &root, message));
        }
        (Some(_), _) => ("openapi", "OpenAPI"),
        (None, Some(_)) => ("swagger", "Swagger"),
    };
    let text = match tree.get(key) {
        Some(Node::String(text)) => text.clone(),
        Some(Node::Float(number)) => format!("{number:?}"),
        Some(Node::Integer(number)) => number.to_string(),
        _ => String::new(),
    };
    known(key, &text).ok_or_else(|| {
        let message = format!("{name} `{}` is not supported; expected {READ}", excerpt(&text));
        Diagnostic::error(Code::UnsupportedVersion, &root.child(key), message)
    })
}

fn known(key: &str, text: &str) -> Option<Version> {
    let is = |minor: &str| text == minor || text.strip_prefix(minor).is_some_and(|rest| rest.starts_with('.'));
    match key {
        "swagger" if is("2.0") || text == "2" => Some(Version::V2_0),
        "openapi" if is("3.0") => Some(Version::V3_0),
        "openapi" if is("3.1") => Some(Version::V3_1),
        "openapi" if is("3.2") => Some(Version::V3_2),
        _ => None,
    }
}
