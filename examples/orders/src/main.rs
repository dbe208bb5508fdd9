//! Calls the API of orders:
//!
//! ```text
//! orders list
//! orders watch
//! orders add ID
//! ```
//!
//! `ORDERS_URL` is the URL of the API, `ORDERS_SECRET` the secret of the client `shop`. Each request is a line of the log: a
//! span of tracing with the names of OpenTelemetry.

use std::process::ExitCode;

use keystub_client_runtime::credential::BoxError;
use tracing_subscriber::fmt::format::FmtSpan;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_span_events(FmtSpan::CLOSE).with_writer(std::io::stderr).init();
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match run(&words).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(words: &[&str]) -> Result<(), BoxError> {
    let variable = |name: &str| std::env::var(name).map_err(|_| format!("set {name}"));
    let api = || orders::client(&variable("ORDERS_URL")?, variable("ORDERS_SECRET")?);
    match words {
        ["list"] => orders::all_ids(&api()?).await?.iter().for_each(|id| println!("{id}")),
        ["watch"] => orders::watch(&api()?, |order| println!("{} {}", order.id, order.state)).await?,
        ["add", id] => println!("{}", orders::add(&api()?, id).await?.id),
        _ => return Err("usage: orders list | orders watch | orders add ID".into()),
    }
    Ok(())
}
