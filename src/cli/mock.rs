//! `keystub mock`: run a mock server of a document.

mod check;
mod proxy;
mod reload;
mod values;

use std::io::Write;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, ValueEnum};
use reload::Reloading;
use tokio::net::TcpListener;
use values::{duration, latency, percent};

use super::document_args::{DocumentArgs, OutputFormat};
use super::outcome::{Detail, Outcome};
use super::paint;
use crate::error::Error;
use crate::generator::Described;
use crate::live::mock::{Auth, Mock, MockOptions, Proxy, RealServer};
use crate::live::mock_check;
use crate::model::Api;

#[derive(Debug, Args)]
pub(super) struct MockArgs {
    #[command(flatten)]
    document: DocumentArgs,
    /// Address and port; with port 0 the system chooses one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4010")]
    listen: SocketAddr,
    /// How strictly credentials are checked
    #[arg(long, value_enum, default_value_t = AuthMode::Strict, value_name = "MODE")]
    auth: AuthMode,
    /// Seed of generated values, credentials and faults
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    seed: u64,
    /// Remember nothing between requests
    #[arg(long)]
    stateless: bool,
    /// How long a response takes: `200ms`, `2s`, or a range such as `50ms..400ms`
    #[arg(long, value_name = "TIME", value_parser = latency)]
    latency: Option<RangeInclusive<Duration>>,
    /// Share of requests that fail with 503: `5%`
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    fault: Option<f64>,
    /// How long access tokens are valid: `30s`
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "1h")]
    expire: Duration,
    /// Serve the new version whenever one of the files of the document changes; state, keys and tokens stay
    #[arg(long, conflicts_with_all = ["check", "proxy"])]
    watch: bool,
    /// Call every operation of the mock with generated values, print the responses that are not documented successes, and exit
    #[arg(long, conflicts_with_all = ["listen", "auth", "stateless", "latency", "fault", "expire", "cors"])]
    check: bool,
    /// Forward requests to the server at this URL, and report where it differs from the document: at once, and all
    /// differences at the end
    #[arg(long, value_name = "URL", conflicts_with_all = ["auth", "stateless", "expire", "check"])]
    proxy: Option<String>,
    /// How long the server of --proxy may take to respond, and then for each part of the body: `30s`
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "60s", requires = "proxy")]
    timeout: Duration,
    /// Let web pages of this origin call the mock; `*` for all
    #[arg(long, value_name = "ORIGIN")]
    cors: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum AuthMode {
    /// Only the printed credentials and valid tokens of the mock's issuer
    Strict,
    /// Any credential in the place and syntax of its scheme
    Any,
    /// No authentication
    Off,
}

impl MockArgs {
    pub(super) fn run(&self) -> ExitCode {
        if self.document.format == OutputFormat::Json && self.proxy.is_none() {
            eprintln!(
                "error: `keystub mock` prints text only, except for the report of --proxy; remove `--format json`"
            );
            return ExitCode::from(2);
        }
        match self.serve() {
            Ok(code) => code,
            Err(error) => Outcome::failed(error).print_text(self.document.detail(), Duration::ZERO),
        }
    }

    fn serve(&self) -> Result<ExitCode, Error> {
        let files = self.watch.then(|| self.document.watched()).transpose()?;
        let described = reload::read(&self.document)?;
        let detail = self.document.detail();
        if detail != Detail::Quiet {
            described.listing.entries(detail.repeated()).iter().for_each(|entry| paint::print(&format!("{entry}\n")));
        }
        if self.check {
            let checked = mock_check::check(&described.api, described.document, &self.mock_options());
            return Ok(check::report(&checked.map_err(Error::Setting)?));
        }
        let runtime = tokio::runtime::Runtime::new().map_err(|error| Error::Setting(format!("no threads: {error}")))?;
        runtime.block_on(async {
            match &self.proxy {
                Some(url) => self.forward(described, url).await,
                None => self.mock(described, files).await,
            }
        })
    }

    async fn mock(&self, described: Described, files: Option<Vec<PathBuf>>) -> Result<ExitCode, Error> {
        let (listener, origin) = self.listener().await?;
        let stop = stopped();
        let first = first_line("mock", &described.api, &origin);
        let document = files.as_ref().map(|_| described.document.clone()).unwrap_or_default();
        let mock = Mock::new(described.api, described.document, &origin, &self.mock_options(), log);
        let mock = mock.map_err(Error::Setting)?;
        log(&first);
        mock.lines().iter().for_each(|line| log(line));
        let router = match files {
            Some(files) => Reloading::new(&self.document, mock, document, log).start(files).router(),
            None => mock.router(),
        };
        keystub_server_runtime::serve::serve(listener, router, stop).await;
        Ok(ExitCode::SUCCESS)
    }

    /// Forwards requests until the command is stopped, and prints the report.
    async fn forward(&self, described: Described, url: &str) -> Result<ExitCode, Error> {
        let server =
            RealServer { url: url.to_owned(), is_insecure: self.document.remote.is_insecure(), timeout: self.timeout };
        let proxy = match Proxy::new(described.api, &server, &self.mock_options(), log) {
            Ok(proxy) => proxy,
            Err(message) => {
                eprintln!("error: {}", crate::diag::escaped(&message));
                return Ok(ExitCode::from(2));
            }
        };
        let (listener, origin) = self.listener().await?;
        let stop = stopped();
        log(&first_line("proxy", proxy.api(), &origin));
        log(&format!("requests are forwarded to {}", crate::diag::escaped(url)));
        let api = proxy.api();
        let report = proxy.serve(listener, stop).await;
        Ok(proxy::print(api, &report, self.document.format))
    }

    /// The listener and its origin.
    async fn listener(&self) -> Result<(TcpListener, String), Error> {
        let failed = |error| Error::Setting(format!("cannot listen on {}: {error}", self.listen));
        let listener = TcpListener::bind(self.listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok((listener, format!("http://{address}")))
    }

    fn mock_options(&self) -> MockOptions {
        MockOptions {
            auth: match self.auth {
                AuthMode::Strict => Auth::Strict,
                AuthMode::Any => Auth::Any,
                AuthMode::Off => Auth::Off,
            },
            seed: self.seed,
            is_stateless: self.stateless,
            latency: self.latency.clone(),
            fault: self.fault.unwrap_or_default(),
            lifetime: self.expire,
            cors: self.cors.clone(),
        }
    }
}

/// The line by which a caller knows that the server listens.
fn first_line(kind: &str, api: &Api, origin: &str) -> String {
    let title = crate::diag::escaped(&format!("{} {}", api.title, api.version));
    format!("{kind} of {title} on {origin}   {} operations", api.operations.len())
}

/// Prints a line to standard error. Nobody may be reading it any more, and the mock goes on.
fn log(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Completes on Ctrl-C, and on Unix on SIGTERM; never if signals cannot be received. They are received from this call on.
#[cfg(unix)]
fn stopped() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let signals = [SignalKind::interrupt(), SignalKind::terminate()].map(|kind| signal(kind).ok());
    async move {
        let received = signals.map(|signal| {
            Box::pin(async move {
                match signal {
                    Some(mut signal) => drop(signal.recv().await),
                    None => std::future::pending().await,
                }
            })
        });
        futures_util::future::select_all(received).await;
    }
}

/// Completes on Ctrl-C, or never if it cannot be received.
#[cfg(not(unix))]
async fn stopped() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
