//! The Rust type of a [`TypeRef`]. Its paths are complete for the file that contains it, so imports are not computed.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::Context;
use crate::model::Api;
use crate::model::schema::{Scalar, Shape, TypeId, TypeRef};

/// The file that contains the code. It determines the paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// `types.rs`: named types need no path, and the runtime is `rt`.
    Types,
    /// Another generated file: named types are in `types`, and the runtime is `rt`.
    Alongside,
    /// A file of the user, who has a glob import of the generated root and no name for the runtime.
    User,
}

/// The owned type.
pub fn owned(context: &Context<'_>, ty: &TypeRef, standing: Standing) -> TokenStream {
    match ty {
        TypeRef::Named(id) => named(context, *id, standing),
        TypeRef::Boxed(id) => {
            let inner = named(context, *id, standing);
            quote!(Box<#inner>)
        }
        TypeRef::Scalar(scalar) => self::scalar(context, *scalar, standing),
        TypeRef::List(item) => {
            let inner = owned(context, item, standing);
            quote!(Vec<#inner>)
        }
        TypeRef::Map(value) => {
            let inner = owned(context, value, standing);
            quote!(std::collections::BTreeMap<String, #inner>)
        }
        TypeRef::Nullable(inner) => {
            let inner = owned(context, inner, standing);
            quote!(Option<#inner>)
        }
    }
}

/// The type of an argument: small values are passed by value, all others by reference.
pub fn argument(context: &Context<'_>, ty: &TypeRef, standing: Standing) -> TokenStream {
    match context.resolved(ty) {
        TypeRef::Scalar(Scalar::Text | Scalar::Password) => quote!(&str),
        TypeRef::List(item) => {
            let item = owned(context, item, standing);
            quote!(&[#item])
        }
        TypeRef::Scalar(scalar) if is_copy(*scalar) => self::scalar(context, *scalar, standing),
        _ => {
            let ty = owned(context, ty, standing);
            quote!(&#ty)
        }
    }
}

/// Whether an [`argument`] of this type is a reference.
pub fn is_borrowed(context: &Context<'_>, ty: &TypeRef) -> bool {
    !matches!(context.resolved(ty), TypeRef::Scalar(scalar) if is_copy(*scalar))
}

/// The path of a named type.
pub fn named(context: &Context<'_>, id: TypeId, standing: Standing) -> TokenStream {
    let ident = context.names.ty(id).ident.token();
    match standing {
        Standing::Types => quote!(#ident),
        Standing::Alongside | Standing::User => quote!(types::#ident),
    }
}

fn scalar(context: &Context<'_>, scalar: Scalar, standing: Standing) -> TokenStream {
    let rt = match standing {
        Standing::Types | Standing::Alongside => quote!(rt::),
        Standing::User => quote!(),
    };
    // A file of the user imports these with the glob import of the generated root.
    let own = |module: &str, name: &str| {
        let (module, name) = (format_ident!("{module}"), format_ident!("{name}"));
        if standing == Standing::User { quote!(#name) } else { quote!(rt::#module::#name) }
    };
    match scalar {
        Scalar::Any => quote!(#rt serde_json::Value),
        Scalar::Bool => quote!(bool),
        Scalar::Int32 => quote!(i32),
        Scalar::Int64 => quote!(i64),
        Scalar::UInt32 => quote!(u32),
        Scalar::UInt64 => quote!(u64),
        Scalar::Float32 => quote!(f32),
        Scalar::Float64 => quote!(f64),
        Scalar::Text => quote!(String),
        Scalar::Password => own("password", "Password"),
        Scalar::DateTime => quote!(#rt chrono::DateTime<#rt chrono::FixedOffset>),
        Scalar::Date => quote!(#rt chrono::NaiveDate),
        Scalar::Uuid => quote!(#rt uuid::Uuid),
        Scalar::Base64 => own("base64", "Base64"),
        Scalar::File => own("multipart", "File"),
        Scalar::Mapped(mapped) => context.mapped.path(mapped.index),
    }
}

fn is_copy(scalar: Scalar) -> bool {
    match scalar {
        Scalar::Bool | Scalar::Int32 | Scalar::Int64 | Scalar::UInt32 | Scalar::UInt64 | Scalar::Float32 => true,
        Scalar::Float64 | Scalar::DateTime | Scalar::Date | Scalar::Uuid => true,
        Scalar::Any | Scalar::Text | Scalar::Password | Scalar::Base64 | Scalar::File | Scalar::Mapped(_) => false,
    }
}

impl Context<'_> {
    /// The type behind aliases.
    pub fn resolved<'t>(&'t self, ty: &'t TypeRef) -> &'t TypeRef {
        resolved(self.api, ty)
    }
}

/// The type behind aliases. The model has no cycle of aliases.
pub fn resolved<'t>(api: &'t Api, ty: &'t TypeRef) -> &'t TypeRef {
    let mut ty = ty;
    while let TypeRef::Named(id) = ty {
        match &api.type_def(*id).shape {
            Shape::Alias(target) => ty = target,
            Shape::Struct(_) | Shape::Tuple(_) | Shape::Enum(_) | Shape::Union(_) => break,
        }
    }
    ty
}
