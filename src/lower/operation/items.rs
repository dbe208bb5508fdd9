//! Responses whose values are sent one after another: which schema describes a value, and its type.

use openapiv3::MediaType;

use super::content_direction::ContentDirection;
use crate::diag::{Code, Diagnostic, Pointer};
use crate::document::{Framing, ITEMS, framing};
use crate::lower::flat_schema::{FlatSchema, Located};
use crate::lower::schema::place::Place;
use crate::lower::schema::types::Types;
use crate::lower::source::Source;
use crate::model::operation::Stream;

/// Whether the schema is that of an item: `itemSchema` of OpenAPI 3.2, which was moved.
pub(super) fn is_marked(media: &MediaType) -> bool {
    media.extensions.contains_key(ITEMS)
}

/// Whether the values of a response with this media type are sent one after another.
pub(super) fn is_sequential(key: &str, way: ContentDirection) -> bool {
    match framing(key) {
        // A request of events is not another notation of one value either.
        Some(Framing::Events) => true,
        Some(Framing::Lines | Framing::Sequence) => way == ContentDirection::Response,
        None => false,
    }
}

/// The schema of the values of a response with this media type: each of them if they are sent one after another. A list then
/// describes all of them (OpenAPI 3.2.0, section 4.14.3), any other schema each of them, as documents before 3.2 write it.
pub(super) fn schema<'d>(source: &mut Source<'d>, media: (&str, &'d MediaType), at: &Pointer) -> Option<Located<'d>> {
    let (key, media) = media;
    let located = Located { part: media.schema.as_ref()?.into(), at: at.child("schema") };
    match framing(key) {
        Some(Framing::Lines | Framing::Sequence) if !is_marked(media) => {
            let flat = source.view(&located)?;
            match flat.items {
                Some(items) if flat.kind == Some("array") => Some(items),
                _ => Some(located),
            }
        }
        Some(_) | None => Some(located),
    }
}

/// The stream of a response with this media type; `None` if it is not a stream or nothing is known about its items.
pub(super) fn stream<'d>(
    types: &mut Types<'d>,
    media: (&str, &'d MediaType),
    at: &Pointer,
    place: &Place,
) -> Option<Stream> {
    let framing = framing(media.0)?;
    let located = schema(&mut types.source, media, at)?;
    let flat = types.source.view(&located)?;
    let is_text = flat.kind == Some("string");
    let mut ty = || types.type_of(&located, &place.next_to("item"));
    match framing {
        Framing::Events if is_unknown(&flat) => None,
        Framing::Events if is_text => Some(Stream::TextEvents),
        Framing::Events => Some(Stream::Events(ty())),
        // Documents before 3.2 describe the bytes of the whole response as a string.
        Framing::Lines | Framing::Sequence if is_unknown(&flat) || is_text && !is_marked(media.1) => None,
        Framing::Lines => Some(Stream::Lines(ty())),
        Framing::Sequence => Some(Stream::Sequence(ty())),
    }
}

fn is_unknown(flat: &FlatSchema<'_>) -> bool {
    flat.is_annotation() || flat.is_binary()
}

/// Reports `itemSchema` of a request, whose body is read as a whole.
pub(super) fn report(source: &mut Source<'_>, media: &MediaType, at: &Pointer, way: ContentDirection) {
    if is_marked(media) && way == ContentDirection::Request {
        let message = "`itemSchema` is not supported in a request body: its items are not read one by one";
        source.report.push(Diagnostic::warning(Code::IgnoredKeyword, &at.child("schema"), message).on_key());
    }
}
