//! A service that can be replaced while it serves: a mock whose document changes.

use std::convert::Infallible;
use std::sync::{Arc, PoisonError, RwLock};

use keystub_server_runtime as rt;

use rt::axum::Router;
use rt::axum::extract::Request;
use rt::axum::response::Response;
use tower_service::Service;

/// A service that can be replaced. A request is served by the one that is current when it arrives.
#[derive(Debug, Clone)]
pub(crate) struct Reloadable(Arc<RwLock<Router>>);

impl Reloadable {
    pub fn new(router: Router) -> Self {
        Self(Arc::new(RwLock::new(router)))
    }

    /// Replaces the service.
    pub fn replace(&self, router: Router) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = router;
    }

    /// The service.
    pub fn router(&self) -> Router {
        let current = self.clone();
        Router::new().fallback(move |request: Request| current.serve(request))
    }

    async fn serve(self, request: Request) -> Result<Response, Infallible> {
        let mut router = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        router.call(request).await
    }
}
