//! Everything that emission knows about a kind of security scheme, one file per kind. [`of`] is the only place that
//! matches on the kind; the targets ask the trait.

mod api_key;
mod basic;
mod bearer;
mod mutual_tls;
mod oauth;
mod other_http;
mod signature;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::need::Need;
use crate::model::schema::Doc;
use crate::model::security::{KeyPlace, Scheme, SchemeKind};
use crate::names::SchemeNames;
use crate::rust::docs;

/// What a kind of scheme becomes on both sides.
pub trait SchemeCode {
    /// How the credential is sent, in safe markdown without a full stop.
    fn sentence(&self) -> String;

    /// The expression of the runtime's `SchemeKind`.
    fn runtime_kind(&self) -> TokenStream;

    /// Whether operations list OAuth scopes for it.
    fn has_scopes(&self) -> bool;

    /// Whether browsers may send the credential on their own, as the runtime's `cross_site` decides.
    fn is_sent_by_browsers(&self) -> bool;

    /// The header that holds the credential, if it is not `Authorization`.
    fn credential_header(&self) -> Option<&str>;

    /// The parts of the runtime that a client needs.
    fn client_needs(&self) -> &'static [Need];

    /// The credential that a client sends.
    fn credential(&self) -> Credential;

    /// The expression of the README's example that reads the credential from the environment variable `name`.
    fn example(&self, name: &str) -> TokenStream {
        quote!(std::env::var(#name)?)
    }

    /// The functions of `auth.rs` that obtain tokens, for the scheme whose identifier is `scheme`.
    fn flows(&self, scheme: &str) -> Vec<TokenStream> {
        let _ = scheme;
        Vec::new()
    }

    /// How a server receives the credential.
    fn verifier(&self) -> Verifier;

    /// The verifier that the server scaffold contains.
    fn scaffold(&self, names: &SchemeNames) -> Scaffold;
}

/// The credential type of a client.
pub struct Credential {
    /// The path of the type.
    pub path: TokenStream,
    /// The argument of the builder's method.
    pub argument: &'static str,
    /// Whether `credentials_from_env` can read it: only if it is text.
    pub is_text: bool,
}

impl Credential {
    /// A type of the runtime's `credential` module that is read from text.
    fn text(ty: &str, argument: &'static str) -> Self {
        let ty = format_ident!("{ty}");
        Self { path: quote!(rt::credential::#ty), argument, is_text: true }
    }
}

/// The argument of a verifier.
pub struct Verifier {
    /// The type, in the runtime's module `credentials`.
    pub presented: &'static str,
    /// Its name.
    pub argument: &'static str,
    /// The runtime's method that finds the credential in a request.
    pub finder: &'static str,
}

impl Verifier {
    /// The path of the type.
    pub fn path(&self) -> TokenStream {
        let name = format_ident!("{}", self.presented);
        quote!(rt::credentials::#name)
    }
}

/// The verifier of one scheme in the server scaffold.
pub struct Scaffold {
    /// The parts of the runtime that it needs.
    pub needs: &'static [Need],
    /// The items of `generated::auth` that `app.rs` imports for it.
    pub imports: &'static [&'static str],
    /// The field of the application, if there is one.
    pub field: Option<Field>,
    /// The type of the principal.
    pub principal: &'static str,
    /// The body of the verifier.
    pub verify: String,
    /// How credentials are checked, for the log and the README.
    pub words: &'static str,
    /// The environment variables that must be set.
    pub environment: Vec<String>,
    /// Paragraphs of the README, the same for all schemes with this verifier.
    pub help: &'static [&'static str],
}

/// A field of the application, which has the name of the scheme's function.
pub struct Field {
    /// Its type.
    pub ty: &'static str,
    /// How it is read from the environment.
    pub source: FieldSource,
}

/// How a field of the application is read from the environment.
pub enum FieldSource {
    /// By `from_text` of its type, from the file that this variable names.
    File(String),
    /// By `jwt`, with this prefix of variables.
    Issuer(String),
}

impl Scaffold {
    /// No verifier: the user implements it, and until then every credential is refused.
    fn supplied_by_user(argument: &str) -> Self {
        Self {
            needs: &[],
            imports: &[],
            field: None,
            principal: "()",
            verify: format!("let _ = {argument};\n        Err(Reject::Unavailable)"),
            words: "by your code in `src/app.rs`; until it is written, every call is refused",
            environment: Vec::new(),
            help: &[],
        }
    }
}

/// A list of credentials that a server reads from the file that this variable names.
fn list_from_file(ty: &'static str, variable: &str) -> Option<Field> {
    Some(Field { ty, source: FieldSource::File(variable.to_owned()) })
}

/// The name of an environment variable of the scheme.
fn variable(names: &SchemeNames, suffix: &str) -> String {
    format!("{}_{suffix}", names.constant.plain())
}

/// The code of this scheme's kind.
pub fn of(scheme: &Scheme) -> Box<dyn SchemeCode + '_> {
    match &scheme.kind {
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

/// The place of a key, in safe markdown.
fn place_words(place: KeyPlace, name: &str) -> String {
    let place = match place {
        KeyPlace::Header => "header",
        KeyPlace::Query => "query parameter",
        KeyPlace::Cookie => "cookie",
    };
    format!("the {place} {}", docs::code_span(name))
}

/// A row of the runtime's table for a key with a name from the document.
fn key_kind(place: KeyPlace, name: &str) -> TokenStream {
    let place = match place {
        KeyPlace::Header => quote!(Header),
        KeyPlace::Query => quote!(Query),
        KeyPlace::Cookie => quote!(Cookie),
    };
    quote!(ApiKey { place: rt::KeyPlace::#place, name: #name })
}

/// Whether browsers may send a key in this place on their own.
fn key_is_sent_by_browsers(place: KeyPlace, name: &str) -> bool {
    match place {
        KeyPlace::Cookie => true,
        KeyPlace::Header => ["cookie", "authorization"].iter().any(|header| name.eq_ignore_ascii_case(header)),
        KeyPlace::Query => false,
    }
}

/// The header of a key, if it is in one.
fn key_header(place: KeyPlace, name: &str) -> Option<&str> {
    match place {
        KeyPlace::Header => Some(name),
        KeyPlace::Query | KeyPlace::Cookie => None,
    }
}
