//! `keystub test`: check whether a server does what its document says.

mod format;
mod reports;
mod write;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, ValueEnum};
use keystub_client_runtime::reqwest::Url;

use super::document_args::{OverlayArgs, configured, set_lines};
use super::outcome::{Detail, Outcome, print};
use super::remote_args::RemoteArgs;
use crate::document::Filters;
use crate::emit::TargetKind;
use crate::error::Error;
use crate::generator::{Described, Generator};
use crate::live::call::Caller;
use crate::live::test::check::{Selection, is_known};
use crate::live::test::hosts::is_allowed;
use crate::live::test::{AccountSource, JwtKeys, Limits, Signing, TestOptions, Verdict, run};

#[derive(Debug, Args)]
pub(super) struct TestArgs {
    /// Path or https URL of the OpenAPI document (YAML or JSON), or `-` for standard input
    #[arg(required_unless_present = "list")]
    spec: Option<String>,
    /// Read settings from this TOML file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Set one key of the configuration file, in TOML, such as "limits.depth = 100"; can be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// URL of the server that is tested
    #[arg(long, value_name = "URL", required_unless_present_any = ["list", "write"])]
    server: Option<String>,
    /// Write the authentication tests of generated servers to `tests/authentication.rs` of the server crate in this folder;
    /// send nothing
    #[arg(long, value_name = "DIR", conflicts_with_all = ["list", "server"])]
    write: Option<PathBuf>,
    /// Allow requests to this host, which is not this machine; can be repeated
    #[arg(long, value_name = "HOST")]
    i_may: Vec<String>,
    /// Send requests that change something, not only GET and HEAD
    #[arg(long)]
    r#unsafe: bool,
    /// Make only these checks, or test only these operations: a check, a family, "tag:NAME", "id:OPERATION" or
    /// "METHOD /path/**"; can be repeated
    #[arg(long, value_name = "CHECK|FILTER", value_parser = selected)]
    only: Vec<Selected>,
    /// Leave these checks or operations out; can be repeated
    #[arg(long, value_name = "CHECK|FILTER", value_parser = selected)]
    except: Vec<Selected>,
    /// List the checks
    #[arg(long)]
    list: bool,
    /// Value of a parameter in every request: "petId=7"; can be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    param: Vec<(String, String)>,
    /// Read credentials from this file: a TOML table or JSON object of scheme names and credentials
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
    /// Second account, whose variables begin with this prefix and `_`: it must not see the objects of the first one
    #[arg(long, value_name = "PREFIX")]
    other: Option<String>,
    /// Account with these scopes only, whose variables begin with the prefix and `_`; can be repeated
    #[arg(long, value_name = "PREFIX=SCOPE,…", value_parser = pair)]
    role: Vec<(String, String)>,
    /// Private key in PEM, or secret, with which tokens of the server are signed: to make expired tokens and others
    #[arg(long, value_name = "FILE")]
    jwt_key: Option<PathBuf>,
    /// Public key in PEM with which the server verifies tokens: to try it as the secret of HS256 [default: the keys that the
    /// issuer publishes, if it is on a host of --i-may, or on this machine as the server is]
    #[arg(long, value_name = "FILE")]
    jwt_public_key: Option<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value_t = TestFormat::Text)]
    format: TestFormat,
    /// Write requests and responses to this file as a HAR log, without secrets
    #[arg(long, value_name = "FILE")]
    har: Option<PathBuf>,
    /// How many requests are sent at most
    #[arg(long, value_name = "NUMBER", default_value_t = 5000)]
    max_requests: usize,
    /// How many requests are sent in a second at most
    #[arg(long, value_name = "NUMBER", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    rate: u32,
    /// How many seconds the test may take
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    budget: u64,
    /// How many seconds a request may take
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    timeout: u64,
    /// Check that bodies of this many bytes are rejected
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u32).range(1..=1 << 30))]
    too_large: Option<u32>,
    /// Seed of generated values
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    seed: u64,
    /// Allow references to files in this folder [default: the folder of the document]
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
    #[command(flatten)]
    overlays: OverlayArgs,
    #[command(flatten)]
    remote: RemoteArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TestFormat {
    /// Text for people
    Text,
    /// One JSON document
    Json,
    /// JUnit's XML, for the test reports of CI services
    Junit,
    /// SARIF 2.1.0, for code scanning services
    Sarif,
}

/// What `--only` and `--except` name.
#[derive(Debug, Clone)]
enum Selected {
    Check(String),
    Operations(String),
}

