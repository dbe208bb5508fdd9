//! `keystub test`: checks whether a server does what its document says, above all about security.
//!
//! Valid requests are made by the runtime of generated clients. Requests that must be rejected are made from these encoded
//! requests. Nothing is judged about an operation before a call with valid credentials has succeeded.

mod account;
mod auth;
mod bodies;
pub(super) mod carrier;
pub(super) mod challenge;
pub(crate) mod check;
pub(super) mod contract;
mod dpop;
mod finding;
pub(crate) mod hosts;
mod inputs;
mod items;
mod judge;
mod jwt;
mod jwt_keys;
mod key_sets;
mod objects;
mod options;
mod paths;
mod plan;
pub(super) mod probe;
mod proofs;
mod properties;
mod public_key;
mod received;
mod runner;
pub(super) mod secrets;
mod sender;
mod shown;
mod variations;

pub(crate) use account::AccountSource;
pub(crate) use finding::{Call, Coverage, Finding, TestReport};
pub(crate) use jwt_keys::{JwtKeys, Signing};
pub(crate) use options::TestOptions;
pub(crate) use probe::Verdict;
pub(crate) use sender::Limits;

use super::call::Caller;
use runner::Runner;

/// Tests the server. `variables` are the names of the variables of credentials, by scheme.
///
/// # Errors
///
/// If credentials are malformed or the URL of the server is not valid.
pub(crate) fn run(caller: &Caller, variables: &[Option<String>], options: &TestOptions) -> Result<TestReport, String> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    let runner = Runner::new(caller, variables, options)?;
    Ok(runtime.block_on(plan::run(runner)))
}
