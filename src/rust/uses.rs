//! Which scalar types a document uses. It decides on runtime files and dependencies.

use std::collections::BTreeSet;

use super::Context;
use crate::model::operation::{Content, Operation};
use crate::model::schema::{Mapped, Scalar, TypeRef};

/// The scalar types that a set of types contains.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Uses {
    scalars: BTreeSet<Scalar>,
}

impl Uses {
    /// Those of the named types.
    pub fn of_types(context: &Context<'_>) -> Self {
        let mut uses = Self::default();
        for def in &context.api.types {
            def.shape.references().into_iter().for_each(|ty| uses.ty(ty));
        }
        uses
    }

    /// Those of types and operations together.
    pub fn of_all(context: &Context<'_>) -> Self {
        let mut uses = Self::of_types(context);
        context.api.operations.iter().for_each(|operation| uses.operation(operation));
        uses
    }

    /// Whether this type is among them.
    pub fn has(&self, scalar: Scalar) -> bool {
        self.scalars.contains(&scalar)
    }

    /// The mapped types among them, in the order of the options.
    pub fn mapped(&self) -> Vec<Mapped> {
        let mapped = |scalar: &Scalar| if let Scalar::Mapped(mapped) = scalar { Some(*mapped) } else { None };
        self.scalars.iter().filter_map(mapped).collect()
    }

    fn operation(&mut self, operation: &Operation) {
        operation.parameters.iter().for_each(|parameter| self.ty(&parameter.ty));
        let headers = operation.responses.iter().flat_map(|response| &response.headers);
        headers.for_each(|header| self.ty(&header.ty));
        operation.contents().for_each(|content| self.content(content));
    }

    fn content(&mut self, content: &Content) {
        match content {
            Content::Json(ty) | Content::Form(ty) => self.ty(ty),
            Content::Stream(stream) => stream.item().into_iter().for_each(|ty| self.ty(ty)),
            Content::Multipart(_) | Content::Text | Content::Bytes => {}
        }
    }

    fn ty(&mut self, ty: &TypeRef) {
        match ty {
            TypeRef::Named(_) | TypeRef::Boxed(_) => {}
            TypeRef::Scalar(scalar) => {
                self.scalars.insert(*scalar);
            }
            TypeRef::Map(inner) | TypeRef::List(inner) | TypeRef::Nullable(inner) => self.ty(inner),
        }
    }
}
