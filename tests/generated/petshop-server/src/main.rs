//! Starts the server. keystub wrote this file once; it is yours to edit.

use std::fmt;
use std::process::ExitCode;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, StatusCode};
use axum::middleware::map_request;
use axum::routing::get;
use tokio::net::TcpListener;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::sensitive_headers::SetSensitiveRequestHeadersLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::{DefaultOnResponse, TraceLayer};
use tracing::Level;

use petshop_server::app::{App, ConfigError};
use petshop_server::generated::{self, request_body_timeout, request_id, serve};

/// The longest time for a request, and for a pause while a body is received.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The headers that carry credentials. They are logged as `Sensitive`.
const CREDENTIALS: [HeaderName; 3] = [
    HeaderName::from_static("authorization"),
    HeaderName::from_static("cookie"),
    HeaderName::from_static("x-shop-key"),
];

/// Why the server cannot start.
#[derive(Debug)]
enum StartError {
    /// `LOG_LEVEL` is not a log level.
    LogLevel(String),
    /// The configuration of the application is invalid.
    Config(ConfigError),
    /// `DOCS` is neither `true` nor `false`.
    Docs(String),
    /// The address cannot be used.
    Listen(String, std::io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LogLevel(level) => write!(f, "LOG_LEVEL: `{level}` is not a log level"),
            Self::Config(error) => error.fmt(f),
            Self::Docs(value) => write!(f, "DOCS: `{value}` is neither `true` nor `false`"),
            Self::Listen(address, error) => write!(f, "cannot listen on {address}: {error}"),
        }
    }
}

impl From<ConfigError> for StartError {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), StartError> {
    start_log()?;
    let app = App::from_env()?;
    let serves_docs = serves_docs()?;
    tracing::info!(scheme = "bearerAuth", verifier = "App::bearer_auth");
    tracing::info!(scheme = "oauth", verifier = "App::oauth");
    tracing::info!(scheme = "shopKey", verifier = "App::shop_key");
    tracing::info!(scheme = "login", verifier = "App::login");
    let address = std::env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:8080".to_owned());
    let listen_error = |error| StartError::Listen(address.clone(), error);
    let listener = TcpListener::bind(&address).await.map_err(listen_error)?;
    let local = listener.local_addr().map_err(listen_error)?;
    println!("listening on http://{local}");
    // Clients use the path of the first absolute server URL in the OpenAPI document.
    let api = Router::new()
        .without_v07_checks()
        .nest_service(generated::BASE_PATH, generated::router(app));
    let api = match serves_docs {
        true => api.merge(generated::docs::router()),
        false => api,
    };
    serve(listener, with_layers(api), stop()).await;
    Ok(())
}

fn start_log() -> Result<(), StartError> {
    let level = std::env::var("LOG_LEVEL").unwrap_or_else(|_| "info".to_owned());
    let Ok(max_level) = level.parse::<Level>() else {
        return Err(StartError::LogLevel(level));
    };
    let log = tracing_subscriber::fmt().with_max_level(max_level);
    log.with_writer(std::io::stderr).init();
    Ok(())
}

/// Whether the documentation is served. It is public.
fn serves_docs() -> Result<bool, StartError> {
    let value = std::env::var("DOCS").unwrap_or_else(|_| "false".to_owned());
    match value.as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(StartError::Docs(value)),
    }
}

/// Adds a health check and layers around the API. The last layer is the outermost. Each route of the API authenticates its
/// requests itself.
fn with_layers(api: Router) -> Router {
    let trace = TraceLayer::new_for_http()
        .make_span_with(span)
        .on_response(DefaultOnResponse::new().level(Level::INFO));
    Router::new()
        .without_v07_checks()
        .route("/healthz", get(async || "ok"))
        .merge(api)
        .layer(map_request(with_body_timeout))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            TIMEOUT,
        ))
        .layer(trace)
        .layer(SetSensitiveRequestHeadersLayer::new(CREDENTIALS))
        .layer(PropagateRequestIdLayer::new(request_id::REQUEST_ID))
        .layer(SetRequestIdLayer::new(
            request_id::REQUEST_ID,
            MakeRequestUuid,
        ))
        .layer(map_request(request_id::checked))
}

/// Ends the body of a request with an error if the client pauses for too long. Unlike the layer of tower-http, it keeps the
/// length of the body, which the API checks before it reads the body.
async fn with_body_timeout(request: Request) -> Request {
    request_body_timeout::with_timeout(request, TIMEOUT)
}

/// The fields of a request in the log. The query is not one of them, because it can contain API keys.
fn span(request: &Request) -> tracing::Span {
    let id = request.headers().get(request_id::REQUEST_ID);
    let id = id.and_then(|id| id.to_str().ok()).unwrap_or_default();
    tracing::info_span!("request", method = %request.method(), path = request.uri().path(), id)
}

/// Ends when the process receives SIGTERM or SIGINT.
async fn stop() {
    #[cfg(unix)]
    if let Ok(mut terminate) =
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
    {
        tokio::select! {
            _ = terminate.recv() => return,
            result = tokio::signal::ctrl_c() => if result.is_ok() { return },
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