fn selected(text: &str) -> Result<Selected, String> {
    if is_known(text) {
        return Ok(Selected::Check(text.to_owned()));
    }
    match Filters::parse(&[text.to_owned()], &[]) {
        Ok(_) => Ok(Selected::Operations(text.to_owned())),
        Err(_) => Err("neither a check, which `keystub test --list` lists, nor a filter of operations".to_owned()),
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected `NAME=VALUE`")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// Why nothing was tested.
enum Stopped {
    Document(Error),
    Usage(String),
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        Self::Document(error)
    }
}

impl TestArgs {
    pub(super) fn run(&self) -> ExitCode {
        if self.list {
            return print(&format::list());
        }
        let done = match &self.write {
            Some(folder) => self.written(folder),
            None => self.tested(),
        };
        match done {
            Ok(code) => code,
            Err(Stopped::Document(error)) => Outcome::failed(error).print_text(Detail::Grouped, Duration::ZERO),
            Err(Stopped::Usage(message)) => {
                eprintln!("error: {}", crate::diag::escaped(&message));
                ExitCode::from(2)
            }
        }
    }

    fn written(&self, folder: &Path) -> Result<ExitCode, Stopped> {
        let all = self.only.iter().chain(&self.except);
        if let Some(Selected::Check(name)) = all.into_iter().find(|own| matches!(own, Selected::Check(_))) {
            return Err(Stopped::Usage(format!(
                "`{name}` selects a check, but --write writes one file with all of its tests"
            )));
        }
        Ok(print(&write::write(self.generator(TargetKind::ServerAxum)?, folder)?))
    }

    fn tested(&self) -> Result<ExitCode, Stopped> {
        let server = self.server.as_deref().expect("clap requires it");
        self.check_host(server)?;
        let described = self.generator(TargetKind::ClientReqwest)?.described()?;
        let options = self.test_options(server)?;
        let Described { api, variables, places, .. } = described;
        if let Some((name, _)) = self.param.iter().find(|(name, _)| {
            !api.operations.iter().any(|operation| operation.parameters.iter().any(|own| own.name == *name))
        }) {
            return Err(Stopped::Usage(format!("no operation has a parameter `{name}`")));
        }
        let caller = Caller::new(api, server);
        let report = run(&caller, &variables, &options).map_err(Stopped::Usage)?;
        if let Some(path) = &self.har {
            std::fs::write(path, format::har(&report.exchanges))
                .map_err(|error| Stopped::Usage(format!("cannot write {}: {error}", path.display())))?;
        }
        let text = match self.format {
            TestFormat::Text => format::text(caller.api, &report),
            TestFormat::Json => format::json(caller.api, &report),
            TestFormat::Junit => reports::junit(caller.api, &report),
            TestFormat::Sarif => reports::sarif(caller.api, &report, &places),
        };
        print(&text);
        Ok(match (report.count(Verdict::Broken), report.is_conclusive()) {
            (1.., _) => ExitCode::FAILURE,
            (0, true) => ExitCode::SUCCESS,
            (0, false) => ExitCode::from(3),
        })
    }

    /// A test is an attack, so the host must be this machine or one that the user names.
    fn check_host(&self, server: &str) -> Result<(), Stopped> {
        let usage = |message: String| Stopped::Usage(message);
        let url = Url::parse(server).map_err(|_| usage("--server is not an absolute URL".to_owned()))?;
        if is_allowed(&url, &self.i_may) {
            return Ok(());
        }
        let host = url.host_str().unwrap_or_default();
        Err(usage(format!("`{host}` is not this machine; if you may test it, add `--i-may {host}`")))
    }

    fn generator(&self, kind: TargetKind) -> Result<Generator, Error> {
        let filters = |all: &[Selected]| {
            let filters = all.iter().filter_map(|own| match own {
                Selected::Operations(filter) => Some(filter.clone()),
                Selected::Check(_) => None,
            });
            filters.collect::<Vec<String>>()
        };
        let OverlayArgs { overlay: overlays, strict: is_strict } = self.overlays.clone();
        let mut options = set_lines(configured(self.config.as_deref())?, &self.set)?;
        options.root = self.root.clone().or(options.root);
        options.overlays.extend(overlays);
        options.is_strict |= is_strict;
        options.only.extend(filters(&self.only));
        options.except.extend(filters(&self.except));
        let spec = self.spec.as_deref().expect("clap requires it");
        let input = self.remote.input(spec, &mut options)?;
        Ok(Generator::new(kind, input).options(options))
    }

    fn test_options(&self, server: &str) -> Result<TestOptions, Stopped> {
        let names = |all: &[Selected]| {
            let checks = all.iter().filter_map(|own| match own {
                Selected::Check(name) => Some(name.clone()),
                Selected::Operations(_) => None,
            });
            checks.collect::<Vec<String>>()
        };
        Ok(TestOptions {
            server: server.to_owned(),
            allowed_hosts: self.i_may.clone(),
            is_unsafe: self.r#unsafe,
            has_optional: false,
            parameters: self.param.clone(),
            selection: Selection::new(&names(&self.only), &names(&self.except)),
            limits: Limits {
                requests: self.max_requests,
                rate: self.rate,
                budget: Duration::from_secs(self.budget),
                timeout: Duration::from_secs(self.timeout),
            },
            too_large: self.too_large.map(|bytes| bytes as usize),
            seed: self.seed,
            main: AccountSource::main(self.credentials.clone()),
            other: self.other.as_deref().map(|prefix| AccountSource::other(prefix, None)),
            roles: self.role.iter().map(|(prefix, scopes)| role(prefix, scopes)).collect(),
            keys: JwtKeys {
                signing: self.jwt_key.as_deref().map(read).transpose()?.map(Signing),
                public: self.jwt_public_key.as_deref().map(read).transpose()?,
            },
        })
    }
}

fn role(prefix: &str, scopes: &str) -> AccountSource {
    let scopes = scopes.split(',').map(str::trim).filter(|scope| !scope.is_empty());
    AccountSource::other(prefix, Some(scopes.map(str::to_owned).collect()))
}

fn read(path: &Path) -> Result<Vec<u8>, Stopped> {
    std::fs::read(path).map_err(|error| Stopped::Usage(format!("cannot read {}: {error}", path.display())))
}
