//! The traits that the generated models derive. Every model is `PartialEq`; `Eq` depends on its parts. Enums are `Hash`, and
//! so are other types that the user names, with their parts. The user can add other traits.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
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
    /// Which traits the parts of the type allow.
    traits: Vec<Traits>,
    /// Whether the type derives `Hash`, if its parts allow it.
    is_hashed: Vec<bool>,
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
            is_hashed: vec![false; context.api.types.len()],
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
                derives.is_hashed = derives.hashed(context, multipart);
                return derives;
            }
        }
    }

    /// The enums, the types to which the user adds `Hash`, and the parts of all these.
    fn hashed(&self, context: &Context<'_>, multipart: &BTreeSet<TypeId>) -> Vec<bool> {
        let is_named = |id: TypeId| self.added.paths(id).iter().any(|path| standard(path) == Some("Hash"));
        let is_first = |id: &TypeId| matches!(context.api.type_def(*id).shape, Shape::Enum(_)) || is_named(*id);
        let mut hashed = vec![false; self.traits.len()];
        let mut open: Vec<TypeId> = (0..self.traits.len()).map(TypeId).filter(is_first).collect();
        while let Some(id) = open.pop() {
            if !std::mem::replace(&mut hashed[id.0], true) {
                open.extend(parts(&context.api.type_def(id).shape).into_iter().filter_map(TypeRef::named));
                let headers = multipart.contains(&id).then(|| Multipart::of(context, id).header_types());
                open.extend(headers.into_iter().flatten());
            }
        }
        hashed
    }

    /// Whether the type implements `Eq`.
    pub fn is_eq(&self, id: TypeId) -> bool {
        self.traits[id.0].eq
    }

    /// The implementation of `Eq` for a struct, tuple or union. A derive would add a function that checks the parts again.
    pub fn eq_impl(&self, id: TypeId, ident: &Ident) -> Option<TokenStream> {
        self.is_eq(id).then(|| quote!(impl std::cmp::Eq for #ident {}))
    }

    /// The attribute of this type: these traits, those for comparison, and those that the user adds. Every type implements
    /// `Debug`, some of them by hand, and `Eq` is derived by enums only.
    pub fn attribute(&self, context: &Context<'_>, id: TypeId, own: &[&str]) -> TokenStream {
        let mut paths: Vec<&str> = own.to_vec();
        paths.push("PartialEq");
        if matches!(context.api.type_def(id).shape, Shape::Enum(_)) {
            paths.push("Eq");
        }
        paths.extend((self.traits[id.0].hash && self.is_hashed[id.0]).then_some("Hash"));
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

/// The types of the parts of a type.
fn parts(shape: &Shape) -> Vec<&TypeRef> {
    match shape {
        Shape::Struct(shape) => shape.fields.iter().map(|field| &field.ty).chain(&shape.additional).collect(),
        Shape::Tuple(shape) => shape.places.iter().chain(&shape.rest).collect(),
        Shape::Union(shape) => shape.variants.iter().map(|variant| &variant.ty).collect(),
        Shape::Alias(target) => vec![target],
        Shape::Enum(_) => Vec::new(),
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
