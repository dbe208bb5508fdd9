//! The media types of the parts of two versions of a multipart body.

use std::collections::{BTreeMap, BTreeSet};

use crate::media_type::essence;
use crate::model::content::{Content, Representation};
use crate::model::schema::{Scalar, Shape, TypeDef, TypeRef};

/// Any media type.
const ANY: &str = "*/*";

/// How many types within each other are followed.
const DEEPEST: usize = 64;

/// The parts of a body in one version.
pub struct Parts {
    /// The media types that the document lists, without parameters.
    listed: BTreeMap<String, Vec<String>>,
    /// The media types that the types of the parts have by default.
    defaults: BTreeMap<String, Vec<String>>,
}

impl Parts {
    /// Those of a representation with these types.
    pub fn of(types: &[TypeDef], form: &Representation) -> Self {
        let listed =
            form.part_media_types().map(|(name, list)| (name.to_owned(), list.split(',').map(essence).collect()));
        let fields = match &form.content {
            Content::Multipart(id) => match &types[id.0].shape {
                Shape::Struct(of) => of.fields.as_slice(),
                Shape::Alias(_) | Shape::Enum(_) | Shape::Tuple(_) | Shape::Union(_) => &[],
            },
            Content::Json(_) | Content::Form(_) | Content::Text | Content::Stream(_) | Content::Bytes => &[],
        };
        let defaults = fields.iter().map(|field| {
            let all = defaults(types, &field.ty, DEEPEST);
            (field.wire.clone(), all.into_iter().map(str::to_owned).collect())
        });
        Self { listed: listed.collect(), defaults: defaults.collect() }
    }

    /// What clients may send as this part; `None` if the body has no part with this name.
    fn sent(&self, name: &str) -> Option<&Vec<String>> {
        self.listed.get(name).or_else(|| self.defaults.get(name))
    }
}

/// The names of the parts of both versions whose media types changed, with those that were removed and added. A part without a
/// list is sent with its default, but is accepted with any media type.
pub fn media_types_of_parts([old, new]: &[Parts; 2]) -> Vec<(String, Vec<String>, Vec<String>)> {
    let names: BTreeSet<&String> = old.listed.keys().chain(new.listed.keys()).collect();
    let any = vec![ANY.to_owned()];
    let changes = names.into_iter().filter_map(|name| {
        let (before, after) = (old.sent(name)?, new.sent(name)?);
        let accepted = new.listed.get(name).unwrap_or(&any);
        Some((name.clone(), without(before, accepted), without(after, before)))
    });
    changes.collect()
}

/// The media types that no other one includes.
fn without(list: &[String], others: &[String]) -> Vec<String> {
    list.iter().filter(|one| !others.iter().any(|range| includes(range, one))).cloned().collect()
}

/// The default media types of a part (OpenAPI 3.0.3, section 4.7.15). An array has one part for each item.
fn defaults(types: &[TypeDef], ty: &TypeRef, depth: usize) -> BTreeSet<&'static str> {
    let Some(below) = depth.checked_sub(1) else { return BTreeSet::from([ANY]) };
    match ty {
        TypeRef::Nullable(inner) | TypeRef::List(inner) => defaults(types, inner, below),
        TypeRef::Map(_) => BTreeSet::from(["application/json"]),
        TypeRef::Scalar(scalar) => BTreeSet::from([of_scalar(*scalar)]),
        TypeRef::Named(id) | TypeRef::Boxed(id) => match &types[id.0].shape {
            Shape::Alias(target) => defaults(types, target, below),
            Shape::Struct(_) | Shape::Tuple(_) => BTreeSet::from(["application/json"]),
            Shape::Enum(_) => BTreeSet::from(["text/plain"]),
            Shape::Union(union) => {
                union.variants.iter().flat_map(|variant| defaults(types, &variant.ty, below)).collect()
            }
        },
    }
}

fn of_scalar(scalar: Scalar) -> &'static str {
    match scalar {
        // These may be objects too.
        Scalar::Any | Scalar::Mapped(_) => ANY,
        Scalar::File => "application/octet-stream",
        Scalar::Bool
        | Scalar::Int32
        | Scalar::Int64
        | Scalar::UInt32
        | Scalar::UInt64
        | Scalar::Float32
        | Scalar::Float64
        | Scalar::Text
        | Scalar::Password
        | Scalar::DateTime
        | Scalar::Date
        | Scalar::Uuid
        | Scalar::Base64 => "text/plain",
    }
}

/// Whether a media type, which may be a range, includes another one.
fn includes(range: &str, other: &str) -> bool {
    let family = range.strip_suffix('*').filter(|family| family.ends_with('/'));
    range == other || range == ANY || family.is_some_and(|family| other.starts_with(family))
}
