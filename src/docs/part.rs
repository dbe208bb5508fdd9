//! What the views of a page read: the API or its outgoing operations, which have separate lists of types and schemes.

use std::collections::BTreeMap;

use super::links::Links;
use super::shared::Shared;
use super::templates::Engine;
use crate::model::Api;
use crate::model::example::TypeExamples;
use crate::model::rule::Rules;
use crate::model::schema::{TypeDef, TypeHint, TypeId, TypeRef};
use crate::model::security::Scheme;
use crate::values::Values;

/// The lists to which the ids of operations refer.
#[derive(Clone, Copy)]
pub struct Part<'a> {
    pub engine: &'a Engine,
    pub links: &'a Links,
    pub types: &'a [TypeDef],
    pub examples: &'a BTreeMap<TypeId, TypeExamples>,
    pub schemes: &'a [Scheme],
    /// Values that satisfy the schemas.
    pub values: &'a Values<'a>,
    /// What the page has once.
    pub shared: &'a Shared,
    /// The constraints on requests; outgoing operations have none.
    pub rules: Option<&'a Rules>,
}

/// What all parts of the pages have.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    /// The templates.
    pub engine: &'a Engine,
    /// The addresses.
    pub links: &'a Links,
}

impl<'a> Part<'a> {
    /// The operations of the API.
    pub fn api(api: &'a Api, values: &'a Values<'a>, shared: &'a Shared, frame: Frame<'a>) -> Self {
        let Frame { engine, links } = frame;
        let (types, examples, schemes) = (&api.types, &api.type_examples, &api.schemes);
        Self { engine, links, types, examples, schemes, values, shared, rules: Some(&api.rules) }
    }

    /// The webhooks and callbacks.
    pub fn outgoing(api: &'a Api, values: &'a Values<'a>, shared: &'a Shared, frame: Frame<'a>) -> Self {
        let Frame { engine, links } = frame;
        let outgoing = &api.outgoing;
        let (types, examples, schemes) = (&outgoing.types, &outgoing.type_examples, &outgoing.schemes);
        Self { engine, links, types, examples, schemes, values, shared, rules: None }
    }

    /// The link to a schema: only schemas with a name in the document have an entry.
    pub fn schema_href(&self, id: TypeId) -> Option<&'a str> {
        match self.rules {
            Some(_) => self.links.schema(id),
            None => self.links.outgoing_schema(id),
        }
    }

    /// The named type of a reference.
    pub fn named(ty: &TypeRef) -> Option<TypeId> {
        match ty {
            TypeRef::Named(id) | TypeRef::Boxed(id) => Some(*id),
            TypeRef::Scalar(_) | TypeRef::List(_) | TypeRef::Map(_) | TypeRef::Nullable(_) => None,
        }
    }

    /// The name of a type in the document.
    pub fn type_name(&self, id: TypeId) -> Option<&'a str> {
        match &self.types[id.0].hint {
            TypeHint::Component { name, .. } => Some(name),
            TypeHint::Within { .. } | TypeHint::Operation { .. } | TypeHint::Shared { .. } | TypeHint::Equal { .. } => {
                None
            }
        }
    }
}
