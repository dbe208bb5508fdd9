//! `encoding` of the properties of a form or multipart body (OpenAPI 3.0.3, section 4.7.15).

use openapiv3 as v3;
use openapiv3::MediaType;

use super::header_field;
use crate::diag::print::excerpt;
use crate::diag::{Code, Diagnostic, Pointer};
use crate::lower::constrained::{Constrained, ConstrainedUse};
use crate::lower::flat_schema::Located;
use crate::lower::schema::place::Place;
use crate::lower::schema::properties::{Properties, Property};
use crate::lower::schema::types::Types;
use crate::lower::token::{Media, media};
use crate::model::example::Examples;
use crate::model::operation::{Content, Encoding, Parameter, ParameterShape, ParameterStyle, PartHeaders, QueryStyle};
use crate::model::schema::{Direction, Doc, Field, Shape, Struct, TypeId, TypeRef};

/// The encodings of a content, if it can have any.
pub(super) fn lower<'d>(types: &mut Types<'d>, content: &Content, spec: &'d MediaType, at: &Pointer) -> Vec<Encoding> {
    let at_all = at.child("encoding");
    let id = match content {
        Content::Form(TypeRef::Named(id)) => *id,
        Content::Multipart(id) if !spec.encoding.is_empty() => *id,
        Content::Multipart(_) => return Vec::new(),
        Content::Json(_) | Content::Form(_) | Content::Text | Content::Stream(_) | Content::Bytes => {
            if !spec.encoding.is_empty() {
                types.source.skip(&at_all, "`encoding` applies only to forms and multipart bodies with properties");
            }
            return Vec::new();
        }
    };
    let Some(properties) = properties(types, spec, at) else { return Vec::new() };
    for name in spec.encoding.keys() {
        if !properties.list.iter().any(|property| property.wire == name) {
            let message = format!("`{}` is not a property of the schema; the encoding is ignored", excerpt(name));
            types
                .source
                .report
                .push(Diagnostic::warning(Code::UnsupportedStyle, &at_all.child(name), message).on_key());
        }
    }
    let mut encodings = Vec::new();
    for property in &properties.list {
        let at = at_all.child(property.wire);
        let reported = spec.encoding.get(property.wire);
        encodings.extend(match content {
            Content::Multipart(_) => reported.and_then(|reported| part(types, id, property.wire, (reported, &at))),
            Content::Form(_) | Content::Json(_) | Content::Text | Content::Stream(_) | Content::Bytes => {
                field(types, id, property, reported, &at)
            }
        });
    }
    encodings
}

fn properties<'d>(types: &mut Types<'d>, spec: &'d MediaType, at: &Pointer) -> Option<Properties<'d>> {
    let located = Located { part: spec.schema.as_ref()?.into(), at: at.child("schema") };
    let flat = types.source.view(&located)?;
    types.forms().properties(&flat, None)
}

/// `None` if nothing is defined for the part with this name.
fn part<'d>(
    types: &mut Types<'d>,
    id: TypeId,
    name: &str,
    (encoding, at): (&'d v3::Encoding, &Pointer),
) -> Option<Encoding> {
    let media_types = encoding.content_type.as_ref().filter(|media_types| {
        let wrong = media_types.split(',').map(str::trim).find(|one| media(one).is_none());
        if let Some(wrong) = wrong {
            let message = format!("`{}` is not a media type; any media type is accepted for the part", excerpt(wrong));
            types.source.report.warning(Code::BadMediaType, &at.child("contentType"), message);
        }
        wrong.is_none()
    });
    let headers = part_headers(types, id, name, (encoding, at));
    let has_effect = media_types.is_some() || headers.is_some();
    has_effect.then(|| Encoding::Part { name: name.to_owned(), media_types: media_types.cloned(), headers })
}

