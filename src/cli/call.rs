//! `keystub call`: call one operation of a document.

mod arguments;
mod credentials;
mod curl;
mod end;
#[cfg_attr(not(feature = "jq"), path = "call/no_jq.rs")]
mod jq;
mod list;
mod login;
mod pages;
mod report;
mod setup;

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use credentials::{Credentials, Sources};
use end::End;
use jq::{Filter, JqArgs};
use keystub_client_runtime as rt;
use rt::auth_error::AuthReason;
use rt::dynamic::RawResponse;
use setup::Setup;

use super::document_args::DocumentArgs;
use super::outcome::Outcome;
use super::progress::Progress;
use crate::emit::TargetKind;
use crate::error::Error;
use crate::generator::Described;
use crate::limits::is_url;
use crate::live::bound_credential::bound_schemes;
use crate::live::call::{Caller, Input, Sent};
use crate::model::Api;
use crate::options::Options;

#[derive(Debug, Args)]
pub(super) struct CallArgs {
    /// URL of the server [default: the first absolute server URL of the document]. Without it, no environment variables are
    /// used for a document from a URL or from standard input
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// Read credentials from this file: a TOML table or JSON object of scheme names and credentials
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
    /// Profile of apis.toml, with a server and credentials [default: `default`, if there is one]
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
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
    /// Follow the pages of a list, and print their items one to a line
    #[arg(long, conflicts_with_all = ["dry_run", "curl"])]
    all: bool,
    /// Print status and header fields of the response on standard error
    #[arg(long, short)]
    include: bool,
    #[command(flatten)]
    jq: JqArgs,
    /// How many seconds the call may take
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    timeout: u64,
    #[command(flatten)]
    document: DocumentArgs,
    /// The operation: its operationId or "METHOD /path"; without it, all operations are listed. `login SCHEME` logs in,
    /// `logout SCHEME` forgets the tokens
    operation: Option<String>,
    /// Parameters (`--name value`) and fields of the body (`name=value` for text, `name:=JSON`)
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENT")]
    arguments: Vec<String>,
}

impl CallArgs {
    pub(super) fn run(&self) -> ExitCode {
        let filter = self.jq.filter(Duration::from_secs(self.timeout));
        let setup = Setup::new(&self.document.spec, self.profile.as_deref());
        let (filter, setup) = match filter.and_then(|filter| Ok((filter, setup?))) {
            Ok(both) => both,
            Err(message) => return End::Usage(message).exit(),
        };
        let mut document = self.document.clone();
        document.spec.clone_from(&setup.spec);
        let described = document.options(Options::default()).and_then(|options| {
            let has_name = options.name.is_some();
            Ok((document.generator(TargetKind::ClientReqwest, options)?.described()?, has_name))
        });
        match described {
            Ok((described, has_name)) => {
                let is_foreign = !has_name && self.is_foreign(&setup);
                self.with(described, (&setup, is_foreign), filter.as_ref()).unwrap_or_else(End::Usage).exit()
            }
            Err(error) => self.failed(error),
        }
    }

    /// Whether the document is not a file of the user, and chooses the server.
    fn is_foreign(&self, setup: &Setup) -> bool {
        let has_server = self.server.is_some() || setup.profile.server.is_some();
        !has_server && (is_url(&setup.spec) || setup.spec == "-")
    }

    fn failed(&self, error: Error) -> ExitCode {
        Outcome::failed(error).print_text(self.document.detail(), Duration::ZERO)
    }

    fn with(
        &self,
        described: Described,
        (setup, is_foreign): (&Setup, bool),
        filter: Option<&Filter>,
    ) -> Result<End, String> {
        let Described { api, variables, .. } = described;
        let of_document = api.servers.first().map(|server| server.url.clone());
        let server = self.server.clone().or_else(|| setup.profile.server.clone()).or(of_document).unwrap_or_default();
        if let Some(command) = login::command(self.operation.as_deref(), &self.arguments, &api) {
            return Ok(login::Target { api: &api, server: &server, setup }.run(command, &self.arguments));
        }
        let mut caller = Caller::new(api, &server);
        caller.builder.timeout(Duration::from_secs(self.timeout));
        let file = self.credentials.as_deref();
        let sources = Sources { setup, variables: &variables, is_foreign, file, server: &server };
        let credentials = Credentials::find(&mut caller, sources)?;
        let Some(wanted) = &self.operation else {
            print!("{}", list::listed(&caller, &credentials, &variables));
            return Ok(End::Printed);
        };
        let at = list::operation(caller.api, wanted)?;
        let written = arguments::Written {
            arguments: &self.arguments,
            body: self.body.as_deref(),
            media_type: self.media_type.as_deref(),
        };
        let input = arguments::read(caller.api, at, &written)?;
        caller.check(at, &input)?;
        if self.all {
            pages::check(&caller.api.operations[at])?;
        }
        let is_shown = self.curl || self.dry_run;
        match caller.chosen(at) {
            Ok(chosen) => credentials.check_server(&caller.builder, &chosen)?,
            Err(reason @ AuthReason::Missing(_)) if !is_shown => {
                return Ok(End::Auth(credentials.missing(&caller, at, reason, &variables)));
            }
            Err(_) => {}
        }
        match is_shown {
            true => self.shown(caller, at, &input, &credentials.variables(&variables)).map(|()| End::Printed),
            false => self.call(caller, (at, &input), &credentials, filter),
        }
    }

