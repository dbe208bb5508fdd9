//! The server. keystub wrote this file once; it is yours to edit.

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, StatusCode};
use axum::middleware::map_request;
use axum::routing::get;
use petshop_server::app::App;
use petshop_server::generated::{self, request_id, serve};
use std::process::ExitCode;
use std::time::Duration;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::sensitive_headers::SetSensitiveRequestHeadersLayer;
use tower_http::timeout::{RequestBodyTimeoutLayer, TimeoutLayer};
use tower_http::trace::{DefaultOnResponse, TraceLayer};
use tracing::Level;

/// The time limit of a request, and of each pause while its body is received.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The headers that contain credentials. They are logged as `Sensitive`.
const CREDENTIALS: [HeaderName; 3] = [
    HeaderName::from_static("authorization"),
    HeaderName::from_static("cookie"),
    HeaderName::from_static("x-shop-key"),
];

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), String> {
    let level = std::env::var("LOG_LEVEL").unwrap_or_else(|_| "info".to_owned());
    let level: Level = level.parse().map_err(|_| format!("LOG_LEVEL: unknown level `{level}`"))?;
    tracing_subscriber::fmt().with_max_level(level).with_writer(std::io::stderr).init();
    let app = App::from_env()?;
    tracing::info!(scheme = "bearerAuth", check = "JWT (RFC 8725), keys from a key set");
    tracing::info!(scheme = "oauth", check = "JWT (RFC 8725), keys from a key set");
    tracing::info!(scheme = "shopKey", check = "API keys, stored as SHA-256, compared in constant time");
    tracing::info!(scheme = "login", check = "passwords, stored as argon2id");
    let address = std::env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:8080".to_owned());
    let listener = tokio::net::TcpListener::bind(&address)
        .await
        .map_err(|error| format!("cannot listen on {address}: {error}"))?;
    let address = listener.local_addr().map_err(|error| format!("no local address: {error}"))?;
    println!("listening on http://{address}");
    serve(listener, with_layers(generated::router(app)), stop()).await;
    Ok(())
}

/// Adds layers to the API. The last layer is the outermost. Authentication is inside each route and independent of layers.
fn with_layers(api: Router) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok"))
        .merge(api)
        .layer(RequestBodyTimeoutLayer::new(TIMEOUT))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIMEOUT))
        .layer(TraceLayer::new_for_http().make_span_with(span).on_response(DefaultOnResponse::new().level(Level::INFO)))
        .layer(SetSensitiveRequestHeadersLayer::new(CREDENTIALS))
        .layer(PropagateRequestIdLayer::new(request_id::REQUEST_ID))
        .layer(SetRequestIdLayer::new(request_id::REQUEST_ID, MakeRequestUuid))
        .layer(map_request(request_id::checked))
}

/// The logged parts of a request. The query is not logged, because it may contain keys.
fn span(request: &Request) -> tracing::Span {
    let id = request.headers().get(request_id::REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default();
    tracing::info_span!(
        "request", method = % request.method(), path = request.uri().path(), id
    )
}

/// Completes when the process receives a signal to stop.
async fn stop() {
    #[cfg(unix)]
    if let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = terminate.recv() => return, result = tokio::signal::ctrl_c() => if result
            .is_ok() { return },
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
