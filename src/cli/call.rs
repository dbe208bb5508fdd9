//! `keystub call`: call one operation of a document.

mod arguments;
mod curl;
mod report;

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use keystub_client_runtime as rt;

use super::document_args::DocumentArgs;
use super::outcome::Outcome;
use crate::diag::escaped;
use crate::emit::TargetKind;
use crate::error::Error;
use crate::generator::Described;
use crate::live::call::{Caller, Input};
use crate::model::Api;
use crate::model::access_text::access_text;
use crate::options::Options;

#[derive(Debug, Args)]
pub(super) struct CallArgs {
    /// URL of the server [default: the first absolute server URL of the document]
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// Read credentials from this file: a TOML table or JSON object of scheme names and credentials
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
    /// Request body: a text, `@FILE`, or `@-` for standard input
    #[arg(long, value_name = "BODY")]
    body: Option<String>,
    /// Media type of the body, if the operation has several
    #[arg(long, value_name = "TYPE")]
    media_type: Option<String>,
    /// Print the request and what it would be authenticated with; send nothing
    #[arg(long, conflicts_with = "curl")]
    dry_run: bool,
    /// Print a curl command with variables in place of credentials; send nothing
    #[arg(long)]
    curl: bool,
    /// Print status and header fields of the response on standard error
    #[arg(long, short)]
    include: bool,
    /// How many seconds the call may take
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    timeout: u64,
    #[command(flatten)]
    document: DocumentArgs,
    /// The operation: its operationId or "METHOD /path"; without it, all operations are listed
    operation: Option<String>,
    /// Parameters (`--name value`) and fields of the body (`name=value` for text, `name:=JSON`)
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENT")]
    arguments: Vec<String>,
}

/// How a call ends.
enum End {
    /// A response with this status.
    Status(u16),
    /// Nothing was sent because an argument is wrong.
    Usage(String),
    /// Nothing was sent because the security requirements cannot be met.
    Auth(String),
    /// There is no response.
    Failed(String),
    /// Something was printed instead of a call.
    Printed,
}

impl End {
    fn exit(self) -> ExitCode {
        let (code, message) = match self {
            Self::Status(200..=299) | Self::Printed => (0, None),
            Self::Status(300..=399) => (3, None),
            Self::Status(400..=499) => (4, None),
            Self::Status(_) => (5, None),
            Self::Usage(message) => (2, Some(message)),
            Self::Auth(message) => (6, Some(message)),
            Self::Failed(message) => (1, Some(message)),
        };
        if let Some(message) = message {
            eprintln!("error: {message}");
        }
        ExitCode::from(code)
    }
}

impl CallArgs {
    pub(super) fn run(&self) -> ExitCode {
        let options = self.document.options(Options::default());
        let described =
            options.and_then(|options| self.document.generator(TargetKind::ClientReqwest, options)?.described());
        match described {
            Ok(described) => self.with(described).exit(),
            Err(error) => self.failed(error),
        }
    }

    fn failed(&self, error: Error) -> ExitCode {
        Outcome::failed(error).print_text(self.document.detail(), Duration::ZERO)
    }

    fn with(&self, described: Described) -> End {
        let Described { api, variables, .. } = described;
        let server = self.server.clone().or_else(|| api.servers.first().map(|server| server.url.clone()));
        let mut caller = Caller::new(api, server.as_deref().unwrap_or_default());
        caller.builder.timeout(Duration::from_secs(self.timeout));
        let names: Vec<&str> = variables.iter().map(|name| name.as_deref().unwrap_or_default()).collect();
        let stored = caller.builder.credentials_from_env(&names);
        let stored = stored.and_then(|()| match &self.credentials {
            Some(path) => caller.builder.credentials_from_file(path),
            None => Ok(()),
        });
        if let Err(error) = stored {
            return End::Usage(error.to_string());
        }
        let Some(wanted) = &self.operation else { return listed(&caller, &variables) };
        let Some(at) = operation(caller.api, wanted) else {
            let known: Vec<&str> = caller.api.operations.iter().map(|operation| operation.id.as_str()).collect();
            return End::Usage(report::unknown("operation", wanted, &known));
        };
        let written = arguments::Written {
            arguments: &self.arguments,
            body: self.body.as_deref(),
            media_type: self.media_type.as_deref(),
        };
        match arguments::read(caller.api, at, &written) {
            Ok(input) => self.call(caller, at, &input, &variables),
            Err(message) => End::Usage(message),
        }
    }