/// The header fields of a part and their struct; `None` if there are none.
fn part_headers<'d>(
    types: &mut Types<'d>,
    id: TypeId,
    name: &str,
    (encoding, at): (&'d v3::Encoding, &Pointer),
) -> Option<PartHeaders> {
    let at = at.child("headers");
    let place = Place::within(id, format!("{name} headers"));
    let fields = header_field::of_part(types, &encoding.headers, &at, &place);
    if fields.is_empty() {
        return None;
    }
    let mut members = Vec::with_capacity(fields.len());
    for field in &fields {
        let located = schema_of(types, &encoding.headers[&field.name], &at.child(&field.name));
        types
            .constrained
            .extend(located.clone().map(|located| Constrained { of: ConstrainedUse::PartHeader, located }));
        members.push(Field {
            wire: field.name.clone(),
            pinned: field.pinned.clone(),
            doc: field.doc.clone(),
            ty: field.ty.clone(),
            is_required: field.is_required,
            default: None,
            constant: None,
            direction: Direction::Both,
            is_secret: types.forms().is_secret(located.into_iter().collect()),
            is_deprecated: field.is_deprecated,
        });
    }
    let shape = Shape::Struct(Struct { fields: members, additional: None, is_additional_secret: false });
    let doc = Doc { summary: Some(format!("The header fields of the part `{name}`.")), description: None };
    Some(PartHeaders { ty: types.finished(place.hint(None), &at, doc, shape), fields })
}

/// The schema of a header field; `None` if it has `content` instead.
pub(super) fn schema_of<'d>(
    types: &mut Types<'d>,
    header: &'d v3::ReferenceOr<v3::Header>,
    at: &Pointer,
) -> Option<Located<'d>> {
    let (at, header) = types.source.resolve(header, at)?;
    let v3::ParameterSchemaOrContent::Schema(schema) = &header.format else { return None };
    Some(Located { part: schema.into(), at: at.child("schema") })
}

/// `None` if the property is encoded the same without it: a scalar, or a pair for each item of a list.
fn field<'d>(
    types: &mut Types<'d>,
    id: TypeId,
    property: &Property<'d>,
    reported: Option<&v3::Encoding>,
    at: &Pointer,
) -> Option<Encoding> {
    let document = types.source.document;
    let has = |key: &str| document.node(&at.child(key)).is_some();
    if reported.is_some_and(|reported| reported.allow_reserved) {
        types.source.skip(&at.child("allowReserved"), "reserved characters are percent-encoded, which is equivalent");
    }
    // OpenAPI 3.0.4, section 4.8.15.1.2: if a style is given, the content type is ignored.
    let is_styled = ["style", "explode", "allowReserved"].into_iter().any(has);
    let is_list = reported.is_none_or(|reported| reported.content_type.is_none())
        && !is_styled
        && types.forms().is_list(&property.located);
    let style = match reported.filter(|_| is_styled) {
        Some(reported) => match reported.style {
            None | Some(v3::QueryStyle::Form) => QueryStyle::Form,
            Some(v3::QueryStyle::SpaceDelimited) => QueryStyle::SpaceDelimited,
            Some(v3::QueryStyle::PipeDelimited) => QueryStyle::PipeDelimited,
            Some(v3::QueryStyle::DeepObject) => QueryStyle::DeepObject,
        },
        None => {
            let media_type = reported.and_then(|reported| reported.content_type.as_deref());
            let is_json = match media_type {
                Some(media_type) => media(media_type) == Some(Media::Json),
                // Section 4.8.15.1.1: the default for an object; the default for a list is that of its items.
                None => is_list || types.forms().is_struct(&property.located),
            };
            is_json.then_some(QueryStyle::Json)?
        }
    };
    let is_form = matches!(style, QueryStyle::Form | QueryStyle::DeepObject);
    Some(Encoding::Field(Parameter {
        name: property.wire.to_owned(),
        pinned: None,
        style: ParameterStyle::Query(style),
        allow_reserved: false,
        explode: reported.filter(|_| has("explode")).map_or(is_form || is_list, |reported| reported.explode),
        is_required: false,
        ty: types.field_type(id, property),
        shape: if is_list { ParameterShape::Array } else { ParameterShape::Scalar },
        or_scalar: false,
        default: None,
        examples: Examples::default(),
        doc: Doc::default(),
        is_deprecated: false,
        at: at.clone(),
    }))
}
