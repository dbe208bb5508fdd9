//! What the user has set up for calls: the profiles of `apis.toml`, and the folder of kept tokens.

use std::path::PathBuf;

use etcetera::BaseStrategy;

use super::report::unknown;
use crate::live::apis::{Apis, Profile};

/// The profile that is used without `--profile`, if `apis.toml` has it.
const DEFAULT: &str = "default";

/// The document and the profile of a call.
pub(super) struct Setup {
    /// The path or URL of the document.
    pub spec: String,
    /// The name of the profile.
    pub name: String,
    /// Whether it was named by `--profile`.
    pub is_named: bool,
    /// Its settings.
    pub profile: Profile,
    /// Where tokens are kept, if the user has a home folder.
    pub tokens: Option<PathBuf>,
}

impl Setup {
    /// The setup for a document, or for the API of this name.
    ///
    /// # Errors
    ///
    /// If `apis.toml` is invalid, or does not have the profile.
    pub fn new(spec: &str, profile: Option<&str>) -> Result<Self, String> {
        let strategy = etcetera::choose_base_strategy().ok();
        let file = strategy.as_ref().map(|own| own.config_dir().join("keystub").join("apis.toml"));
        let tokens = strategy.map(|own| own.state_dir().unwrap_or_else(|| own.data_dir()).join("keystub/tokens"));
        let apis = file.as_deref().map(Apis::read).transpose()?.unwrap_or_default();
        let named = apis.named(spec);
        let api = named.or_else(|| apis.of_spec(spec));
        let spec = match named {
            None => spec.to_owned(),
            Some(api) => api.spec.clone().ok_or_else(|| format!("`{spec}` has no `spec` in apis.toml"))?,
        };
        let name = profile.unwrap_or(DEFAULT);
        let settings = match (api, profile) {
            (None, Some(_)) => {
                let file = file.map_or_else(|| "apis.toml".to_owned(), |file| file.display().to_string());
                return Err(format!("`--profile` needs an API of {file} that has this document"));
            }
            (None, None) => None,
            (Some(api), _) => {
                let found = api.profiles.get(name);
                if found.is_none() && profile.is_some() {
                    let known: Vec<&str> = api.profiles.keys().map(String::as_str).collect();
                    return Err(unknown("profile", name, &known));
                }
                found
            }
        };
        let profile_settings = settings.cloned().unwrap_or_default();
        Ok(Self { spec, name: name.to_owned(), is_named: profile.is_some(), profile: profile_settings, tokens })
    }
}