    fn call(&self, caller: Caller, at: usize, input: &Input, variables: &[Option<String>]) -> End {
        if let Err(message) = caller.check(at, input) {
            return End::Usage(message);
        }
        let call = caller.prepare(at, input);
        let chosen = caller.chosen(at);
        if self.curl || self.dry_run {
            let schemes = chosen.unwrap_or_else(|_| first_alternative(caller.api, at));
            let api = caller.api;
            let core = match caller.core() {
                Ok(core) => core,
                Err(error) => return End::Usage(error.to_string()),
            };
            let request = match call.unauthenticated(&core) {
                Ok(request) => request,
                Err(error) => return End::Usage(error.to_string()),
            };
            let line = match self.curl {
                true => curl::command(&request, api, &schemes, variables),
                false => report::request(&request, &schemes),
            };
            println!("{line}");
            return End::Printed;
        }
        match caller.core() {
            Ok(core) => self.sent(&core, call),
            Err(error) => End::Usage(error.to_string()),
        }
    }

    fn sent(&self, core: &rt::core::Core, call: rt::dynamic::DynamicCall) -> End {
        let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return End::Failed(error.to_string()),
        };
        match runtime.block_on(call.send(core)) {
            Ok(answer) => {
                if self.include {
                    eprint!("{}", report::head(&answer));
                }
                match report::body(&answer, std::io::stdout().is_terminal()) {
                    Ok(()) => End::Status(answer.status.as_u16()),
                    Err(message) => End::Failed(message),
                }
            }
            Err(rt::error::Error::Auth(error)) => End::Auth(error.to_string()),
            Err(error) => End::Failed(with_causes(&error)),
        }
    }
}

/// The error with its causes. None of them has a credential or a URL.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text.push_str(&format!(": {next}"));
        cause = next.source();
    }
    escaped(&text)
}

/// The index of an operation, by its `operationId` or by method and path.
fn operation(api: &Api, wanted: &str) -> Option<usize> {
    let is_it = |operation: &crate::model::operation::Operation| {
        operation.id == wanted || format!("{} {}", operation.method.as_str(), operation.path.text) == wanted
    };
    api.operations.iter().position(is_it)
}

/// The schemes of the first alternative.
fn first_alternative(api: &'static Api, at: usize) -> Vec<&'static str> {
    use crate::model::security::Access;
    match &api.operations[at].access {
        Access::Open => Vec::new(),
        Access::Guarded { any_of, .. } => {
            any_of.first().iter().map(|own| api.schemes[own.scheme.0].name.as_str()).collect()
        }
    }
}

fn listed(caller: &Caller, variables: &[Option<String>]) -> End {
    for (at, operation) in caller.api.operations.iter().enumerate() {
        let access = access_text(&caller.api.schemes, &operation.access);
        let state = match caller.chosen(at) {
            Ok(schemes) if schemes.is_empty() => String::new(),
            Ok(schemes) => format!("   sends {}", schemes.join(" and ")),
            Err(_) => "   credentials are missing".to_owned(),
        };
        let (id, method, path) = (escaped(&operation.id), operation.method.as_str(), escaped(&operation.path.text));
        println!("{id}   {method} {path}   {access}{state}");
    }
    for (scheme, variable) in caller.api.schemes.iter().zip(variables) {
        if let Some(variable) = variable {
            println!("{} is read from ${variable}", escaped(&scheme.name));
        }
    }
    End::Printed
}
