//! The representations of a content: which of its media types are supported, and their types.
//!
//! A media type that adds nothing to another one (such as XML with the same schema as JSON) is ignored with a warning,
//! so that the common case has a single representation. All others are alternatives.

use openapiv3::MediaType;

use super::content_direction::ContentDirection;
use super::{encoding, items};
use crate::diag::print::excerpt;
use crate::diag::{Code, Diagnostic, Pointer};
use crate::lower::examples;
use crate::lower::flat_schema::{FlatSchema, Located};
use crate::lower::schema::place::Place;
use crate::lower::schema::types::Types;
use crate::lower::source::Source;
use crate::lower::token::{Media, media};
use crate::media_type::{essence, parameters};
use crate::model::operation::{Content, Representation};
use crate::model::schema::{Scalar, TypeRef};

/// An entry of `content`.
struct MediaEntry<'d> {
    kind: Media,
    key: &'d str,
    media: &'d MediaType,
    at: Pointer,
}

/// The representations of a content: the preferred one (JSON, form, multipart, text, bytes; the first of its kind),
/// then the others that add something, in document order.
pub(super) fn representations<'d>(
    types: &mut Types<'d>,
    spec: &'d openapiv3::Content,
    at: &Pointer,
    place: &Place,
    way: ContentDirection,
) -> Vec<Representation> {
    let mut entries = entries(&mut types.source, spec, at);
    // A range is read as JSON if its schema has parts, else as bytes; concrete media types take precedence.
    let best = entries.iter().enumerate().min_by_key(|(index, entry)| (rank(entry.kind, way), *index));
    let Some((best, _)) = best else { return Vec::new() };
    entries[..=best].rotate_right(1);
    let mut kept: Vec<MediaEntry<'d>> = Vec::new();
    let mut forms: Vec<Representation> = Vec::new();
    for entry in entries {
        match kept.iter().find(|other| is_covered_by(types, &entry, other, way)) {
            Some(other) => leave_out(&mut types.source, &entry, other, way),
            None => {
                let content = match forms.is_empty() {
                    true => content(types, &entry, place, way),
                    false => content(types, &entry, &place.next_to(entry.key), way),
                };
                let encodings = encoding::lower(types, &content, entry.media, &entry.at);
                let examples = examples::of_object(&mut types.source, &entry.at);
                forms.push(Representation { content, media_type: entry.key.to_owned(), encodings, examples });
                kept.push(entry);
            }
        }
    }
    forms
}

fn entries<'d>(source: &mut Source<'d>, content: &'d openapiv3::Content, at: &Pointer) -> Vec<MediaEntry<'d>> {
    let mut entries = Vec::new();
    for (key, spec) in content {
        let at = at.child(key);
        match media(key) {
            Some(kind) => entries.push(MediaEntry { kind, key, media: spec, at }),
            None => {
                let message =
                    format!("`{}` is not a media type; expected, for example, `application/json`", excerpt(key));
                source.report.push(Diagnostic::warning(Code::BadMediaType, &at, message).on_key());
                source.skip(&at, "not a media type");
            }
        }
    }
    entries
}

/// Whether `entry` adds nothing to `other`: the same schema in another notation, or the same media type.
fn is_covered_by<'d>(
    types: &mut Types<'d>,
    entry: &MediaEntry<'d>,
    other: &MediaEntry<'d>,
    way: ContentDirection,
) -> bool {
    if essence(entry.key) == essence(other.key) {
        // Media types that differ in a parameter are distinguished by it, unless they have one schema and no two values of
        // a parameter.
        let (own, others) = (parameters(entry.key), parameters(other.key));
        let is_other_value =
            |(name, value): &(String, String)| others.iter().any(|(key, own)| key == name && own != value);
        return own == others || entry.media.schema == other.media.schema && !own.iter().any(is_other_value);
    }
    // A stream is received item by item: it is not another notation of one value.
    if items::is_sequential(entry.key, way) {
        return false;
    }
    let is_structured = match (other.kind, way) {
        (Media::Json | Media::Range, _) | (Media::Form | Media::Multipart, ContentDirection::Request) => true,
        (Media::Form | Media::Multipart, ContentDirection::Response) | (Media::Text | Media::Other, _) => false,
    };
    if !is_structured || entry.media.schema != other.media.schema {
        return false;
    }
    let located = entry.media.schema.as_ref();
    let located = located.map(|schema| Located { part: schema.into(), at: entry.at.child("schema") });
    let Some(flat) = located.and_then(|located| types.source.view(&located)) else {
        // Without a schema, the media type alone defines the content.
        return matches!(entry.kind, Media::Json | Media::Form | Media::Multipart | Media::Range) || is_xml(entry.key);
    };
    match (entry.kind, way) {
        (Media::Multipart, ContentDirection::Request) => !types.forms().has_files(&flat),
        (Media::Json, _) => true,
        _ => !flat.is_binary(),
    }
}

