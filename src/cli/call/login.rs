//! `keystub call SPEC login SCHEME` and `logout SCHEME`.

use std::time::Duration;

use clap::Parser;
use keystub_client_runtime as rt;
use rt::dpop::DpopKey;
use rt::session::Session;

use super::end::{End, with_causes};
use super::report::unknown;
use super::setup::Setup;
use crate::diag::escaped;
use crate::live::login::client::Client;
use crate::live::login::flow::{Consenting, Endpoints, Renewal, required_scopes};
use crate::live::login::kept::{Kept, Owner};
use crate::live::login::redirect::Redirect;
use crate::model::Api;
use crate::model::security::{Binding, SchemeId};

/// How long a login waits for the user.
const PATIENCE: Duration = Duration::from_secs(300);

/// Log in for a scheme (OAuth 2 or OpenID Connect), and keep the tokens for later calls
#[derive(Debug, Parser)]
#[command(name = "keystub call SPEC login", disable_version_flag = true)]
struct LoginArgs {
    /// The security scheme
    scheme: String,
    /// Id of the client, as registered with the authorization server [default: `clients.SCHEME.id` of the profile]
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// Request this scope; can be repeated [default: the scopes that the operations require]
    #[arg(long, value_name = "SCOPE")]
    scope: Vec<String>,
    /// Consent on another device, which shows a page for the printed code
    #[arg(long)]
    device: bool,
    /// Port of the redirect URI http://127.0.0.1:PORT/callback [default: chosen by the system]
    #[arg(long, value_name = "PORT", default_value_t = 0, hide_default_value = true)]
    port: u16,
    /// Print the page to open, and do not open it
    #[arg(long)]
    no_browser: bool,
}

/// Forget the tokens of a login
#[derive(Debug, Parser)]
#[command(name = "keystub call SPEC logout", disable_version_flag = true)]
struct LogoutArgs {
    /// The security scheme
    scheme: String,
}

/// The command of these arguments, unless the document has an operation of this name that they fit.
pub(super) fn command(operation: Option<&str>, arguments: &[String], api: &Api) -> Option<&'static str> {
    let name = ["login", "logout"].into_iter().find(|name| operation == Some(name))?;
    let is_operation = api.operations.iter().any(|operation| operation.id == name);
    // Arguments of operations are `--name value`, `name=value`, `name:=JSON` and `name@FILE`.
    let is_scheme = arguments.first().is_some_and(|first| !first.starts_with('-') && !first.contains(['=', '@']));
    (is_scheme || !is_operation).then_some(name)
}

/// What the user consents to.
struct Consent<'c> {
    id: SchemeId,
    client: &'c Client,
    scopes: &'c [String],
    /// The key to which the tokens are bound.
    key: Option<&'c DpopKey>,
}

/// What a login is for.
pub(super) struct Target<'a> {
    /// The document.
    pub api: &'a Api,
    /// The base URL of the API.
    pub server: &'a str,
    /// The profile.
    pub setup: &'a Setup,
}

