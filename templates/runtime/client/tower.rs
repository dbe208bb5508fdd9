//! Layers and services of tower. They have requests and responses of the crate http, and one state for all calls of a client.

use std::any::Any;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use reqwest::{Body, Request, Response};
pub use tower_layer::Layer;
use tower_service::Service;

use super::core::CoreBuilder;
use super::credential::{BoxError, BoxFuture};
use super::service::{Next, Sent};

/// What is below a layer of tower: the layers that were added after it, and the network or a service. It responds to requests
/// that have the extension [`Next`], which the client adds.
#[derive(Debug, Clone)]
pub struct Below(());

impl<B> Service<http::Request<B>> for Below
where
    B: HttpBody + Send + 'static,
    B::Data: Into<Bytes>,
    B::Error: Into<BoxError>,
{
    type Response = http::Response<Body>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: http::Request<B>) -> Self::Future {
        let next = request.extensions_mut().remove::<Next>();
        Box::pin(async move {
            // Without it, the origin that the credentials are for is unknown.
            let next = next.ok_or("a layer of tower removed the extensions of the request")?;
            let request = Request::try_from(request.map(body_of));
            let mut request = request.map_err(|_| "a layer of tower set a URI that is not absolute")?;
            if request.body().and_then(Body::as_bytes).is_some_and(<[u8]>::is_empty) {
                *request.body_mut() = None;
            }
            Ok(next.send(request).await?.into())
        })
    }
}

/// A service of tower that responds to the requests of a client: every `Service<http::Request<reqwest::Body>>` with a response
/// of the crate http that is `Clone`, `Send` and `Sync`. A clone has the same state, as those of tower.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a service for the requests of a client",
    note = "it must be a `Service<http::Request<reqwest::Body>>` with an `http::Response`, and `Clone`, `Send` and `Sync`"
)]
pub trait HttpService: Clone + Send + Sync + 'static {
    /// Waits until the service is ready, and sends it the request.
    fn respond(self, request: http::Request<Body>) -> BoxFuture<'static, Result<Response, BoxError>>;
}

impl<S, B> HttpService for S
where
    S: Service<http::Request<Body>, Response = http::Response<B>> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: HttpBody + Send + 'static,
    B::Data: Into<Bytes>,
    B::Error: Into<BoxError>,
{
    fn respond(mut self, request: http::Request<Body>) -> BoxFuture<'static, Sent> {
        Box::pin(async move {
            poll_fn(|context| self.poll_ready(context)).await.map_err(Into::<BoxError>::into)?;
            let response = self.call(request).await.map_err(Into::<BoxError>::into)?;
            Ok(response.map(body_of).into())
        })
    }
}

impl CoreBuilder {
    /// Adds a layer of tower, or a `ServiceBuilder`, below the layers that were added before.
    pub fn tower_layer<L>(&mut self, layer: L)
    where
        L: Layer<Below>,
        L::Service: HttpService,
    {
        let service = layer.layer(Below(()));
        self.layer(move |request, next| {
            let service = service.clone();
            async move {
                let mut request = http::Request::try_from(request)?;
                request.extensions_mut().insert(next);
                service.respond(request).await
            }
        });
    }

    /// Sends requests with this service of tower in place of the network.
    pub fn tower_service(&mut self, service: impl HttpService) {
        self.service(move |request| {
            let service = service.clone();
            async move { service.respond(http::Request::try_from(request)?).await }
        });
    }
}

/// The body as that of reqwest: itself if it is one, because bytes can be sent again.
fn body_of<B>(mut body: B) -> Body
where
    B: HttpBody + Send + 'static,
    B::Data: Into<Bytes>,
    B::Error: Into<BoxError>,
{
    match (&mut body as &mut dyn Any).downcast_mut::<Body>() {
        Some(own) => std::mem::replace(own, Body::from(Bytes::new())),
        None => Body::wrap(Exclusive(Mutex::new(Box::pin(body)))),
    }
}

/// A body that is `Sync`, which reqwest requires and bodies of axum are not.
struct Exclusive<B>(Mutex<Pin<Box<B>>>);

impl<B> Exclusive<B> {
    fn lock(&self) -> MutexGuard<'_, Pin<Box<B>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<B: HttpBody> HttpBody for Exclusive<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner).as_mut().poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.lock().is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.lock().size_hint()
    }
}
