//! `keystub mock`: run a mock server of a document.

mod check;

use std::io::Write;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, ValueEnum};
use tokio::net::TcpListener;

use super::document_args::{DocumentArgs, OutputFormat};
use super::outcome::{Detail, Outcome};
use super::paint;
use crate::emit::TargetKind;
use crate::error::Error;
use crate::live::mock::{Auth, Mock, MockOptions};
use crate::live::mock_check;
use crate::options::Options;

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
    /// Call every operation of the mock with generated values, print the responses that are not documented successes, and exit
    #[arg(long, conflicts_with_all = ["listen", "auth", "stateless", "latency", "fault", "expire", "cors"])]
    check: bool,
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

/// `30s`, `200ms`, `5m`, `1h`.
fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| "expected a number and a unit, such as `30s`".to_owned())?;
    let (seconds, is_fine) = match unit {
        "ms" => return Ok(Duration::from_millis(number)),
        "s" => (Some(number), true),
        "m" => (number.checked_mul(60), true),
        "h" => (number.checked_mul(3600), true),
        _ => (None, false),
    };
    // A year is more than anyone waits, and far from the end of the clock.
    match seconds.filter(|seconds| *seconds <= 366 * 86_400) {
        Some(seconds) => Ok(Duration::from_secs(seconds)),
        None if is_fine => Err("longer than a year".to_owned()),
        None => Err("the unit must be `ms`, `s`, `m` or `h`".to_owned()),
    }
}

fn latency(text: &str) -> Result<RangeInclusive<Duration>, String> {
    let (least, most) = text.split_once("..").unwrap_or((text, text));
    let (least, most) = (duration(least)?, duration(most)?);
    if least > most { Err("the range is empty".to_owned()) } else { Ok(least..=most) }
}

fn percent(text: &str) -> Result<f64, String> {
    let number: f64 = text.trim_end_matches('%').parse().map_err(|_| "expected a number such as `5%`".to_owned())?;
    if (0.0..=100.0).contains(&number) { Ok(number / 100.0) } else { Err("expected 0% to 100%".to_owned()) }
}

impl MockArgs {
    pub(super) fn run(&self) -> ExitCode {
        if self.document.format == OutputFormat::Json {
            eprintln!("error: `keystub mock` prints text only; remove `--format json`");
            return ExitCode::from(2);
        }
        match self.serve() {
            Ok(code) => code,
            Err(error) => Outcome::failed(error).print_text(self.document.detail(), Duration::ZERO),
        }
    }

    fn serve(&self) -> Result<ExitCode, Error> {
        let options = self.document.options(Options::default())?;
        let generator = self.document.generator(TargetKind::ServerAxum, options)?;
        let described = generator.described()?;
        let detail = self.document.detail();
        if detail != Detail::Quiet {
            described.listing.entries(detail.repeated()).iter().for_each(|entry| paint::print(&format!("{entry}\n")));
        }
        if self.check {
            let checked = mock_check::check(&described.api, described.document, &self.mock_options());
            let (api, report) = checked.map_err(Error::Setting)?;
            return Ok(check::report(api, &report));
        }
        let runtime = tokio::runtime::Runtime::new().map_err(|error| Error::Setting(format!("no threads: {error}")))?;
        runtime.block_on(async {
            let failed = |error| Error::Setting(format!("cannot listen on {}: {error}", self.listen));
            let listener = TcpListener::bind(self.listen).await.map_err(failed)?;
            let address = listener.local_addr().map_err(failed)?;
            let origin = format!("http://{address}");
            let title = format!("{} {}", described.api.title, described.api.version);
            let count = described.api.operations.len();
            let mock = Mock::new(described.api, described.document, &origin, &self.mock_options(), log);
            log(&format!("mock of {} on {origin}   {count} operations", crate::diag::escaped(&title)));
            mock.lines().iter().for_each(|line| log(line));
            keystub_server_runtime::serve::serve(listener, mock.router(), stopped()).await;
            Ok(ExitCode::SUCCESS)
        })
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

/// Prints a line to standard error. Nobody may be reading it any more, and the mock goes on.
fn log(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Completes on Ctrl-C, or never if the signal cannot be received.
async fn stopped() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_unit() {
        let milliseconds = Duration::from_millis;
        let cases =
            [("50ms", Some(milliseconds(50))), ("2s", Some(milliseconds(2000))), ("1h", Some(milliseconds(3_600_000)))];
        let bad = ["5", "s", "", "-1s", "5d", "99999999999999999999s", "18446744073709551615h", "1é"];
        for (text, expected) in cases.into_iter().chain(bad.map(|text| (text, None))) {
            assert_eq!(duration(text).ok(), expected, "{text}");
        }
    }

    #[test]
    fn latencies_are_one_duration_or_a_range() {
        let range = |least, most| Some(Duration::from_millis(least)..=Duration::from_millis(most));
        let cases = [("50ms", range(50, 50)), ("50ms..400ms", range(50, 400)), ("4s..1s", None), ("..", None)];
        for (text, expected) in cases {
            assert_eq!(latency(text).ok(), expected, "{text}");
        }
    }

    #[test]
    fn shares_are_percentages() {
        let cases = [("5%", Some(0.05)), ("100", Some(1.0)), ("101%", None), ("NaN", None), ("-1%", None)];
        for (text, expected) in cases {
            assert_eq!(percent(text).ok(), expected, "{text}");
        }
    }
}
