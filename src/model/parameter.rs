//! Parameters: name, location, style and type.

use super::example::Examples;
use super::schema::{Doc, Literal, TypeRef};
use crate::diag::Pointer;

/// A parameter.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name on the wire.
    pub name: String,
    /// `x-rust-name`.
    pub pinned: Option<String>,
    /// The location and style, as one type, so that invalid combinations cannot be built.
    pub style: ParameterStyle,
    /// `explode`, or the default of the style.
    pub explode: bool,
    /// `allowReserved`; only in a query.
    pub allow_reserved: bool,
    /// `required`; always true in a path.
    pub is_required: bool,
    /// Its type.
    pub ty: TypeRef,
    /// How its text is split.
    pub shape: ParameterShape,
    /// Whether its value can also be a single text: a union of a scalar and a list or object.
    pub or_scalar: bool,
    /// `default` of its schema.
    pub default: Option<Literal>,
    /// `example` and `examples` of the parameter, or of its media type.
    pub examples: Examples,
    /// The documentation.
    pub doc: Doc,
    /// `deprecated`.
    pub is_deprecated: bool,
    /// Its pointer.
    pub at: Pointer,
}

impl Parameter {
    /// Whether its pairs are among those of all parameters, as for an exploded object (OpenAPI 3.0.3, section
    /// 4.7.12.3).
    pub fn is_spread(&self) -> bool {
        let is_form = matches!(self.style, ParameterStyle::Query(QueryStyle::Form) | ParameterStyle::Cookie);
        is_form && self.explode && self.shape == ParameterShape::Object
    }
}

/// The valid combinations of location and style (OpenAPI 3.0.3, section 4.7.12.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterStyle {
    /// `in: path`.
    Path(PathStyle),
    /// `in: query`.
    Query(QueryStyle),
    /// `in: header`, `style: simple`.
    Header,
    /// `in: header` with `content`: JSON text.
    HeaderJson,
    /// `in: cookie`, `style: form`.
    Cookie,
    /// `in: cookie` with `content`: JSON text.
    CookieJson,
}

impl ParameterStyle {
    /// Whether the parameter is JSON text.
    pub fn is_json(self) -> bool {
        match self {
            Self::Path(style) => style == PathStyle::Json,
            Self::Query(style) => style == QueryStyle::Json,
            Self::HeaderJson | Self::CookieJson => true,
            Self::Header | Self::Cookie => false,
        }
    }
}

impl ParameterStyle {
    /// The location, as in the document.
    pub fn location(self) -> &'static str {
        match self {
            Self::Path(_) => "path",
            Self::Query(_) => "query",
            Self::Header | Self::HeaderJson => "header",
            Self::Cookie | Self::CookieJson => "cookie",
        }
    }
}

/// The styles of a path parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathStyle {
    /// `simple`.
    Simple,
    /// `label`.
    Label,
    /// `matrix`.
    Matrix,
    /// `content` with a JSON media type.
    Json,
}

/// The styles of a query parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueryStyle {
    /// `form`.
    Form,
    /// `spaceDelimited`.
    SpaceDelimited,
    /// `pipeDelimited`.
    PipeDelimited,
    /// `deepObject`.
    DeepObject,
    /// `content` with a JSON media type.
    Json,
}

/// How the text of a parameter is split when it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterShape {
    /// A single text.
    Scalar,
    /// A list of texts.
    Array,
    /// Pairs of texts.
    Object,
}
