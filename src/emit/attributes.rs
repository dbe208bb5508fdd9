//! Attributes of generated modules and re-exports.

use proc_macro2::TokenStream;
use quote::quote;

use super::need::Need;
use super::needs::Needs;
use super::{Settings, schemes};
use crate::model::Api;
use crate::model::security::{Carrier, Scheme};
use crate::rust::docs;

/// For each module: in the module layout, the including crate may leave code unused and chooses the outer name.
pub fn allow_module(settings: &Settings) -> TokenStream {
    if settings.is_crate() { quote!() } else { quote!(#[allow(clippy::module_inception, dead_code)]) }
}

/// For each re-export: in the module layout, the including crate may leave it unused.
pub fn allow_unused(settings: &Settings) -> TokenStream {
    if settings.is_crate() { quote!() } else { quote!(#[allow(unused_imports)]) }
}

/// The condition under which serde's traits are compiled.
pub fn serde_gate(settings: &Settings) -> TokenStream {
    if settings.is_crate() { quote!(#[cfg(feature = "serde")]) } else { quote!() }
}

/// The condition under which the test double is compiled: only tests need it.
pub fn test_double_gate(settings: &Settings) -> TokenStream {
    if settings.is_crate() { quote!(#[cfg(feature = "test-double")]) } else { quote!() }
}

/// The condition under which calls that block are compiled.
pub fn blocking_gate(settings: &Settings) -> TokenStream {
    if settings.is_crate() { quote!(#[cfg(feature = "blocking")]) } else { quote!() }
}

/// The condition of what WebAssembly lacks. Empty unless the user chose this target.
pub fn native_gate(needs: &Needs) -> TokenStream {
    if needs.has(Need::Wasm) {
        quote!(#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))])
    } else {
        quote!()
    }
}

/// The documentation of the setter of a credential, and its condition if WebAssembly lacks such credentials.
pub fn credential_attributes(scheme: &Scheme, needs: &Needs) -> TokenStream {
    let doc = schemes::doc(scheme);
    let gate = match scheme.kind.carrier() {
        Carrier::Connection => native_gate(needs),
        Carrier::Key(..) | Carrier::Authorization(_) => quote!(),
    };
    quote!(#doc #gate)
}

/// The condition of what is only for WebAssembly.
pub fn wasm_gate() -> TokenStream {
    quote!(#[cfg(all(target_arch = "wasm32", target_os = "unknown"))])
}

/// The title and description of the document as the documentation of the crate. A module has none, because an included
/// file cannot begin with an inner attribute.
pub fn crate_doc(api: &Api, settings: &Settings) -> TokenStream {
    if !settings.is_crate() {
        return quote!();
    }
    let mut lines = docs::markdown(&api.title);
    let description = api.description.as_deref().map(docs::markdown).unwrap_or_default();
    if !lines.is_empty() && !description.is_empty() {
        lines.push(String::new());
    }
    lines.extend(description);
    let lines = lines.iter().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote!(#(#![doc = #lines])*)
}
