//! The authorization server of the mock: one issuer for all OAuth 2 and OpenID Connect schemes of the document. Its
//! tokens are JWTs, signed with a key that is new in each process.

mod authorize;
mod binding;
mod device;
mod form;
mod grants;
mod metadata;
mod page;
mod server;
mod token;

use std::sync::Arc;

use keystub_server_runtime::axum::Router;
use keystub_server_runtime::axum::routing::{get, post};

pub(super) use binding::{policy, proof_error};
use server::PATH;
pub(super) use server::{CLIENT, Issuer, USER};

/// The endpoints.
pub(super) fn router(issuer: &Arc<Issuer>) -> Router {
    let at = |name: &str| format!("{PATH}/{name}");
    Router::new()
        .route(&at("token"), post(token::endpoint))
        .route(&at("authorize"), get(authorize::show).post(authorize::decide))
        .route(&at("device"), post(device::start))
        .route(&at("verify"), get(device::show).post(device::decide))
        .route(&at("revoke"), post(token::revoke))
        .route(&at("jwks"), get(metadata::jwks))
        .route("/.keystub/token", post(token::of_choice))
        .route(&at(".well-known/openid-configuration"), get(metadata::document))
        .route(&at(".well-known/oauth-authorization-server"), get(metadata::document))
        // RFC 8414, section 3.1: the well-known part stands between the host and the path of the issuer.
        .route(&format!("/.well-known/oauth-authorization-server{PATH}"), get(metadata::document))
        .with_state(Arc::clone(issuer))
}

/// Endpoints at other paths, where the document has relative URLs.
pub(super) fn at_paths(issuer: &Arc<Issuer>, token: &[String], authorize: &[String], discovery: &[String]) -> Router {
    let mut router = Router::new();
    for path in token {
        router = router.route(path, post(token::endpoint));
    }
    for path in authorize {
        router = router.route(path, get(authorize::show).post(authorize::decide));
    }
    for path in discovery {
        router = router.route(path, get(metadata::document));
    }
    router.with_state(Arc::clone(issuer))
}
