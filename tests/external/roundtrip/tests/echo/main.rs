//! A generated client against the generated server of the same document: the server receives what the client sends, and
//! the client receives what the server sends.

mod app;
mod bodies;
mod parameters;
