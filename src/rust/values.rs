//! Default values of the document as Rust expressions.

use proc_macro2::TokenStream;
use quote::quote;

use super::Context;
use super::types::{Standing, named};
use crate::model::schema::{Enum, Literal, Scalar, Shape, TypeRef};

/// The expression for a default of this type; `None` where the type has no literal form (a date, say).
pub fn default(context: &Context<'_>, literal: &Literal, ty: &TypeRef, standing: Standing) -> Option<TokenStream> {
    match (context.resolved(ty), literal) {
        (TypeRef::Scalar(scalar), literal) => scalar_default(*scalar, literal),
        (TypeRef::Named(id), literal) => {
            let Shape::Enum(shape) = &context.api.type_def(*id).shape else { return None };
            let at = match (shape, literal) {
                (Enum::Text(values), Literal::Text(text)) => values.iter().position(|value| value.wire == *text)?,
                (Enum::Integer(values), Literal::Integer(n)) => values.iter().position(|value| value.wire == *n)?,
                _ => return None,
            };
            let ty = named(context, *id, standing);
            let variant = context.names.ty(*id).members[at].token();
            Some(quote!(#ty::#variant))
        }
        _ => None,
    }
}

fn scalar_default(scalar: Scalar, literal: &Literal) -> Option<TokenStream> {
    Some(match (scalar, literal) {
        (Scalar::Bool, Literal::Bool(value)) => quote!(#value),
        (Scalar::Text, Literal::Text(text)) => quote!(#text.to_owned()),
        (Scalar::Int64, Literal::Integer(n)) => quote!(#n),
        (Scalar::Int32, Literal::Integer(n)) => {
            let n = i32::try_from(*n).ok()?;
            quote!(#n)
        }
        (Scalar::UInt32, Literal::Integer(n)) => {
            let n = u32::try_from(*n).ok()?;
            quote!(#n)
        }
        (Scalar::UInt64, Literal::Integer(n)) => {
            let n = u64::try_from(*n).ok()?;
            quote!(#n)
        }
        (Scalar::Float64, Literal::Number(n)) => quote!(#n),
        #[allow(clippy::cast_possible_truncation)] // the field is an f32: this is its nearest value
        (Scalar::Float32, Literal::Number(n)) => {
            let n = *n as f32;
            quote!(#n)
        }
        #[allow(clippy::cast_precision_loss)] // a default written as an integer for a field that is a float
        (Scalar::Float64, Literal::Integer(n)) => {
            let n = *n as f64;
            quote!(#n)
        }
        #[allow(clippy::cast_precision_loss)]
        (Scalar::Float32, Literal::Integer(n)) => {
            let n = *n as f32;
            quote!(#n)
        }
        _ => return None,
    })
}
