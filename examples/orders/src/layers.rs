//! Layers of tower for the client.

use std::time::Duration;

use tower::ServiceBuilder;
use tower::limit::ConcurrencyLimitLayer;
use tower_http::trace::TraceLayer;

use crate::api::ClientBuilder;

/// Sends at most this many requests at once, and waits at most five seconds for each response. The limit is that of all calls of
/// the client. Each retry passes the layers with a fresh proof of its token.
pub fn with_limits(builder: ClientBuilder, most: usize) -> ClientBuilder {
    let layers = ServiceBuilder::new()
        // Prints no values of headers: the client marks them as sensitive.
        .layer(TraceLayer::new_for_http())
        .layer(ConcurrencyLimitLayer::new(most))
        .timeout(Duration::from_secs(5));
    builder.tower_layer(layers)
}
