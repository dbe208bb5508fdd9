//! How a call ends.

use std::process::ExitCode;

use keystub_client_runtime::error::{Error, NoError};

use crate::diag::escaped;
use crate::live::causes;

/// How a call ends.
pub(super) enum End {
    /// A response with this status.
    Status(u16),
    /// Nothing was sent because an argument is wrong.
    Usage(String),
    /// The security requirements cannot be met. Nothing was sent.
    Auth(String),
    /// There is no response, or it cannot be printed, or the next page of a list cannot be requested.
    Failed(String),
    /// Something was printed instead of a call.
    Printed,
}

impl End {
    /// Prints the message, if there is one.
    pub fn exit(self) -> ExitCode {
        let (code, message) = match self {
            Self::Status(200..=299) | Self::Printed => (0, None),
            Self::Status(300..=399) => (3, None),
            Self::Status(400..=499) => (4, None),
            Self::Status(_) => (5, None),
            Self::Usage(message) => (2, Some(message)),
            Self::Auth(message) => (6, Some(message)),
            Self::Failed(message) => (1, Some(message)),
        };
        if let Some(message) = message {
            // Names of the document and of the server may be part of it.
            let lines: Vec<String> = message.lines().map(escaped).collect();
            eprintln!("error: {}", lines.join("\n"));
        }
        ExitCode::from(code)
    }
}

impl From<Error<NoError>> for End {
    fn from(error: Error<NoError>) -> Self {
        match error {
            Error::Auth(error) => Self::Auth(with_causes(&error)),
            error => Self::Failed(with_causes(&error)),
        }
    }
}

/// The error with its causes. None of them has a credential or a URL.
pub(super) fn with_causes(error: &dyn std::error::Error) -> String {
    escaped(&causes::with_causes(error))
}
