//! Where the credentials of a call are read from.
//!
//! The places, the first one that has a credential for a scheme: the file of `--credentials`, environment variables, the
//! profile, a login. With `--profile`, environment variables are not used, because they may be those of another account.
//! They are not used either if a document from elsewhere would choose the variables and the server.

use std::collections::BTreeSet;
use std::path::Path;

use keystub_client_runtime as rt;
use rt::auth_error::{AuthError, AuthReason};
use rt::core::CoreBuilder;
use rt::credential::Key;

use super::end::with_causes;
use super::setup::Setup;
use crate::diag::escaped;
use crate::live::bound_credential::{is_bound, set, set_from_env, set_from_file};
use crate::live::call::Caller;
use crate::live::credential_source::Source;
use crate::live::login::client::{Client, is_same_origin};
use crate::live::login::kept::{Kept, KeptTokens, Owner};
use crate::model::Api;
use crate::model::security::Binding;

/// Where the credentials of a call are searched for.
pub(super) struct Sources<'s> {
    /// The profile and the logins.
    pub setup: &'s Setup,
    /// The environment variable of each scheme.
    pub variables: &'s [Option<String>],
    /// Whether the document alone chooses the variables and the server.
    pub is_foreign: bool,
    /// The file of `--credentials`.
    pub file: Option<&'s Path>,
    /// The base URL of the API.
    pub server: &'s str,
}

/// The places of the credentials.
pub(super) struct Credentials {
    /// By the index of their scheme.
    places: Vec<Place>,
    /// Whether environment variables are not used because of the document.
    is_foreign: bool,
    /// The name of the profile, if the call is sent to another origin than that of its server.
    foreign_profile: Option<String>,
}

/// Where a credential is read from.
#[derive(Debug, Clone)]
enum Place {
    Nowhere,
    File,
    Variable(String),
    Profile(Source),
    Login(Option<u64>),
}

impl Credentials {
    /// Finds the credentials and sets them. Secrets of the profile are not read yet: only [`Self::read`] does.
    ///
    /// # Errors
    ///
    /// If a variable or the file has a malformed credential, or the profile has one for an unknown scheme.
    pub fn find(
        caller: &mut Caller,
        Sources { setup, variables, is_foreign, file, server }: Sources<'_>,
    ) -> Result<Self, String> {
        let names: Vec<&str> = caller.api.schemes.iter().map(|scheme| scheme.name.as_str()).collect();
        let of_profile = setup.profile.credentials.keys().chain(setup.profile.clients.keys());
        if let Some(other) = of_profile.into_iter().find(|own| !names.contains(&own.as_str())) {
            return Err(format!(
                "profile `{}`: {}",
                escaped(&setup.name),
                super::report::unknown("scheme", other, &names)
            ));
        }
        let mut places = Vec::new();
        for (index, name) in names.iter().enumerate() {
            let variable = variables[index].as_deref().filter(|_| !setup.is_named && !is_foreign);
            places.push(match variable.filter(|variable| std::env::var_os(variable).is_some()) {
                Some(variable) => Place::Variable(variable.to_owned()),
                None => of_setup(caller, setup, index, &Owner::new(server, name, &setup.name))?,
            });
        }
        let used = places.iter().map(|place| if let Place::Variable(name) = place { name.as_str() } else { "" });
        let used: Vec<&str> = used.collect();
        set_from_env(&mut caller.builder, caller.api, &used).map_err(|error| error.to_string())?;
        if let Some(path) = file {
            let of_file = set_from_file(&mut caller.builder, caller.api, path).map_err(|error| error.to_string())?;
            of_file.into_iter().for_each(|own| places[own.scheme] = Place::File);
        }
        let of_profile = setup.profile.server.as_deref();
        let is_other = of_profile.is_some_and(|own| own != server && !is_same_origin(own, server));
        Ok(Self { places, is_foreign, foreign_profile: is_other.then(|| setup.name.clone()) })
    }

    /// Checks that no credential of the profile would be sent to another origin than that of its server.
    ///
    /// # Errors
    ///
    /// If one of these schemes has its credential in the profile, and the server of the call has another origin.
    pub fn check_server(&self, builder: &CoreBuilder, chosen: &[&str]) -> Result<(), String> {
        let Some(profile) = &self.foreign_profile else { return Ok(()) };
        let mut own = self.places.iter().zip(builder.schemes());
        let sent = own.find(|(place, scheme)| matches!(place, Place::Profile(_)) && chosen.contains(&scheme.name));
        match sent {
            None => Ok(()),
            Some((_, scheme)) => Err(format!(
                "profile `{}`: the credential of `{}` is only sent to the origin of its `server`, and `--server` has \
                 another origin; add a profile with that server, or use `--credentials`",
                escaped(profile),
                escaped(scheme.name)
            )),
        }
    }

    /// Reads the secrets of these schemes from the places of the profile.
    ///
    /// # Errors
    ///
    /// If one cannot be read.
    pub fn read(&self, builder: &mut CoreBuilder, api: &Api, chosen: &[&str]) -> Result<(), String> {
        for (index, place) in self.places.iter().enumerate() {
            let name = builder.schemes()[index].name;
            if let (Place::Profile(source), true) = (place, chosen.contains(&name)) {
                let secret = source.read(|variable| std::env::var(variable).ok())?;
                set(builder, api, (index, secret), &source.to_string()).map_err(|error| error.to_string())?;
            }
        }
        Ok(())
    }

