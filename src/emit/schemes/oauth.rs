//! `oauth2` (RFC 6749) and `openIdConnect`: access tokens, sent as bearer tokens. Each flow of the document becomes a
//! function of `auth.rs`. The endpoints of the document are contacted only if the user calls one of these functions.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::super::need::Need;
use super::bearer::Bearer;
use super::scheme_code::{Credential, Scaffold, SchemeCode, Verifier};
use crate::model::security::{Flow, Flows, is_relative_url};
use crate::names::SchemeNames;
use crate::rust::docs;

/// OAuth 2.
pub struct OAuth2<'a> {
    pub flows: &'a Flows,
}

/// OpenID Connect.
pub struct OpenIdConnect<'a> {
    /// `openIdConnectUrl`.
    pub discovery: &'a str,
}

/// The parts that do not differ from a bearer token.
const BEARER: Bearer<'static> = Bearer { format: None };

macro_rules! like_bearer {
    () => {
        fn runtime_kind(&self) -> TokenStream {
            BEARER.runtime_kind()
        }

        fn has_scopes(&self) -> bool {
            true
        }

        fn is_sent_by_browsers(&self) -> bool {
            BEARER.is_sent_by_browsers()
        }

        fn credential_header(&self) -> Option<&str> {
            None
        }

        fn client_needs(&self) -> &'static [Need] {
            &[Need::OAuth]
        }

        fn credential(&self) -> Credential {
            BEARER.credential()
        }

        fn verifier(&self) -> Verifier {
            BEARER.verifier()
        }

        fn scaffold(&self, names: &SchemeNames) -> Scaffold {
            BEARER.scaffold(names)
        }
    };
}

impl SchemeCode for OAuth2<'_> {
    fn sentence(&self) -> String {
        "An OAuth 2 access token (RFC 6749), sent as a bearer token".to_owned()
    }

    fn flows(&self, scheme: &str) -> Vec<TokenStream> {
        let metadata = self.flows.metadata_url.as_deref();
        functions(scheme, self.flows).into_iter().chain(metadata.and_then(|url| discover(scheme, url))).collect()
    }

    like_bearer!();
}

impl SchemeCode for OpenIdConnect<'_> {
    fn sentence(&self) -> String {
        "An OpenID Connect token, sent as a bearer token".to_owned()
    }

    fn flows(&self, scheme: &str) -> Vec<TokenStream> {
        discover(scheme, self.discovery).into_iter().collect()
    }

    like_bearer!();
}

fn functions(scheme: &str, flows: &Flows) -> Vec<TokenStream> {
    let refreshable = flows.authorization_code.as_ref().or(flows.password.as_ref()).or(flows.device.as_ref());
    let items = [
        flows.client_credentials.as_ref().and_then(|flow| client_credentials(scheme, flow)),
        flows.authorization_code.as_ref().and_then(|flow| authorization_code(scheme, flow)),
        flows.password.as_ref().and_then(|flow| password(scheme, flow)),
        flows.device.as_ref().and_then(|flow| device_code(scheme, flow)),
        refreshable.and_then(|flow| refresh(scheme, flow)),
    ];
    items.into_iter().flatten().collect()
}

/// A URL of the document that a client can use.
#[derive(Clone, Copy)]
struct Endpoint<'a>(&'a str);

impl<'a> Endpoint<'a> {
    /// The URL if it is absolute, or relative to the base URL of the API. Other URLs were reported.
    fn new(url: Option<&'a str>) -> Option<Self> {
        let is_usable = |url: &&str| {
            let is_absolute = url.starts_with("https://") || url.starts_with("http://");
            (is_absolute || is_relative_url(url)) && !url.contains(['{', '}', ' '])
        };
        url.filter(is_usable).map(Self)
    }

    fn is_relative(self) -> bool {
        is_relative_url(self.0)
    }

