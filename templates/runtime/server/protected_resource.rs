//! Protected resource metadata (RFC 9728): they tell clients where to get tokens for the API.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, Method};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use reqwest::Url;
use serde_json::json;

use super::jwks::secure_url;
use super::jwt_keys::KeyError;

/// Inserted between the host and the path of a resource (section 3.1).
const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// The metadata of an API.
#[derive(Debug, Clone)]
pub struct ProtectedResource {
    /// Exactly as given: clients compare it character by character (section 3.3).
    resource: String,
    url: Url,
    authorization_servers: Vec<String>,
    scopes: Vec<String>,
}

impl ProtectedResource {
    /// The API with this URL, which is the audience of its tokens, and the issuers whose tokens it accepts.
    ///
    /// # Errors
    ///
    /// If the URL is not https (or http to loopback), or has a query or a fragment (section 1.2).
    pub fn new(resource: &str, authorization_servers: &[&str]) -> Result<Self, KeyError> {
        let url = secure_url(resource)?;
        if url.query().is_some() || url.fragment().is_some() {
            return Err(KeyError::new("the URL must not have a query or a fragment"));
        }
        let authorization_servers = authorization_servers.iter().map(|issuer| (*issuer).to_owned()).collect();
        Ok(Self { resource: resource.to_owned(), url, authorization_servers, scopes: Vec::new() })
    }

    /// The scopes that clients may request: `auth::SCOPES` contains those of the document.
    #[must_use]
    pub fn scopes(mut self, scopes: &[&str]) -> Self {
        self.scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        self
    }

    /// Serves the metadata in addition to this API, and adds their URL to each challenge for a token (section 5.1). Apply it
    /// to the whole application: the layers of a router that is merged into another one do not see requests for other
    /// paths.
    pub fn wrap(self, api: Router) -> Router {
        let path = self.path();
        let mut url = self.url.clone();
        url.set_path(&path);
        let metadata =
            Arc::new(Metadata { path, parameter: format!(r#", resource_metadata="{url}""#), json: self.json() });
        // A layer rather than a route: the document may have this path too, and axum does not allow two routes for one
        // path.
        api.layer(from_fn(move |request: Request, next: Next| answer(Arc::clone(&metadata), request, next)))
    }

    fn path(&self) -> String {
        format!("{WELL_KNOWN}{}", self.url.path().trim_end_matches('/'))
    }

    /// The metadata as JSON (section 2).
    fn json(&self) -> String {
        let mut metadata = json!({
            "resource": self.resource,
            "authorization_servers": self.authorization_servers,
            "bearer_methods_supported": ["header"],
        });
        if !self.scopes.is_empty() {
            metadata["scopes_supported"] = json!(self.scopes);
        }
        metadata.to_string()
    }
}

struct Metadata {
    path: String,
    parameter: String,
    json: String,
}

async fn answer(metadata: Arc<Metadata>, request: Request, next: Next) -> Response {
    // axum leaves out the body of a response to HEAD.
    if matches!(*request.method(), Method::GET | Method::HEAD) && request.uri().path() == metadata.path {
        let headers = [(CONTENT_TYPE, "application/json"), (ACCESS_CONTROL_ALLOW_ORIGIN, "*")];
        return (headers, metadata.json.clone()).into_response();
    }
    let mut response = next.run(request).await;
    for value in response.headers_mut().iter_mut().filter(|(name, _)| *name == WWW_AUTHENTICATE).map(|(_, value)| value)
    {
        let is_for_token = |text: &str| text.starts_with("Bearer ") || text.starts_with("DPoP ");
        let text = value.to_str().ok().filter(|text| is_for_token(text) && !text.contains("resource_metadata="));
        if let Some(Ok(named)) = text.map(|text| HeaderValue::try_from(format!("{text}{}", metadata.parameter))) {
            *value = named;
        }
    }
    response
}
