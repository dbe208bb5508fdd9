//! A request that was forwarded, and its response.

use std::fmt;

use keystub_server_runtime as rt;

use rt::axum::http::request::Parts;
use rt::axum::http::{HeaderMap, StatusCode};

use super::copy::Copied;

/// A request that was forwarded.
pub(super) struct Exchange {
    /// The request without its body.
    pub head: Parts,
    /// The body; `None` if it was not copied.
    pub sent: Option<Copied>,
    /// What the server did.
    pub outcome: Outcome,
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The header fields hold the credentials.
        write!(f, "Exchange({} {:?})", self.head.method, self.outcome)
    }
}

/// What the server did.
pub(super) enum Outcome {
    /// It responded.
    Response { status: StatusCode, headers: HeaderMap, body: Received },
    /// The real server did not respond; the caller received this status.
    None { status: StatusCode, reason: String },
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Response { status, .. } | Self::None { status, .. } => write!(f, "Outcome({status})"),
        }
    }
}

/// The body of a response.
#[derive(Debug)]
pub(super) enum Received {
    /// All of it.
    Whole(Copied),
    /// It was not copied, for this reason.
    Unknown(&'static str),
    /// The server ended it early, or the connection failed.
    Broken(String),
}
