//! The path items and components of a document, which are read on all processors.

use std::collections::VecDeque;

use openapiv3 as v3;
use openapiv3::ReferenceOr;

use super::kind::{Child, Kind};
use super::shape::{Shaper, is_other_scheme};
use super::tree::Node;
use super::typed;
use crate::diag::{Code, Diagnostic, Pointer, Report};
use crate::threads;

/// How many parts are read before their diagnostics are put into one report. A report keeps 200 of each level, so that a
/// document with errors everywhere does not fill the memory.
const BATCH: usize = 256;

/// A document of which each object was checked.
pub(super) struct Read<'t> {
    /// The form of the document without its path items and components.
    pub(super) frame: Node,
    /// The path items and components that are valid.
    pub(super) parts: Vec<Part<'t>>,
    pub(super) report: Report,
    /// Every reference with the node that contains it, and the kind that it replaces.
    pub(super) references: VecDeque<(Pointer, String, Kind)>,
}

/// Checks each object of a document.
pub(super) fn read(tree: &Node) -> Read<'_> {
    let mut shaper = Shaper::of_frame();
    let frame = shaper.shape(Kind::Document, tree, &Pointer::root());
    let places = places(tree);
    let Shaper { mut report, mut references, .. } = shaper;
    let mut parts = Vec::with_capacity(places.len());
    for batch in places.chunks(BATCH) {
        for (part, found) in threads::map(batch, Place::read) {
            report.extend(found.report);
            references.extend(found.references);
            parts.extend(part);
        }
    }
    Read { frame, parts, report, references }
}

fn entries(node: Option<&Node>) -> impl Iterator<Item = (&String, &Node)> {
    node.and_then(Node::as_object).into_iter().flatten()
}

/// Where a path item or component is.
struct Place<'t> {
    kind: Kind,
    at: Pointer,
    key: &'t str,
    node: &'t Node,
}

fn places(tree: &Node) -> Vec<Place<'_>> {
    let mut places = Vec::new();
    let at = Pointer::root().child("paths");
    for (key, node) in entries(tree.get("paths")) {
        if let Some(Child::One(kind)) = Kind::Paths.child(key) {
            places.push(Place { kind, at: at.child(key), key, node });
        }
    }
    let at = Pointer::root().child("components");
    for (section, components) in entries(tree.get("components")) {
        let Some(Child::Map(kind)) = Kind::Components.child(section) else { continue };
        let at = at.child(section);
        let is_read = |node: &Node| kind != Kind::SecurityScheme || !is_other_scheme(node);
        for (key, node) in entries(Some(components)).filter(|(_, node)| is_read(node)) {
            places.push(Place { kind, at: at.child(key), key, node });
        }
    }
    places
}

impl<'t> Place<'t> {
    /// The part if it is valid, and what was found in it.
    fn read(&self) -> (Option<Part<'t>>, Shaper) {
        let mut shaper = Shaper::default();
        let shaped = match self.kind {
            Kind::PathItem => shaper.path_item(self.node, &self.at),
            kind => Some(shaper.shape(kind, self.node, &self.at)),
        };
        let Some(shaped) = shaped.filter(|_| !shaper.report.has_errors()) else { return (None, shaper) };
        match Object::parse(self.kind, &shaped) {
            Ok(object) => (Some(Part { key: self.key, object }), shaper),
            Err(error) => {
                shaper.report.extend(malformed(&self.at, &error));
                (None, shaper)
            }
        }
    }
}

/// A path item or component with its key.
pub(super) struct Part<'t> {
    key: &'t str,
    object: Object,
}

impl Part<'_> {
    /// Adds the part to the document, in place of an entry of the frame that has its key.
    pub(super) fn add_to(self, api: &mut v3::OpenAPI) {
        let key = self.key.to_owned();
        match self.object {
            Object::PathItem(item) => drop(api.paths.paths.insert(key, *item)),
            Object::Schema(item) => drop(components(api).schemas.insert(key, item)),
            Object::Response(item) => drop(components(api).responses.insert(key, item)),
            Object::Parameter(item) => drop(components(api).parameters.insert(key, item)),
            Object::RequestBody(item) => drop(components(api).request_bodies.insert(key, item)),
            Object::Header(item) => drop(components(api).headers.insert(key, item)),
            Object::SecurityScheme(item) => drop(components(api).security_schemes.insert(key, item)),
        }
    }
}

fn components(api: &mut v3::OpenAPI) -> &mut v3::Components {
    api.components.get_or_insert_default()
}

/// A path item or component.
enum Object {
    PathItem(Box<ReferenceOr<v3::PathItem>>),
    Schema(ReferenceOr<v3::Schema>),
    Response(ReferenceOr<v3::Response>),
    Parameter(ReferenceOr<v3::Parameter>),
    RequestBody(ReferenceOr<v3::RequestBody>),
    Header(ReferenceOr<v3::Header>),
    SecurityScheme(ReferenceOr<v3::SecurityScheme>),
}

impl Object {
    /// Reads a form. Any other kind is an error, so that nothing of it is lost.
    fn parse(kind: Kind, shaped: &Node) -> Result<Self, String> {
        Ok(match kind {
            Kind::PathItem => Self::PathItem(Box::new(typed::parse(shaped)?)),
            Kind::Schema => Self::Schema(typed::parse(shaped)?),
            Kind::Response => Self::Response(typed::parse(shaped)?),
            Kind::Parameter => Self::Parameter(typed::parse(shaped)?),
            Kind::RequestBody => Self::RequestBody(typed::parse(shaped)?),
            Kind::Header => Self::Header(typed::parse(shaped)?),
            Kind::SecurityScheme => Self::SecurityScheme(typed::parse(shaped)?),
            other => return Err(format!("{} is neither a path item nor a component", other.name())),
        })
    }
}

/// The error of `openapiv3` about a part of which each object alone is valid.
pub(super) fn malformed(at: &Pointer, error: &str) -> Report {
    Diagnostic::error(Code::Malformed, at, format!("the document is malformed: {error}")).into()
}