    /// The expression for a `&str`; a relative URL needs the argument of [`base_argument`].
    fn code(self) -> TokenStream {
        let url = self.0;
        if self.is_relative() { quote!(&rt::token_endpoint::resolved(base_url, #url)) } else { quote!(#url) }
    }
}

/// The argument that a function needs if one of its URLs is relative.
fn base_argument(endpoints: &[Option<Endpoint<'_>>]) -> Option<TokenStream> {
    endpoints.iter().flatten().any(|endpoint| endpoint.is_relative()).then(|| quote!(base_url: &str,))
}

/// The documentation of that argument.
fn base_doc(argument: Option<&TokenStream>) -> &'static str {
    match argument {
        Some(_) => {
            " URLs without a host are resolved against `base_url`, the URL of the API, such as `https://api.example.com`."
        }
        None => "",
    }
}

fn doc(what: &str, url: Endpoint<'_>, base: Option<&TokenStream>) -> TokenStream {
    docs::text(&format!("{what}; the token endpoint is {}.{}", docs::code_span(url.0), base_doc(base)))
}

fn discover(scheme: &str, url: &str) -> Option<TokenStream> {
    let url = Endpoint::new(Some(url))?;
    let base = base_argument(&[Some(url)]);
    let function = format_ident!("{scheme}_discover");
    let doc = docs::text(&format!(
        "Reads the metadata of the provider at {}, the URL in the document.{}",
        docs::code_span(url.0),
        base_doc(base.as_ref())
    ));
    let url = url.code();
    Some(quote! {
        #doc
        ///
        /// # Errors
        ///
        /// If the provider cannot be reached, or its metadata is invalid or names another issuer.
        pub async fn #function(#base) -> Result<rt::discovery::Discovered, rt::token_endpoint::TokenError> {
            rt::discovery::discover(#url).await
        }
    })
}

fn client_credentials(scheme: &str, flow: &Flow) -> Option<TokenStream> {
    let url = Endpoint::new(flow.token_url.as_deref())?;
    let base = base_argument(&[Some(url)]);
    let function = format_ident!("{scheme}_client_credentials");
    let doc = doc("Client credentials grant", url, base.as_ref());
    let url = url.code();
    Some(quote! {
        #doc
        pub fn #function(#base id: &str, secret: impl Into<rt::secrecy::SecretString>) -> rt::oauth::ClientCredentials {
            rt::oauth::ClientCredentials::new(#url, id, secret)
        }
    })
}

fn authorization_code(scheme: &str, flow: &Flow) -> Option<TokenStream> {
    let (open, url) = (Endpoint::new(flow.authorization_url.as_deref())?, Endpoint::new(flow.token_url.as_deref())?);
    let refresh = Endpoint::new(flow.refresh_url.as_deref());
    let base = base_argument(&[Some(open), Some(url), refresh]);
    let what = format!("Authorization code grant with PKCE: the user logs in at {}", docs::code_span(open.0));
    let (function, doc) = (format_ident!("{scheme}_authorization_code"), doc(&what, url, base.as_ref()));
    let (open, url, refresh) = (open.code(), url.code(), refreshed(refresh));
    Some(quote! {
        #doc
        pub fn #function(#base id: &str, redirect_uri: &str) -> rt::authorization_code::AuthorizationCode {
            rt::authorization_code::AuthorizationCode::new(#open, #url, id, redirect_uri) #refresh
        }
    })
}

fn device_code(scheme: &str, flow: &Flow) -> Option<TokenStream> {
    let (open, url) = (Endpoint::new(flow.authorization_url.as_deref())?, Endpoint::new(flow.token_url.as_deref())?);
    let refresh = Endpoint::new(flow.refresh_url.as_deref());
    let base = base_argument(&[Some(open), Some(url), refresh]);
    let what = format!("Device authorization grant (RFC 8628), which begins at {}", docs::code_span(open.0));
    let (function, doc) = (format_ident!("{scheme}_device_code"), doc(&what, url, base.as_ref()));
    let (open, url, refresh) = (open.code(), url.code(), refreshed(refresh));
    Some(quote! {
        #doc
        pub fn #function(#base id: &str) -> rt::device_code::DeviceCode {
            rt::device_code::DeviceCode::new(#open, #url, id) #refresh
        }
    })
}

/// Sets the refresh URL of the document, if it has one.
fn refreshed(url: Option<Endpoint<'_>>) -> Option<TokenStream> {
    let url = url?.code();
    Some(quote!(.refresh_url(#url)))
}

fn password(scheme: &str, flow: &Flow) -> Option<TokenStream> {
    let url = Endpoint::new(flow.token_url.as_deref())?;
    let base = base_argument(&[Some(url)]);
    let function = format_ident!("{scheme}_password");
    let doc = doc("Resource owner password grant", url, base.as_ref());
    let url = url.code();
    Some(quote! {
        #doc
        #[deprecated(note = "RFC 9700, section 2.4: this grant must not be used. It is offered for servers that support no other.")]
        pub fn #function(#base id: &str, secret: Option<rt::secrecy::SecretString>, user: &str, password: impl Into<rt::secrecy::SecretString>) -> rt::oauth::PasswordGrant {
            rt::oauth::PasswordGrant::new(#url, id, secret, user, password)
        }
    })
}

fn refresh(scheme: &str, flow: &Flow) -> Option<TokenStream> {
    let url = Endpoint::new(flow.refresh_url.as_deref()).or_else(|| Endpoint::new(flow.token_url.as_deref()))?;
    let base = base_argument(&[Some(url)]);
    let function = format_ident!("{scheme}_refresh_token");
    let doc = doc("Refresh token grant, with a token from an earlier login", url, base.as_ref());
    let url = url.code();
    Some(quote! {
        #doc
        pub fn #function(#base id: &str, secret: Option<rt::secrecy::SecretString>, token: impl Into<rt::secrecy::SecretString>) -> rt::oauth::RefreshToken {
            rt::oauth::RefreshToken::new(#url, id, secret, token)
        }
    })
}