    /// Prints the request. No secret is read for it.
    fn shown(&self, mut caller: Caller, at: usize, input: &Input, variables: &[Option<String>]) -> Result<(), String> {
        let call = caller.prepare(at, input)?;
        let schemes = caller.chosen(at).unwrap_or_else(|_| first_alternative(caller.api, at));
        let api = caller.api;
        let core = caller.core().map_err(|error| error.to_string())?;
        let request = call.unauthenticated(&core).map_err(|error| error.to_string())?;
        let line = match self.curl {
            true => curl::command(&request, api, &schemes, variables, input)?,
            false => report::request(&request, &api.operations[at], &with_proofs(api, &schemes)),
        };
        println!("{line}");
        if let (false, Some((_, Sent::File(upload)))) = (self.curl, &input.body) {
            println!("\n({} bytes)", upload.length());
        }
        Ok(())
    }

    fn call(
        &self,
        mut caller: Caller,
        (at, input): (usize, &Input),
        credentials: &Credentials,
        filter: Option<&Filter>,
    ) -> Result<End, String> {
        let chosen = caller.chosen(at).unwrap_or_default();
        if let Err(message) = credentials.read(&mut caller.builder, caller.api, &chosen) {
            return Ok(End::Auth(message));
        }
        let are_renewed = credentials.are_renewed(caller.api, &chosen);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| error.to_string())?;
        if self.all {
            let core = caller.core().map_err(|error| error.to_string())?;
            let pages = pages::Pages { caller: &caller, core: &core, at, include: self.include, filter };
            return runtime.block_on(pages.print(input));
        }
        let call = caller.prepare(at, input)?;
        let core = caller.core().map_err(|error| error.to_string())?;
        let uploads = input.uploads();
        let progress = Progress::uploading(uploads.iter().map(|own| (own.length(), Arc::clone(own.sent()))).collect());
        let answer = runtime.block_on(async {
            let answer = call.send(&core).await;
            let is_refused = matches!(&answer, Ok(answer) if answer.status.as_u16() == 401);
            // A stream cannot be sent again, so the runtime does not repeat the call with a renewed token or proof.
            if is_refused
                && are_renewed
                && !uploads.is_empty()
                && let Ok(again) = caller.prepare(at, input)
            {
                return again.send(&core).await;
            }
            answer
        });
        drop(progress);
        Ok(self.printed(answer, filter))
    }

    fn printed(
        &self,
        answer: Result<RawResponse, rt::error::Error<rt::error::NoError>>,
        filter: Option<&Filter>,
    ) -> End {
        match answer {
            Ok(answer) => {
                if self.include {
                    eprint!("{}", report::head(&answer));
                }
                let is_terminal = std::io::stdout().is_terminal();
                let printed = match filter.filter(|_| answer.status.is_success()) {
                    Some(filter) => filter.print(&answer.body, is_terminal).map(drop),
                    None => report::body(&answer, is_terminal),
                };
                match printed {
                    Ok(()) => End::Status(answer.status.as_u16()),
                    Err(message) => End::Failed(message),
                }
            }
            Err(error) => error.into(),
        }
    }
}

/// The names of schemes, and which of them need a proof of a key in each request.
fn with_proofs(api: &Api, schemes: &[&str]) -> Vec<String> {
    let is_bound = |name: &str| bound_schemes(api).contains(&name);
    let text =
        |name: &&str| if is_bound(name) { format!("{name} (DPoP, with a new proof)") } else { (*name).to_owned() };
    schemes.iter().map(text).collect()
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
