//! Discovery: metadata of the authorization server (RFC 8414, OpenID Connect Discovery 1.0) and its keys.

use std::sync::Arc;

use keystub_server_runtime::axum::extract::State;
use keystub_server_runtime::axum::http::StatusCode;
use keystub_server_runtime::axum::response::Response;
use serde_json::json;

use super::binding::ALGORITHMS;
use super::form::json;
use super::server::Issuer;

pub(super) async fn document(State(issuer): State<Arc<Issuer>>) -> Response {
    let mut document = json!({
        "issuer": issuer.url(),
        "authorization_endpoint": issuer.endpoint("authorize"),
        "token_endpoint": issuer.endpoint("token"),
        "device_authorization_endpoint": issuer.endpoint("device"),
        "revocation_endpoint": issuer.endpoint("revoke"),
        "jwks_uri": issuer.endpoint("jwks"),
        "scopes_supported": issuer.scopes(),
        "response_types_supported": ["code"],
        "grant_types_supported": [
            "authorization_code", "client_credentials", "password", "refresh_token",
            "urn:ietf:params:oauth:grant-type:device_code",
        ],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
    });
    if issuer.binding().is_some() {
        document["dpop_signing_alg_values_supported"] = json!(ALGORITHMS);
    }
    json(StatusCode::OK, &document)
}

pub(super) async fn jwks(State(issuer): State<Arc<Issuer>>) -> Response {
    json(StatusCode::OK, &issuer.jwks())
}
