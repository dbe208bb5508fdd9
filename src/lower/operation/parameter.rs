//! Parameters of an operation and its path, with location, style and shape.

use std::collections::BTreeSet;

use openapiv3 as v3;
use openapiv3::{Parameter as Spec, ParameterData, ParameterSchemaOrContent};

use super::fixed_query;
use super::found_operation::FoundOperation;
use crate::diag::print::excerpt;
use crate::diag::{Code, Diagnostic, Pointer};
use crate::lower::constrained::{Constrained, ConstrainedUse};
use crate::lower::draft::{DefaultOwner, PendingDefault};
use crate::lower::examples;
use crate::lower::extension::text_of;
use crate::lower::flat_schema::Located;
use crate::lower::schema::types::Types;
use crate::lower::security::{Security, reserved};
use crate::lower::source::Source;
use crate::lower::token::{Media, is_token, media};
use crate::model::example::Examples;
use crate::model::operation::{Parameter, ParameterShape, ParameterStyle, PathStyle, QueryStyle};
use crate::model::schema::{Doc, Scalar, TypeRef};
use crate::model::security::{Access, KeyPlace};

/// A parameter with the pointer of its declaration.
type ParameterAt<'d> = (Pointer, &'d Spec);

/// The parameters of an operation: path parameters in the order of the path, then the others in document order.
pub(super) fn lower<'d>(
    types: &mut Types<'d>,
    security: &Security,
    access: Option<&Access>,
    found: &FoundOperation<'d>,
) -> Vec<Parameter> {
    let declared = declared(&mut types.source, found);
    let mut parameters: Vec<Parameter> = Vec::new();
    for name in &found.names {
        let of_path = declared.iter().find(|(_, spec)| is_path(spec) && data(spec).name == *name);
        let index = parameters.len();
        parameters.push(match of_path {
            Some((at, spec)) => one(types, found, index, at, spec),
            None => undeclared(&mut types.source, found, name),
        });
    }
    for (at, spec) in &declared {
        let name = &data(spec).name;
        if is_path(spec) {
            if !found.names.contains(name) {
                let message = format!("path parameter `{}` is not in the path; ignored", excerpt(name));
                types.source.report.warning(Code::UnusedPathParameter, at, message);
                types.source.skip(at, "path parameter that is not in the path");
            }
        } else if let Some(reason) = credential_conflict(security, access, spec) {
            types.source.skip(at, reason);
        } else if !fixed_query::fixes(&mut types.source, found, at, spec) && is_sendable(&mut types.source, at, spec) {
            let index = parameters.len();
            let parameter = one(types, found, index, at, spec);
            parameters.push(parameter);
        }
    }
    parameters
}

/// Parameters of the operation override those of the path item (OpenAPI 3.0.3, section 4.7.9.1).
fn declared<'d>(source: &mut Source<'d>, found: &FoundOperation<'d>) -> Vec<ParameterAt<'d>> {
    let mut seen = BTreeSet::new();
    let mut all: Vec<ParameterAt<'d>> = Vec::new();
    let own = (&found.spec.parameters, found.at.child("parameters"));
    let shared = (&found.item.parameters, found.item_at.child("parameters"));
    let mut own_count = 0;
    for (is_own, (list, at)) in [(true, own), (false, shared)] {
        let mut here = BTreeSet::new();
        for (index, item) in list.iter().enumerate() {
            let use_at = at.index(index);
            let Some((at, spec)) = source.resolve(item, &use_at) else { continue };
            let name = data(spec).name.as_str();
            // Header names are case-insensitive (RFC 9110, section 5.1).
            let is_header = matches!(spec, Spec::Header { .. });
            let key = (place(spec), if is_header { name.to_ascii_lowercase() } else { name.to_owned() });
            if !here.insert(key.clone()) {
                let message = format!("duplicate parameter `{}`; using the first", excerpt(name));
                source.report.warning(Code::DuplicateParameter, &use_at, message);
            } else if seen.insert(key) {
                all.push((at, spec));
            }
        }
        if is_own {
            own_count = all.len();
        }
    }
    // Those of the path item come first, since they are written once for all methods.
    all.rotate_left(own_count);
    all
}

