//! What bodies and responses carry: a media type, how it is encoded, and how its properties and parts travel.

use super::operation::Parameter;
use super::schema::{TypeId, TypeRef};

/// A form that content comes in (RFC 9110, section 3.2): a media type, and what travels under it.
#[derive(Debug, Clone)]
pub struct Representation {
    /// How it is encoded.
    pub content: Content,
    /// The media type as the document writes it.
    pub media_type: String,
    /// What `encoding` says of its properties, in document order.
    pub encodings: Vec<Encoding>,
}

/// How one property of a form or multipart body travels, where the document says it (OpenAPI 3.0.3, section 4.7.15).
#[derive(Debug, Clone)]
pub enum Encoding {
    /// A property of a form, written as a parameter of the query is.
    Field(Parameter),
    /// A part of a multipart body.
    Part {
        /// The property.
        name: String,
        /// The media types that it may have, as the document lists them: `image/png, image/jpeg`, `image/*`.
        media_types: Option<String>,
        /// Its header fields, where it has any.
        headers: Option<PartHeaders>,
    },
}

/// The header fields of a part.
#[derive(Debug, Clone)]
pub struct PartHeaders {
    /// The struct that holds them: a field for each, in the same order.
    pub ty: TypeId,
    /// The fields, as parameters of the style `simple`.
    pub fields: Vec<Parameter>,
}

impl Representation {
    /// The properties of a form that are written in a style of their own.
    pub fn fields(&self) -> impl Iterator<Item = &Parameter> {
        self.encodings.iter().filter_map(|encoding| match encoding {
            Encoding::Field(field) => Some(field),
            Encoding::Part { .. } => None,
        })
    }

    /// The names of parts, and the media types that each may have.
    pub fn part_media_types(&self) -> impl Iterator<Item = (&str, &str)> {
        self.encodings.iter().filter_map(|encoding| match encoding {
            Encoding::Field(_) => None,
            Encoding::Part { name, media_types, .. } => Some((name.as_str(), media_types.as_deref()?)),
        })
    }

    /// The names of parts with header fields, and these.
    pub fn part_headers(&self) -> impl Iterator<Item = (&str, &PartHeaders)> {
        self.encodings.iter().filter_map(|encoding| match encoding {
            Encoding::Field(_) => None,
            Encoding::Part { name, headers, .. } => Some((name.as_str(), headers.as_ref()?)),
        })
    }

    /// The media type to send, also where the document writes a range such as `*/*`.
    pub fn sent_as(&self) -> &str {
        if !self.media_type.contains('*') {
            return &self.media_type;
        }
        match self.content {
            Content::Json(_) => "application/json",
            Content::Form(_) => "application/x-www-form-urlencoded",
            Content::Multipart(_) => "multipart/form-data",
            Content::Text => "text/plain",
            Content::Bytes => "application/octet-stream",
        }
    }
}

/// How content is encoded, with its type where the encoding has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// JSON, also `+json`.
    Json(TypeRef),
    /// `application/x-www-form-urlencoded` (requests only).
    Form(TypeRef),
    /// `multipart/form-data` (requests only): a struct made for this body, whose files are [`super::schema::Scalar::File`].
    Multipart(TypeId),
    /// Text (`text/*`).
    Text,
    /// Anything else: the bytes as they are.
    Bytes,
}

impl Content {
    /// Whether it is bytes, which may be a stream.
    pub fn is_bytes(&self) -> bool {
        matches!(self, Self::Bytes)
    }
}
