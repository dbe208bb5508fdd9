//! What rules read: the model of a document, its tree, and the access of each operation.

use std::collections::BTreeSet;

use super::reach::{Reached, in_bodies};
use crate::diag::Pointer;
use crate::document::tree::Node;
use crate::document::{Document, OPERATIONS};
use crate::model::Api;
use crate::model::access::Alternatives;
use crate::model::operation::{Method, Operation};
use crate::model::security::{Access, Requirement, Scheme};

/// A document that is audited.
pub struct Subject<'a> {
    /// The model.
    pub api: &'a Api,
    /// The document.
    pub document: &'a Document,
    /// The operations with their access, in the order of the model.
    pub operations: Vec<Audited<'a>>,
    /// The schemas of request bodies.
    pub bodies: Vec<Reached<'a>>,
}

/// An operation and its access.
pub struct Audited<'a> {
    /// The index in [`Api::operations`].
    pub index: usize,
    /// The operation.
    pub operation: &'a Operation,
    /// The normal form of its access.
    pub alternatives: Alternatives,
    /// The list of security requirements that applies: that of the operation, or else that of the document.
    pub security: Option<Pointer>,
    /// The words of the literal segments of its path, of its `operationId` and its tags, in lower case.
    pub words: BTreeSet<String>,
}

/// Words of operations that callers without credentials need: to obtain a credential, or to deliver an event.
const ENTRIES: [&str; 24] = [
    "login",
    "logon",
    "signin",
    "signup",
    "register",
    "registration",
    "token",
    "tokens",
    "oauth",
    "oauth2",
    "authorize",
    "authenticate",
    "auth",
    "authentication",
    "webhook",
    "webhooks",
    "callback",
    "hook",
    "hooks",
    "invitation",
    "reset",
    "forgot",
    "session",
    "sessions",
];

impl<'a> Subject<'a> {
    /// Prepares a document.
    pub fn new(document: &'a Document, api: &'a Api) -> Self {
        let audited = |(index, operation): (usize, &'a Operation)| Audited {
            index,
            operation,
            alternatives: Alternatives::new(&operation.access, &api.schemes),
            security: security(document, operation),
            words: operation_words(document, operation),
        };
        let operations: Vec<Audited<'a>> = api.operations.iter().enumerate().map(audited).collect();
        let bodies = in_bodies(api, |index| operations[index].alternatives.allows_anonymous());
        Self { api, document, operations, bodies }
    }

    /// The alternatives of an access with the pointers of where they are written, without `{}`.
    pub fn requirements(&self, audited: &Audited<'a>) -> Vec<(Pointer, &'a Requirement)> {
        let Access::Guarded { any_of, .. } = &audited.operation.access else { return Vec::new() };
        let Some(security) = &audited.security else { return Vec::new() };
        let items = self.list(security).iter().enumerate();
        let places = items.filter(|(_, item)| !is_empty(item)).map(|(index, _)| security.index(index));
        places.zip(any_of.iter()).collect()
    }

    /// The list that contains the alternative `{}`, which has no position in YAML text.
    pub fn anonymous(&self, audited: &Audited<'_>) -> Option<Pointer> {
        audited.security.clone().filter(|security| self.list(security).iter().any(is_empty))
    }

    /// The elements of the list at `at`; empty if it is not a list.
    pub fn list(&self, at: &Pointer) -> &'a [Node] {
        self.document.node(at).map_or(&[], elements)
    }

    /// The node at `at`, or the target of its reference, with its pointer.
    pub fn resolved(&self, at: Pointer) -> Option<(Pointer, &'a Node)> {
        let node = self.document.node(&at)?;
        let Some(reference) = node.reference() else { return Some((at, node)) };
        let target = self.document.target(reference, &at).ok()?;
        self.document.node(&target).map(|node| (target, node))
    }

    /// The operations that use a scheme.
    pub fn users(&self, scheme: &Scheme) -> Vec<&Audited<'a>> {
        let uses = |audited: &&Audited<'_>| {
            self.requirements(audited)
                .iter()
                .any(|(_, requirement)| requirement.iter().any(|used| self.api.scheme(used.scheme).name == scheme.name))
        };
        self.operations.iter().filter(uses).collect()
    }

    /// Whether callers without credentials may call the operation with this index.
    pub fn is_public(&self, operation: usize) -> bool {
        self.operations[operation].alternatives.allows_anonymous()
    }

    /// All declared schemes.
    pub fn schemes(&self) -> impl Iterator<Item = &'a Scheme> {
        self.api.schemes.iter().chain(&self.api.unused_schemes)
    }
}

impl Audited<'_> {
    /// Whether a caller without credentials is accepted because there are no requirements.
    pub fn is_open(&self) -> bool {
        self.operation.access == Access::Open
    }

    /// Whether the method may change something (RFC 9110, section 9.2.1); QUERY is safe.
    pub fn is_write(&self) -> bool {
        match self.operation.method {
            Method::Post | Method::Put | Method::Patch | Method::Delete | Method::Other(_) => true,
            Method::Get | Method::Head | Method::Options | Method::Trace | Method::Query => false,
        }
    }

    /// Whether its names say that callers without credentials need it: sign-in, sign-up, token and webhook endpoints.
    pub fn is_entry(&self) -> bool {
        ENTRIES.iter().any(|word| self.words.contains(*word))
    }

    /// The path item that contains the operation.
    pub fn item(&self) -> Option<Pointer> {
        let parent = self.operation.at.parent()?;
        match parent.last() {
            Some(key) if key == OPERATIONS => parent.parent(),
            Some(_) | None => Some(parent),
        }
    }

    /// `GET /pets`.
    pub fn title(&self) -> String {
        self.operation.title()
    }
}

/// The elements of the list under `key`; empty if there is no list.
pub fn list_in<'a>(node: &'a Node, key: &str) -> &'a [Node] {
    node.get(key).map_or(&[], elements)
}

fn elements(node: &Node) -> &[Node] {
    match node {
        Node::Array(items) => items,
        Node::Null | Node::Bool(_) | Node::Integer(_) | Node::Float(_) | Node::String(_) | Node::Object(_) => &[],
    }
}

fn is_empty(item: &Node) -> bool {
    item.as_object().is_some_and(|object| object.is_empty())
}

fn security(document: &Document, operation: &Operation) -> Option<Pointer> {
    let own = operation.at.child("security");
    let root = Pointer::root().child("security");
    [own, root].into_iter().find(|at| document.node(at).is_some())
}

fn operation_words(document: &Document, operation: &Operation) -> BTreeSet<String> {
    // The name of a path parameter, such as `{token}`, says what identifies a resource, not what the operation is for.
    let segments = operation.path.text.split('/').filter(|segment| !segment.contains('{'));
    let id = document.node(&operation.at.child("operationId")).and_then(Node::as_str);
    let texts = segments.chain(id).chain(operation.tags.iter().map(String::as_str));
    texts.flat_map(words).collect()
}

/// The words of a name, in lower case: `access_token`, `accessToken` and `access-token` are `access` and `token`.
pub fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in text.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && was_lower) {
            words.push(String::new());
        }
        was_lower = c.is_lowercase() || c.is_numeric();
        if c.is_alphanumeric() {
            words.last_mut().expect("it starts with one word").extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}
