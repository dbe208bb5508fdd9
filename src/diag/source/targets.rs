//! The nodes to find in one walk, as a tree of tokens.

use std::collections::BTreeMap;

use crate::diag::Pointer;

/// The targets at one node and below it.
#[derive(Debug, Default)]
pub(super) struct Targets {
    /// The number of targets; only set in the root.
    count: usize,
    keys: Vec<usize>,
    values: Vec<usize>,
    children: BTreeMap<String, Targets>,
}

impl Targets {
    /// Adds a target, whose number is the count of earlier targets.
    pub(super) fn add(&mut self, at: &Pointer, on_key: bool) {
        let number = self.count;
        self.count += 1;
        let node = at.tokens().fold(self, |node, token| node.children.entry(token).or_default());
        let numbers = if on_key { &mut node.keys } else { &mut node.values };
        numbers.push(number);
    }

    /// The targets below `token`, if any.
    pub(super) fn child(&self, token: &str) -> Option<&Targets> {
        self.children.get(token)
    }

    /// Whether there are targets below this node.
    pub(super) fn has_children(&self) -> bool {
        !self.children.is_empty()
    }
}

/// The byte offset of each target, as far as found.
#[derive(Debug)]
pub(super) struct Offsets {
    offsets: Vec<Option<usize>>,
    is_exact: Vec<bool>,
}

impl Offsets {
    pub(super) fn new(targets: &Targets) -> Self {
        Self { offsets: vec![None; targets.count], is_exact: vec![false; targets.count] }
    }

    /// Records that the key of this node is at `offset`, which is also the best offset so far for everything below.
    pub(super) fn key(&mut self, targets: &Targets, offset: usize) {
        self.nearest(targets, offset);
        targets.keys.iter().for_each(|number| self.exact(*number, offset));
    }

    /// Records that the value of this node is at `offset`, which is also the best offset so far for everything below.
    pub(super) fn value(&mut self, targets: &Targets, offset: usize) {
        self.nearest(targets, offset);
        targets.values.iter().for_each(|number| self.exact(*number, offset));
    }

    pub(super) fn into_offsets(self) -> Vec<Option<usize>> {
        self.offsets
    }

    fn nearest(&mut self, targets: &Targets, offset: usize) {
        for number in targets.keys.iter().chain(&targets.values) {
            // A later offset belongs to a deeper node, so it is nearer to the target.
            if !self.is_exact[*number] {
                self.offsets[*number] = self.offsets[*number].max(Some(offset));
            }
        }
        targets.children.values().for_each(|child| self.nearest(child, offset));
    }

    fn exact(&mut self, number: usize, offset: usize) {
        self.offsets[number] = Some(offset);
        self.is_exact[number] = true;
    }
}
