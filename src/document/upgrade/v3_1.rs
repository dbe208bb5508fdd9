//! Converts what is new in OpenAPI 3.1 outside of schemas.

use super::state::Upgrade;
use crate::diag::Pointer;
use crate::diag::print::excerpt;
use crate::document::kind::{Child, Kind, OPERATIONS, QUERY};
use crate::document::tree::{Node, Object};
use crate::document::version::Version;

/// The key for path items of `components`, a section that 3.0 does not have.
const PATH_ITEMS: &str = "x-keystub-path-items";

/// The supported dialects; the base dialects of OpenAPI add to 2020-12 what 3.0 has too.
const DIALECTS: [&str; 3] = [
    "https://spec.openapis.org/oas/3.",
    "https://json-schema.org/draft/2020-12/",
    "https://json-schema.org/draft/2019-09/",
];

impl Upgrade<'_> {
    /// The type of the value of `key`: the grammar of 3.0 and later additions.
    pub(super) fn child_kind(&self, kind: Kind, key: &str) -> Option<Child> {
        match (kind, key) {
            (Kind::Components, "pathItems") => Some(Child::Map(Kind::PathItem)),
            (Kind::Components, "mediaTypes") => Some(Child::Map(Kind::MediaType)),
            (Kind::PathItem, "query") if self.version >= Version::V3_2 => Some(Child::One(Kind::Operation)),
            (Kind::PathItem, "additionalOperations") if self.version >= Version::V3_2 => {
                Some(Child::Map(Kind::Operation))
            }
            // Users must not write keystub's own keys.
            (Kind::PathItem, QUERY | OPERATIONS) => None,
            _ => kind.child(key),
        }
    }

    /// An object that is neither a schema nor a reference.
    pub(super) fn v3_1(&mut self, kind: Kind, object: &Object, at: &Pointer) -> Node {
        let mut upgraded = self.children(kind, object, at);
        self.outgoing(kind, &mut upgraded, at);
        match kind {
            Kind::Document => self.document(&mut upgraded, at),
            Kind::Info => self.info(&mut upgraded, at),
            Kind::PathItem => self.other_methods(&mut upgraded, at),
            Kind::MediaType => self.item_schema(&mut upgraded, (at, at)),
            Kind::Parameter => self.query_string(&mut upgraded, object, at),
            _ => {}
        }
        Node::from(upgraded)
    }

    /// Webhooks and callbacks have path items too. No code is generated from them, so nothing is reported.
    fn outgoing(&mut self, kind: Kind, object: &mut Object, at: &Pointer) {
        let report = std::mem::take(&mut self.report);
        match kind {
            Kind::Document => {
                for key in ["webhooks", "x-webhooks"] {
                    self.path_items(object.get_mut(key), &at.child(key));
                }
            }
            Kind::Operation | Kind::Components => {
                let at = at.child("callbacks");
                let callbacks = object.get_mut("callbacks").and_then(Node::as_object_mut);
                for (name, callback) in callbacks.into_iter().flatten() {
                    self.path_items(Some(callback), &at.child(name));
                }
            }
            _ => {}
        }
        self.report = report;
    }

    fn path_items(&mut self, items: Option<&mut Node>, at: &Pointer) {
        for (key, item) in items.and_then(Node::as_object_mut).into_iter().flatten() {
            if item.as_object().is_some() {
                *item = self.object(Kind::PathItem, item, &at.child(key));
            }
        }
    }

    /// `paths` is optional in 3.1; path items of `components` move to a place that a 3.0 document can have.
    fn document(&mut self, document: &mut Object, at: &Pointer) {
        if document.get("paths").is_none_or(|paths| *paths == Node::Null) {
            document.insert("paths".to_owned(), Node::empty_object());
        }
        if let Some(Node::Object(components)) = document.get_mut("components")
            && let Some(items) = components.shift_remove("pathItems")
        {
            document.insert(PATH_ITEMS.to_owned(), items);
            self.moves.relocate(&at.child("components").child("pathItems"), &at.child(PATH_ITEMS));
        }
        if document.contains_key("webhooks") {
            self.ignored(&at.child("webhooks"), "code for webhooks is generated only with `--webhooks`");
        }
        if let Some(dialect) = document.get("jsonSchemaDialect").and_then(Node::as_str) {
            self.check_dialect(dialect, &at.child("jsonSchemaDialect"));
        }
    }

    /// A summary is used if there is no description.
    fn info(&mut self, info: &mut Object, at: &Pointer) {
        if let (Some(summary), None) = (info.get("summary"), info.get("description")) {
            info.insert("description".to_owned(), summary.clone());
            self.moves.note(&at.child("summary"), &at.child("description"));
        }
    }

    /// Warns about a dialect whose keywords may have another meaning.
    pub(super) fn check_dialect(&mut self, dialect: &str, at: &Pointer) {
        if !DIALECTS.iter().any(|known| dialect.starts_with(known)) {
            let message =
                format!("dialect `{}` is not supported; schemas are read as JSON Schema 2020-12", excerpt(dialect));
            self.ignored(at, message);
        }
    }
}
