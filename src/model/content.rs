//! The content of bodies and responses: media types, their encodings, and how properties and parts are encoded.

use super::example::Examples;
use super::parameter::Parameter;
use super::schema::{TypeId, TypeRef};

/// A representation of content (RFC 9110, section 3.2): a media type and the type of its value.
#[derive(Debug, Clone)]
pub struct Representation {
    /// The encoding and type of the value.
    pub content: Content,
    /// The media type as written in the document.
    pub media_type: String,
    /// The encodings of its properties, in document order.
    pub encodings: Vec<Encoding>,
    /// `example` and `examples` of the media type.
    pub examples: Examples,
}

/// The encoding of a property of a form or multipart body, if the document defines it (OpenAPI 3.0.3, section 4.7.15).
#[derive(Debug, Clone)]
pub enum Encoding {
    /// A property of a form that is encoded like a query parameter.
    Field(Parameter),
    /// A part of a multipart body.
    Part {
        /// The name of the property.
        name: String,
        /// The allowed media types, as listed in the document: `image/png, image/jpeg`, `image/*`.
        media_types: Option<String>,
        /// Its header fields, if any.
        headers: Option<PartHeaders>,
    },
}

/// The header fields of a part.
#[derive(Debug, Clone)]
pub struct PartHeaders {
    /// The struct that holds them, with one field for each, in the same order.
    pub ty: TypeId,
    /// The header fields, as parameters of the style `simple`.
    pub fields: Vec<Parameter>,
}

impl Representation {
    /// The properties of a form that have a style.
    pub fn fields(&self) -> impl Iterator<Item = &Parameter> {
        self.encodings.iter().filter_map(|encoding| match encoding {
            Encoding::Field(field) => Some(field),
            Encoding::Part { .. } => None,
        })
    }

    /// The names of parts with the media types that each allows.
    pub fn part_media_types(&self) -> impl Iterator<Item = (&str, &str)> {
        self.encodings.iter().filter_map(|encoding| match encoding {
            Encoding::Field(_) => None,
            Encoding::Part { name, media_types, .. } => Some((name.as_str(), media_types.as_deref()?)),
        })
    }

    /// The parts with header fields, by name.
    pub fn part_headers(&self) -> impl Iterator<Item = (&str, &PartHeaders)> {
        self.encodings.iter().filter_map(|encoding| match encoding {
            Encoding::Field(_) => None,
            Encoding::Part { name, headers, .. } => Some((name.as_str(), headers.as_ref()?)),
        })
    }

    /// The media type to send, even if the document has a range such as `*/*`.
    pub fn sent_as(&self) -> &str {
        if !self.media_type.contains('*') {
            return &self.media_type;
        }
        match self.content {
            Content::Json(_) => "application/json",
            Content::Form(_) => "application/x-www-form-urlencoded",
            Content::Multipart(_) => "multipart/form-data",
            Content::Text => "text/plain",
            // The model has no streams with a range.
            Content::Stream(_) | Content::Bytes => "application/octet-stream",
        }
    }
}

/// An encoding of content, with the type of the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// JSON, including `+json`.
    Json(TypeRef),
    /// `application/x-www-form-urlencoded` (requests only).
    Form(TypeRef),
    /// `multipart/form-data` (requests only): a struct for this body, whose files are [`super::schema::Scalar::File`].
    Multipart(TypeId),
    /// Text (`text/*`).
    Text,
    /// Values of one type that are sent one after another (responses only).
    Stream(Stream),
    /// Any other media type: the bytes as they are.
    Bytes,
}

/// Values that are sent one after another (OpenAPI 3.2.0, section 4.14.3), by their framing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stream {
    /// Server-sent events (`text/event-stream`) whose data is JSON of this type.
    Events(TypeRef),
    /// Server-sent events whose data is text.
    TextEvents,
    /// JSON, each value on one line.
    Lines(TypeRef),
    /// JSON texts, each after a record separator (`application/json-seq`, RFC 7464).
    Sequence(TypeRef),
}

impl Stream {
    /// The type of its JSON values; `None` if they are text.
    pub fn item(&self) -> Option<&TypeRef> {
        match self {
            Self::Events(ty) | Self::Lines(ty) | Self::Sequence(ty) => Some(ty),
            Self::TextEvents => None,
        }
    }

    /// The type of its JSON values, to modify it.
    pub fn item_mut(&mut self) -> Option<&mut TypeRef> {
        match self {
            Self::Events(ty) | Self::Lines(ty) | Self::Sequence(ty) => Some(ty),
            Self::TextEvents => None,
        }
    }

    /// Whether its values are server-sent events.
    pub fn has_events(&self) -> bool {
        matches!(self, Self::Events(_) | Self::TextEvents)
    }
}

impl Content {
    /// Whether it is bytes, which can be a stream.
    pub fn is_bytes(&self) -> bool {
        matches!(self, Self::Bytes)
    }
}
