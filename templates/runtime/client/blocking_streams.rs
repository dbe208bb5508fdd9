//! Events, lines and chunks as iterators that block the current thread.

use super::blocking::{iterate, wait};
use super::error::Error;
use super::item_stream::Source;

/// The items of a source. The iterator ends after an error; dropping it ends the request.
pub fn items<S: Source>(mut source: S) -> impl Iterator<Item = Result<S::Item, Error<S::Error>>> {
    iterate(move || wait(source.read()))
}
