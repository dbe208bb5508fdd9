//! The client's runtime against servers on loopback that record raw bytes: one module a subject, one binary to link.

mod auth;
mod consent;
mod credential;
mod device_code;
mod identity;
mod kept;
mod multipart;
mod oauth;
mod parameter_write;
mod reply;
mod request;
mod retry;
mod secrets;
mod transport;
