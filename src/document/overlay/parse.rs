//! Parses an overlay document (Overlay 1.1.0, section 4.4).

use super::super::json_path::JsonPath;
use super::super::near::nearest;
use super::super::tree::{Node, Object};
use crate::diag::print::excerpt;
use crate::diag::{Code, Diagnostic, Pointer, Report};

/// An overlay document.
pub(super) struct Overlay {
    pub(super) version: Version,
    /// The pointer and the text of `extends`.
    pub(super) extends: Option<(Pointer, String)>,
    pub(super) actions: Vec<Action>,
}

/// The version of the specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    V1_0,
    V1_1,
}

/// An action with its place in the overlay.
pub(super) struct Action {
    pub(super) at: Pointer,
    pub(super) target: JsonPath,
    pub(super) change: Change,
}

/// What an action does with its targets.
pub(super) enum Change {
    Remove,
    Update(Node),
    Copy(JsonPath),
    /// Neither `update`, `copy` nor `remove: true`.
    Nothing,
}

/// Parses an overlay at `at`; `None` if it is invalid, which is reported.
pub(super) fn overlay(tree: Node, at: &Pointer, report: &mut Report) -> Option<Overlay> {
    let mut parser = Parser { report, is_valid: true };
    let Node::Object(mut object) = tree else {
        parser.error(at, format!("the overlay is {}; expected an object with the key `overlay`", tree.kind()));
        return None;
    };
    let version = parser.version(&object, at)?;
    parser.unknown(&object, at, "an overlay", &["overlay", "info", "extends", "actions"]);
    parser.info(&object, version, at);
    let extends = parser.text(&object, "extends", at).map(|text| (at.child("extends"), text.to_owned()));
    let actions_at = at.child("actions");
    let actions = match object.swap_remove("actions") {
        Some(Node::Array(actions)) if !actions.is_empty() => actions,
        Some(Node::Array(_)) => return parser.refuse(&actions_at, "`actions` is empty; expected at least one action"),
        Some(other) => {
            return parser.refuse(&actions_at, format!("`actions` is {}; expected a list", other.kind()));
        }
        None => return parser.refuse(at, "missing key `actions`"),
    };
    let actions = actions.into_iter().enumerate();
    let actions: Vec<Option<Action>> =
        actions.map(|(index, action)| parser.action(action, version, &actions_at.index(index))).collect();
    let is_valid = parser.is_valid;
    is_valid.then(|| Overlay { version, extends, actions: actions.into_iter().flatten().collect() })
}

struct Parser<'r> {
    report: &'r mut Report,
    is_valid: bool,
}

