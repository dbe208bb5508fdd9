//! The scopes that operations require, as a constant for the metadata of the protected resource (RFC 9728).

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use super::super::schemes;
use crate::model::security::Access;
use crate::rust::Context;

/// `SCOPES`, if a scheme has scopes. It may be empty, so that a change of the required scopes removes no item.
pub fn constant(context: &Context<'_>) -> Option<TokenStream> {
    let api = context.api;
    if !api.schemes.iter().any(|scheme| schemes::of(scheme).has_scopes()) {
        return None;
    }
    let mut scopes: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, operation) in api.operations.iter().enumerate() {
        let Access::Guarded { any_of, .. } = &operation.access else { continue };
        for member in any_of.iter().flat_map(|alternative| alternative.iter()) {
            if schemes::of(api.scheme(member.scheme)).has_scopes() {
                member.scopes.iter().for_each(|scope| scopes.entry(scope).or_default().push(at));
            }
        }
    }
    let scopes = scopes.into_iter().map(|(scope, operations)| {
        let gate = context.gates.attribute(&context.gates.operations(operations));
        quote!(#gate #scope)
    });
    let doc = " The scopes that operations require, in alphabetical order.";
    Some(quote!(#[doc = #doc] pub const SCOPES: &[&str] = &[#(#scopes),*];))
}
