//! Logging in: a user consents in a browser or on another device, with the flows of generated clients, and the tokens are
//! kept for later calls.

pub(crate) mod client;
pub(crate) mod flow;
pub(crate) mod kept;
mod lock;
pub(crate) mod redirect;
