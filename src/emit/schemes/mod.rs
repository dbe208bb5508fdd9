//! Everything that emission knows about a kind of security scheme, one file per kind. [`of`] is the only place that
//! matches on the kind; the targets ask the trait.

mod api_key;
mod basic;
mod bearer;
mod dpop;
mod key;
mod mutual_tls;
mod oauth;
mod other_http;
mod scheme_code;
mod signature;

pub use scheme_code::{Field, FieldSource, Scaffold, SchemeCode};

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::schema::Doc;
use crate::model::security::{Binding, Scheme, SchemeKind};
use crate::rust::docs;

/// The code of this scheme's kind.
pub fn of(scheme: &Scheme) -> Box<dyn SchemeCode + '_> {
    let code = of_kind(&scheme.kind);
    match scheme.binding {
        Binding::None => code,
        Binding::Dpop => Box::new(dpop::Dpop { unbound: code }),
    }
}

fn of_kind(kind: &SchemeKind) -> Box<dyn SchemeCode + '_> {
    match kind {
        SchemeKind::ApiKey { place, name } => Box::new(api_key::ApiKey { place: *place, name }),
        SchemeKind::Basic => Box::new(basic::Basic),
        SchemeKind::Bearer { format } => Box::new(bearer::Bearer { format: format.as_deref() }),
        SchemeKind::OAuth2(flows) => Box::new(oauth::OAuth2 { flows }),
        SchemeKind::OpenIdConnect { discovery } => Box::new(oauth::OpenIdConnect { discovery }),
        SchemeKind::MutualTls => Box::new(mutual_tls::MutualTls),
        SchemeKind::OtherHttp { scheme } => Box::new(other_http::OtherHttp { scheme }),
        SchemeKind::Signature { place, name } => Box::new(signature::Signature { place: *place, name }),
    }
}

/// The documentation of a scheme: how its credential is sent, then the description in the document.
pub fn doc(scheme: &Scheme) -> TokenStream {
    let name = docs::code_span(&scheme.name);
    let sentence = docs::text(&format!("{}: scheme {name}.", of(scheme).sentence()));
    let description = docs::doc(&Doc { summary: None, description: scheme.description.clone() });
    if description.is_empty() { sentence } else { quote!(#sentence #[doc = ""] #description) }
}

/// The row of the scheme in the runtime's table.
pub fn row(scheme: &Scheme) -> TokenStream {
    let (name, kind) = (&scheme.name, of(scheme).runtime_kind());
    quote!(rt::Scheme { name: #name, kind: rt::SchemeKind::#kind })
}
