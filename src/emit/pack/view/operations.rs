//! Operations in the view.

use minijinja::Value;

use super::super::names::Scope;
use super::contents::{body, response};
use super::context::Context;
use super::pages::pages;
use super::parameters;
use super::parts::{doc, list, optional, texts};
use super::security::access;
use super::servers::servers;
use super::table::object;
use crate::model::operation::{FixedPair, Operation, Segment};
use crate::names::NameTable;

/// The operations. Each has the callbacks that `callbacks` finds for its index.
pub fn operations<'o>(
    operations: impl IntoIterator<Item = &'o Operation>,
    names: &NameTable,
    context: &Context<'_>,
    callbacks: impl Fn(usize) -> Value,
) -> Vec<Value> {
    let mut scope = Scope::default();
    let of = |(at, found)| operation(at, found, names, &mut scope, (context, callbacks(at)));
    operations.into_iter().enumerate().map(of).collect()
}

fn operation(
    at: usize,
    operation: &Operation,
    names: &NameTable,
    scope: &mut Scope,
    (context, callbacks): (&Context<'_>, Value),
) -> Value {
    let names = names.operation(at);
    let [summary, description, both] = doc(&operation.doc);
    let mut arguments = Scope::default();
    let parameters = parameters::of_operation(at, operation, names, &mut arguments, context);
    let segments = operation.path.segments.iter().map(|found| segment(found, &parameters)).collect::<Vec<_>>();
    let body = operation.body.as_ref().map(|found| body(at, found, arguments.names("body"), context));
    let responses = operation.responses.iter().enumerate();
    object(
        "operation",
        [
            ("index", Value::from(at)),
            ("id", Value::from(operation.id.as_str())),
            ("names", scope.names(names.function.plain())),
            ("method", Value::from(operation.method.as_str())),
            ("path", Value::from(operation.path.text.as_str())),
            ("segments", list(segments)),
            ("query", list(operation.path.query.pairs.iter().map(pair))),
            summary,
            description,
            both,
            ("tags", texts(&operation.tags)),
            ("servers", servers(&operation.servers)),
            ("is_deprecated", Value::from(operation.is_deprecated)),
            ("access", access(&operation.access, context.schemes)),
            ("pages", pages(operation, &parameters)),
            ("parameters", list(parameters)),
            ("body", body.into()),
            ("responses", list(responses.map(|(index, found)| response((at, index), found, context)))),
            ("callbacks", callbacks),
            ("pointer", Value::from(operation.at.as_str())),
        ],
    )
}

fn segment(segment: &Segment, parameters: &[Value]) -> Value {
    let (text, parameter) = match segment {
        Segment::Text(text) => (Some(text.as_str()), None),
        Segment::Parameter(at) => (None, Some(parameters[*at].clone())),
    };
    object("segment", [("text", optional(text)), ("parameter", parameter.into())])
}

fn pair(pair: &FixedPair) -> Value {
    let text = |text: &str| Value::from(text);
    object("query pair", [("name", text(&pair.name)), ("value", text(&pair.value)), ("encoded", text(&pair.text))])
}
