//! Keeps the types that operations reach, and records whether requests or responses contain their values.

use super::graph::{content_mut, named, named_mut, references_mut};
use crate::lower::draft::NonNullType;
use crate::model::operation::{Content, Operation};
use crate::model::schema::{Direction, Shape, TypeDef, TypeHint, TypeId, TypeRef, Usage};

/// Marks the types that requests and responses reach, removes the others, and renumbers the types.
pub(super) fn keep_reached(types: Vec<NonNullType>, mut operations: Vec<Operation>) -> (Vec<TypeDef>, Vec<Operation>) {
    let mut usage = vec![Usage::default(); types.len()];
    // A document without operations is a set of types.
    let all = || (0..types.len()).collect::<Vec<_>>();
    let (requests, responses) = if operations.is_empty() { (all(), all()) } else { roots(&operations) };
    for id in reach(&types, requests) {
        usage[id].in_request = true;
    }
    for id in reach(&types, responses) {
        usage[id].in_response = true;
    }
    let is_kept = |usage: &Usage| usage.in_request || usage.in_response;
    let mut numbers = vec![None; types.len()];
    let mut count = 0;
    for (number, usage) in numbers.iter_mut().zip(&usage) {
        if is_kept(usage) {
            *number = Some(TypeId(count));
            count += 1;
        }
    }
    let hints: Vec<TypeHint> = types.iter().map(|def| resolved_hint(&types, &def.hint, &numbers)).collect();
    let reached = types.into_iter().zip(hints).zip(usage).filter(|(_, usage)| is_kept(usage));
    let types = reached.map(|((def, hint), usage)| {
        let NonNullType { hint: _, doc, mut shape, is_deprecated, at } = def;
        keep_travelling(&mut shape, usage);
        references_mut(&mut shape, |ty| renumber(ty, &numbers));
        TypeDef { hint, doc, shape, usage, is_deprecated, at }
    });
    let types = types.collect();
    for operation in &mut operations {
        visit_operation(operation, |ty| renumber(ty, &numbers), |id| *id = moved(*id, &numbers));
    }
    (types, operations)
}

/// Removes properties that never occur where their type does: readOnly ones of a type only in requests, and writeOnly
/// ones of a type only in responses. If additional properties are kept, their names must stay known.
fn keep_travelling(shape: &mut Shape, usage: Usage) {
    let Shape::Struct(shape) = shape else { return };
    if shape.additional.is_none() {
        shape.fields.retain(|field| match field.direction {
            Direction::Both => true,
            Direction::ReadOnly => usage.in_response,
            Direction::WriteOnly => usage.in_request,
        });
    }
}

fn moved(id: TypeId, numbers: &[Option<TypeId>]) -> TypeId {
    numbers[id.0].expect("types that a reached type refers to are reached")
}

fn renumber(ty: &mut TypeRef, numbers: &[Option<TypeId>]) {
    if let Some(id) = named_mut(ty) {
        *id = moved(*id, numbers);
    }
}

fn visit_operation(operation: &mut Operation, mut ty: impl FnMut(&mut TypeRef), mut id: impl FnMut(&mut TypeId)) {
    operation.parameters_mut().for_each(|parameter| ty(&mut parameter.ty));
    operation.part_headers_mut().for_each(|headers| id(&mut headers.ty));
    for content in operation.contents_mut() {
        content_mut(content, &mut ty);
        if let Content::Multipart(multipart) = content {
            id(multipart);
        }
    }
}

fn roots(operations: &[Operation]) -> (Vec<usize>, Vec<usize>) {
    let of = |content: &Content| match content {
        Content::Json(ty) | Content::Form(ty) => named(ty).map(|id| id.0),
        Content::Multipart(id) => Some(id.0),
        Content::Stream(stream) => stream.item().and_then(named).map(|id| id.0),
        Content::Text | Content::Bytes => None,
    };
    let mut requests = Vec::new();
    let mut responses = Vec::new();
    for operation in operations {
        requests.extend(operation.parameters.iter().filter_map(|parameter| named(&parameter.ty)).map(|id| id.0));
        let bodies = operation.body.iter().flat_map(|body| body.forms.iter());
        for form in bodies {
            requests.extend(of(&form.content));
            requests.extend(form.part_headers().map(|(_, headers)| headers.ty.0));
        }
        for response in &operation.responses {
            responses.extend(response.forms.iter().filter_map(|form| of(&form.content)));
            responses.extend(response.headers.iter().filter_map(|header| named(&header.ty)).map(|id| id.0));
        }
    }
    (requests, responses)
}

fn reach(types: &[NonNullType], roots: Vec<usize>) -> Vec<usize> {
    let mut is_reached = vec![false; types.len()];
    let mut waiting = roots;
    let mut reached = Vec::new();
    while let Some(id) = waiting.pop() {
        if std::mem::replace(&mut is_reached[id], true) {
            continue;
        }
        reached.push(id);
        waiting.extend(types[id].shape.references().into_iter().filter_map(named).map(|id| id.0));
    }
    reached
}

/// A type whose owner is removed is named by words instead.
fn resolved_hint(types: &[NonNullType], hint: &TypeHint, numbers: &[Option<TypeId>]) -> TypeHint {
    let TypeHint::Within { owner, role, title } = hint else { return hint.clone() };
    match numbers[owner.0] {
        Some(owner) => TypeHint::Within { owner, role: role.clone(), title: title.clone() },
        None => prefixed(resolved_hint_of_owner(types, *owner, numbers, 0), role),
    }
}

fn resolved_hint_of_owner(types: &[NonNullType], owner: TypeId, numbers: &[Option<TypeId>], depth: usize) -> TypeHint {
    match &types[owner.0].hint {
        TypeHint::Within { owner, role, title } => match numbers[owner.0] {
            Some(owner) => TypeHint::Within { owner, role: role.clone(), title: title.clone() },
            // Owners are followed up to a limit, which is enough for a name.
            None if depth >= 8 => TypeHint::Component { name: role.clone(), pinned: None },
            None => prefixed(resolved_hint_of_owner(types, *owner, numbers, depth + 1), role),
        },
        other => other.clone(),
    }
}

fn prefixed(owner: TypeHint, role: &str) -> TypeHint {
    match owner {
        TypeHint::Component { name, .. } => TypeHint::Component { name: format!("{name} {role}"), pinned: None },
        TypeHint::Within { owner, role: outer, .. } => {
            TypeHint::Within { owner, role: format!("{outer} {role}"), title: None }
        }
        TypeHint::Operation { operation, role: outer } => {
            TypeHint::Operation { operation, role: format!("{outer} {role}") }
        }
        TypeHint::Shared { name, role: outer } => TypeHint::Shared { name, role: format!("{outer} {role}") },
        TypeHint::Equal { .. } => owner,
    }
}