impl Target<'_> {
    /// Runs the command with this name.
    pub fn run(&self, name: &str, arguments: &[String]) -> End {
        let words = [name.to_owned()].into_iter().chain(arguments.iter().cloned());
        let ended = match name {
            "login" => LoginArgs::try_parse_from(words).map(|args| self.login(&args)),
            _ => LogoutArgs::try_parse_from(words).map(|args| self.logout(&args.scheme)),
        };
        match ended {
            Ok(Ok(())) => End::Printed,
            Ok(Err(end)) => end,
            Err(error) => error.exit(),
        }
    }

    fn logout(&self, scheme: &str) -> Result<(), End> {
        let (_, owner) = self.scheme(scheme)?;
        let folder = self.folder()?;
        match Kept::remove(folder, &owner).map_err(End::Failed)? {
            true => eprintln!("the tokens for {} were removed", escaped(scheme)),
            false => eprintln!("there were no tokens for {}", escaped(scheme)),
        }
        Ok(())
    }

    fn login(&self, args: &LoginArgs) -> Result<(), End> {
        let (id, owner) = self.scheme(&args.scheme)?;
        let folder = self.folder()?;
        let client = self.client(args)?;
        let scopes = match args.scope.is_empty() {
            true => required_scopes(self.api, id),
            false => args.scope.clone(),
        };
        // A new key for each login, so that no two servers see the same one.
        let key = match self.api.schemes[id.0].binding {
            Binding::Dpop => Some(DpopKey::generate().map_err(|error| End::Failed(error.to_string()))?),
            Binding::None => None,
        };
        let consenting = Consent { id, client: &client, scopes: &scopes, key: key.as_ref() };
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(|error| End::Failed(error.to_string()))?;
        let granted = runtime.block_on(async {
            let granted = tokio::time::timeout(PATIENCE, self.consent(args, &consenting)).await;
            granted.unwrap_or_else(|_| Err(End::Failed("nobody logged in within five minutes".to_owned())))
        });
        let (session, renewal) = granted?;
        let kept = Kept::new(owner, client.id(), renewal, &session).with_key(key);
        kept.write(folder).map_err(End::Failed)?;
        eprintln!("{}", summary(&args.scheme, &kept));
        Ok(())
    }

    /// The scheme with this name, and the owner of its tokens.
    fn scheme(&self, name: &str) -> Result<(SchemeId, Owner), End> {
        let known = || {
            let schemes = self.api.schemes.iter();
            schemes.filter(|own| own.kind.has_issuer()).map(|own| own.name.as_str()).collect::<Vec<_>>()
        };
        let at = self.api.schemes.iter().position(|own| own.name == name);
        let at = at.ok_or_else(|| End::Usage(unknown("scheme", name, &known())))?;
        Ok((SchemeId(at), Owner::new(self.server, name, &self.setup.name)))
    }

    fn folder(&self) -> Result<&std::path::Path, End> {
        let missing = || End::Usage("there is no home folder in which tokens can be kept".to_owned());
        self.setup.tokens.as_deref().ok_or_else(missing)
    }

    fn client(&self, args: &LoginArgs) -> Result<Client, End> {
        let of_profile = self.setup.profile.clients.get(&args.scheme);
        match (&args.client_id, of_profile) {
            (Some(id), Some(own)) if *id != own.id => Ok(Client::of_document(id)),
            (Some(id), None) => Ok(Client::of_document(id)),
            (_, Some(own)) => own.read(|name| std::env::var(name).ok()).map_err(End::Usage),
            (None, None) => Err(End::Usage(format!(
                "`--client-id` is missing: the id under which you registered a client for {}",
                escaped(&args.scheme)
            ))),
        }
    }

    async fn consent(
        &self,
        args: &LoginArgs,
        Consent { id, client, scopes, key }: &Consent<'_>,
    ) -> Result<(Session, Renewal), End> {
        let scheme = &self.api.schemes[id.0];
        let failed = |why: String| End::Failed(format!("cannot log in for {}: {why}", escaped(&scheme.name)));
        let endpoints = Endpoints::of(scheme, self.server).await.map_err(failed)?;
        let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
        if args.device || endpoints.is_device_only() {
            let (flow, renewal) = endpoints.device(client).map_err(failed)?;
            return Ok((consented(flow.bound(*key), &scopes, None, true).await.map_err(failed)?, renewal));
        }
        let busy = |error| failed(format!("port {}: {error}", args.port));
        let redirect = Redirect::listen(args.port).await.map_err(busy)?;
        let (flow, renewal) = endpoints.browser(client, redirect.uri()).map_err(failed)?;
        let session = consented(flow.bound(*key), &scopes, Some(redirect), args.no_browser).await.map_err(failed)?;
        Ok((session, renewal))
    }
}

/// Shows the user what to do, and waits until it is done.
async fn consented(
    flow: Consenting,
    scopes: &[&str],
    redirect: Option<Redirect>,
    no_browser: bool,
) -> Result<Session, String> {
    let text = |error: rt::token_endpoint::TokenError| with_causes(&error);
    match (flow, redirect) {
        (Consenting::Browser(flow), Some(redirect)) => {
            let consent = flow.begin(scopes).map_err(text)?;
            eprintln!("log in at {}", escaped(consent.url()));
            if !no_browser && open::that_detached(consent.url()).is_err() {
                eprintln!("no browser could be started; open this page yourself");
            }
            let url = redirect.wait(consent.url()).await.ok_or("the redirect did not arrive")?;
            consent.finish(&url).await.map_err(text)
        }
        (Consenting::Device(flow), _) => {
            let pairing = flow.begin(scopes).await.map_err(text)?;
            eprintln!("open {} on any device and enter {}", pairing.verification_uri(), pairing.user_code());
            pairing.finish().await.map_err(text)
        }
        (Consenting::Browser(_), None) => Err("there is no redirect".to_owned()),
    }
}

fn summary(scheme: &str, kept: &Kept) -> String {
    let scopes = match kept.scopes() {
        [] => String::new(),
        scopes => format!(" with the scopes {}", escaped(&scopes.join(" "))),
    };
    let left = kept.seconds_left().map(|seconds| format!(", valid for {} minutes", seconds.div_ceil(60)));
    format!("logged in for {}{scopes}{}", escaped(scheme), left.unwrap_or_default())
}
