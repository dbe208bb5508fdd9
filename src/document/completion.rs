//! The parts that every document must have: what to write if one is missing, and its placeholder if the user asked to
//! skip invalid parts.

use super::kind::Kind;
use super::tree::{Node, Object};
use crate::diag::{Code, Diagnostic, Level, Pointer, Report};

/// A required key.
pub(super) struct Required {
    /// That the key is missing.
    pub(super) message: &'static str,
    /// What to write.
    pub(super) help: &'static str,
    /// A value in its place, so that the rest can be read.
    pub(super) placeholder: Node,
}

/// A key without which a document or its `info` is invalid.
pub(super) fn required(kind: Kind, key: &str) -> Option<Required> {
    let text = |text: &str| Node::String(text.to_owned());
    let (message, help, placeholder) = match (kind, key) {
        (Kind::Document, "info") => (
            "the document has no `info`",
            "write, for example, `info: {title: My API, version: 1.0.0}`",
            Node::empty_object(),
        ),
        (Kind::Document, "paths") => (
            "the document has no `paths`",
            "write `paths: {}` if the document describes no operations",
            Node::empty_object(),
        ),
        (Kind::Info, "title") => {
            ("the document has no title", "write, for example, `title: My API` in `info`", text("API"))
        }
        (Kind::Info, "version") => {
            ("the document has no version", "write, for example, `version: 1.0.0` in `info`", text("0.0.0"))
        }
        _ => return None,
    };
    Some(Required { message, help, placeholder })
}

/// Adds the missing parts without which nothing could be read; returns an entry for each.
pub(super) fn complete(tree: &mut Node) -> Report {
    let mut report = Report::new();
    let root = Pointer::root();
    let Node::Object(document) = tree else { return report };
    add_missing(document, Kind::Document, ["info", "paths"], &root, &mut report);
    if let Some(Node::Object(info)) = document.get_mut("info") {
        add_missing(info, Kind::Info, ["title", "version"], &root.child("info"), &mut report);
    }
    report
}

fn add_missing(object: &mut Object, kind: Kind, keys: [&str; 2], at: &Pointer, report: &mut Report) {
    for key in keys {
        let is_missing = object.get(key).is_none_or(|value| *value == Node::Null);
        let Some(Required { message, help, placeholder }) = required(kind, key).filter(|_| is_missing) else {
            continue;
        };
        let missing = Diagnostic::error(Code::Malformed, at, message).help(help);
        report.push(Diagnostic { level: Level::Skipped, ..missing });
        object.insert(key.to_owned(), placeholder);
    }
}
