//! Why a call could not be authenticated.

use std::fmt;

use super::credential::BoxError;

/// The call could not be authenticated. The error names schemes, never credentials.
#[derive(Debug)]
pub struct AuthError {
    /// The operation.
    pub operation: &'static str,
    /// The reason.
    pub reason: AuthReason,
}

/// Why a call could not be authenticated.
#[derive(Debug)]
pub enum AuthReason {
    /// The client has no alternative's credentials. For each alternative, the schemes without a credential.
    Missing(Vec<Vec<&'static str>>),
    /// Two schemes of one alternative use the same place with different values.
    Conflict(&'static str, &'static str),
    /// A credential contains characters that are not allowed in its place.
    Malformed(&'static str, &'static str),
    /// A provider or signer failed.
    Failed(&'static str, BoxError),
    /// The base URL is plain http to a host other than loopback.
    InsecureTransport,
    /// The URL of the request has a different origin than the base URL: a signer or a layer changed it, or a response
    /// names a next page there.
    OtherOrigin,
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "operation `{}`: ", self.operation)?;
        match &self.reason {
            AuthReason::Missing(alternatives) => {
                f.write_str("no credential for ")?;
                for (at, missing) in alternatives.iter().enumerate() {
                    let separator = if at > 0 { ", or for " } else { "" };
                    write!(f, "{separator}`{}`", missing.join("` and `"))?;
                }
                Ok(())
            }
            AuthReason::Conflict(one, other) => {
                write!(f, "the schemes `{one}` and `{other}` use the same place with different credentials")
            }
            AuthReason::Malformed(scheme, what) => write!(f, "the credential of `{scheme}` {what}"),
            AuthReason::Failed(scheme, _) => write!(f, "could not get a credential for `{scheme}`"),
            AuthReason::InsecureTransport => {
                f.write_str("credentials are not sent over plain http except to loopback; see `allow_insecure_http`")
            }
            AuthReason::OtherOrigin => f.write_str("the URL of the request has a different origin than the base URL"),
        }
    }
}

impl std::error::Error for AuthError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.reason {
            AuthReason::Failed(_, error) => Some(error.as_ref()),
            AuthReason::Missing(_)
            | AuthReason::Conflict(..)
            | AuthReason::Malformed(..)
            | AuthReason::InsecureTransport
            | AuthReason::OtherOrigin => None,
        }
    }
}
