//! The work that expressions may cause.

use std::cell::Cell;

/// How many nodes a segment may select.
const MOST_MATCHES: usize = 1_000_000;

/// How many steps are left; each visited node is a step.
#[derive(Debug)]
pub struct Budget {
    steps: Cell<u64>,
}

/// The budget is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exhausted;

impl Budget {
    /// A budget of this many steps.
    pub fn new(steps: u64) -> Self {
        Self { steps: Cell::new(steps) }
    }

    /// Uses steps.
    ///
    /// # Errors
    ///
    /// If there are not that many left.
    pub fn spend(&self, steps: usize) -> Result<(), Exhausted> {
        let left = self.steps.get().checked_sub(u64::try_from(steps).unwrap_or(u64::MAX)).ok_or(Exhausted)?;
        self.steps.set(left);
        Ok(())
    }

    /// Uses the steps that reading a text takes.
    pub(super) fn spend_text(&self, text: &str) -> Result<(), Exhausted> {
        self.spend(1 + text.len() / 64)
    }

    /// Checks the number of nodes that a segment selects.
    pub(super) fn check_matches(count: usize) -> Result<(), Exhausted> {
        if count > MOST_MATCHES { Err(Exhausted) } else { Ok(()) }
    }
}
