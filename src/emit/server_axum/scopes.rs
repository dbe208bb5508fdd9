//! The scopes that operations require, as a constant for the metadata of the protected resource (RFC 9728).

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::super::schemes;
use crate::model::security::Access;
use crate::rust::Context;

/// `SCOPES`, if an operation requires any.
pub fn constant(context: &Context<'_>) -> Option<TokenStream> {
    let api = context.api;
    let mut scopes = BTreeSet::new();
    for operation in &api.operations {
        let Access::Guarded { any_of, .. } = &operation.access else { continue };
        for member in any_of.iter().flat_map(|alternative| alternative.iter()) {
            if schemes::of(api.scheme(member.scheme)).has_scopes() {
                scopes.extend(&member.scopes);
            }
        }
    }
    let doc = " The scopes that operations require, in alphabetical order.";
    (!scopes.is_empty()).then(|| quote!(#[doc = #doc] pub const SCOPES: &[&str] = &[#(#scopes),*];))
}
