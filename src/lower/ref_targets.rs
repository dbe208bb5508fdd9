//! The targets of references: components are in the typed document, all others are read here before lowering starts.

use std::collections::BTreeMap;

use openapiv3::{Header, Operation, Parameter, PathItem, ReferenceOr, RequestBody, Response, Schema};

use crate::diag::{Pointer, Report};
use crate::document::tree::Node;
use crate::document::{Component, Document, OPERATIONS, QUERY};

/// The targets of references outside the components.
#[derive(Debug, Default)]
pub(super) struct Deep {
    schemas: BTreeMap<Pointer, Schema>,
    headers: BTreeMap<Pointer, Header>,
    parameters: BTreeMap<Pointer, Parameter>,
    responses: BTreeMap<Pointer, Response>,
    bodies: BTreeMap<Pointer, RequestBody>,
    paths: BTreeMap<Pointer, PathItem>,
    /// The operations with methods that have no key in 3.0.
    operations: BTreeMap<Pointer, Operation>,
}

impl Deep {
    /// Reads all targets; a node that cannot be read as one kind may be another.
    pub(super) fn gather(document: &Document) -> Self {
        let mut deep = Self::default();
        let mut waiting = vec![&*document.tree];
        while let Some(node) = waiting.pop() {
            if let Some(reference) = node.reference() {
                deep.add(document, reference);
            }
            match node {
                Node::Array(items) => waiting.extend(items),
                Node::Object(object) => waiting.extend(object.values()),
                Node::Null | Node::Bool(_) | Node::Integer(_) | Node::Float(_) | Node::String(_) => {}
            }
        }
        deep.add_operations(document);
        deep
    }

    /// The schemas among them.
    pub(super) fn schemas(&self) -> impl Iterator<Item = (&Pointer, &Schema)> {
        self.schemas.iter()
    }

    /// The operation at `at` if its method has no key in 3.0.
    pub(super) fn operation(&self, at: &Pointer) -> Option<&Operation> {
        self.operations.get(at)
    }

    fn add_operations(&mut self, document: &Document) {
        let paths = Pointer::root().child("paths");
        let keys = document.node(&paths).and_then(Node::as_object).into_iter().flatten();
        for (key, item) in keys {
            let at = paths.child(key);
            let at = match item.reference() {
                Some(reference) => document.target(reference, &at).unwrap_or(at),
                None => at,
            };
            self.add_operations_of(document, &at);
        }
    }

    /// Reads the operations of the path item at `at` whose methods have no key in 3.0.
    pub(super) fn add_operations_of(&mut self, document: &Document, at: &Pointer) {
        let Some(item) = document.node(at) else { return };
        let others = item.get(OPERATIONS).and_then(Node::as_object).into_iter().flatten();
        let others = others.map(|(method, _)| at.child(OPERATIONS).child(method));
        for at in others.chain(item.get(QUERY).map(|_| at.child(QUERY))) {
            let operation = document.operation(&at);
            self.operations.extend(operation.map(|operation| (at, operation)));
        }
    }

    fn add(&mut self, document: &Document, reference: &str) {
        // `at` is only used to reject a reference to itself, which lowering reports again at the right place.
        let Ok(target) = document.target(reference, &Pointer::root()) else { return };
        if is_component(&target) {
            return;
        }
        keep(document, reference, &target, &mut self.schemas);
        keep(document, reference, &target, &mut self.headers);
        keep(document, reference, &target, &mut self.parameters);
        keep(document, reference, &target, &mut self.responses);
        keep(document, reference, &target, &mut self.bodies);
        keep(document, reference, &target, &mut self.paths);
    }
}

/// Whether the pointer is an entry of `components`.
pub(super) fn is_component(at: &Pointer) -> bool {
    let tokens: Vec<String> = at.tokens().collect();
    tokens.len() == 3 && tokens[0] == "components"
}

fn keep<T: Component>(document: &Document, reference: &str, target: &Pointer, kept: &mut BTreeMap<Pointer, T>) {
    if kept.contains_key(target) {
        return;
    }
    let mut unused = Report::new();
    if let Some((_, object)) = document.lookup::<T>(reference, &Pointer::root(), &mut unused) {
        kept.insert(target.clone(), object.into_owned());
    }
}

/// A kind of object that references can refer to.
pub(super) trait Kept: Component {
    /// The name with an article.
    const NAME: &'static str;

    /// The objects outside the components.
    fn deep(deep: &Deep) -> &BTreeMap<Pointer, Self>;

    /// The object at `target`.
    fn find<'d>(document: &'d Document, deep: &'d Deep, target: &Pointer) -> Option<&'d Self> {
        let tokens: Vec<String> = target.tokens().collect();
        match tokens.as_slice() {
            [components, section, name] if components == "components" && Self::SECTION == Some(section) => {
                Self::declared(&document.api, name).and_then(ReferenceOr::as_item)
            }
            _ => Self::deep(deep).get(target),
        }
    }
}

macro_rules! kept {
    ($($kind:ident: $name:literal in $field:ident),+) => {
        $(impl Kept for $kind {
            const NAME: &'static str = $name;

            fn deep(deep: &Deep) -> &BTreeMap<Pointer, Self> {
                &deep.$field
            }
        })+
    };
}

kept! {
    Schema: "a schema" in schemas,
    Header: "a header" in headers,
    Parameter: "a parameter" in parameters,
    Response: "a response" in responses,
    RequestBody: "a request body" in bodies,
    PathItem: "a path item" in paths
}