fn leave_out(source: &mut Source<'_>, entry: &MediaEntry<'_>, other: &MediaEntry<'_>, way: ContentDirection) {
    let message = format!("media type `{}` is ignored in favour of `{}`", excerpt(entry.key), excerpt(other.key));
    if rank(entry.kind, way) != rank(other.kind, way) {
        source.report.push(Diagnostic::warning(Code::IgnoredMediaType, &entry.at, message.clone()).on_key());
    }
    source.skip(&entry.at, message);
}

fn is_xml(key: &str) -> bool {
    let essence = essence(key);
    essence.ends_with("/xml") || essence.ends_with("+xml")
}

fn rank(kind: Media, way: ContentDirection) -> u8 {
    match (kind, way) {
        (Media::Json, _) => 0,
        (Media::Form, ContentDirection::Request) => 1,
        (Media::Multipart, ContentDirection::Request) => 2,
        (Media::Text, _) => 3,
        (Media::Range, _) => 4,
        (Media::Other, _) | (Media::Form | Media::Multipart, ContentDirection::Response) => 5,
    }
}

fn content<'d>(types: &mut Types<'d>, entry: &MediaEntry<'d>, place: &Place, way: ContentDirection) -> Content {
    items::report(&mut types.source, entry.media, &entry.at, way);
    if way == ContentDirection::Response
        && let Some(stream) = items::stream(types, (entry.key, entry.media), &entry.at, place)
    {
        return Content::Stream(stream);
    }
    let located = entry.media.schema.as_ref();
    let located = located.map(|schema| Located { part: schema.into(), at: entry.at.child("schema") });
    let flat = located.as_ref().and_then(|located| types.source.view(located));
    let is_binary = flat.as_ref().is_some_and(FlatSchema::is_binary);
    match (entry.kind, way) {
        // The content is the file, not a JSON string (OpenAPI 3.0.3, section 4.7.14.2).
        (Media::Json, _) if flat.as_ref().is_some_and(FlatSchema::is_file) => Content::Bytes,
        (Media::Json, _) => Content::Json(json(types, located.as_ref(), place)),
        (Media::Range, _) if flat.as_ref().is_some_and(has_parts) => {
            Content::Json(json(types, located.as_ref(), place))
        }
        (Media::Form, ContentDirection::Request) => form(types, entry, located.as_ref(), flat.as_ref(), place),
        (Media::Multipart, ContentDirection::Request) => multipart(types, entry, flat.as_ref(), place),
        (Media::Text, _) if !is_binary => {
            schema_is_unused(&mut types.source, entry, flat.as_ref(), "text");
            Content::Text
        }
        (Media::Text | Media::Other | Media::Range | Media::Form | Media::Multipart, _) => {
            schema_is_unused(&mut types.source, entry, flat.as_ref(), "bytes");
            Content::Bytes
        }
    }
}

/// A schema with parts describes a structure for which no code is generated.
fn schema_is_unused(source: &mut Source<'_>, entry: &MediaEntry<'_>, flat: Option<&FlatSchema<'_>>, what: &str) {
    if flat.is_some_and(has_parts) {
        let message = format!("the schema of media type `{}` is ignored; its content is {what}", excerpt(entry.key));
        source.report.push(Diagnostic::warning(Code::IgnoredMediaType, &entry.at, message).on_key());
    }
}

fn json<'d>(types: &mut Types<'d>, located: Option<&Located<'d>>, place: &Place) -> TypeRef {
    located.map_or(TypeRef::Scalar(Scalar::Any), |located| types.type_of(located, place))
}

/// Whether a value of the schema is more than a single string or number.
fn has_parts(flat: &FlatSchema<'_>) -> bool {
    flat.is_object() || flat.kind == Some("array") || flat.items.is_some() || flat.has_parts()
}

fn form<'d>(
    types: &mut Types<'d>,
    entry: &MediaEntry<'d>,
    located: Option<&Located<'d>>,
    flat: Option<&FlatSchema<'d>>,
    place: &Place,
) -> Content {
    let any = || Content::Form(TypeRef::Map(Box::new(TypeRef::Scalar(Scalar::Any))));
    let (Some(located), Some(flat)) = (located, flat) else { return any() };
    if flat.is_annotation() {
        return any();
    }
    if types.forms().is_object(flat) {
        return Content::Form(types.type_of(located, place));
    }
    let message = "the schema of a form is not an object; the form is sent and read as bytes";
    types.source.report.warning(Code::UnsupportedSchema, &entry.at, message);
    Content::Bytes
}

/// A separate struct for this body: a property that is a file here is a string elsewhere.
fn multipart<'d>(
    types: &mut Types<'d>,
    entry: &MediaEntry<'d>,
    flat: Option<&FlatSchema<'d>>,
    place: &Place,
) -> Content {
    let properties = flat.and_then(|flat| Some((flat, types.forms().properties(flat, None)?)));
    let Some((flat, mut properties)) = properties.filter(|(_, properties)| !properties.list.is_empty()) else {
        let message = "the schema of a multipart body has no properties; the body is sent and read as bytes";
        types.source.report.warning(Code::UnsupportedSchema, &entry.at, message);
        return Content::Bytes;
    };
    properties.list.iter_mut().for_each(|property| property.is_part = true);
    Content::Multipart(types.define_struct(flat, properties, place))
}
