//! Calls that block the current thread. They are the same calls, waited for here; a background thread drives their
//! connections.

use std::future::IntoFuture;
use std::io;
use std::sync::{Mutex, PoisonError};

use tokio::runtime::{Builder, Handle};

use super::error::{Error, RequestError};

/// The runtime of all blocking calls. It belongs to no client, because connections and streams may outlive their client, and
/// a runtime cannot be dropped everywhere.
static RUNTIME: Mutex<Option<Handle>> = Mutex::new(None);

/// Waits for a call, or for anything else that can be awaited and has its errors, and blocks the current thread.
///
/// # Errors
///
/// Those of the call. Within an async runtime, which would be blocked, and if the background thread cannot be started,
/// [`Error::InvalidRequest`]: nothing is sent.
pub fn wait<F, T, E>(call: F) -> Result<T, Error<E>>
where
    F: IntoFuture<Output = Result<T, Error<E>>>,
{
    run(call).map_err(Error::InvalidRequest)?
}

/// As [`wait`], for anything that can be awaited, such as a flow of OAuth 2.
///
/// # Errors
///
/// [`RequestError::Blocking`] within an async runtime, and if the background thread cannot be started.
pub fn run<F: IntoFuture>(awaited: F) -> Result<F::Output, RequestError> {
    // This includes the threads of `spawn_blocking`, which tokio does not distinguish from the others.
    if Handle::try_current().is_ok() {
        return Err(RequestError::Blocking("it is made within an async runtime; use `.await`"));
    }
    let handle = handle().map_err(|_| RequestError::Blocking("its thread cannot be started"))?;
    Ok(handle.block_on(async { awaited.await }))
}

/// The results of a function until it returns `None` or an error.
pub fn iterate<T, E>(mut next: impl FnMut() -> Result<Option<T>, E>) -> impl Iterator<Item = Result<T, E>> {
    let mut is_ended = false;
    std::iter::from_fn(move || {
        if is_ended {
            return None;
        }
        let item = next().transpose();
        is_ended = !matches!(item, Some(Ok(_)));
        item
    })
}

/// The runtime, which is started for the first call.
fn handle() -> io::Result<Handle> {
    let mut runtime = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(handle) = &*runtime {
        return Ok(handle.clone());
    }
    let started = Builder::new_current_thread().enable_all().build()?;
    let handle = started.handle().clone();
    let thread = std::thread::Builder::new().name("blocking-calls".to_owned());
    // Without this thread, connections would only be driven while a call waits.
    thread.spawn(move || started.block_on(std::future::pending::<()>()))?;
    *runtime = Some(handle.clone());
    Ok(handle)
}
