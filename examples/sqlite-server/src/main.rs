//! Starts the server, or adds users or API keys to its database.

use std::error::Error;
use std::io::Read;
use std::process::ExitCode;
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use sqlite_server::api::auth::{ApiKeys, Passwords};
use sqlite_server::api::{self, serve};
use sqlite_server::app::App;
use sqlite_server::store::{Account, Store};
use sqlite_server::watching::Change;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let url = setting("DATABASE_URL", "sqlite://notes.db?mode=rwc");
    let store = Store::open(&url).await?;
    let result = match std::env::args().nth(1).as_deref() {
        None => start(store.clone()).await,
        Some("add-users") => add_users(&store).await,
        Some("add-keys") => add_keys(&store).await,
        Some(_) => Err("usage: sqlite-server [add-users | add-keys]".into()),
    };
    store.close().await;
    result
}

async fn start(store: Store) -> Result<(), Box<dyn Error>> {
    let app = App::new(store, setting("CALLS_PER_MINUTE", "600").parse()?)?;
    let changes = Arc::clone(&app.changes);
    let serves_docs = setting("DOCS", "false").parse().map_err(|_| "DOCS is neither `true` nor `false`")?;
    let listener = TcpListener::bind(setting("LISTEN", "127.0.0.1:8080")).await?;
    serve_metrics(&app).await?;
    println!("listening on http://{}", listener.local_addr()?);
    let router = Router::new().without_v07_checks().nest_service(api::BASE_PATH, api::router(app));
    let router = if serves_docs { router.merge(api::docs::router()) } else { router };
    let stopped = async {
        stop().await;
        changes.send_replace(Change::Stopping);
    };
    // Waits for requests in progress when it stops.
    serve(listener, router, stopped).await;
    Ok(())
}

/// Serves the metrics at another address, which is not that of the API: they are not for everyone.
async fn serve_metrics(app: &App) -> Result<(), Box<dyn Error>> {
    let Ok(address) = std::env::var("METRICS") else { return Ok(()) };
    let listener = TcpListener::bind(address).await?;
    println!("metrics at http://{}/metrics", listener.local_addr()?);
    let metrics = Arc::clone(&app.metrics);
    let text = move || std::future::ready(metrics.text());
    let router = Router::new().route("/metrics", get(text));
    tokio::spawn(serve(listener, router, stop()));
    Ok(())
}

/// Reads lines of `keystub hash-password --user NAME` from standard input.
async fn add_users(store: &Store) -> Result<(), Box<dyn Error>> {
    let text = input()?;
    Passwords::from_text(&text)?;
    for user in accounts(&text) {
        store.put_user(&user).await?;
    }
    Ok(())
}

/// Reads lines of `keystub hash-key --owner NAME` from standard input.
async fn add_keys(store: &Store) -> Result<(), Box<dyn Error>> {
    let text = input()?;
    ApiKeys::from_text(&text)?;
    for key in accounts(&text) {
        store.put_key(&key).await?;
    }
    Ok(())
}

/// The lines `name hash scope scope`, whose format is already checked.
fn accounts(text: &str) -> impl Iterator<Item = Account> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| {
        let mut words = line.split_whitespace().map(str::to_owned);
        Some(Account { name: words.next()?, hash: words.next()?, scopes: words.collect() })
    })
}

fn input() -> std::io::Result<String> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(text)
}

fn setting(variable: &str, default: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| default.to_owned())
}

/// Ends when the process receives SIGTERM or SIGINT.
async fn stop() {
    #[cfg(unix)]
    if let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = terminate.recv() => return,
            result = tokio::signal::ctrl_c() => if result.is_ok() { return },
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
