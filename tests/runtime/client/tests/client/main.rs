//! The client's runtime against loopback servers that record raw bytes. One module per subject, in one binary.

mod auth;
mod consent;
mod credential;
mod credential_sources;
mod device_code;
mod header_block;
mod identity;
mod multipart;
mod oauth;
mod parameter_write;
mod reply;
mod request;
mod retry;
mod secrets;
mod server_url;
mod token_cache;
mod transport;
