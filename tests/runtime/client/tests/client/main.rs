//! The client's runtime against loopback servers that record raw bytes. One module per subject, in one binary.

mod auth;
mod blocking;
mod consent;
mod credential;
mod credential_sources;
mod device_code;
mod dpop;
mod event_stream;
mod header_block;
mod identity;
mod multipart;
mod oauth;
mod page_numbers;
mod pages;
mod parameter_write;
mod refresh_token;
mod reply;
mod request;
mod resumed_events;
mod retry;
mod secrets;
mod server_url;
mod service;
#[path = "../../../server/tests/spans/mod.rs"]
mod spans;
mod telemetry;
mod test_double;
mod time_limits;
mod token_cache;
mod tower;
mod transport;
mod webhooks;
