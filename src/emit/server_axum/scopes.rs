//! The scopes that operations ask for, as a constant: what a server says of itself in its metadata (RFC 9728).

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::security::{Access, SchemeKind};
use crate::rust::Context;

/// `SCOPES`, where an operation asks for any of a token.
pub fn constant(context: &Context<'_>) -> Option<TokenStream> {
    let api = context.api;
    let mut scopes = BTreeSet::new();
    for operation in &api.operations {
        let Access::Guarded { any_of, .. } = &operation.access else { continue };
        for member in any_of.iter().flat_map(|alternative| alternative.iter()) {
            match api.schemes[member.scheme.0].kind {
                SchemeKind::OAuth2(_) | SchemeKind::OpenIdConnect { .. } | SchemeKind::Bearer { .. } => {
                    scopes.extend(&member.scopes);
                }
                SchemeKind::ApiKey { .. }
                | SchemeKind::Basic
                | SchemeKind::MutualTls
                | SchemeKind::OtherHttp { .. }
                | SchemeKind::Signature { .. } => {}
            }
        }
    }
    let doc = "The scopes that operations ask for, in alphabetical order.";
    (!scopes.is_empty()).then(|| quote!(#[doc = #doc] pub const SCOPES: &[&str] = &[#(#scopes),*];))
}
