//! The data of operations: method, path, parameters and security requirements. Client and server use the same types.

use super::parameter::Parameter;

/// One operation of the document.
#[derive(Debug)]
pub struct Operation {
    /// The `operationId`, or a stable name generated from method and path.
    pub id: &'static str,
    /// The HTTP method in upper case.
    pub method: &'static str,
    /// The path relative to the base URL.
    pub path: &'static [Segment],
    /// The fixed pairs of its query as sent, without `?`; empty if there are none.
    pub query: &'static str,
    /// The parameters; [`Segment::Parameter`] refers to them by index.
    pub parameters: &'static [Parameter],
    /// The security requirements.
    pub access: Access,
    /// The media types of its responses, as an `Accept` header; empty if there are none.
    pub accept: &'static str,
}

impl Operation {
    /// The path in the document, with the names of its parameters: `/pets/{petId}`.
    pub fn route(&self) -> String {
        let segment = |segment: &Segment| match segment {
            Segment::Text(text) => (*text).to_owned(),
            Segment::Parameter(index) => format!("{{{}}}", self.parameters[*index].name),
        };
        self.path.iter().map(segment).collect()
    }
}

/// A piece of a path.
#[derive(Debug)]
pub enum Segment {
    /// Literal text including slashes, percent-encoded as in requests.
    Text(&'static str),
    /// The value of the parameter with this index.
    Parameter(usize),
}

/// The security requirements of an operation.
#[derive(Debug)]
pub enum Access {
    /// No authentication.
    Open,
    /// One of several alternatives.
    Guarded {
        /// The alternatives in document order. All schemes of an alternative are required together; none is empty.
        any_of: &'static [&'static [SchemeUse]],
        /// Whether anonymous calls are allowed.
        or_anonymous: bool,
    },
}

/// A scheme in an alternative.
#[derive(Debug)]
pub struct SchemeUse {
    /// The index of the scheme in the crate's `SCHEMES`.
    pub scheme: usize,
    /// The scopes that this alternative requires.
    pub scopes: &'static [&'static str],
}

/// The place of a scheme in the crate's `SCHEMES`.
#[derive(Debug, Clone, Copy)]
pub struct SchemeKey(usize);

impl SchemeKey {
    /// The scheme with this index.
    pub const fn new(index: usize) -> Self {
        Self(index)
    }

    /// Its index.
    pub const fn index(self) -> usize {
        self.0
    }
}

impl SchemeUse {
    /// The scheme with this index and these scopes.
    pub const fn new(scheme: usize, scopes: &'static [&'static str]) -> Self {
        Self { scheme, scopes }
    }
}

impl Access {
    /// Requires one of these alternatives.
    pub const fn any_of(any_of: &'static [&'static [SchemeUse]]) -> Self {
        Self::Guarded { any_of, or_anonymous: false }
    }
}

/// A security scheme.
#[derive(Debug)]
pub struct Scheme {
    /// The name in the document.
    pub name: &'static str,
    /// The kind, and where the credential is sent.
    pub kind: SchemeKind,
}

/// The kind of a security scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemeKind {
    /// An API key.
    ApiKey {
        /// Where it is sent.
        place: KeyPlace,
        /// The name of the header, query parameter or cookie.
        name: &'static str,
    },
    /// HTTP Basic (RFC 7617).
    Basic,
    /// A bearer token (RFC 6750): http bearer, OAuth 2, OpenID Connect.
    Bearer,
    /// Any other scheme of the `Authorization` header, by its name (RFC 9110, section 11.1).
    Http(&'static str),
    /// A client certificate.
    MutualTls,
}

/// Where an API key is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPlace {
    /// A header.
    Header,
    /// A query parameter.
    Query,
    /// A cookie.
    Cookie,
}

/// Defines a constant with the data of an operation.
#[macro_export]
macro_rules! operation {
    ($visibility:vis const $name:ident = $data:expr;) => {
        $visibility const $name: &rt::Operation = &$data;
    };
}
pub use operation;

/// Defines an associated constant with the fields of a form that are encoded like parameters of a query.
#[macro_export]
macro_rules! form_fields {
    ($visibility:vis const $name:ident of $ty:ident; $($field:expr),+) => {
        impl $ty {
            $visibility const $name: &'static [rt::Parameter] = &rt::parameters([$($field),+]);
        }
    };
}
pub use form_fields;
