//! The options of a run.

use super::account::AccountSource;
use super::check::Selection;
use super::jwt_keys::JwtKeys;
use super::sender::Limits;

/// What is tested, and how.
#[derive(Debug)]
pub(crate) struct TestOptions {
    /// The URL of the server.
    pub server: String,
    /// The hosts, besides this machine, that requests may be sent to.
    pub allowed_hosts: Vec<String>,
    /// Whether requests that change something are sent.
    pub is_unsafe: bool,
    /// Whether valid requests have optional parameters.
    pub has_optional: bool,
    /// Values of parameters by name.
    pub parameters: Vec<(String, String)>,
    /// The checks.
    pub selection: Selection,
    /// The limits.
    pub limits: Limits,
    /// The size of a body that must be rejected, if it is tried.
    pub too_large: Option<usize>,
    /// The seed of values.
    pub seed: u64,
    /// The main account.
    pub main: AccountSource,
    /// The account whose objects differ from those of the main one.
    pub other: Option<AccountSource>,
    /// Accounts with some scopes only.
    pub roles: Vec<AccountSource>,
    /// The keys with which tokens are signed.
    pub keys: JwtKeys,
}