    /// Whether a call that is refused may succeed if it is repeated: with one of these schemes, its credential is the token of
    /// a login, which can be renewed, or a new proof has a nonce of the server.
    pub fn are_renewed(&self, api: &Api, chosen: &[&str]) -> bool {
        let mut own = self.places.iter().zip(&api.schemes).enumerate();
        own.any(|(index, (place, scheme))| {
            (matches!(place, Place::Login(_)) || is_bound(api, index)) && chosen.contains(&scheme.name.as_str())
        })
    }

    /// The variable that a shell uses in place of the credential of each scheme.
    pub fn variables(&self, of_client: &[Option<String>]) -> Vec<Option<String>> {
        let own = self.places.iter().zip(of_client).map(|(place, variable)| match place {
            Place::Profile(Source::Variable(name)) => Some(name.clone()),
            Place::Profile(_) | Place::Nowhere | Place::File | Place::Variable(_) | Place::Login(_) => variable.clone(),
        });
        own.collect()
    }

    /// Why an operation cannot be called without these schemes, and where their credentials are read from.
    pub fn missing(&self, caller: &Caller, at: usize, reason: AuthReason, variables: &[Option<String>]) -> String {
        let missing: BTreeSet<&str> = match &reason {
            AuthReason::Missing(alternatives) => alternatives.iter().flatten().copied().collect(),
            _ => BTreeSet::new(),
        };
        let mut text = AuthError { operation: caller.row(at).id, reason }.to_string();
        for (scheme, variable) in caller.api.schemes.iter().zip(variables) {
            if let (true, Some(variable)) = (missing.contains(scheme.name.as_str()), variable) {
                let name = &scheme.name;
                let login = match scheme.kind.has_issuer() {
                    true => format!(", or from `keystub call SPEC login {name}`"),
                    false => String::new(),
                };
                let key = match scheme.binding {
                    Binding::Dpop => ": the token and, after white space, its private key in PEM (DPoP)",
                    Binding::None => "",
                };
                text.push_str(&match self.is_foreign {
                    false => format!("\n  = `{name}` is read from ${variable}, a profile or `--credentials`{key}{login}"),
                    true => format!(
                        "\n  = `{name}` is read from a profile or `--credentials`{key}{login}\n  = ${variable} is not used, \
                         because only the document chooses this variable and the server: add `--server` or \
                         `--set 'name = \"…\"'`"
                    ),
                });
            }
        }
        text
    }

    /// Where the credential of the scheme with this index is read from, or could be.
    pub fn describe(&self, index: usize, variable: Option<&str>) -> Option<String> {
        match &self.places[index] {
            Place::Nowhere if self.is_foreign => {
                variable.map(|variable| format!("is read from ${variable} only with --server, or --set and a `name`"))
            }
            Place::Nowhere => variable.map(|variable| format!("is read from ${variable}")),
            Place::File => Some("is read from the file of --credentials".to_owned()),
            Place::Variable(name) => Some(format!("is read from ${name}")),
            Place::Profile(source) => Some(format!("is read from {source}")),
            Place::Login(None) => Some("is the token of a login".to_owned()),
            Place::Login(Some(0)) => Some("is the token of a login, which has to be renewed".to_owned()),
            Place::Login(Some(seconds)) => {
                Some(format!("is the token of a login, valid for {} more minutes", seconds.div_ceil(60)))
            }
        }
    }
}

/// The credential of the profile or of a login.
fn of_setup(caller: &mut Caller, setup: &Setup, index: usize, owner: &Owner) -> Result<Place, String> {
    if let Some(source) = setup.profile.credentials.get(&owner.scheme) {
        // An alternative with this scheme can be chosen; `Credentials::read` sets the secret.
        let unread = Key::provider(|| async { Err("the credential was not read".into()) });
        caller.builder.credential(index, unread.into());
        return Ok(Place::Profile(source.clone()));
    }
    // The scheme of a kept token may be of another kind in this version of the document: such a token is not sent.
    let is_oauth = caller.api.schemes[index].kind.has_issuer();
    let Some(folder) = setup.tokens.as_ref().filter(|_| is_oauth) else { return Ok(Place::Nowhere) };
    let Some(kept) = Kept::read(folder, owner)? else { return Ok(Place::Nowhere) };
    if is_bound(caller.api, index) && !kept.is_bound() {
        return Err(format!(
            "the token of the login for `{}` is not bound to a key (DPoP); log in again",
            escaped(&owner.scheme)
        ));
    }
    let left = kept.seconds_left();
    let client = setup.profile.clients.get(&owner.scheme).cloned();
    let client = move |id: &str| match client.as_ref().filter(|client| client.id == id) {
        Some(own) => own.read(|name| std::env::var(name).ok()),
        // The secret of the profile belongs to its client. The tokens are those of another one (`--client-id`).
        None => Ok(Client::of_document(id)),
    };
    let tokens = KeptTokens::new(folder, kept, client);
    let tokens = tokens.reporting(|error| eprintln!("warning: {}", with_causes(error.as_ref())));
    caller.builder.credential(index, tokens.into_token().into());
    Ok(Place::Login(left))
}
