//! The flow of a scheme: from its endpoints to a session.

use keystub_client_runtime as rt;
use rt::authorization_code::AuthorizationCode;
use rt::device_code::DeviceCode;
use rt::discovery::{Discovered, discover};
use rt::dpop::DpopKey;
use rt::token_endpoint::resolved;
use serde::{Deserialize, Serialize};

use super::client::Client;
use crate::model::Api;
use crate::model::security::{Access, Flow, Flows, Scheme, SchemeId, is_relative_url};

/// Where tokens are refreshed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Renewal {
    /// At this endpoint.
    TokenUrl(String),
    /// At the endpoint in the metadata at this URL.
    Discovery(String),
}

/// How the user consents.
#[derive(Debug)]
pub(crate) enum Consenting {
    /// In a browser on this machine.
    Browser(Box<AuthorizationCode>),
    /// On another device.
    Device(Box<DeviceCode>),
}

impl Consenting {
    /// The flow with tokens that are bound to this key, if there is one.
    #[must_use]
    pub fn bound(self, key: Option<&DpopKey>) -> Self {
        match (self, key) {
            (Self::Browser(flow), Some(key)) => Self::Browser(Box::new(flow.dpop(key))),
            (Self::Device(flow), Some(key)) => Self::Device(Box::new(flow.dpop(key))),
            (own, None) => own,
        }
    }
}

/// The flows of a scheme with absolute URLs, or the metadata of its issuer.
#[derive(Debug)]
pub(crate) enum Endpoints {
    /// Those of the document.
    Declared {
        /// The authorization code flow.
        code: Option<Flow>,
        /// The device authorization flow.
        device: Option<Flow>,
    },
    /// Those of the metadata at this URL.
    Discovered(String, Box<Discovered>),
}

impl Endpoints {
    /// The endpoints of a scheme. Relative URLs are resolved against that of the server.
    ///
    /// # Errors
    ///
    /// If no user can log in with the scheme, or its metadata cannot be fetched.
    pub async fn of(scheme: &Scheme, server: &str) -> Result<Self, String> {
        let absolute = |url: &str| if is_relative_url(url) { resolved(server, url) } else { url.to_owned() };
        let metadata = match (scheme.kind.discovery(), scheme.kind.flows()) {
            (Some(discovery), _) => absolute(discovery),
            (None, Some(flows)) => match &flows.metadata_url {
                Some(url) => absolute(url),
                None => return declared(flows, absolute),
            },
            (None, None) => return Err("it is neither `oauth2` nor `openIdConnect`, so there is no login".to_owned()),
        };
        let discovered = discover(&metadata).await.map_err(|error| error.to_string())?;
        Ok(Self::Discovered(metadata, Box::new(discovered)))
    }

    /// Whether the only way is to consent on another device.
    pub fn is_device_only(&self) -> bool {
        matches!(self, Self::Declared { code: None, device: Some(_) })
    }

    /// The flow in a browser, which is then redirected to `redirect_uri`.
    ///
    /// # Errors
    ///
    /// If the flow has no endpoints, or they do not belong to the authorization server of the client.
    pub fn browser(&self, client: &Client, redirect_uri: &str) -> Result<(Consenting, Renewal), String> {
        let (flow, endpoints, renewal) = match self {
            Self::Declared { code: None, .. } => return Err("it has no flow `authorizationCode`".to_owned()),
            Self::Declared { code: Some(flow), .. } => {
                let (authorization_url, token_url) = urls(flow)?;
                let code = AuthorizationCode::new(authorization_url, token_url, client.id(), redirect_uri);
                (code, vec![token_url, refresh_url(flow, token_url)], renewal(flow, token_url))
            }
            Self::Discovered(url, metadata) => {
                let code = metadata.authorization_code(client.id(), redirect_uri).map_err(|error| error.to_string())?;
                (code, vec![metadata.token_url()], Renewal::Discovery(url.clone()))
            }
        };
        let flow = match client.secret_for(&endpoints)? {
            Some(secret) => flow.secret(secret),
            None => flow,
        };
        Ok((Consenting::Browser(Box::new(flow)), renewal))
    }

    /// The flow on another device.
    ///
    /// # Errors
    ///
    /// If the flow has no endpoints, or they do not belong to the authorization server of the client.
    pub fn device(&self, client: &Client) -> Result<(Consenting, Renewal), String> {
        let (flow, endpoints, renewal) = match self {
            Self::Declared { device: None, .. } => return Err("it has no flow `deviceAuthorization`".to_owned()),
            Self::Declared { device: Some(flow), .. } => {
                let (device_url, token_url) = urls(flow)?;
                let device = DeviceCode::new(device_url, token_url, client.id());
                (device, vec![token_url, device_url, refresh_url(flow, token_url)], renewal(flow, token_url))
            }
            Self::Discovered(url, metadata) => {
                let device = metadata.device_code(client.id()).map_err(|error| error.to_string())?;
                let endpoints = [metadata.token_url()].into_iter().chain(metadata.device_url()).collect();
                (device, endpoints, Renewal::Discovery(url.clone()))
            }
        };
        // RFC 8628, section 3.1: the client authenticates at both endpoints.
        let flow = match client.secret_for(&endpoints)? {
            Some(secret) => flow.secret(secret),
            None => flow,
        };
        Ok((Consenting::Device(Box::new(flow)), renewal))
    }
}

fn declared(flows: &Flows, absolute: impl Fn(&str) -> String) -> Result<Endpoints, String> {
    let all = |flow: &Option<Flow>| {
        let flow = flow.as_ref()?;
        let url = |url: &Option<String>| url.as_deref().map(&absolute);
        Some(Flow {
            authorization_url: url(&flow.authorization_url),
            token_url: url(&flow.token_url),
            refresh_url: url(&flow.refresh_url),
            scopes: Vec::new(),
        })
    };
    match (all(&flows.authorization_code), all(&flows.device)) {
        (None, None) => Err("it has neither a flow `authorizationCode` nor `deviceAuthorization`".to_owned()),
        (code, device) => Ok(Endpoints::Declared { code, device }),
    }
}

fn urls(flow: &Flow) -> Result<(&str, &str), String> {
    match (&flow.authorization_url, &flow.token_url) {
        (Some(authorization), Some(token)) => Ok((authorization, token)),
        (None, _) | (_, None) => Err("its flow lacks a URL".to_owned()),
    }
}

fn refresh_url<'f>(flow: &'f Flow, token_url: &'f str) -> &'f str {
    flow.refresh_url.as_deref().unwrap_or(token_url)
}

fn renewal(flow: &Flow, token_url: &str) -> Renewal {
    Renewal::TokenUrl(refresh_url(flow, token_url).to_owned())
}

/// The scopes that operations require of a scheme, in document order.
pub(crate) fn required_scopes(api: &Api, scheme: SchemeId) -> Vec<String> {
    let mut scopes: Vec<String> = Vec::new();
    if api.schemes[scheme.0].kind.discovery().is_some() {
        scopes.push("openid".to_owned());
    }
    for operation in &api.operations {
        let Access::Guarded { any_of, .. } = &operation.access else { continue };
        let uses = any_of.iter().flat_map(|alternative| alternative.iter()).filter(|own| own.scheme == scheme);
        for scope in uses.flat_map(|own| &own.scopes) {
            if !scopes.contains(scope) {
                scopes.push(scope.clone());
            }
        }
    }
    scopes
}
