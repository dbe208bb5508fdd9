//! The data of an operation: its request line, its parameters and what it asks of its caller. Both sides read the same.

use std::marker::PhantomData;

/// One operation of the document.
#[derive(Debug)]
pub struct Operation {
    /// `operationId`, or a stable name made from method and path.
    pub id: &'static str,
    /// The method, in capitals.
    pub method: &'static str,
    /// The path below the base URL.
    pub path: &'static [Segment],
    /// The parameters; [`Segment::Parameter`] points into them.
    pub parameters: &'static [Parameter],
    /// What it asks of its caller.
    pub access: Access,
    /// The media types that it answers with, as an `Accept` header; empty for none.
    pub accept: &'static str,
}

/// A piece of a path.
#[derive(Debug)]
pub enum Segment {
    /// Literal text with its slashes, percent-encoded as on the wire.
    Text(&'static str),
    /// The value of the parameter with this index.
    Parameter(usize),
}

/// One parameter.
#[derive(Debug)]
pub struct Parameter {
    /// Its name on the wire.
    pub name: &'static str,
    /// Where it travels.
    pub place: Place,
    /// How its value is written (OpenAPI 3.0.3, section 4.7.12.2).
    pub style: Style,
    /// Whether arrays and objects are written as several values.
    pub explode: bool,
    /// Whether characters that a query may hold as they are stay so.
    pub reserved: bool,
    /// Whether its schema defines which texts it may hold. Otherwise a server refuses path separators, control characters,
    /// `.` and `..` in a path parameter.
    pub any_text: bool,
    /// Whether it must be there.
    pub required: bool,
    /// What its text is split into when it is read.
    pub shape: Shape,
}

impl Parameter {
    /// A parameter that may be left out and is not exploded.
    pub const fn new(name: &'static str, place: Place, style: Style, shape: Shape) -> Self {
        Self { name, place, style, explode: false, reserved: false, any_text: false, required: false, shape }
    }

    /// A required scalar of the path in the default style.
    pub const fn path(name: &'static str) -> Self {
        Self::new(name, Place::Path, Style::Simple, Shape::Scalar).required()
    }

    /// A scalar of the query in the default style.
    pub const fn query(name: &'static str) -> Self {
        Self::new(name, Place::Query, Style::Form, Shape::Scalar).exploded()
    }

    /// A scalar header.
    pub const fn header(name: &'static str) -> Self {
        Self::new(name, Place::Header, Style::Simple, Shape::Scalar)
    }

    /// The same, exploded.
    pub const fn exploded(mut self) -> Self {
        self.explode = true;
        self
    }

    /// The same, with reserved characters as they are.
    pub const fn with_reserved(mut self) -> Self {
        self.reserved = true;
        self
    }

    /// The same, with any text that its schema allows.
    pub const fn with_any_text(mut self) -> Self {
        self.any_text = true;
        self
    }

    /// The same, required.
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }
}

/// Where a parameter travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// As a header field.
    Header,
    /// As a cookie.
    Cookie,
}

/// How a value is written (OpenAPI 3.0.3, section 4.7.12.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `a,b`.
    Simple,
    /// `.a.b`.
    Label,
    /// `;name=a`.
    Matrix,
    /// `name=a`.
    Form,
    /// `name=a b`.
    SpaceDelimited,
    /// `name=a|b`.
    PipeDelimited,
    /// `name[key]=a`.
    DeepObject,
    /// JSON text, from `content`.
    Json,
}

/// What the text of a parameter is split into when it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One text.
    Scalar,
    /// A list of texts.
    Array,
    /// Pairs of texts.
    Object,
}

/// What an operation asks of its caller.
#[derive(Debug)]
pub enum Access {
    /// Nothing.
    Open,
    /// One of several alternatives.
    Guarded {
        /// The alternatives in document order, the members of each met together; none is empty.
        any_of: &'static [&'static [SchemeUse]],
        /// Whether a caller without any credential is let through as anonymous.
        or_anonymous: bool,
    },
}

/// One scheme of an alternative.
#[derive(Debug)]
pub struct SchemeUse {
    /// The index of the scheme in the crate's `SCHEMES`.
    pub scheme: usize,
    /// The scopes that this alternative asks for.
    pub scopes: &'static [&'static str],
}

/// The place of a scheme in the crate's `SCHEMES`, and the type of its credentials.
pub struct SchemeKey<C = ()> {
    index: usize,
    credential: PhantomData<fn() -> C>,
}

impl<C> SchemeKey<C> {
    /// The scheme with this index.
    pub const fn new(index: usize) -> Self {
        Self { index, credential: PhantomData }
    }

    /// Its index.
    pub const fn index(&self) -> usize {
        self.index
    }
}

impl SchemeUse {
    /// The scheme with this index, with these scopes.
    pub const fn new(scheme: usize, scopes: &'static [&'static str]) -> Self {
        Self { scheme, scopes }
    }
}

impl Access {
    /// One of these alternatives.
    pub const fn any_of(any_of: &'static [&'static [SchemeUse]]) -> Self {
        Self::Guarded { any_of, or_anonymous: false }
    }
}

/// A security scheme.
#[derive(Debug)]
pub struct Scheme {
    /// Its name in the document.
    pub name: &'static str,
    /// How it travels.
    pub kind: SchemeKind,
}

/// How a scheme travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemeKind {
    /// A key under a name of the document's.
    ApiKey {
        /// Where it travels.
        place: KeyPlace,
        /// The name there.
        name: &'static str,
    },
    /// HTTP Basic (RFC 7617).
    Basic,
    /// A bearer token (RFC 6750): http bearer, OAuth 2, OpenID Connect.
    Bearer,
    /// Another scheme of the `Authorization` header, by its name (RFC 9110, section 11.1).
    Http(&'static str),
    /// A client certificate.
    MutualTls,
}

/// Where an API key travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPlace {
    /// A header field.
    Header,
    /// A query parameter.
    Query,
    /// A cookie.
    Cookie,
}
