//! An API as in a generated crate: schemes, operations as markers with their data, and a builder.

use crate::runtime::call::{Call, Endpoint};
use crate::runtime::core::{Core, CoreBuilder};
use crate::runtime::credential::{Authorization, Credential, Key, Login, Token};
use crate::runtime::operation::{Access, KeyPlace, Operation, Scheme, SchemeKind, SchemeUse, Segment};
use crate::runtime::parameter::{Parameter, Place, Shape, Style};
use crate::runtime::reply::{Expected, Reply};

macro_rules! schemes {
    ($($constant:ident = $index:literal, $name:literal, $kind:expr;)*) => {
        $(#[doc = concat!("The index of the scheme `", $name, "`.")] pub const $constant: usize = $index;)*
        /// The schemes, each at its index.
        pub const SCHEMES: &[Scheme] = &[$(Scheme { name: $name, kind: $kind }),*];
    };
}

schemes! {
    HEADER_KEY = 0, "headerKey", SchemeKind::ApiKey { place: KeyPlace::Header, name: "X-API-Key" };
    QUERY_KEY = 1, "queryKey", SchemeKind::ApiKey { place: KeyPlace::Query, name: "api_key" };
    COOKIE_KEY = 2, "cookieKey", SchemeKind::ApiKey { place: KeyPlace::Cookie, name: "session" };
    LOGIN = 3, "login", SchemeKind::Basic;
    TOKEN = 4, "token", SchemeKind::Bearer;
    OAUTH = 5, "oauth", SchemeKind::Bearer;
    HAWK = 6, "hawk", SchemeKind::Http("Hawk");
    WHOLE = 7, "whole", SchemeKind::ApiKey { place: KeyPlace::Header, name: "Authorization" };
    CERTIFICATE = 8, "certificate", SchemeKind::MutualTls;
    OTHER_KEY = 9, "otherKey", SchemeKind::ApiKey { place: KeyPlace::Header, name: "x-api-key" };
    OTHER_QUERY_KEY = 10, "otherQueryKey", SchemeKind::ApiKey { place: KeyPlace::Query, name: "api_key" };
    DPOP = 11, "dpop", SchemeKind::Http("DPoP");
}

const PARAMETERS: &[Parameter] = &[
    Parameter::path("id"),
    Parameter::query("limit"),
    Parameter::header("X-Trace"),
    Parameter::new("theme", Place::Cookie, Style::Form, Shape::Scalar).exploded(),
    Parameter::new("filter", Place::Query, Style::Form, Shape::Object).exploded(),
    Parameter::header("X-API-Key"),
    Parameter::new("session", Place::Cookie, Style::Form, Shape::Scalar).exploded(),
];

/// The path parameter.
pub const ID: usize = 0;
/// A query parameter.
pub const LIMIT: usize = 1;
/// A header.
pub const TRACE: usize = 2;
/// A cookie.
pub const THEME: usize = 3;
/// An object in the query, with keys from the caller.
pub const FILTER: usize = 4;
/// A header with the name of a key.
pub const OWN_KEY: usize = 5;
/// A cookie with the name of a key.
pub const OWN_SESSION: usize = 6;

macro_rules! endpoints {
    ($($(#[$doc:meta])* $name:ident: $method:literal [$($segment:expr),*] $access:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $name {}

        impl Endpoint for $name {
            const OPERATION: &'static Operation = &Operation {
                id: stringify!($name),
                method: $method,
                path: &[$($segment),*],
                query: "",
                parameters: PARAMETERS,
                access: $access,
                accept: "application/json",
            };
            type Output = String;
            type Error = String;

            const OUTPUT: Expected<String> = Expected::by(|reply| match reply.status() {
                200 => reply.json(),
                204 => Ok(String::new()),
                _ => reply.undocumented(),
            });

            const ERROR: Expected<String> = Expected { statuses: &[404], reads: Reply::json };
        }
    )*};
}

/// One alternative without scopes.
macro_rules! all {
    ($($scheme:ident),*) => { &[$(SchemeUse::new($scheme, &[])),*] };
}

endpoints! {
    /// No security requirements.
    Open: "GET" [Segment::Text("/open")] Access::Open;
    /// With a body.
    Post: "POST" [Segment::Text("/post")] Access::Open;
    /// As `Post`, with another method.
    Put: "PUT" [Segment::Text("/put")] Access::Open;
    /// As `Post`, with another method.
    Patch: "PATCH" [Segment::Text("/patch")] Access::Open;
    /// With a method that is not one of HTTP's own.
    Query: "QUERY" [Segment::Text("/query")] Access::Open;
    /// With a method that rarely has a body.
    Delete: "DELETE" [Segment::Text("/delete")] Access::Open;
    /// With a path value that is a whole segment.
    Item: "GET" [Segment::Text("/items/"), Segment::Parameter(ID), Segment::Text("/end")] Access::Open;
    /// With a path value after a dot.
    Dotted: "GET" [Segment::Text("/items/."), Segment::Parameter(ID)] Access::Open;
    /// A path that a URL does not preserve; the generator rejects it.
    Slanted: "GET" [Segment::Text("/items\\"), Segment::Parameter(ID)] Access::Open;
    /// Key in a header.
    HeaderKey: "GET" [Segment::Text("/header-key")] Access::any_of(&[all![HEADER_KEY]]);
    /// Key in the query.
    QueryKey: "GET" [Segment::Text("/query-key")] Access::any_of(&[all![QUERY_KEY]]);
    /// Key in a cookie.
    CookieKey: "GET" [Segment::Text("/cookie-key")] Access::any_of(&[all![COOKIE_KEY]]);
    /// Basic.
    Basic: "GET" [Segment::Text("/basic")] Access::any_of(&[all![LOGIN]]);
    /// Bearer.
    Bearer: "POST" [Segment::Text("/bearer")] Access::any_of(&[all![TOKEN]]);
    /// Another http scheme.
    Hawk: "GET" [Segment::Text("/hawk")] Access::any_of(&[all![HAWK]]);
    /// A token that is bound to a key.
    Bound: "GET" [Segment::Text("/bound")] Access::any_of(&[all![DPOP]]);
    /// A key that is the whole `Authorization` header.
    Whole: "GET" [Segment::Text("/whole")] Access::any_of(&[all![WHOLE]]);
    /// Mutual TLS.
    Certificate: "GET" [Segment::Text("/certificate")] Access::any_of(&[all![CERTIFICATE]]);
    /// Key and token, or login and cookie, or the key in the query.
    Alternatives: "GET" [Segment::Text("/alternatives")]
        Access::any_of(&[all![HEADER_KEY, TOKEN], all![LOGIN, COOKIE_KEY], all![QUERY_KEY]]);
    /// A token, or anonymous.
    Optional: "GET" [Segment::Text("/optional")]
        Access::Guarded { any_of: &[all![TOKEN]], or_anonymous: true };
    /// Two bearer-like schemes, each with scopes.
    TwoTokens: "GET" [Segment::Text("/two-tokens")] Access::any_of(&[&[
        SchemeUse::new(TOKEN, &["read", "write"]),
        SchemeUse::new(OAUTH, &["write", "admin"]),
    ]]);
    /// One scheme with several sets of scopes, with another scheme between them.
    ManyScopes: "GET" [Segment::Text("/many-scopes")] Access::any_of(&[
        &[SchemeUse::new(TOKEN, &["admin"])],
        &[SchemeUse::new(HEADER_KEY, &[])],
        &[SchemeUse::new(TOKEN, &["write"])],
        &[SchemeUse::new(TOKEN, &["read"])],
    ]);
    /// Two keys of one header.
    TwoKeys: "GET" [Segment::Text("/two-keys")] Access::any_of(&[all![HEADER_KEY, OTHER_KEY]]);
    /// Two keys of one query parameter.
    TwoQueryKeys: "GET" [Segment::Text("/two-query-keys")] Access::any_of(&[all![QUERY_KEY, OTHER_QUERY_KEY]]);
    /// Two schemes of one header that cannot share a value; the generator rejects this.
    Impossible: "GET" [Segment::Text("/impossible")] Access::any_of(&[all![LOGIN, TOKEN]]);
    /// An access without alternatives.
    Nobody: "GET" [Segment::Text("/nobody")] Access::any_of(&[]);
}

/// A builder for this base URL with these credentials.
pub fn builder(base: &str, credentials: impl IntoIterator<Item = (usize, Credential)>) -> CoreBuilder {
    let mut builder = CoreBuilder::new(SCHEMES, base, "petshop-client/1.2.3");
    for (scheme, credential) in credentials {
        builder.credential(scheme, credential);
    }
    builder
}

/// A client for this base URL with these credentials.
///
/// # Panics
///
/// If it cannot be built.
pub fn client(base: &str, credentials: impl IntoIterator<Item = (usize, Credential)>) -> Core {
    builder(base, credentials).build().expect("the base URL is one")
}

/// A call of an operation, with the path value `1` if it has a path parameter.
pub fn call<E: Endpoint>(core: &Core) -> Call<'_, E> {
    Call::new(core).set(ID, &"1".to_owned())
}

