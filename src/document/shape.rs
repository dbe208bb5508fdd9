//! Converts the tree to the typed document. Each object is read on its own, so an error is reported at the smallest
//! node that contains it, and all errors are reported in one run.
//!
//! This also keeps `openapiv3` from trying an invalid schema twice at every level above it, which takes exponential
//! time.

use std::collections::VecDeque;

use super::completion::required;
use super::kind::{Child, Kind, OPERATIONS, QUERY};
use super::tolerate::correct;
use super::tree::{Node, Object};
use crate::diag::print::excerpt;
use crate::diag::{Code, Diagnostic, Pointer, Report};

/// What was found besides the typed form.
#[derive(Default)]
pub(super) struct Shaper {
    /// Whether path items and components are left out.
    is_frame: bool,
    pub(super) report: Report,
    /// Every reference with the node that contains it, and the kind that it replaces.
    pub(super) references: VecDeque<(Pointer, String, Kind)>,
}

impl Shaper {
    /// For a document without its path items and components, which are read one by one.
    pub(super) fn of_frame() -> Self {
        Self { is_frame: true, ..Self::default() }
    }

    /// The form of a path item, unless it has no value.
    pub(super) fn path_item(&mut self, node: &Node, at: &Pointer) -> Option<Node> {
        self.one(Kind::PathItem, node, at)
    }

    /// The form of `node` that `openapiv3` reads as `kind`.
    pub(super) fn shape(&mut self, kind: Kind, node: &Node, at: &Pointer) -> Node {
        if let (true, Some(reference)) = (kind.may_be_reference(), node.reference()) {
            return self.reference(kind, node, reference, at);
        }
        let Node::Object(object) = node else {
            let message = format!("{} is {}; expected an object", kind.name(), node.kind());
            self.report.error(Code::Malformed, at, message);
            return kind.stub();
        };
        self.check_followed(node, at);
        let mut shaped = Object::new();
        for (key, value) in object.iter() {
            match kind.child(key) {
                Some(Child::Unread) => {}
                Some(child) => drop(child.stub(value).map(|stub| shaped.insert(key.clone(), stub))),
                None => drop(shaped.insert(key.clone(), value.clone())),
            }
        }
        correct(kind, &mut shaped);
        let shaped = self.checked(kind, shaped, at);
        self.with_children(kind, shaped, object, at)
    }

    fn reference(&mut self, kind: Kind, node: &Node, reference: &str, at: &Pointer) -> Node {
        let mut keys = node.as_object().into_iter().flatten().map(|(key, _)| key.as_str());
        let is_beside = |key: &str| kind == Kind::PathItem && kind.child(key).is_some();
        if let Some(key) = keys.find(|key| is_beside(key)) {
            let written = match key {
                QUERY => "query",
                OPERATIONS => "additionalOperations",
                key => key,
            };
            let message =
                format!("`{written}` is next to `$ref` in a path item; OpenAPI does not define which one applies");
            self.report.push(Diagnostic::error(Code::UnsupportedRef, &at.child(key), message).on_key());
        }
        self.references.push_back((at.clone(), reference.to_owned(), kind));
        Node::from(Object::from([("$ref".to_owned(), Node::String(reference.to_owned()))]))
    }

    /// A reference that remains where OpenAPI does not allow one could not be resolved; it is not an empty object.
    fn check_followed(&mut self, node: &Node, at: &Pointer) {
        if let Some(reference) = node.reference() {
            let message = format!("`{}` cannot be resolved", excerpt(reference));
            self.report.error(Code::UnsupportedRef, &at.child("$ref"), message);
        }
    }

    /// Replaces the stubs of the children by their forms.
    fn with_children(&mut self, kind: Kind, mut shaped: Object, object: &Object, at: &Pointer) -> Node {
        if self.is_frame && matches!(kind, Kind::Paths | Kind::Components) {
            return Node::from(shaped);
        }
        for (key, value) in object {
            let Some(child) = kind.child(key) else { continue };
            let below = at.child(key);
            let value = match (child, value) {
                (Child::OneOrBool(_), Node::Bool(value)) => Some(Node::Bool(*value)),
                (Child::One(kind) | Child::OneOrBool(kind), value) => self.one(kind, value, &below),
                (Child::List(kind), Node::Array(items)) => Some(self.list(kind, items, &below)),
                (Child::Map(kind), Node::Object(entries)) => Some(self.map(kind, entries, &below)),
                (Child::Unread | Child::List(_) | Child::Map(_), _) => None,
            };
            shaped.extend(value.map(|value| (key.clone(), value)));
        }
        Node::from(shaped)
    }