fn data(spec: &Spec) -> &ParameterData {
    spec.parameter_data_ref()
}

fn is_path(spec: &Spec) -> bool {
    matches!(spec, Spec::Path { .. })
}

fn place(spec: &Spec) -> u8 {
    match spec {
        Spec::Path { .. } => 0,
        Spec::Query { .. } => 1,
        Spec::Header { .. } => 2,
        Spec::Cookie { .. } => 3,
    }
}

/// Why a parameter cannot be set by callers: OpenAPI ignores it, or it carries a credential.
fn credential_conflict(security: &Security, access: Option<&Access>, spec: &Spec) -> Option<String> {
    let name = data(spec).name.as_str();
    let place = match spec {
        Spec::Path { .. } => return None,
        Spec::Query { .. } => KeyPlace::Query,
        Spec::Header { .. } => KeyPlace::Header,
        Spec::Cookie { .. } => KeyPlace::Cookie,
    };
    // OpenAPI 3.0.3, section 4.7.12.1: such header parameters shall be ignored.
    let ignored = ["accept", "content-type", "authorization"];
    if place == KeyPlace::Header && ignored.contains(&name.to_ascii_lowercase().as_str()) {
        let name = excerpt(name);
        return Some(format!(
            "header parameters named `{name}` are ignored (OpenAPI): media types and security set this header"
        ));
    }
    if let Some(why) = reserved::by_http(name).filter(|_| place == KeyPlace::Header) {
        return Some(format!("the `{}` header cannot be a parameter: {why}", excerpt(name)));
    }
    let scheme = security.scheme_with_key(access?, place, name)?;
    Some(format!("it carries the credential of security scheme `{}`", excerpt(scheme)))
}

/// RFC 9110, section 5.1 and RFC 6265, section 4.1.1: names of fields and cookies are tokens.
fn is_sendable(source: &mut Source<'_>, at: &Pointer, spec: &Spec) -> bool {
    let name = &data(spec).name;
    let (is_right, what) = match spec {
        Spec::Header { .. } => (is_token(name), "a header"),
        Spec::Cookie { .. } => (is_token(name), "a cookie"),
        Spec::Path { .. } | Spec::Query { .. } => (true, "a parameter"),
    };
    if !is_right {
        let message = format!("`{}` is not a valid name for {what}; the parameter is ignored", excerpt(name));
        source.report.warning(Code::BadHeaderName, &at.child("name"), message);
        source.skip(at, format!("its name is not valid for {what}"));
    }
    is_right
}

/// A name in the path without a declaration is a string.
fn undeclared(source: &mut Source<'_>, found: &FoundOperation<'_>, name: &str) -> Parameter {
    let message = format!("`{{{}}}` in the path is not declared as a parameter; using a string", excerpt(name));
    source.report.push(Diagnostic::warning(Code::MissingPathParameter, &found.at, message).on_key());
    Parameter {
        name: name.to_owned(),
        pinned: None,
        style: ParameterStyle::Path(PathStyle::Simple),
        explode: false,
        allow_reserved: false,
        is_required: true,
        ty: TypeRef::Scalar(Scalar::Text),
        shape: ParameterShape::Scalar,
        or_scalar: false,
        default: None,
        examples: Examples::default(),
        doc: Doc::default(),
        is_deprecated: false,
        at: found.at.clone(),
    }
}

