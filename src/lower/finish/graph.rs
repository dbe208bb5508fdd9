//! Walks over type references, shared by the passes over finished types.

use crate::model::operation::Content;
use crate::model::schema::{Shape, TypeId, TypeRef};

/// Calls `visit` for every type reference in the shape.
pub(super) fn references_mut(shape: &mut Shape, mut visit: impl FnMut(&mut TypeRef)) {
    match shape {
        Shape::Struct(object) => {
            object.fields.iter_mut().for_each(|field| visit(&mut field.ty));
            object.additional.iter_mut().for_each(visit);
        }
        Shape::Tuple(tuple) => tuple.places.iter_mut().chain(&mut tuple.rest).for_each(visit),
        Shape::Union(union) => union.variants.iter_mut().for_each(|variant| visit(&mut variant.ty)),
        Shape::Alias(target) => visit(target),
        Shape::Enum(_) => {}
    }
}

/// The named type inside lists, maps and `null`, if any.
pub(super) fn named(ty: &TypeRef) -> Option<TypeId> {
    match ty {
        TypeRef::Named(id) | TypeRef::Boxed(id) => Some(*id),
        TypeRef::List(inner) | TypeRef::Map(inner) | TypeRef::Nullable(inner) => named(inner),
        TypeRef::Scalar(_) => None,
    }
}

/// The named type inside lists, maps and `null`, to modify it.
pub(super) fn named_mut(ty: &mut TypeRef) -> Option<&mut TypeId> {
    match ty {
        TypeRef::Named(id) | TypeRef::Boxed(id) => Some(id),
        TypeRef::List(inner) | TypeRef::Map(inner) | TypeRef::Nullable(inner) => named_mut(inner),
        TypeRef::Scalar(_) => None,
    }
}

/// The named type that a value of this type contains without a list or map between.
pub(super) fn contained(ty: &TypeRef) -> Option<TypeId> {
    match ty {
        TypeRef::Named(id) => Some(*id),
        TypeRef::Nullable(inner) => contained(inner),
        TypeRef::Boxed(_) | TypeRef::List(_) | TypeRef::Map(_) | TypeRef::Scalar(_) => None,
    }
}

/// The type references of a body.
pub(super) fn content_mut(content: &mut Content, mut visit: impl FnMut(&mut TypeRef)) {
    match content {
        Content::Json(ty) | Content::Form(ty) => visit(ty),
        Content::Stream(stream) => stream.item_mut().into_iter().for_each(visit),
        Content::Multipart(_) | Content::Text | Content::Bytes => {}
    }
}

/// The strongly connected components of a graph (Tarjan's algorithm without recursion): the number of the component of
/// every node. A component has a lower number than those that refer to it.
pub(super) fn components(edges: &[Vec<usize>]) -> Vec<usize> {
    let mut state = Tarjan {
        order: vec![usize::MAX; edges.len()],
        low: vec![0; edges.len()],
        component: vec![usize::MAX; edges.len()],
        stack: Vec::new(),
        visited: 0,
        found: 0,
    };
    for root in 0..edges.len() {
        if state.order[root] == usize::MAX {
            state.walk(root, edges);
        }
    }
    state.component
}

struct Tarjan {
    order: Vec<usize>,
    low: Vec<usize>,
    component: Vec<usize>,
    stack: Vec<usize>,
    visited: usize,
    found: usize,
}

impl Tarjan {
    fn walk(&mut self, root: usize, edges: &[Vec<usize>]) {
        let mut path = vec![(root, 0)];
        self.enter(root);
        while let Some((node, next)) = path.last_mut() {
            let node = *node;
            let Some(&target) = edges[node].get(*next) else {
                path.pop();
                if let Some((parent, _)) = path.last() {
                    self.low[*parent] = self.low[*parent].min(self.low[node]);
                }
                self.leave(node);
                continue;
            };
            *next += 1;
            if self.order[target] == usize::MAX {
                self.enter(target);
                path.push((target, 0));
            } else if self.component[target] == usize::MAX {
                self.low[node] = self.low[node].min(self.order[target]);
            }
        }
    }

    fn enter(&mut self, node: usize) {
        self.order[node] = self.visited;
        self.low[node] = self.visited;
        self.visited += 1;
        self.stack.push(node);
    }

    fn leave(&mut self, node: usize) {
        if self.low[node] != self.order[node] {
            return;
        }
        while let Some(member) = self.stack.pop() {
            self.component[member] = self.found;
            if member == node {
                break;
            }
        }
        self.found += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::components;

    #[test]
    fn cycle_is_one_component() {
        let found = components(&[vec![1], vec![2], vec![1, 3], vec![]]);
        assert_eq!(found[1], found[2]);
        assert!(found[3] < found[1] && found[1] < found[0]);
    }

    #[test]
    fn long_chains_do_not_use_the_stack() {
        let count = 200_000;
        let edges: Vec<Vec<usize>> =
            (0..count).map(|node| if node + 1 < count { vec![node + 1] } else { vec![] }).collect();
        assert_eq!(components(&edges)[count - 1], 0);
    }
}
