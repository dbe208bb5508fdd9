//! The documentation of a type that several schemas share.

use std::collections::BTreeMap;

use crate::model::schema::{Doc, Enum, EnumValue, Shape, TypeDef};

/// The documentation of the schemas if all of them have the same.
pub(super) fn agreed(defs: &[&TypeDef]) -> Doc {
    let (first, others) = defs.split_first().expect("a group has members");
    if others.iter().all(|def| def.doc == first.doc) { first.doc.clone() } else { Doc::default() }
}

/// The shape of the schemas, each property and value with the documentation that most of them give it.
pub(super) fn with_common_docs(defs: &[&TypeDef]) -> Shape {
    let mut shape = defs[0].shape.clone();
    match &mut shape {
        Shape::Struct(object) => {
            for (index, field) in object.fields.iter_mut().enumerate() {
                let doc = |def: &&TypeDef| match &def.shape {
                    Shape::Struct(other) => other.fields.get(index).map(|field| field.doc.clone()),
                    Shape::Enum(_) | Shape::Tuple(_) | Shape::Union(_) | Shape::Alias(_) => None,
                };
                let texts = defs.iter().filter_map(doc).map(|doc| (doc.summary, doc.description));
                let (summary, description) = most_frequent(texts);
                field.doc = Doc { summary, description };
            }
        }
        Shape::Enum(Enum::Text(values)) => describe(values, defs, |def| match &def.shape {
            Shape::Enum(Enum::Text(values)) => Some(values),
            Shape::Enum(Enum::Integer(_)) | Shape::Struct(_) | Shape::Tuple(_) | Shape::Union(_) | Shape::Alias(_) => {
                None
            }
        }),
        Shape::Enum(Enum::Integer(values)) => describe(values, defs, |def| match &def.shape {
            Shape::Enum(Enum::Integer(values)) => Some(values),
            Shape::Enum(Enum::Text(_)) | Shape::Struct(_) | Shape::Tuple(_) | Shape::Union(_) | Shape::Alias(_) => None,
        }),
        Shape::Tuple(_) | Shape::Union(_) | Shape::Alias(_) => {}
    }
    shape
}

/// The values of equal enums may be in another order.
fn describe<T: PartialEq>(
    values: &mut [EnumValue<T>],
    defs: &[&TypeDef],
    of: impl for<'d> Fn(&'d TypeDef) -> Option<&'d Vec<EnumValue<T>>>,
) {
    for value in values {
        let same = defs.iter().filter_map(|def| of(def)?.iter().find(|other| other.wire == value.wire));
        value.description = most_frequent(same.map(|other| other.description.clone()));
    }
}

/// The most frequent item; of several, the smallest.
fn most_frequent<T: Ord + Default>(items: impl Iterator<Item = T>) -> T {
    let mut counts: BTreeMap<T, usize> = BTreeMap::new();
    items.for_each(|item| *counts.entry(item).or_default() += 1);
    let first_most = |best: (T, usize), next: (T, usize)| if next.1 > best.1 { next } else { best };
    counts.into_iter().reduce(first_most).map(|(item, _)| item).unwrap_or_default()
}
