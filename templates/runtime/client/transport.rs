//! The settings of HTTP connections, for calls of the API and for requests to authorization servers.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::platform::{self, Client, ClientBuilder, HttpError, Identity};

/// The function given to `configure`.
pub(super) type Tune = Arc<dyn Fn(ClientBuilder) -> ClientBuilder + Send + Sync>;

/// The `User-Agent` of requests that belong to no client. In a generated crate that contains this file, it names that
/// crate.
const AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// The connection settings of a client: its `User-Agent` and the function given to `configure`.
#[derive(Clone)]
pub struct Transport {
    pub(super) user_agent: String,
    pub(super) tune: Option<Tune>,
}

/// The settings of an HTTP client that depend on what it is for.
#[allow(dead_code)] // JavaScript has access to some of them only
pub(super) struct Connections<'c> {
    /// The time limit of a request.
    pub(super) timeout: Duration,
    /// The time limit of connecting.
    pub(super) connect_timeout: Duration,
    /// The client certificate.
    pub(super) identity: Option<&'c Identity>,
    /// Whether a proxy from the environment is not used.
    pub(super) is_direct: bool,
}

impl Default for Transport {
    fn default() -> Self {
        Self { user_agent: AGENT.to_owned(), tune: None }
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").field("user_agent", &self.user_agent).finish_non_exhaustive()
    }
}

impl Transport {
    /// The default settings, changed by this function.
    #[allow(dead_code)] // only the flows of OAuth 2 have separate settings
    pub(super) fn tuned(tune: impl Fn(ClientBuilder) -> ClientBuilder + Send + Sync + 'static) -> Self {
        Self { tune: Some(Arc::new(tune)), ..Self::default() }
    }

    /// An HTTP client with these settings.
    pub(super) fn client(&self, connections: &Connections<'_>) -> Result<Client, HttpError> {
        platform::client(self, connections)
    }
}
