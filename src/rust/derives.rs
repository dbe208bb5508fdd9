//! The traits that the generated models derive. Every model is `PartialEq`; `Eq` and `Hash` depend on its parts. The user
//! can add others.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::added_derives::{AddedDerives, component, standard};
use super::mapped::MappedTypes;
use super::multipart::Multipart;
use super::{Context, Side};
use crate::model::schema::{Scalar, Shape, Struct, Tag, TypeId, TypeRef};
use crate::options::TypeOptions;

/// Which of the optional traits each type has, by its index in the model.
#[derive(Debug)]
pub struct Derives<'a> {
    traits: Vec<Traits>,
    added: &'a AddedDerives,
    mapped: &'a MappedTypes<'a>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Traits {
    eq: bool,
    hash: bool,
}

impl Traits {
    const ALL: Self = Self { eq: true, hash: true };

    fn and(self, other: Self) -> Self {
        Self { eq: self.eq && other.eq, hash: self.hash && other.hash }
    }
}

impl<'a> Derives<'a> {
    /// Determines the traits of all types, some of which are multipart bodies. A recursive type has a trait unless one of its parts lacks it, so this starts
    /// with every trait and removes until nothing changes.
    pub fn of(context: &Context<'a>, multipart: &BTreeSet<TypeId>) -> Self {
        let mut derives = Self {
            traits: vec![Traits::ALL; context.api.types.len()],
            added: context.added_derives,
            mapped: context.mapped,
        };
        loop {
            let mut is_changed = false;
            for at in 0..derives.traits.len() {
                let id = TypeId(at);
                let traits = derives.of_type(context, id, multipart.contains(&id));
                is_changed |= traits != derives.traits[at];
                derives.traits[at] = traits;
            }
            if !is_changed {
                return derives;
            }
        }
    }

    /// The attribute of this type: these traits, those for comparison, and those that the user adds. Every type implements
    /// `Debug`, some of them by hand.
    pub fn attribute(&self, id: TypeId, own: &[&str]) -> TokenStream {
        let Traits { eq, hash } = self.traits[id.0];
        let mut paths: Vec<&str> = own.to_vec();
        paths.push("PartialEq");
        paths.extend(eq.then_some("Eq"));
        paths.extend(hash.then_some("Hash"));
        for path in self.added.paths(id) {
            let is_implemented = match standard(path) {
                Some("Debug" | "Clone" | "PartialEq" | "Eq" | "Hash") => true,
                name => paths.iter().any(|other| name.is_some_and(|name| name == *other) || other == path),
            };
            if !is_implemented {
                paths.push(path);
            }
        }
        let paths = paths.iter().map(|path| path.parse::<TokenStream>().expect("the paths are checked"));
        let added = self.added.attributes(id).iter();
        let added = added.map(|text| text.parse::<TokenStream>().expect("the attributes are checked"));
        quote!(#[derive(#(#paths),*)] #(#[#added])*)
    }

    /// Checks the traits that the user adds to one type and that depend on its parts.
    ///
    /// # Errors
    ///
    /// If a part of a type does not implement the trait.
    pub fn check(&self, context: &Context<'_>, options: &TypeOptions) -> Result<(), String> {
        for id in (0..context.api.types.len()).map(TypeId) {
            let Traits { eq, hash } = self.traits[id.0];
            let ident = context.names.ty(id).ident.to_string();
            let is_named = |name: &&String| component(context.api.type_def(id)) == Some(name) || **name == ident;
            let paths = options.by_name.iter().filter(|(name, _)| is_named(name)).flat_map(|(_, one)| &one.derives);
            for name in paths.filter_map(|path| standard(path)) {
                if (name == "Eq" && !eq) || (name == "Hash" && !hash) {
                    return Err(format!("`{ident}` cannot derive `{name}`: one of its parts does not implement it"));
                }
            }
        }
        Ok(())
    }

    fn of_type(&self, context: &Context<'_>, id: TypeId, is_multipart: bool) -> Traits {
        match &context.api.type_def(id).shape {
            Shape::Struct(shape) => {
                let headers = is_multipart.then(|| Multipart::of(context, id).header_types());
                let headers = headers.into_iter().flatten().map(|id| self.traits[id.0]);
                self.of_struct(shape).and(headers.fold(Traits::ALL, Traits::and))
            }
            Shape::Tuple(shape) => self.all(shape.places.iter().chain(&shape.rest)),
            Shape::Enum(_) => Traits::ALL,
            Shape::Union(shape) => {
                let traits = self.all(shape.variants.iter().map(|variant| &variant.ty));
                // The variant for unknown values holds any JSON.
                let has_unknown = context.side == Side::Client && matches!(shape.tag, Tag::Property { .. });
                if has_unknown { traits.and(of_scalar(Scalar::Any)) } else { traits }
            }
            Shape::Alias(target) => self.of_ref(target),
        }
    }

    fn of_struct(&self, shape: &Struct) -> Traits {
        self.all(shape.fields.iter().map(|field| &field.ty).chain(&shape.additional))
    }

    fn all<'t>(&self, types: impl Iterator<Item = &'t TypeRef>) -> Traits {
        types.map(|ty| self.of_ref(ty)).fold(Traits::ALL, Traits::and)
    }

    fn of_ref(&self, ty: &TypeRef) -> Traits {
        match ty {
            TypeRef::Named(id) | TypeRef::Boxed(id) => self.traits[id.0],
            TypeRef::Scalar(Scalar::Mapped(mapped)) => {
                let has_hash = self.mapped.has_hash(mapped.index);
                Traits { eq: has_hash, hash: has_hash }
            }
            TypeRef::Scalar(scalar) => of_scalar(*scalar),
            TypeRef::List(inner) | TypeRef::Map(inner) | TypeRef::Nullable(inner) => self.of_ref(inner),
        }
    }
}

fn of_scalar(scalar: Scalar) -> Traits {
    match scalar {
        Scalar::Float32 | Scalar::Float64 => Traits { eq: false, hash: false },
        Scalar::Any | Scalar::File | Scalar::Mapped(_) => Traits { eq: true, hash: false },
        Scalar::Bool | Scalar::Int32 | Scalar::Int64 | Scalar::UInt32 | Scalar::UInt64 => Traits::ALL,
        Scalar::Text | Scalar::Password | Scalar::DateTime | Scalar::Date | Scalar::Uuid | Scalar::Base64 => {
            Traits::ALL
        }
    }
}
