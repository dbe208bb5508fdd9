//! Copies of bodies that pass, for the checks. Each is bounded, and all together are.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use keystub_server_runtime::bytes::{Bytes, BytesMut};

/// The most bytes of one copy.
pub(super) const MOST: usize = 8 << 20;

/// The most bytes of all copies together.
const MOST_OF_ALL: usize = 128 << 20;

/// How many bytes all copies may still have.
#[derive(Debug, Clone)]
pub(super) struct Budget(Arc<AtomicUsize>);

impl Default for Budget {
    fn default() -> Self {
        Self(Arc::new(AtomicUsize::new(MOST_OF_ALL)))
    }
}

impl Budget {
    fn take(&self, count: usize) -> bool {
        let left = |left: usize| left.checked_sub(count);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, left).is_ok()
    }

    fn give_back(&self, count: usize) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }
}

/// A whole body.
#[derive(Debug)]
pub(super) struct Copied {
    bytes: Bytes,
    budget: Budget,
}

impl Drop for Copied {
    fn drop(&mut self) {
        self.budget.give_back(self.bytes.len());
    }
}

impl Copied {
    /// The bytes, without a copy.
    pub fn bytes(&self) -> Bytes {
        self.bytes.clone()
    }
}

/// How far a body was copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// More may follow.
    Open,
    /// This is the whole body.
    Whole,
    /// It is too long.
    TooLong,
}

/// The copy of a body.
#[derive(Debug)]
pub(super) struct BodyCopy {
    bytes: BytesMut,
    state: State,
    /// The length that the head announces.
    length: Option<u64>,
    budget: Budget,
}

impl Drop for BodyCopy {
    fn drop(&mut self) {
        self.budget.give_back(self.bytes.len());
    }
}

impl BodyCopy {
    /// An empty copy of a body whose head announces this length.
    pub fn new(budget: &Budget, length: Option<u64>) -> Self {
        Self { bytes: BytesMut::new(), state: State::Open, length, budget: budget.clone() }
    }

    /// Adds the next bytes.
    pub fn push(&mut self, chunk: &[u8]) {
        if self.state != State::Open {
            return;
        }
        if self.bytes.len() + chunk.len() > MOST || !self.budget.take(chunk.len()) {
            self.budget.give_back(self.bytes.len());
            self.bytes = BytesMut::new();
            self.state = State::TooLong;
            return;
        }
        self.bytes.extend_from_slice(chunk);
        // A reader that knows the length does not ask for more.
        if self.length == Some(self.bytes.len() as u64) {
            self.state = State::Whole;
        }
    }

    /// Nothing follows.
    pub fn end(&mut self) {
        if self.state == State::Open {
            self.state = State::Whole;
        }
    }

    /// Takes the whole body; `None` if the copy is not complete.
    pub fn whole(&mut self) -> Option<Copied> {
        let bytes = || std::mem::take(&mut self.bytes).freeze();
        (self.state == State::Whole).then(bytes).map(|bytes| Copied { bytes, budget: self.budget.clone() })
    }

    /// Whether the body was too long to be copied.
    pub fn is_too_long(&self) -> bool {
        self.state == State::TooLong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(budget: &Budget) -> usize {
        budget.0.load(Ordering::Relaxed)
    }

    #[test]
    fn copy_is_whole_at_its_end_or_its_length() {
        let budget = Budget::default();
        let mut copy = BodyCopy::new(&budget, None);
        copy.push(b"ab");
        assert!(copy.whole().is_none());
        copy.end();
        assert_eq!(copy.whole().unwrap().bytes(), "ab");
        let mut copy = BodyCopy::new(&budget, Some(3));
        copy.push(b"ab");
        assert!(copy.whole().is_none());
        copy.push(b"c");
        let whole = copy.whole().unwrap();
        drop(copy);
        assert_eq!((whole.bytes(), left(&budget)), (Bytes::from_static(b"abc"), MOST_OF_ALL - 3));
        drop(whole);
        assert_eq!(left(&budget), MOST_OF_ALL);
    }

    #[test]
    fn copies_are_bounded_and_give_their_bytes_back() {
        let budget = Budget::default();
        let chunk = vec![0; MOST];
        let copies: Vec<BodyCopy> = (0..=MOST_OF_ALL / MOST)
            .map(|_| {
                let mut copy = BodyCopy::new(&budget, None);
                copy.push(&chunk);
                copy
            })
            .collect();
        assert_eq!(copies.iter().filter(|copy| copy.is_too_long()).count(), 1);
        drop(copies);
        let mut copy = BodyCopy::new(&budget, None);
        copy.push(&chunk);
        copy.push(b"x");
        copy.end();
        assert_eq!((copy.whole().is_none(), copy.is_too_long(), left(&budget)), (true, true, MOST_OF_ALL));
    }
}
