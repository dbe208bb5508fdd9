//! Examples: of parameters, representations and headers as they are lowered, of schemas once their types are known.
//!
//! Examples do not influence generated code, so one that cannot be resolved is a warning and is not kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::source::Source;
use crate::diag::Pointer;
use crate::document::tree::Node;
use crate::model::example::{Example, ExampleContent, ExampleValue, Examples, TypeExamples};
use crate::model::schema::{Shape, TypeDef, TypeId};

/// How many schemas of nested `allOf` are searched for the examples of a property.
const MAX_PARTS: usize = 64;

/// The examples of the parameter, header or media type at `at`: `example` and `examples`.
pub(super) fn of_object(source: &mut Source<'_>, at: &Pointer) -> Examples {
    if !source.document.extent.reports_examples() {
        return Examples::from(Vec::new());
    }
    if let Some(known) = source.examples.of_objects.get(at) {
        return Arc::clone(known);
    }
    let node = source.document.node(at);
    let mut examples: Vec<Example> = Vec::new();
    let value = node.and_then(|node| node.get("example"));
    if let Some(value) = value.filter(|_| source.document.extent.has_examples()) {
        examples.push(plain(source, value, &at.child("example")));
    }
    let at_all = at.child("examples");
    for (name, node) in node.and_then(|node| node.get("examples")).and_then(Node::as_object).into_iter().flatten() {
        let content = content(source, node, &at_all.child(name));
        examples.extend(content.map(|content| Example { name: Some(name.clone()), content }));
    }
    let examples = Examples::from(examples);
    source.examples.of_objects.insert(at.clone(), Arc::clone(&examples));
    examples
}

/// The examples of a parameter or header with `schema` or `content`.
pub(super) fn of_parameter(source: &mut Source<'_>, at: &Pointer, media_type: Option<&str>) -> Examples {
    match media_type {
        None => of_object(source, at),
        Some(media_type) => of_object(source, &at.child("content").child(media_type)),
    }
}

/// The examples of the schemas of types; types without examples are absent.
pub(super) fn of_types(source: &mut Source<'_>, types: &[TypeDef]) -> BTreeMap<TypeId, TypeExamples> {
    let mut all = BTreeMap::new();
    let types = if source.document.extent.has_examples() { types } else { &[] };
    for (index, def) in types.iter().enumerate() {
        let own = of_schema(source, &def.at);
        let mut properties = BTreeMap::new();
        if let Shape::Struct(object) = &def.shape {
            let parts = parts(source, &def.at);
            for field in &object.fields {
                let places = parts.iter().map(|at| at.child("properties").child(&field.wire));
                let examples: Vec<Example> = places.flat_map(|at| of_schema(source, &at)).collect();
                if !examples.is_empty() {
                    properties.insert(field.wire.clone(), examples);
                }
            }
        }
        if !own.is_empty() || !properties.is_empty() {
            all.insert(TypeId(index), TypeExamples { own, properties });
        }
    }
    all
}

/// `example` (OpenAPI 3.0) and the list `examples` (OpenAPI 3.1) of a schema.
pub(super) fn of_schema(source: &mut Source<'_>, at: &Pointer) -> Vec<Example> {
    if !source.document.extent.has_examples() {
        return Vec::new();
    }
    let Some(node) = source.document.node(at).filter(|node| node.reference().is_none()) else { return Vec::new() };
    let mut examples = Vec::new();
    if let Some(value) = node.get("example") {
        examples.push(plain(source, value, &at.child("example")));
    }
    if let Some(Node::Array(values)) = node.get("examples") {
        let at = at.child("examples");
        examples.extend(values.iter().enumerate().map(|(index, value)| plain(source, value, &at.index(index))));
    }
    examples
}

/// The schema at `at` and those of its `allOf`, which together have its properties.
fn parts(source: &Source<'_>, at: &Pointer) -> Vec<Pointer> {
    let mut parts: Vec<Pointer> = Vec::new();
    let mut waiting = vec![at.clone()];
    while let Some(at) = waiting.pop() {
        let Some(node) = source.document.node(&at) else { continue };
        let at = match node.reference() {
            Some(reference) => source.document.target(reference, &at).unwrap_or(at),
            None => at,
        };
        if parts.contains(&at) || parts.len() >= MAX_PARTS {
            continue;
        }
        if let Some(Node::Array(members)) = source.document.node(&at).and_then(|node| node.get("allOf")) {
            let at = at.child("allOf");
            waiting.extend((0..members.len()).rev().map(|index| at.index(index)));
        }
        parts.push(at);
    }
    parts
}

/// The example with this value.
fn plain(source: &mut Source<'_>, value: &Node, at: &Pointer) -> Example {
    let content = shared(source, at, || ExampleContent {
        summary: None,
        description: None,
        value: ExampleValue::Data(value.to_json()),
        at: at.clone(),
    });
    Example { name: None, content }
}

/// The example object at `at`, or the one that it refers to, if it can be read and the model has examples.
fn content(source: &mut Source<'_>, node: &Node, at: &Pointer) -> Option<Arc<ExampleContent>> {
    let target = match node.reference() {
        None => at.clone(),
        Some(reference) => match source.document.target(reference, at) {
            Ok(target) => target,
            Err(found) => {
                source.report.push(found.as_warning());
                return None;
            }
        },
    };
    let object = source.document.node(&target).and_then(Node::as_object);
    let text = |key: &str| object?.get(key)?.as_str().map(str::to_owned);
    let is_kept = source.document.extent.has_examples();
    let data = object.and_then(|object| object.get("value").or_else(|| object.get("dataValue")));
    let value = match (data, text("serializedValue"), text("externalValue")) {
        (Some(_), _, _) | (_, Some(_), _) | (_, _, Some(_)) if !is_kept => return None,
        (Some(value), _, _) => ExampleValue::Data(value.to_json()),
        (None, Some(text), _) => ExampleValue::Serialized(text),
        (None, None, Some(url)) => ExampleValue::External(url),
        (None, None, None) => {
            // OpenAPI allows this, for example to describe an empty body.
            source.skip(at, "this example has no value");
            return None;
        }
    };
    let (summary, description) = (text("summary"), text("description"));
    Some(shared(source, &target, || ExampleContent { summary, description, value, at: target.clone() }))
}

fn shared(source: &mut Source<'_>, at: &Pointer, content: impl FnOnce() -> ExampleContent) -> Arc<ExampleContent> {
    Arc::clone(source.examples.contents.entry(at.clone()).or_insert_with(|| Arc::new(content())))
}
