//! Security as defined by the document: schemes, and the requirements of each operation.

pub use super::flows::{Flow, FlowKind, Flows, IssuerUrl, is_relative_url};
pub use super::scheme_kind::{Carrier, KeyPlace, SchemeKind, Secret};
use crate::diag::Pointer;

/// The index of a scheme in [`super::Api::schemes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchemeId(pub usize);

/// A declared security scheme (OpenAPI 3.0.3, section 4.7.27).
#[derive(Debug, Clone)]
pub struct Scheme {
    /// Its key under `components/securitySchemes`.
    pub name: String,
    /// `description`.
    pub description: Option<String>,
    /// Its kind with the data of that kind.
    pub kind: SchemeKind,
    /// Whether its tokens are bound to a key.
    pub binding: Binding,
    /// Its pointer.
    pub at: Pointer,
}

impl Scheme {
    /// Whether each request needs a proof of the key to which the token is bound.
    pub fn is_bound(&self) -> bool {
        self.binding == Binding::Dpop
    }

    /// Which part of a request carries its credentials.
    pub fn carrier(&self) -> Carrier<'_> {
        if self.is_bound() { Carrier::Authorization("DPoP") } else { self.kind.carrier() }
    }
}

/// Whether a token can be used by everyone who has it, or only by the holder of a key. No document describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    /// By everyone who has it, or it is not a token.
    None,
    /// By the holder of a key, with a proof in each request (DPoP, RFC 9449).
    Dpop,
}

/// The security requirements of an operation.
///
/// There is no `Default` and no conversion from a list: an operation is public only if the document says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// No requirements.
    Open,
    /// At least one of the alternatives must be satisfied.
    Guarded {
        /// The alternatives in document order.
        any_of: Vec1<Requirement>,
        /// Whether `{}` is one of the alternatives.
        or_anonymous: bool,
    },
}

/// Schemes that must all be satisfied; cannot be empty.
pub type Requirement = Vec1<SchemeUse>;

/// A scheme in an alternative, with the scopes that this alternative requires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemeUse {
    /// The scheme.
    pub scheme: SchemeId,
    /// The scopes (OAuth 2, OpenID Connect) or roles (other kinds).
    pub scopes: Vec<String>,
}

/// A list with at least one element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vec1<T> {
    first: T,
    rest: Vec<T>,
}

impl<T> Vec1<T> {
    /// The list, or `None` if it is empty.
    pub fn new(items: Vec<T>) -> Option<Self> {
        let mut items = items.into_iter();
        let first = items.next()?;
        Some(Self { first, rest: items.collect() })
    }

    /// The elements in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        std::iter::once(&self.first).chain(&self.rest)
    }

    /// The elements in order, to modify them.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        std::iter::once(&mut self.first).chain(&mut self.rest)
    }

    /// The first element.
    pub fn first(&self) -> &T {
        &self.first
    }

    /// The number of elements; never 0.
    pub fn count(&self) -> usize {
        1 + self.rest.len()
    }
}
