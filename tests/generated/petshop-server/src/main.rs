//! The server. This file was written once and is yours: keystub does not touch it again.

use petshop_server::app::App;
use petshop_server::generated;
use std::process::ExitCode;

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
    let app = App::from_env()?;
    let address = std::env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:8080".to_owned());
    let listener = tokio::net::TcpListener::bind(&address)
        .await
        .map_err(|error| format!("cannot listen on {address}: {error}"))?;
    let address = listener.local_addr().map_err(|error| format!("no local address: {error}"))?;
    println!("listening on http://{address}");
    axum::serve(listener, generated::router(app))
        .with_graceful_shutdown(stop())
        .await
        .map_err(|error| format!("the server stopped: {error}"))
}

/// Ends when the process is asked to stop.
async fn stop() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
