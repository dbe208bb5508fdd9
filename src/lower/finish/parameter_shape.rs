//! How the texts of parameters are split, which depends on their types.

use crate::diag::print::excerpt;
use crate::diag::{Code, Report};
use crate::lower::draft::NonNullType;
use crate::model::operation::{Content, NextPage, Operation, Parameter, ParameterShape, ParameterStyle, QueryStyle};
use crate::model::schema::{Shape, TypeId, TypeRef};

/// The operations, with the shapes of all their parameters.
pub(super) fn with_shapes(
    mut operations: Vec<Operation>,
    types: &[NonNullType],
    report: &mut Report,
) -> Vec<Operation> {
    for operation in &mut operations {
        let (whole, parts) = operation.parameters_and_parts_mut();
        for (parameter, is_alone) in whole.map(|parameter| (parameter, true)).chain(parts.map(|part| (part, false))) {
            if parameter.style.is_json() {
                continue;
            }
            parameter.shape = shape(types, &parameter.ty, 0);
            let is_mixed = is_mixed(types, &parameter.ty, 0);
            parameter.or_scalar = is_alone && is_mixed && has_scalar(types, &parameter.ty, 0);
            if has_nested(types, &parameter.ty, 0) {
                let sent = match parameter.style {
                    ParameterStyle::Query(QueryStyle::DeepObject) => "as more brackets in the name",
                    _ if parameter.is_spread() => "as repeated pairs for arrays of scalars, and JSON text otherwise",
                    _ => "as JSON text",
                };
                let message = format!(
                    "OpenAPI does not define how an array or object inside this parameter is encoded; it is sent and read {sent}"
                );
                report.warning(Code::UndefinedEncoding, &parameter.at, message);
            }
            if is_mixed {
                let other = if parameter.shape == ParameterShape::Array { "a list" } else { "an object" };
                let read = match parameter.or_scalar {
                    true => format!("a text is read as a single value if that is valid, otherwise as {other}"),
                    false => format!("every value is read as {other}"),
                };
                let message = format!(
                    "OpenAPI does not define how single values, lists and objects of one parameter are distinguished; {read}"
                );
                report.warning(Code::UndefinedEncoding, &parameter.at, message);
            }
            let ParameterStyle::Query(style) = parameter.style else { continue };
            let is_misused = match style {
                QueryStyle::DeepObject => parameter.shape != ParameterShape::Object,
                QueryStyle::SpaceDelimited | QueryStyle::PipeDelimited => parameter.shape == ParameterShape::Scalar,
                QueryStyle::Form | QueryStyle::Json => false,
            };
            if is_misused {
                let message = "this style does not support the type of the parameter; using `form`";
                report.warning(Code::UnsupportedStyle, &parameter.at, message);
                parameter.style = ParameterStyle::Query(QueryStyle::Form);
            }
        }
        report_mixed_properties(operation, types, report);
        operation.next = operation.next.take().filter(|next| is_scalar(next, &operation.parameters));
    }
    operations
}

/// Reports the properties of forms that are unions of types that are sent in different ways. Properties with a style are
/// reported as parameters.
fn report_mixed_properties(operation: &Operation, types: &[NonNullType], report: &mut Report) {
    for form in operation.body.iter().flat_map(|body| body.forms.iter()) {
        let id = match form.content {
            Content::Form(TypeRef::Named(id) | TypeRef::Boxed(id)) | Content::Multipart(id) => id,
            Content::Form(_) | Content::Json(_) | Content::Text | Content::Stream(_) | Content::Bytes => continue,
        };
        let Shape::Struct(shape) = &types[id.0].shape else { continue };
        for field in &shape.fields {
            let has_style = form.fields().any(|styled| styled.name == field.wire);
            if has_style || !is_mixed(types, &field.ty, 0) {
                continue;
            }
            let message = format!(
                "OpenAPI does not define how single values, lists and objects of the property `{}` of a form are distinguished; a value that is sent once is read as a single value, a repeated one as a list",
                excerpt(&field.wire)
            );
            report.warning(Code::UndefinedEncoding, &types[named(types, &field.ty).unwrap_or(id).0].at, message);
        }
    }
}

/// The named type, without aliases.
fn named<'t>(types: &'t [NonNullType], mut ty: &'t TypeRef) -> Option<TypeId> {
    loop {
        match ty {
            TypeRef::Nullable(inner) => ty = inner,
            TypeRef::Named(id) | TypeRef::Boxed(id) => match &types[id.0].shape {
                Shape::Alias(target) => ty = target,
                Shape::Struct(_) | Shape::Tuple(_) | Shape::Enum(_) | Shape::Union(_) => return Some(*id),
            },
            TypeRef::Scalar(_) | TypeRef::List(_) | TypeRef::Map(_) => return None,
        }
    }
}

