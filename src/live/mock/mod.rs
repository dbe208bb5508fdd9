//! `keystub mock`: a server that answers as the document describes, and enforces its security.
//!
//! Routing, credentials, the choice of alternatives, parameters, bodies and constraints are those of the runtime of
//! generated servers.

mod answer;
mod app;
mod bounded_map;
mod cors;
mod disturbance;
mod document;
mod exchange;
mod guard;
mod issuer;
mod options;
mod prefer;
mod problem;
mod proxy;
mod random;
mod refused;
mod reload;
mod resource;
mod state;
mod store;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use keystub_server_runtime as rt;

use rt::axum::Router;
use rt::axum::http::header::CONTENT_TYPE;
use rt::axum::routing::get;
use rt::call::Call;
use rt::protected_resource::ProtectedResource;
use rt::router::{Route, mount};

use super::server::requests::Requests;
use super::server::tables::{Tables, list, parameter};
use crate::diag::escaped;
use crate::live::bound_credential::bound_schemes;
use crate::model::Api;
use crate::model::security::{Access, Scheme, Secret, is_relative_url};
use crate::tables;
use crate::values::Values;
use app::App;
use disturbance::Disturbance;
pub(crate) use guard::Auth;
use guard::{Guard, all_scopes};
use issuer::{CLIENT, Issuer, USER};
pub(crate) use options::MockOptions;
pub(crate) use proxy::{Difference, Proxy, ProxyReport, RealServer, Target};
pub(crate) use reload::Reloadable;
use resource::{ancestors, resources};
use store::Store;

/// A mock of one document. Its tables live as long as the process.
#[derive(Debug)]
pub(crate) struct Mock {
    app: Arc<App>,
    issuer: Arc<Issuer>,
    document: Arc<str>,
    options: MockOptions,
}

/// What stays when the document changes.
struct Kept {
    issuer: Issuer,
    store: Arc<Store>,
    items: Arc<AtomicU64>,
}

impl Mock {
    /// A mock of a document in the form of OpenAPI 3.0, at an origin such as `http://127.0.0.1:4010`.
    ///
    /// # Errors
    ///
    /// If tokens are bound to keys, and the origin is not on this machine.
    pub fn new(
        api: Api,
        document: serde_json::Value,
        origin: &str,
        options: &MockOptions,
        log: fn(&str),
    ) -> Result<Self, String> {
        let issuer = Issuer::new(origin, all_scopes(&api), options.lifetime, options.seed);
        let kept = Kept { issuer, store: Arc::default(), items: Arc::default() };
        Self::with(kept, (api, document), options, log)
    }

    /// A mock of another version of the document, with the state, the keys and the tokens of this one.
    ///
    /// # Errors
    ///
    /// Same as [`Self::new`].
    pub fn reloaded(&self, api: Api, document: serde_json::Value) -> Result<Self, String> {
        let issuer = self.issuer.with_scopes(all_scopes(&api));
        let kept = Kept { issuer, store: Arc::clone(&self.app.store), items: Arc::clone(&self.app.items) };
        Self::with(kept, (api, document), &self.options, self.app.log)
    }

    fn with(
        kept: Kept,
        (mut api, document): (Api, serde_json::Value),
        options: &MockOptions,
        log: fn(&str),
    ) -> Result<Self, String> {
        let issuer = Arc::new(if !bound_schemes(&api).is_empty() { kept.issuer.with_binding()? } else { kept.issuer });
        if options.auth == Auth::Off {
            api.operations.iter_mut().for_each(|operation| operation.access = Access::Open);
        }
        let document = document::served(document, issuer.audience(), &issuer).to_string().into();
        let api: &'static Api = Box::leak(Box::new(api));
        let tables = Tables::new(api);
        let seed = (options.seed != 0).then_some(options.seed);
        let app = App {
            api,
            tables,
            requests: Requests::new(api, tables),
            values: Values::new(api, options.seed),
            headers: header_fields(api),
            guard: Guard::new(api, tables, &issuer, options.auth, options.seed)?,
            resources: resources(api),
            ancestors: ancestors(api),
            store: kept.store,
            is_stateless: options.is_stateless,
            disturbance: Disturbance::new(options.latency.clone(), options.fault, seed),
            items: kept.items,
            seed: options.seed,
            log,
        };
        Ok(Self { app: Arc::new(app), issuer, document, options: options.clone() })
    }

