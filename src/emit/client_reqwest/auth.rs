//! The contents of `auth.rs`: re-exports of the runtime, and functions that obtain tokens.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::auth_file::AuthFile;
use super::super::need::Need;
use super::super::schemes;
use crate::model::security::SchemeId;
use crate::rust::Context;

/// The paths of the runtime that `auth.rs` re-exports, each with the need that it belongs to.
const AUTH: &[(Need, &str)] = &[
    (Need::OAuth, "authorization_code::{AuthorizationCode, Consent}"),
    (Need::Always, "credential::{Authorization, BoxFuture, Key, Login, Provider, Signer, Token}"),
    (Need::OAuth, "device_code::{DeviceCode, Pairing}"),
    (Need::OAuth, "discovery::{Discovered, discover}"),
    (Need::Dpop, "dpop::{DpopError, DpopKey}"),
    (Need::MutualTls, "identity::{Identity, IdentityError}"),
    (Need::OAuth, "oauth::{ClientCredentials, PasswordGrant, RefreshToken}"),
    (Need::Schemes, "secrets::SecretsError"),
    (Need::OAuth, "session::Session"),
    (Need::OAuth, "token_endpoint::{ClientAuthentication, TokenError}"),
];

/// The parts of `auth.rs` that belong to a client.
pub fn file(context: &Context<'_>) -> AuthFile {
    AuthFile {
        summary: "the types of their credentials",
        reexports: AUTH,
        defines_key: true,
        key_arguments: |scheme| {
            let path = schemes::of(scheme).credential().path;
            quote!(<#path>)
        },
        items: flows(context),
    }
}

/// The functions that obtain tokens.
pub fn flows(context: &Context<'_>) -> Vec<TokenStream> {
    let schemes = context.api.schemes.iter().zip(0..);
    schemes
        .flat_map(|(scheme, at)| schemes::of(scheme).flows(context.names.scheme(SchemeId(at)).function.plain()))
        .collect()
}
