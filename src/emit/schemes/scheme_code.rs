//! The interface of a kind of security scheme, and the types that it returns.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::super::need::Need;
use crate::names::SchemeNames;

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

    /// The expression of the README's example that reads the credential from the environment variable `name`, for a client in the
    /// crate `krate`.
    fn example(&self, krate: &Ident, name: &str) -> TokenStream {
        let _ = krate;
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
    pub fn text(ty: &str, argument: &'static str) -> Self {
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
    /// By `bound`, with this prefix of variables.
    BoundIssuer(String),
}

impl Field {
    /// The call of the function in `tests/authentication.rs` that makes its value.
    pub fn test_value(&self) -> &'static str {
        match (&self.source, self.ty) {
            (FieldSource::Issuer(_), _) => "tokens()",
            (FieldSource::BoundIssuer(_), _) => "bound_tokens()",
            (FieldSource::File(_), "ApiKeys") => "keys()",
            (FieldSource::File(_), "Passwords") => "users()",
            (FieldSource::File(_), _) => "certificates()",
        }
    }
}

impl Scaffold {
    /// No verifier: the user implements it, and until then every credential is refused.
    pub fn supplied_by_user(argument: &str) -> Self {
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
pub fn list_from_file(ty: &'static str, variable: &str) -> Option<Field> {
    Some(Field { ty, source: FieldSource::File(variable.to_owned()) })
}

/// The name of an environment variable of the scheme.
pub fn variable(names: &SchemeNames, suffix: &str) -> String {
    format!("{}_{suffix}", names.constant.plain())
}
