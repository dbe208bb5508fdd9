//! The header fields of responses and of the parts of multipart bodies (OpenAPI 3.0.3, section 4.7.21), as parameters.

use indexmap::IndexMap;
use openapiv3::{Header, ParameterSchemaOrContent, ReferenceOr};

use crate::diag::print::excerpt;
use crate::diag::{Code, Pointer};
use crate::lower::examples;
use crate::lower::extension::text_of;
use crate::lower::flat_schema::Located;
use crate::lower::schema::place::Place;
use crate::lower::schema::types::Types;
use crate::lower::source::Source;
use crate::lower::token::{Media, is_token, media};
use crate::model::operation::{Parameter, ParameterShape, ParameterStyle};
use crate::model::schema::{Doc, Scalar, TypeRef};

type Headers = IndexMap<String, ReferenceOr<Header>>;

/// The header fields of a response, in document order.
pub(super) fn of_response<'d>(
    types: &mut Types<'d>,
    headers: &'d Headers,
    at: &Pointer,
    place: &Place,
) -> Vec<Parameter> {
    // OpenAPI 3.0.3, section 4.7.17: a header with this name is ignored; the media type defines it.
    let ignored = "response headers named `content-type` are ignored (OpenAPI): the media type sets this header";
    let kept = without_content_type(&mut types.source, headers, at, ignored);
    lower(types, &kept, at, place)
}

/// The header fields of a part, in document order.
pub(super) fn of_part<'d>(types: &mut Types<'d>, headers: &'d Headers, at: &Pointer, place: &Place) -> Vec<Parameter> {
    // OpenAPI 3.0.4, section 4.8.15.1: also ignored.
    let ignored = "header fields of parts named `content-type` are ignored (OpenAPI): `contentType` sets this field";
    let mut kept = without_content_type(&mut types.source, headers, at, ignored);
    kept.retain(|(name, _)| {
        // RFC 7578, sections 4.2 and 4.7: these identify the part and its end.
        let is_framing =
            ["content-disposition", "content-transfer-encoding"].iter().any(|own| name.eq_ignore_ascii_case(own));
        if is_framing {
            let message = format!("`{}` is set by the framing of the part; ignored", excerpt(name));
            types.source.report.warning(Code::BadHeaderName, &at.child(name), message);
            types.source.skip(&at.child(name), "set by the framing of the part");
        }
        !is_framing
    });
    lower(types, &kept, at, place)
}

type NamedHeader<'d> = (&'d String, &'d ReferenceOr<Header>);

fn without_content_type<'d>(
    source: &mut Source<'d>,
    headers: &'d Headers,
    at: &Pointer,
    ignored: &str,
) -> Vec<NamedHeader<'d>> {
    let (out, kept): (Vec<_>, Vec<_>) = headers.iter().partition(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    out.into_iter().for_each(|(name, _)| source.skip(&at.child(name), ignored));
    kept
}

fn lower<'d>(types: &mut Types<'d>, headers: &[NamedHeader<'d>], at: &Pointer, place: &Place) -> Vec<Parameter> {
    let mut lowered: Vec<Parameter> = Vec::new();
    for (name, item) in headers.iter().copied() {
        let use_at = at.child(name);
        if !is_token(name) {
            let message = format!("`{}` is not a valid header name; ignored", excerpt(name));
            types.source.report.warning(Code::BadHeaderName, &use_at, message);
            types.source.skip(&use_at, "its name is not a valid header name");
            continue;
        }
        if lowered.iter().any(|other| other.name.eq_ignore_ascii_case(name)) {
            let message = format!("duplicate header `{}` (names differ only in case); using the first", excerpt(name));
            types.source.report.warning(Code::DuplicateParameter, &use_at, message);
            continue;
        }
        let Some((at, spec)) = types.source.resolve(item, &use_at) else { continue };
        lowered.push(one(types, name, spec, &at, place));
    }
    lowered
}

fn one<'d>(types: &mut Types<'d>, name: &str, spec: &'d Header, at: &Pointer, place: &Place) -> Parameter {
    let (schema, kind, at_schema) = match &spec.format {
        ParameterSchemaOrContent::Schema(schema) => (Some(schema), None, at.child("schema")),
        ParameterSchemaOrContent::Content(content) => {
            let (key, entry) = content.iter().next().map_or(("", None), |(key, entry)| (key.as_str(), Some(entry)));
            let schema = entry.and_then(|entry| entry.schema.as_ref());
            (schema, Some(media(key)), at.child("content").child(key).child("schema"))
        }
    };
    let (style, is_typed) = match kind {
        None => (ParameterStyle::Header, true),
        Some(Some(Media::Json | Media::Range)) => (ParameterStyle::HeaderJson, true),
        Some(_) => (ParameterStyle::Header, false),
    };
    let ty = match schema.filter(|_| is_typed) {
        Some(schema) => {
            let located = Located { part: schema.into(), at: at_schema };
            types.type_of(&located, &place.next_to(name))
        }
        None if style == ParameterStyle::HeaderJson => TypeRef::Scalar(Scalar::Any),
        None => TypeRef::Scalar(Scalar::Text),
    };
    types.check_mapped(&ty, at);
    let media_type = match &spec.format {
        ParameterSchemaOrContent::Schema(_) => None,
        ParameterSchemaOrContent::Content(content) => content.keys().next().map(String::as_str),
    };
    Parameter {
        name: name.to_owned(),
        pinned: text_of(&spec.extensions, "x-rust-name"),
        style,
        explode: matches!(&spec.format, ParameterSchemaOrContent::Schema(_)) && explode(&types.source, at),
        allow_reserved: false,
        is_required: spec.required,
        ty,
        shape: ParameterShape::Scalar,
        or_scalar: false,
        default: None,
        examples: examples::of_parameter(&mut types.source, at, media_type),
        doc: Doc { summary: None, description: spec.description.clone() },
        is_deprecated: spec.deprecated.unwrap_or_default(),
        at: at.clone(),
    }
}

/// `explode`, which `openapiv3` does not keep for headers.
fn explode(source: &Source<'_>, at: &Pointer) -> bool {
    let node = source.document.node(&at.child("explode"));
    matches!(node, Some(crate::document::tree::Node::Bool(true)))
}
