//! What the issuer remembers between two requests.

use std::time::Instant;

/// An authorization code (RFC 6749, section 4.1.2).
#[derive(Debug, Clone)]
pub(super) struct Code {
    pub redirect_uri: String,
    pub scopes: Vec<String>,
    /// The code challenge of PKCE, always of the method `S256`.
    pub challenge: String,
    pub nonce: Option<String>,
    /// The thumbprint of the key to which the tokens must be bound (RFC 9449, section 10).
    pub thumbprint: Option<String>,
    pub expires: Instant,
}

/// A refresh token.
#[derive(Debug, Clone)]
pub(super) struct Refresh {
    pub subject: String,
    pub scopes: Vec<String>,
    /// The thumbprint of the key to which it is bound, if its client is public (RFC 9449, section 5).
    pub thumbprint: Option<String>,
}

/// A device that waits for its user (RFC 8628).
#[derive(Debug, Clone)]
pub(super) struct Device {
    pub user_code: String,
    pub scopes: Vec<String>,
    pub state: DeviceState,
    pub expires: Instant,
}

/// What the user of a device has decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DeviceState {
    Pending,
    Allowed,
    Denied,
}
