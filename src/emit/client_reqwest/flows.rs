//! The OAuth 2 flows that the document declares, each as a function of `auth.rs`. The endpoints of the document are used
//! only if the user calls one of these functions.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};

use crate::model::security::{Flow, Flows, SchemeId, SchemeKind};
use crate::rust::{Context, docs};

/// The functions; empty if no flow has absolute URLs as endpoints.
pub fn of(context: &Context<'_>) -> Vec<TokenStream> {
    let mut items = Vec::new();
    for (scheme, at) in context.api.schemes.iter().zip(0..) {
        let name = context.names.scheme(SchemeId(at)).function.plain();
        match &scheme.kind {
            SchemeKind::OAuth2(flows) => {
                items.extend(functions(name, flows));
                items.extend(flows.metadata_url.as_ref().and_then(|url| discover(name, url)));
            }
            SchemeKind::OpenIdConnect { discovery } => items.extend(discover(name, discovery)),
            _ => {}
        }
    }
    items
}

/// The functions by name, with the names of their arguments, for the README.
pub fn names(context: &Context<'_>) -> Vec<String> {
    let items =
        of(context).into_iter().map(|item| syn::parse2::<syn::ItemFn>(item).expect("an item of ours is a function"));
    let arguments = |item: &syn::ItemFn| {
        let names = item.sig.inputs.iter().filter_map(|input| match input {
            syn::FnArg::Typed(typed) => Some(typed.pat.to_token_stream().to_string()),
            syn::FnArg::Receiver(_) => None,
        });
        names.collect::<Vec<_>>().join(", ")
    };
    items.map(|item| format!("{}({})", item.sig.ident, arguments(&item))).collect()
}

fn functions(scheme: &str, flows: &Flows) -> Vec<TokenStream> {
    let people = flows.authorization_code.as_ref().or(flows.password.as_ref()).or(flows.device.as_ref());
    let items = [
        flows.client_credentials.as_ref().and_then(|flow| client_credentials(scheme, flow)),
        flows.authorization_code.as_ref().and_then(|flow| authorization_code(scheme, flow)),
        flows.password.as_ref().and_then(|flow| password(scheme, flow)),
        flows.device.as_ref().and_then(|flow| device_code(scheme, flow)),
        people.and_then(|flow| refresh(scheme, flow)),
    ];
    items.into_iter().flatten().collect()
}

/// A URL that can be called as it stands; which machine a relative one means, the document does not say.
fn whole(url: Option<&String>) -> Option<&str> {
    url.map(String::as_str).filter(|url| url.starts_with("https://") || url.starts_with("http://"))
}

fn doc(what: &str, url: &str) -> TokenStream {
    docs::ours(&format!("{what}; the token endpoint is {}.", docs::code_span(url)))
}

fn discover(scheme: &str, url: &String) -> Option<TokenStream> {
    let url = whole(Some(url))?;
    let function = format_ident!("{scheme}_discover");
    let doc = docs::ours(&format!(
        "Reads the metadata of the provider at {}, the URL in the document.",
        docs::code_span(url)
    ));
    Some(quote! {
        #doc
        ///
        /// # Errors
        ///
        /// If the provider cannot be reached, or its metadata is invalid or names another issuer.
        pub async fn #function() -> Result<rt::discovery::Discovered, rt::token_endpoint::TokenError> {
            rt::discovery::discover(#url).await
        }
    })
}

fn client_credentials(scheme: &str, flow: &Flow) -> Option<TokenStream> {
    let url = whole(flow.token_url.as_ref())?;
    let (function, doc) = (format_ident!("{scheme}_client_credentials"), doc("Client credentials grant", url));
    Some(quote! {
        #doc
        pub fn #function(id: &str, secret: impl Into<rt::secrecy::SecretString>) -> rt::oauth::ClientCredentials {
            rt::oauth::ClientCredentials::new(#url, id, secret)
        }
    })
}

fn authorization_code(scheme: &str, flow: &Flow) -> Option<TokenStream> {
    let (open, url) = (whole(flow.authorization_url.as_ref())?, whole(flow.token_url.as_ref())?);
    let what = format!("Authorization code grant with PKCE: the user logs in at {}", docs::code_span(open));
    let (function, doc) = (format_ident!("{scheme}_authorization_code"), doc(&what, url));
    let refresh = refreshed(flow);
    Some(quote! {
        #doc
        pub fn #function(id: &str, redirect_uri: &str) -> rt::authorization_code::AuthorizationCode {
            rt::authorization_code::AuthorizationCode::new(#open, #url, id, redirect_uri) #refresh
        }
    })
}

fn device_code(scheme: &str, flow: &Flow) -> Option<TokenStream> {
    let (open, url) = (whole(flow.authorization_url.as_ref())?, whole(flow.token_url.as_ref())?);
    let what = format!("Device authorization grant (RFC 8628), which begins at {}", docs::code_span(open));
    let (function, doc) = (format_ident!("{scheme}_device_code"), doc(&what, url));
    let refresh = refreshed(flow);
    Some(quote! {
        #doc
        pub fn #function(id: &str) -> rt::device_code::DeviceCode {
            rt::device_code::DeviceCode::new(#open, #url, id) #refresh
        }
    })
}

/// Where the document has tokens renewed, if it says so.
fn refreshed(flow: &Flow) -> Option<TokenStream> {
    whole(flow.refresh_url.as_ref()).map(|url| quote!(.refresh_url(#url)))
}

fn password(scheme: &str, flow: &Flow) -> Option<TokenStream> {
    let url = whole(flow.token_url.as_ref())?;
    let (function, doc) = (format_ident!("{scheme}_password"), doc("Resource owner password grant", url));
    Some(quote! {
        #doc
        #[deprecated(note = "RFC 9700, section 2.4: this grant must not be used. It is offered for servers that support no other.")]
        pub fn #function(id: &str, secret: Option<rt::secrecy::SecretString>, user: &str, password: impl Into<rt::secrecy::SecretString>) -> rt::oauth::PasswordGrant {
            rt::oauth::PasswordGrant::new(#url, id, secret, user, password)
        }
    })
}

fn refresh(scheme: &str, flow: &Flow) -> Option<TokenStream> {
    let url = whole(flow.refresh_url.as_ref()).or_else(|| whole(flow.token_url.as_ref()))?;
    let (function, doc) =
        (format_ident!("{scheme}_refresh_token"), doc("Refresh token grant, with a token from an earlier login", url));
    Some(quote! {
        #doc
        pub fn #function(id: &str, secret: Option<rt::secrecy::SecretString>, token: impl Into<rt::secrecy::SecretString>) -> rt::oauth::RefreshToken {
            rt::oauth::RefreshToken::new(#url, id, secret, token)
        }
    })
}
