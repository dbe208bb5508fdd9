//! The nodes that are looked for in one walk, as a tree of tokens.

use std::collections::BTreeMap;

use crate::diag::Pointer;

/// The targets at one node and below it.
#[derive(Debug, Default)]
pub(super) struct Targets {
    /// How many targets there are in all; only kept at the root.
    count: usize,
    keys: Vec<usize>,
    values: Vec<usize>,
    children: BTreeMap<String, Targets>,
}

impl Targets {
    /// Adds a target; its number is the count of those before it.
    pub(super) fn add(&mut self, at: &Pointer, on_key: bool) {
        let number = self.count;
        self.count += 1;
        let node = at.tokens().fold(self, |node, token| node.children.entry(token).or_default());
        let numbers = if on_key { &mut node.keys } else { &mut node.values };
        numbers.push(number);
    }

    /// The targets under `token`, where there are any.
    pub(super) fn child(&self, token: &str) -> Option<&Targets> {
        self.children.get(token)
    }

    /// Whether something below this node is looked for.
    pub(super) fn has_children(&self) -> bool {
        !self.children.is_empty()
    }
}

/// What a walk has found: one byte offset a target.
#[derive(Debug)]
pub(super) struct Offsets {
    offsets: Vec<Option<usize>>,
    is_exact: Vec<bool>,
}

impl Offsets {
    pub(super) fn new(targets: &Targets) -> Self {
        Self { offsets: vec![None; targets.count], is_exact: vec![false; targets.count] }
    }

    /// The key of this node stands at `offset`; until something better is found, all below stands there too.
    pub(super) fn key(&mut self, targets: &Targets, offset: usize) {
        self.nearest(targets, offset);
        targets.keys.iter().for_each(|number| self.exact(*number, offset));
    }

    /// The value of this node stands at `offset`; so does all below, until something better is found.
    pub(super) fn value(&mut self, targets: &Targets, offset: usize) {
        self.nearest(targets, offset);
        targets.values.iter().for_each(|number| self.exact(*number, offset));
    }

    pub(super) fn into_offsets(self) -> Vec<Option<usize>> {
        self.offsets
    }

    fn nearest(&mut self, targets: &Targets, offset: usize) {
        for number in targets.keys.iter().chain(&targets.values) {
            // A later place is a deeper one, so nearer to what is looked for.
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