fn one<'d>(types: &mut Types<'d>, found: &FoundOperation<'d>, index: usize, at: &Pointer, spec: &'d Spec) -> Parameter {
    let data = data(spec);
    let style = style(&mut types.source, at, spec);
    let located = match &data.format {
        ParameterSchemaOrContent::Schema(schema) => Some(Located { part: schema.into(), at: at.child("schema") }),
        ParameterSchemaOrContent::Content(content) => content.iter().next().and_then(|(key, media)| {
            let at = at.child("content").child(key).child("schema");
            media.schema.as_ref().map(|schema| Located { part: schema.into(), at })
        }),
    };
    let is_plain_text = matches!(data.format, ParameterSchemaOrContent::Content(_)) && !style.is_json();
    let ty = match &located {
        Some(located) if !is_plain_text => types.type_of(located, &found.place(&data.name, at, "parameter")),
        Some(_) => TypeRef::Scalar(Scalar::Text),
        None => TypeRef::Scalar(if style.is_json() { Scalar::Any } else { Scalar::Text }),
    };
    types.check_mapped(&ty, at);
    let flat = located.as_ref().and_then(|located| types.source.view(located));
    if let Some(value) = flat.as_ref().and_then(|flat| flat.data.default.as_ref()) {
        let at = flat.as_ref().map_or(at, |flat| &flat.at).child("default");
        let owner = DefaultOwner::Parameter(found.index, index);
        types.defaults.push(PendingDefault { owner, value: value.clone(), at });
    }
    if let Some(located) = located {
        let of = ConstrainedUse::Parameter { operation: found.index, index };
        types.constrained.push(Constrained { of, located });
    }
    if is_path(spec) && !data.required {
        let message =
            format!("path parameter `{}` is not marked as required; expected `required: true`", excerpt(&data.name));
        types.source.report.warning(Code::MissingPathParameter, at, message);
    }
    let is_form =
        matches!(style, ParameterStyle::Query(QueryStyle::Form | QueryStyle::DeepObject) | ParameterStyle::Cookie);
    let media_type = match &data.format {
        ParameterSchemaOrContent::Schema(_) => None,
        ParameterSchemaOrContent::Content(content) => content.keys().next().map(String::as_str),
    };
    Parameter {
        name: data.name.clone(),
        pinned: text_of(&data.extensions, "x-rust-name"),
        style,
        // OpenAPI 3.0.3, section 4.7.12.2.1; `deepObject` is always exploded.
        explode: data.explode.unwrap_or(is_form),
        allow_reserved: matches!(spec, Spec::Query { allow_reserved: true, .. }),
        is_required: data.required || is_path(spec),
        ty,
        shape: ParameterShape::Scalar,
        or_scalar: false,
        default: None,
        examples: examples::of_parameter(&mut types.source, at, media_type),
        doc: Doc { summary: None, description: data.description.clone() },
        is_deprecated: data.deprecated.unwrap_or_default(),
        at: at.clone(),
    }
}

fn style(source: &mut Source<'_>, at: &Pointer, spec: &Spec) -> ParameterStyle {
    if let ParameterSchemaOrContent::Content(content) = &data(spec).format {
        let key = content.keys().next().map_or("", String::as_str);
        if matches!(media(key), Some(Media::Json | Media::Range)) || key.is_empty() {
            return match spec {
                Spec::Path { .. } => ParameterStyle::Path(PathStyle::Json),
                Spec::Query { .. } => ParameterStyle::Query(QueryStyle::Json),
                Spec::Header { .. } => ParameterStyle::HeaderJson,
                Spec::Cookie { .. } => ParameterStyle::CookieJson,
            };
        }
        let message = format!("media type `{}` of a parameter is not supported; its value is a string", excerpt(key));
        source.report.warning(Code::IgnoredMediaType, &at.child("content").child(key), message);
    }
    match spec {
        Spec::Path { style, .. } => ParameterStyle::Path(match style {
            v3::PathStyle::Simple => PathStyle::Simple,
            v3::PathStyle::Label => PathStyle::Label,
            v3::PathStyle::Matrix => PathStyle::Matrix,
        }),
        Spec::Query { style, .. } => ParameterStyle::Query(match style {
            v3::QueryStyle::Form => QueryStyle::Form,
            v3::QueryStyle::SpaceDelimited => QueryStyle::SpaceDelimited,
            v3::QueryStyle::PipeDelimited => QueryStyle::PipeDelimited,
            v3::QueryStyle::DeepObject => QueryStyle::DeepObject,
        }),
        Spec::Header { .. } => ParameterStyle::Header,
        Spec::Cookie { .. } => ParameterStyle::Cookie,
    }
}
