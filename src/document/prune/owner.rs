//! Finds the smallest part that contains a node and can be removed without changing the meaning of the rest.

use super::users::Users;
use crate::diag::Pointer;
use crate::document::kind::{Child, Kind};
use crate::document::tree::{Node, Object};

/// What contains a node.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// A part that can be removed.
    Part(Pointer),
    /// Security: it decides who may call an operation.
    Security,
    /// The whole document.
    Document,
}

/// A part that contains the node and might be removable.
struct Candidate {
    at: Pointer,
    role: Role,
}

enum Role {
    /// A path, an operation, a component.
    Whole,
    /// A response of an operation.
    Response,
    /// A media type of a body.
    MediaType,
}

/// The owner of the node at `at`.
pub(super) fn find(tree: &Node, users: &Users, at: &Pointer) -> Owner {
    // A reference replaces the whole object that contains it.
    let holder = at.parent().filter(|_| at.last().as_deref() == Some("$ref"));
    let at = holder.as_ref().unwrap_or(at);
    match candidates(&Pointer::root(), Kind::Document, at) {
        None => return Owner::Security,
        Some(parts) => {
            if let Some(part) = smallest(tree, parts) {
                return Owner::Part(part);
            }
        }
    }
    // Outside the grammar, only references define the kind of a node.
    let is_outside = at.tokens().next().is_some_and(|first| Kind::Document.child(&first).is_none());
    let Some((target, kind)) = users.around(at).filter(|_| is_outside) else { return Owner::Document };
    match candidates(&target, kind, at) {
        None => Owner::Security,
        Some(parts) => Owner::Part(smallest(tree, parts).unwrap_or(target)),
    }
}

/// The parts between an object of this kind and the node at `at`; `None` if the node is about security.
fn candidates(from: &Pointer, kind: Kind, at: &Pointer) -> Option<Vec<Candidate>> {
    let mut parts = Vec::new();
    let mut here = from.clone();
    let mut standing = Some(Child::One(kind));
    let rest = at.below(from)?;
    if kind == Kind::SecurityScheme || kind == Kind::Requirement {
        return None;
    }
    let mut holder = kind;
    let mut section = String::new();
    for token in rest.tokens() {
        let next = here.child(&token);
        let mut part = |role| parts.push(Candidate { at: next.clone(), role });
        standing = match standing {
            Some(Child::One(kind) | Child::OneOrBool(kind)) => {
                if is_security(kind, &token) {
                    return None;
                }
                let child = kind.child(&token);
                match kind {
                    Kind::Paths => part(Role::Whole),
                    Kind::Responses if child.is_some() => part(Role::Response),
                    Kind::PathItem if matches!(child, Some(Child::One(_))) => part(Role::Whole),
                    _ => {}
                }
                holder = kind;
                section.clone_from(&token);
                child
            }
            Some(Child::Map(kind)) => {
                match holder {
                    Kind::Components => part(Role::Whole),
                    Kind::PathItem => part(Role::Whole),
                    Kind::Response | Kind::RequestBody if section == "content" => part(Role::MediaType),
                    _ => {}
                }
                Some(Child::One(kind))
            }
            Some(Child::List(kind)) => Some(Child::One(kind)),
            Some(Child::Unread) | None => None,
        };
        here = next;
    }
    Some(parts)
}

fn is_security(kind: Kind, key: &str) -> bool {
    match kind {
        Kind::Document | Kind::Operation => key == "security",
        Kind::Components => key == "securitySchemes",
        Kind::SecurityScheme | Kind::Requirement => true,
        _ => false,
    }
}

/// The innermost part without which the rest can still be called and answered.
fn smallest(tree: &Node, parts: Vec<Candidate>) -> Option<Pointer> {
    let can_go = |part: &Candidate| {
        let around = part.at.parent().and_then(|parent| tree.find(&parent)).and_then(Node::as_object);
        match (&part.role, around, part.at.last()) {
            (Role::Whole, _, _) => true,
            (Role::MediaType, Some(content), _) => content.len() > 1,
            (Role::Response, Some(responses), Some(status)) => !is_success(&status) || has_other(responses, &status),
            (Role::MediaType | Role::Response, _, _) => false,
        }
    };
    parts.into_iter().rev().find(can_go).map(|part| part.at)
}

/// Whether the status is a success, for which an operation is called.
fn is_success(status: &str) -> bool {
    status == "default" || status.starts_with('2')
}

fn has_other(responses: &Object, status: &str) -> bool {
    responses.keys().any(|other| other != status && is_success(other))
}
