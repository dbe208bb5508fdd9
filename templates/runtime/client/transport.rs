//! The settings of HTTP connections, for calls of the API and for requests to authorization servers.

use std::fmt;
use std::sync::Arc;

use reqwest::ClientBuilder;
use reqwest::redirect::Policy;

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

    /// Applies the settings to an HTTP client. Redirects, `Referer` and verbose logging are disabled.
    pub fn apply(&self, builder: ClientBuilder) -> ClientBuilder {
        let mut builder = builder.user_agent(&self.user_agent);
        if let Some(tune) = &self.tune {
            builder = tune(builder);
        }
        // Applied last, so that `configure` cannot undo it: reqwest forwards most headers across origins on a redirect,
        // and its verbose log contains every byte that is sent.
        builder.redirect(Policy::none()).referer(false).connection_verbose(false)
    }
}