    /// The mock as a service.
    pub fn router(&self) -> Router {
        let operations = self.app.tables.operations.iter();
        let routes: Vec<Route<App>> = operations.map(|operation| Route { operation, handle }).collect();
        let api = mount(Arc::clone(&self.app), &routes);
        let document = Arc::clone(&self.document);
        let own = Router::new().route(
            "/.keystub/openapi.json",
            get(move || async move { ([(CONTENT_TYPE, "application/json")], document.to_string()) }),
        );
        // The routes of the document are a fallback, so that none of them collides with those of the mock.
        let router = own.merge(issuer::router(&self.issuer)).merge(self.relative_endpoints()).fallback_service(api);
        let scopes: Vec<&str> = self.issuer.scopes().iter().map(String::as_str).collect();
        let resource = ProtectedResource::new(self.issuer.audience(), &[self.issuer.url()]);
        let router = match resource {
            Ok(resource) => resource.scopes(&scopes).wrap(router),
            Err(_) => router,
        };
        match &self.options.cors {
            Some(origin) => cors::wrap(router, origin),
            None => router,
        }
    }

    /// The endpoints of the issuer at the paths of relative URLs in the document, as FastAPI writes them.
    fn relative_endpoints(&self) -> Router {
        let mut endpoints = [Vec::new(), Vec::new(), Vec::new()];
        for scheme in &self.app.api.schemes {
            if scheme.kind.has_issuer() {
                for own in scheme.kind.issuer_urls().iter().filter(|own| is_relative_url(own.url)) {
                    let path = format!("/{}", own.url.trim_start_matches(['.', '/']));
                    let kind = match own.key {
                        "tokenUrl" | "refreshUrl" => 0,
                        "authorizationUrl" => 1,
                        _ => 2,
                    };
                    let is_plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte));
                    if is_plain && !self.serves(&path) && !endpoints.iter().flatten().any(|known| *known == path) {
                        endpoints[kind].push(path);
                    }
                }
            }
        }
        let [token, authorize, discovery] = endpoints;
        issuer::at_paths(&self.issuer, &token, &authorize, &discovery)
    }

    /// Whether the document has this path itself.
    fn serves(&self, path: &str) -> bool {
        self.app.api.operations.iter().any(|operation| operation.path.text == path)
    }

    /// The names of the schemes whose tokens are bound to keys.
    pub fn bound_schemes(&self) -> Vec<&str> {
        bound_schemes(self.app.api)
    }

    /// The credentials that the mock accepts, by the index of the scheme.
    pub fn credentials(&self) -> Vec<(usize, String)> {
        self.app.guard.credentials()
    }

    /// What a developer needs to know, one line each: credentials, endpoints.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = self.app.guard.lines(self.app.api);
        let has_token = |scheme: &Scheme| scheme.is_bound() || scheme.kind.secret() == Secret::Token;
        let has_tokens = self.app.api.schemes.iter().any(has_token);
        if has_tokens {
            let Issuer { secret, password, .. } = &*self.issuer;
            lines.push(format!(
                "issuer {}   client {CLIENT}, secret {secret}   user {USER}, password {password}",
                self.issuer.url()
            ));
            lines.push(format!(
                "other tokens: POST {}/.keystub/token with {{\"scope\": \"…\", \"expires_in\": 60}}",
                self.issuer.audience()
            ));
        }
        lines.push(format!("document with these endpoints: {}/.keystub/openapi.json", self.issuer.audience()));
        lines.iter().map(|line| escaped(line).to_string()).collect()
    }
}

fn handle(app: Arc<App>, call: Call) -> rt::router::Steps {
    Box::pin(async { Ok(exchange::exchange(app, call).await) })
}

fn header_fields(api: &Api) -> BTreeMap<(usize, usize), &'static [rt::Parameter]> {
    let mut all = BTreeMap::new();
    for (at, operation) in api.operations.iter().enumerate() {
        for (index, response) in operation.responses.iter().enumerate() {
            let fields = response.headers.iter().map(|header| parameter(&tables::row(api, header)));
            all.insert((at, index), list(fields));
        }
    }
    all
}