    fn one(&mut self, kind: Kind, node: &Node, at: &Pointer) -> Option<Node> {
        if *node == Node::Null {
            let key = at.last().unwrap_or_default();
            let message = format!("`{}` has no value; expected an object", excerpt(&key));
            self.report.push(Diagnostic::error(Code::Malformed, at, message).on_key());
            return None;
        }
        Some(self.shape(kind, node, at))
    }

    fn list(&mut self, kind: Kind, items: &[Node], at: &Pointer) -> Node {
        let shape = |(index, item): (usize, &Node)| self.shape(kind, item, &at.index(index));
        Node::Array(items.iter().enumerate().map(shape).collect())
    }

    fn map(&mut self, kind: Kind, entries: &Object, at: &Pointer) -> Node {
        let mut shaped = Object::new();
        for (key, value) in entries {
            if kind == Kind::SecurityScheme && is_other_scheme(value) {
                continue;
            }
            shaped.insert(key.clone(), self.shape(kind, value, &at.child(key)));
        }
        Node::from(shaped)
    }

    /// The object if it is valid, else without its invalid keys, which are reported.
    fn checked(&mut self, kind: Kind, mut object: Object, at: &Pointer) -> Object {
        self.check_parameter(kind, &mut object, at);
        self.check_key_place(kind, &mut object, at);
        self.check_required(kind, &mut object, at);
        self.check_null(kind, &object, at);
        self.check_operations(kind, &object, at);
        loop {
            let node = Node::from(object);
            let outcome = kind.check(&node);
            let Node::Object(unpacked) = node else { unreachable!("the node was converted to an object above") };
            object = *unpacked;
            let Err(error) = outcome else { return object };
            let missing = error.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`'));
            if let Some((key, required)) = missing.and_then(|key| Some((key, required(kind, key)?))) {
                self.report.push(Diagnostic::error(Code::Malformed, at, required.message).help(required.help));
                object.insert(key.to_owned(), if key == "info" { Kind::Info.stub() } else { required.placeholder });
                continue;
            }
            let Some(key) = invalid_key(kind, &object, &error) else {
                let message = match error.contains("no variant of enum ParameterSchemaOrContent") {
                    true => format!("{} has neither `schema` nor `content`", kind.name()),
                    false => format!("{} is malformed: {error}", kind.name()),
                };
                self.report.error(Code::Malformed, at, excerpt_of_error(&message));
                return object;
            };
            let message = format!("`{}` of {} is malformed: {error}", excerpt(&key), kind.name());
            self.report.error(Code::Malformed, &at.child(&key), excerpt_of_error(&message));
            object.shift_remove(&key);
        }
    }

    /// `in` and `style` are enums in `openapiv3`, so unknown values must be reported here.
    fn check_parameter(&mut self, kind: Kind, object: &mut Object, at: &Pointer) {
        if kind != Kind::Parameter {
            return;
        }
        let Some(place) = object.get("in").and_then(Node::as_str).map(str::to_owned) else { return };
        let styles: &[&str] = match place.as_str() {
            "query" => &["form", "spaceDelimited", "pipeDelimited", "deepObject"],
            "path" => &["simple", "label", "matrix"],
            "header" => &["simple"],
            "cookie" => &["form"],
            "querystring" => {
                let message = "a whole query string is read as a form of scalars alone; expected `content` with \
                               `application/x-www-form-urlencoded` and an object whose properties are scalars";
                self.report.error(Code::UnsupportedStyle, &at.child("in"), message);
                object.insert("in".to_owned(), Node::String("query".to_owned()));
                return;
            }
            other => {
                let message = format!(
                    "unknown parameter location `{}`; expected `path`, `query`, `header` or `cookie`",
                    excerpt(other)
                );
                self.report.error(Code::UnknownParameterPlace, &at.child("in"), message);
                object.insert("in".to_owned(), Node::String("query".to_owned()));
                object.shift_remove("style");
                return;
            }
        };
        let Some(style) = object.get("style").and_then(Node::as_str) else { return };
        if !styles.contains(&style) {
            let expected = styles.join("`, `");
            let message =
                format!("style `{}` is not allowed in a {place} parameter; expected `{expected}`", excerpt(style));
            self.report.error(Code::UnsupportedStyle, &at.child("style"), message);
            object.shift_remove("style");
        }
    }

    /// `in` of an API key is an enum in `openapiv3`, whose error would be about `type`.
    fn check_key_place(&mut self, kind: Kind, object: &mut Object, at: &Pointer) {
        let is_key = kind == Kind::SecurityScheme && object.get("type").and_then(Node::as_str) == Some("apiKey");
        let Some(place) = object.get("in").and_then(Node::as_str).filter(|_| is_key) else { return };
        if !matches!(place, "query" | "header" | "cookie") {
            let place = excerpt(place);
            let message = format!("unknown API key location `{place}`; expected `query`, `header` or `cookie`");
            self.report.error(Code::Malformed, &at.child("in"), message);
            object.insert("in".to_owned(), Node::String("header".to_owned()));
        }
    }

    /// `required` of a schema is a list; that of a parameter is a boolean.
    fn check_required(&mut self, kind: Kind, object: &mut Object, at: &Pointer) {
        let Some(Node::Bool(value)) = object.get("required").filter(|_| kind == Kind::Schema) else { return };
        let message = format!("`required` of a schema is {value}; expected a list of property names");
        let holder = at.parent().and_then(|above| above.last());
        let is_property = holder.as_deref() == Some("properties");
        let help = match (at.last().as_deref(), is_property) {
            (Some("schema"), false) => "move `required` out of the schema, next to `in` of the parameter".to_owned(),
            (Some(name), true) => {
                format!("list `{}` in `required` of the object that has this property", excerpt(name))
            }
            _ => "list the names of required properties in the schema of the object".to_owned(),
        };
        self.report.push(Diagnostic::error(Code::Malformed, &at.child("required"), message).help(help));
        object.shift_remove("required");
    }

    /// `openapiv3` accepts any value under an extension key.
    fn check_operations(&mut self, kind: Kind, object: &Object, at: &Pointer) {
        let Some(value) = object.get(OPERATIONS).filter(|_| kind == Kind::PathItem) else { return };
        if value.as_object().is_none() {
            let message = format!("`additionalOperations` is {}; expected an object", value.kind());
            self.report.error(Code::Malformed, &at.child(OPERATIONS), message);
        }
    }

    /// A `null` that serde would read as a missing key, although the document has the key.
    fn check_null(&mut self, kind: Kind, object: &Object, at: &Pointer) {
        let is_null = |key: &str| object.get(key) == Some(&Node::Null);
        if matches!(kind, Kind::Document | Kind::Operation) && is_null("security") {
            let message = "`security` has no value; expected a list (an empty list makes operations public)";
            self.report.push(Diagnostic::error(Code::Malformed, &at.child("security"), message).on_key());
        }
        if kind == Kind::Schema && is_null("type") {
            let message = "`type` is null; expected the name of a type in quotes";
            self.report.error(Code::UnknownType, &at.child("type"), message);
        }
    }
}

impl Child {
    /// The stub for a child while its parent is checked; a value of the wrong type is kept.
    fn stub(self, value: &Node) -> Option<Node> {
        match (self, value) {
            (Child::Unread, _) => None,
            (Child::OneOrBool(_), Node::Bool(_)) => Some(value.clone()),
            (Child::One(kind) | Child::OneOrBool(kind), _) => Some(kind.stub()),
            (Child::List(_), Node::Array(_)) => Some(Node::Array(Vec::new())),
            (Child::Map(_), Node::Object(_)) => Some(Node::empty_object()),
            (Child::List(_) | Child::Map(_), _) => Some(value.clone()),
        }
    }
}

/// A security scheme of a type that is unknown to OpenAPI 3.0 is only in the tree; lowering handles it.
pub(super) fn is_other_scheme(node: &Node) -> bool {
    let kind = node.get("type").and_then(Node::as_str);
    kind.is_some_and(|kind| !matches!(kind, "apiKey" | "http" | "oauth2" | "openIdConnect"))
}

/// The key whose value makes the object invalid: without it the error is gone, or is a different one.
fn invalid_key(kind: Kind, object: &Object, error: &str) -> Option<String> {
    if error.starts_with("missing field") || error.starts_with("no variant of enum") {
        return None;
    }
    let mut only_required = None;
    for key in object.keys() {
        let mut without = object.clone();
        without.shift_remove(key);
        match kind.check(&Node::from(without)) {
            Err(other) if other == error => {}
            // A key whose absence is an error too is a weak suspect, so others are tried first.
            Err(other) if other.contains(&format!("missing field `{key}`")) => {
                only_required = only_required.or(Some(key.clone()));
            }
            _ => return Some(key.clone()),
        }
    }
    only_required
}

/// Serde errors quote what they found, which may be long.
fn excerpt_of_error(message: &str) -> String {
    match message.char_indices().nth(300) {
        Some((end, _)) => format!("{}…", &message[..end]),
        None => message.to_owned(),
    }
}
