//! What the runtime uses of its platform: HTTP connections, timers, clocks, tasks and random numbers. In WebAssembly, the
//! module `web_platform` takes the place of this one.

use std::hash::{BuildHasher, RandomState};
use std::time::SystemTime;

use reqwest::redirect::Policy;
pub use reqwest::{Client, ClientBuilder, Error as HttpError, Identity, Response};
pub use std::time::Instant;
pub use tokio::spawn;
pub use tokio::time::{Instant as TimerInstant, sleep, timeout};

use super::error::Failure;
use super::transport::{Connections, Transport};

/// An HTTP client with these settings. Redirects, `Referer` and verbose logging are disabled.
pub(super) fn client(transport: &Transport, connections: &Connections<'_>) -> Result<Client, HttpError> {
    let mut builder = Client::builder().timeout(connections.timeout).connect_timeout(connections.connect_timeout);
    if let Some(identity) = connections.identity {
        builder = builder.identity(identity.clone());
    }
    builder = builder.user_agent(&transport.user_agent);
    if let Some(tune) = &transport.tune {
        builder = tune(builder);
    }
    // Applied last, so that `configure` cannot undo it: reqwest forwards most headers across origins on a redirect,
    // and its verbose log contains every byte that is sent.
    builder = builder.redirect(Policy::none()).referer(false).connection_verbose(false);
    if connections.is_direct {
        builder = builder.no_proxy();
    }
    builder.build()
}

impl From<HttpError> for Failure {
    fn from(error: HttpError) -> Self {
        // A URL may contain an API key.
        Self::Transport(error.without_url())
    }
}

/// The time of the system.
pub(super) fn now() -> SystemTime {
    SystemTime::now()
}

/// 128 unpredictable bits. `RandomState` is SipHash with a random key from the system: without the key its output cannot be
/// predicted, even from earlier output.
pub(super) fn random() -> [u64; 2] {
    let random = RandomState::new();
    [random.hash_one(0_u8), random.hash_one(1_u8)]
}