/// A free-form object of strings.
pub fn object(pairs: &[(&str, &str)]) -> std::collections::BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

/// A token for the scheme with this index.
pub fn token(scheme: usize, secret: &str) -> (usize, Credential) {
    (scheme, Token::from(secret).into())
}

/// A key for the scheme with this index.
pub fn key(scheme: usize, secret: &str) -> (usize, Credential) {
    (scheme, Key::from(secret).into())
}

/// A user name and a password for [`LOGIN`].
pub fn login(user: &str, password: &str) -> (usize, Credential) {
    (LOGIN, Login::new(user, password).into())
}

/// The text after the scheme's name, for [`HAWK`].
pub fn hawk(secret: &str) -> (usize, Credential) {
    (HAWK, Authorization::from(secret).into())
}

/// The credentials of [`all_credentials`], as given and as sent. They must not occur anywhere else.
pub const CANARIES: &[&str] = &[
    "canary-header",
    "canary-query",
    "canary-cookie",
    "canary-password",
    "canary-token",
    "canary-oauth",
    "canary-hawk",
    "canary-whole",
    // `user:canary-password`
    "dXNlcjpjYW5hcnktcGFzc3dvcmQ=",
];

/// A credential for every scheme except mutual TLS.
pub fn all_credentials() -> Vec<(usize, Credential)> {
    vec![
        key(HEADER_KEY, "canary-header"),
        key(QUERY_KEY, "canary-query"),
        key(COOKIE_KEY, "canary-cookie"),
        login("user", "canary-password"),
        token(TOKEN, "canary-token"),
        token(OAUTH, "canary-oauth"),
        hawk("canary-hawk"),
        key(WHOLE, "canary-whole"),
        key(OTHER_KEY, "canary-header"),
        key(OTHER_QUERY_KEY, "canary-query"),
    ]
}

/// Asserts that a text contains no credential of [`all_credentials`].
///
/// # Panics
///
/// If it contains one.
pub fn assert_no_canary(text: &str, what: &str) {
    for canary in CANARIES {
        assert!(!text.contains(canary), "{what} contains `{canary}`: {text}");
    }
}