/// Whether the parameters of the next page are single texts, as what is read from a response.
fn is_scalar(next: &NextPage, parameters: &[Parameter]) -> bool {
    match next {
        NextPage::Link | NextPage::Number(_) => true,
        NextPage::Parameters(next) => next.iter().all(|next| parameters[next.index].shape == ParameterShape::Scalar),
    }
}

/// Whether an item or property of the type is an array or object.
fn has_nested(types: &[NonNullType], ty: &TypeRef, depth: usize) -> bool {
    let is_nested = |ty: &TypeRef| shape(types, ty, 0) != ParameterShape::Scalar;
    match ty {
        _ if depth > 8 => false,
        TypeRef::Scalar(_) => false,
        TypeRef::List(inner) | TypeRef::Map(inner) => is_nested(inner),
        TypeRef::Nullable(inner) => has_nested(types, inner, depth),
        TypeRef::Named(id) | TypeRef::Boxed(id) => match &types[id.0].shape {
            Shape::Struct(shape) => shape.fields.iter().map(|field| &field.ty).chain(&shape.additional).any(is_nested),
            Shape::Tuple(tuple) => tuple.places.iter().chain(&tuple.rest).any(is_nested),
            Shape::Enum(_) => false,
            Shape::Alias(target) => has_nested(types, target, depth + 1),
            Shape::Union(union) => union.variants.iter().any(|variant| has_nested(types, &variant.ty, depth + 1)),
        },
    }
}

/// Whether the type is a union of types that are split in different ways.
fn is_mixed(types: &[NonNullType], ty: &TypeRef, depth: usize) -> bool {
    match ty {
        TypeRef::Nullable(inner) => is_mixed(types, inner, depth),
        TypeRef::Named(id) | TypeRef::Boxed(id) if depth <= 8 => match &types[id.0].shape {
            Shape::Alias(target) => is_mixed(types, target, depth + 1),
            Shape::Union(union) => {
                let mut shapes = union.variants.iter().map(|variant| shape(types, &variant.ty, depth + 1));
                let first = shapes.next();
                shapes.any(|other| Some(other) != first)
                    || union.variants.iter().any(|variant| is_mixed(types, &variant.ty, depth + 1))
            }
            Shape::Struct(_) | Shape::Tuple(_) | Shape::Enum(_) => false,
        },
        TypeRef::Named(_) | TypeRef::Boxed(_) | TypeRef::Scalar(_) | TypeRef::List(_) | TypeRef::Map(_) => false,
    }
}

/// Whether the type is a union with a scalar.
fn has_scalar(types: &[NonNullType], ty: &TypeRef, depth: usize) -> bool {
    match ty {
        TypeRef::Nullable(inner) => has_scalar(types, inner, depth),
        TypeRef::Named(id) | TypeRef::Boxed(id) if depth <= 8 => match &types[id.0].shape {
            Shape::Alias(target) => has_scalar(types, target, depth + 1),
            Shape::Union(union) => union.variants.iter().any(|variant| {
                let ty = &variant.ty;
                shape(types, ty, depth + 1) == ParameterShape::Scalar || has_scalar(types, ty, depth + 1)
            }),
            Shape::Struct(_) | Shape::Tuple(_) | Shape::Enum(_) => false,
        },
        TypeRef::Named(_) | TypeRef::Boxed(_) | TypeRef::Scalar(_) | TypeRef::List(_) | TypeRef::Map(_) => false,
    }
}

/// How the text of a type is split; a union has the shape that can hold most.
fn shape<'t>(types: &'t [NonNullType], mut ty: &'t TypeRef, depth: usize) -> ParameterShape {
    while let TypeRef::Named(id) = ty
        && let Shape::Alias(target) = &types[id.0].shape
    {
        ty = target;
    }
    match ty {
        // Nested unions are followed a few levels; OpenAPI does not define text that is split further.
        _ if depth > 8 => ParameterShape::Scalar,
        TypeRef::Scalar(_) => ParameterShape::Scalar,
        TypeRef::List(_) => ParameterShape::Array,
        TypeRef::Map(_) => ParameterShape::Object,
        TypeRef::Nullable(inner) => shape(types, inner, depth),
        TypeRef::Named(id) | TypeRef::Boxed(id) => match &types[id.0].shape {
            Shape::Struct(_) => ParameterShape::Object,
            Shape::Tuple(_) => ParameterShape::Array,
            Shape::Enum(_) => ParameterShape::Scalar,
            Shape::Alias(target) => shape(types, target, depth + 1),
            Shape::Union(union) => {
                let shapes: Vec<_> =
                    union.variants.iter().map(|variant| shape(types, &variant.ty, depth + 1)).collect();
                let order = [ParameterShape::Array, ParameterShape::Object];
                order.into_iter().find(|shape| shapes.contains(shape)).unwrap_or(ParameterShape::Scalar)
            }
        },
    }
}