impl Parser<'_> {
    fn error(&mut self, at: &Pointer, message: impl Into<String>) {
        self.push(Diagnostic::error(Code::BadOverlay, at, message));
    }

    fn push(&mut self, diagnostic: Diagnostic) {
        self.is_valid = false;
        self.report.push(diagnostic);
    }

    fn refuse<T>(&mut self, at: &Pointer, message: impl Into<String>) -> Option<T> {
        self.error(at, message);
        None
    }

    fn version(&mut self, object: &Object, at: &Pointer) -> Option<Version> {
        let text = match object.get("overlay") {
            Some(Node::String(text)) => text.clone(),
            Some(Node::Float(number)) => format!("{number:?}"),
            Some(other) => {
                let message = format!("`overlay` is {}; expected a version such as `1.1.0`", other.kind());
                return self.refuse(&at.child("overlay"), message);
            }
            None => return self.refuse(at, "missing key `overlay`; expected an OpenAPI overlay"),
        };
        let is = |minor: &str| text == minor || text.strip_prefix(minor).is_some_and(|rest| rest.starts_with('.'));
        match (is("1.0"), is("1.1")) {
            (true, _) => Some(Version::V1_0),
            (_, true) => Some(Version::V1_1),
            _ => {
                let message = format!("Overlay `{}` is not supported; expected 1.0 or 1.1", excerpt(&text));
                self.refuse(&at.child("overlay"), message)
            }
        }
    }

    fn info(&mut self, object: &Object, version: Version, at: &Pointer) {
        let info_at = at.child("info");
        let Some(Node::Object(info)) = object.get("info") else {
            self.error(at, "missing key `info`; expected an object with `title` and `version`");
            return;
        };
        let known: &[&str] = match version {
            Version::V1_0 => &["title", "version"],
            Version::V1_1 => &["title", "version", "description"],
        };
        self.unknown(info, &info_at, "the info object of an overlay", known);
        for key in ["title", "version"] {
            match info.get(key) {
                Some(Node::String(_)) => {}
                Some(other) => {
                    self.error(&info_at.child(key), format!("`{key}` is {}; expected a string", other.kind()));
                }
                None => self.error(&info_at, format!("missing key `{key}`")),
            }
        }
    }

    /// The text of a key, if it has one.
    fn text<'o>(&mut self, object: &'o Object, key: &str, at: &Pointer) -> Option<&'o str> {
        match object.get(key)? {
            Node::String(text) => Some(text),
            other => self.refuse(&at.child(key), format!("`{key}` is {}; expected a string", other.kind())),
        }
    }

    /// Reports keys that are neither known nor extensions.
    fn unknown(&mut self, object: &Object, at: &Pointer, name: &str, known: &[&str]) {
        for key in object.keys().filter(|key| !known.contains(&key.as_str()) && !key.starts_with("x-")) {
            let message = format!("unknown key `{}` in {name}", excerpt(key));
            let diagnostic = Diagnostic::error(Code::BadOverlay, &at.child(key), message).on_key();
            self.push(match nearest(key, known.iter().copied()) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None => diagnostic.help(format!("expected one of {}", known.join(", "))),
            });
        }
    }

    fn action(&mut self, action: Node, version: Version, at: &Pointer) -> Option<Action> {
        let Node::Object(mut action) = action else {
            return self.refuse(at, format!("the action is {}; expected an object with `target`", action.kind()));
        };
        let known: &[&str] = match version {
            Version::V1_0 => &["target", "description", "update", "remove"],
            Version::V1_1 => &["target", "description", "update", "copy", "remove"],
        };
        if version == Version::V1_0 && action.contains_key("copy") {
            let message = "`copy` is not a key of Overlay 1.0";
            let diagnostic = Diagnostic::error(Code::BadOverlay, &at.child("copy"), message).on_key();
            self.push(diagnostic.help("set `overlay: 1.1.0`"));
            return None;
        }
        self.unknown(&action, at, "an action", known);
        self.text(&action, "description", at);
        let target = match action.contains_key("target") {
            true => self.path(&action, "target", at),
            false => self.refuse(at, "missing key `target`; expected a JSONPath expression"),
        };
        let change = self.change(&mut action, at)?;
        Some(Action { at: at.clone(), target: target?, change })
    }

    fn change(&mut self, action: &mut Object, at: &Pointer) -> Option<Change> {
        match action.get("remove") {
            Some(Node::Bool(true)) => return Some(Change::Remove),
            Some(Node::Bool(false)) | None => {}
            Some(other) => {
                let message = format!("`remove` is {}; expected true or false", other.kind());
                return self.refuse(&at.child("remove"), message);
            }
        }
        match (action.contains_key("update"), action.contains_key("copy")) {
            (true, true) => self.refuse(&at.child("copy"), "an action cannot have both `update` and `copy`"),
            (true, false) => action.swap_remove("update").map(Change::Update),
            (false, true) => self.path(action, "copy", at).map(Change::Copy),
            (false, false) => Some(Change::Nothing),
        }
    }

    fn path(&mut self, action: &Object, key: &str, at: &Pointer) -> Option<JsonPath> {
        let text = self.text(action, key, at)?;
        match JsonPath::parse(text) {
            Ok(path) => Some(path),
            Err(error) => {
                let column = text[..error.offset].chars().count() + 1;
                let message = format!("invalid JSONPath `{}`: {}", excerpt(text), error.message);
                let diagnostic = Diagnostic::error(Code::BadJsonPath, &at.child(key), message);
                self.push(diagnostic.help(format!("at character {column} of the expression")));
                None
            }
        }
    }
}
