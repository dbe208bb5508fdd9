//! Keys in a header, query parameter or cookie with a name from the document.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::security::KeyPlace;
use crate::rust::docs;

/// The place of a key, in safe markdown.
pub fn place_words(place: KeyPlace, name: &str) -> String {
    let place = match place {
        KeyPlace::Header => "header",
        KeyPlace::Query => "query parameter",
        KeyPlace::Cookie => "cookie",
    };
    format!("the {place} {}", docs::code_span(name))
}

/// A row of the runtime's table for a key with a name from the document.
pub fn runtime_kind(place: KeyPlace, name: &str) -> TokenStream {
    let place = match place {
        KeyPlace::Header => quote!(Header),
        KeyPlace::Query => quote!(Query),
        KeyPlace::Cookie => quote!(Cookie),
    };
    quote!(ApiKey { place: rt::KeyPlace::#place, name: #name })
}

/// Whether browsers may send a key in this place on their own.
pub fn is_sent_by_browsers(place: KeyPlace, name: &str) -> bool {
    match place {
        KeyPlace::Cookie => true,
        KeyPlace::Header => ["cookie", "authorization"].iter().any(|header| name.eq_ignore_ascii_case(header)),
        KeyPlace::Query => false,
    }
}

/// The header of a key, if it is in one.
pub fn credential_header(place: KeyPlace, name: &str) -> Option<&str> {
    match place {
        KeyPlace::Header => Some(name),
        KeyPlace::Query | KeyPlace::Cookie => None,
    }
}
