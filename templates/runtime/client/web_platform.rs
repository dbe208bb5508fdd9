//! What the runtime uses of its platform in WebAssembly (`wasm32-unknown-unknown`), over JavaScript: `fetch`, timers, clocks
//! and random numbers of browsers, workers and Node.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, SystemTime};

use bytes::BytesMut;
use js_sys::{Function, Promise, Reflect};
use reqwest::Body;
use tokio::sync::oneshot;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
pub use web_time::{Instant, Instant as TimerInstant};

use super::transport::{Connections, Transport};
pub use super::web_fetch::{Client, HttpError, Response};

/// The longest time in milliseconds that a timer of JavaScript can have.
const LONGEST: Duration = Duration::from_millis(i32::MAX as u64);

/// There is nothing to configure: `fetch` has no settings for connections.
#[derive(Debug)]
pub struct ClientBuilder(());

/// A client certificate. Programs cannot have one: a browser asks its user.
#[derive(Debug, Clone)]
pub enum Identity {}

/// The time limit has passed.
#[derive(Debug)]
pub struct Elapsed(());

/// An HTTP client with this time limit. JavaScript has no access to the other settings.
pub(super) fn client(_: &Transport, connections: &Connections<'_>) -> Result<Client, HttpError> {
    Ok(Client::new(connections.timeout))
}

/// The time of the system.
pub(super) fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(js_sys::Date::now() as u64)
}

/// 128 unpredictable bits. The `RandomState` of this target is the same in every program.
pub(super) fn random() -> [u64; 2] {
    [(); 2].map(|()| getrandom::u64().expect("browsers, workers and Node have `crypto.getRandomValues`"))
}

/// Runs a future to its end, even if the returned one is dropped.
#[allow(dead_code)] // only OAuth 2 uses it
pub(super) fn spawn<T: 'static>(future: impl Future<Output = T> + 'static) -> oneshot::Receiver<T> {
    let (sender, receiver) = oneshot::channel();
    spawn_local(async move {
        // If nobody waits, the result is not needed.
        let _ = sender.send(future.await);
    });
    receiver
}

/// Waits. The future can be sent to other threads as those of other targets can, although there are none.
pub async fn sleep(time: Duration) {
    let (mut sender, receiver) = oneshot::channel::<()>();
    spawn_local(async move {
        if either(timer(time), sender.closed()).await.is_ok() {
            let _ = sender.send(());
        }
    });
    let _ = receiver.await;
}

/// Waits for a future, at most this long.
///
/// # Errors
///
/// If the time has passed.
pub async fn timeout<F: Future>(limit: Duration, future: F) -> Result<F::Output, Elapsed> {
    either(future, sleep(limit)).await.map_err(Elapsed)
}

/// Waits for the first of two futures and drops the other one: `Ok` if it is the first of them.
pub(super) async fn either<A: Future, B: Future>(one: A, other: B) -> Result<A::Output, B::Output> {
    let (mut one, mut other) = (pin!(one), pin!(other));
    poll_fn(|context| match one.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Ok(value)),
        Poll::Pending => other.as_mut().poll(context).map(Err),
    })
    .await
}

/// Waits with timers of JavaScript. If it is dropped, its timer ends, which would otherwise keep a program of Node running.
pub(super) async fn timer(time: Duration) {
    let mut left = time;
    while !left.is_zero() {
        let part = left.min(LONGEST);
        left -= part;
        Timer::wait(part).await;
    }
}

struct Timer(JsValue);

impl Timer {
    async fn wait(time: Duration) {
        let mut id = JsValue::UNDEFINED;
        // A fraction of a millisecond is rounded up: a timer must not end early.
        let milliseconds = JsValue::from_f64((time.as_secs_f64() * 1e3).ceil());
        let promise = Promise::new(&mut |resolve: Function, _: Function| {
            id = global("setTimeout", &resolve.into(), &milliseconds).unwrap_or_default();
        });
        let _timer = Self(id);
        // It is never rejected.
        let _ = JsFuture::from(promise).await;
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        // Without an effect if the timer has ended.
        let _ = global("clearTimeout", &self.0, &JsValue::UNDEFINED);
    }
}

/// Calls a function of the global object, which is a window, a worker or that of Node.
pub(super) fn global(name: &str, one: &JsValue, other: &JsValue) -> Result<JsValue, JsValue> {
    let function: Function = Reflect::get(&js_sys::global(), &JsValue::from_str(name))?.dyn_into()?;
    function.call2(&JsValue::UNDEFINED, one, other)
}

/// Concatenates these bodies, which are in memory: `fetch` sends no streams.
#[allow(dead_code)] // only multipart bodies use it
pub(super) fn chained(pieces: Vec<Body>) -> Body {
    let mut all = BytesMut::new();
    for piece in &pieces {
        all.extend_from_slice(piece.as_bytes().unwrap_or_default());
    }
    all.freeze().into()
}
