//! Events, lines and chunks as iterators that block the current thread.

use super::blocking::wait;
use super::error::Error;
use super::item_stream::Source;

/// The items of a source. The iterator ends after an error, except after an item that has another type ([`Error::Decode`]); dropping it
/// ends the request.
pub fn items<S: Source>(mut source: S) -> impl Iterator<Item = Result<S::Item, Error<S::Error>>> {
    let mut is_ended = false;
    std::iter::from_fn(move || {
        if is_ended {
            return None;
        }
        let item = wait(source.read()).transpose();
        is_ended = !matches!(item, Some(Ok(_) | Err(Error::Decode(..))));
        item
    })
}
