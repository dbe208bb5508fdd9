//! Recursive types: adds a `Box` where a value would contain its own type, and reports types without finite values.

use super::graph::{components, contained, named, references_mut};
use crate::diag::{Code, Report};
use crate::lower::draft::{DraftType, NonNullType};
use crate::model::schema::{Scalar, Shape, Tag, TypeId, TypeRef, Union, Variant};

/// How many types may contain each other by value before one is boxed. rustc computes layouts by recursion, two steps
/// for each type in an `Option`, and stops at 128.
const LONGEST_CHAIN: usize = 32;

/// Breaks cycles of aliases, so that aliases can be followed.
pub(in crate::lower) fn break_alias_cycles(types: Vec<DraftType>, report: &mut Report) -> Vec<DraftType> {
    let mut types = without_empty_cycles(types, report);
    let edges = alias_edges(&types, named);
    let component = components(&edges);
    let is_cyclic = cyclic(&edges, &component);
    for (index, def) in types.iter_mut().enumerate() {
        let Shape::Alias(target) = &def.shape else { continue };
        if !is_cyclic[index] || contained(target).is_some() {
            continue;
        }
        // `type Tree = Vec<Tree>` is not valid Rust; a union with this variant is, and has the same JSON.
        let hint = if matches!(strip(target), TypeRef::Map(_)) { "map" } else { "list" };
        let variant = Variant { hint: hint.to_owned(), ty: target.clone(), tags: Vec::new() };
        def.shape = Shape::Union(Union { variants: vec![variant], tag: Tag::Looks });
    }
    types
}

/// Reports aliases that refer to themselves without a list or map between.
fn without_empty_cycles(mut types: Vec<DraftType>, report: &mut Report) -> Vec<DraftType> {
    let edges = alias_edges(&types, contained);
    let component = components(&edges);
    let is_cyclic = cyclic(&edges, &component);
    for (def, is_cyclic) in types.iter_mut().zip(is_cyclic) {
        if is_cyclic {
            report.error(Code::InfiniteType, &def.at, "this schema refers only to itself: no value can have its type");
            def.shape = Shape::Alias(TypeRef::Scalar(Scalar::Any));
        }
    }
    types
}

fn alias_edges(types: &[DraftType], follow: impl Fn(&TypeRef) -> Option<TypeId>) -> Vec<Vec<usize>> {
    let targets = |def: &DraftType| match &def.shape {
        Shape::Alias(target) => follow(target).map(|id| id.0).into_iter().collect(),
        Shape::Struct(_) | Shape::Tuple(_) | Shape::Enum(_) | Shape::Union(_) => Vec::new(),
    };
    types.iter().map(targets).collect()
}

fn strip(ty: &TypeRef) -> &TypeRef {
    match ty {
        TypeRef::Nullable(inner) => strip(inner),
        other => other,
    }
}

/// Which nodes are on a cycle.
fn cyclic(edges: &[Vec<usize>], component: &[usize]) -> Vec<bool> {
    let mut sizes = vec![0; edges.len()];
    component.iter().for_each(|number| sizes[*number] += 1);
    edges.iter().enumerate().map(|(node, targets)| sizes[component[node]] > 1 || targets.contains(&node)).collect()
}

/// Adds a `Box` to every reference by value on a cycle, and to some references in long chains.
pub(super) fn box_cycles(mut types: Vec<NonNullType>) -> Vec<NonNullType> {
    let edges: Vec<Vec<usize>> = types
        .iter()
        .map(|def| def.shape.references().into_iter().filter_map(contained).map(|id| id.0).collect())
        .collect();
    let component = components(&edges);
    let is_cyclic = cyclic(&edges, &component);
    // Components are in bottom-up order, so the depth of contained types is known first.
    let mut order: Vec<usize> = (0..types.len()).collect();
    order.sort_by_key(|node| component[*node]);
    let mut lengths = vec![0; types.len()];
    for node in order {
        let is_alias = matches!(types[node].shape, Shape::Alias(_));
        let mut longest = 0;
        references_mut(&mut types[node].shape, |ty| {
            let Some(target) = contained(ty) else { return };
            let is_on_cycle = is_cyclic[node] && component[target.0] == component[node];
            let is_long = lengths[target.0] >= LONGEST_CHAIN;
            if (is_on_cycle || is_long) && !is_alias {
                put_box(ty);
            } else {
                longest = longest.max(lengths[target.0] + 1);
            }
        });
        lengths[node] = longest;
    }
    types
}

fn put_box(ty: &mut TypeRef) {
    match ty {
        TypeRef::Named(id) => *ty = TypeRef::Boxed(*id),
        TypeRef::Nullable(inner) => put_box(inner),
        TypeRef::Boxed(_) | TypeRef::List(_) | TypeRef::Map(_) | TypeRef::Scalar(_) => {}
    }
}
