//! Runs a document: the runtimes of generated code, with operation tables that are built at run time.

pub(crate) mod apis;
pub(crate) mod bound_credential;
pub(crate) mod call;
pub(crate) mod causes;
mod client;
pub(crate) mod credential_source;
pub(crate) mod login;
pub(crate) mod mock;
pub(crate) mod mock_check;
pub(crate) mod request_text;
mod server;
mod signing_key;
pub(crate) mod test;
