//! Parameters in the view, and what has a style like them: header fields, fields of forms.

use minijinja::Value;

use super::super::names::Scope;
use super::context::Context;
use super::parts::{doc, examples, list, word};
use super::table::object;
use super::types::{Types, literal};
use crate::model::operation::Operation;
use crate::model::parameter::{Parameter, ParameterShape, ParameterStyle, PathStyle, QueryStyle};
use crate::names::{Ident, OperationNames};

/// What is known about a parameter besides the parameter itself.
#[derive(Default)]
struct Facts {
    schema: Value,
    has_any_text: bool,
    takes_any_uuid: bool,
}

/// The parameters of an operation.
pub fn of_operation(
    at: usize,
    operation: &Operation,
    names: &OperationNames,
    scope: &mut Scope,
    context: &Context<'_>,
) -> Vec<Value> {
    let of = |(index, (found, name)): (usize, (&Parameter, &Ident))| {
        let facts = Facts {
            schema: context.schemas.of_parameter(at, index),
            has_any_text: context.rules.any_texts.contains(&(at, index)),
            takes_any_uuid: context.rules.idempotency_keys.contains(&(at, index)),
        };
        parameter(found, scope.names(name.plain()), facts, context.types)
    };
    operation.parameters.iter().zip(&names.parameters).enumerate().map(of).collect()
}

/// Parameters that are named after what they are called on the wire, with the schema of each.
pub fn by_name<'p>(
    parameters: impl IntoIterator<Item = &'p Parameter>,
    schema: impl Fn(usize) -> Value,
    types: &Types,
) -> Value {
    let mut scope = Scope::default();
    let of = |(index, found): (usize, &Parameter)| {
        parameter(found, scope.names(&found.name), Facts { schema: schema(index), ..Facts::default() }, types)
    };
    list(parameters.into_iter().enumerate().map(of))
}

fn parameter(parameter: &Parameter, names: Value, facts: Facts, types: &Types) -> Value {
    let [summary, description, both] = doc(&parameter.doc);
    let (place, style) = place_and_style(parameter.style);
    let shape = match parameter.shape {
        ParameterShape::Scalar => "scalar",
        ParameterShape::Array => "array",
        ParameterShape::Object => "object",
    };
    object(
        "parameter",
        [
            ("name", Value::from(parameter.name.as_str())),
            ("names", names),
            ("in", word(place)),
            ("style", word(style)),
            ("explode", Value::from(parameter.explode)),
            ("allow_reserved", Value::from(parameter.allow_reserved)),
            ("is_required", Value::from(parameter.is_required)),
            ("is_deprecated", Value::from(parameter.is_deprecated)),
            ("type", types.reference(&parameter.ty)),
            ("shape", word(shape)),
            ("or_scalar", Value::from(parameter.or_scalar)),
            ("has_default", Value::from(parameter.default.is_some())),
            ("default", literal(parameter.default.as_ref())),
            ("schema", facts.schema),
            ("has_any_text", Value::from(facts.has_any_text)),
            ("takes_any_uuid", Value::from(facts.takes_any_uuid)),
            ("examples", examples(&parameter.examples)),
            summary,
            description,
            both,
            ("pointer", Value::from(parameter.at.as_str())),
        ],
    )
}

fn place_and_style(style: ParameterStyle) -> (&'static str, &'static str) {
    match style {
        ParameterStyle::Path(PathStyle::Simple) => ("path", "simple"),
        ParameterStyle::Path(PathStyle::Label) => ("path", "label"),
        ParameterStyle::Path(PathStyle::Matrix) => ("path", "matrix"),
        ParameterStyle::Path(PathStyle::Json) => ("path", "json"),
        ParameterStyle::Query(QueryStyle::Form) => ("query", "form"),
        ParameterStyle::Query(QueryStyle::SpaceDelimited) => ("query", "spaceDelimited"),
        ParameterStyle::Query(QueryStyle::PipeDelimited) => ("query", "pipeDelimited"),
        ParameterStyle::Query(QueryStyle::DeepObject) => ("query", "deepObject"),
        ParameterStyle::Query(QueryStyle::Json) => ("query", "json"),
        ParameterStyle::Header => ("header", "simple"),
        ParameterStyle::HeaderJson => ("header", "json"),
        ParameterStyle::Cookie => ("cookie", "form"),
        ParameterStyle::CookieJson => ("cookie", "json"),
    }
}
