//! What a proxy has seen.

use std::collections::{BTreeMap, BTreeSet};

use super::difference::{Difference, Target};
use super::judge::Judged;

/// The most differences that are kept one by one.
const MOST: usize = 1000;

/// What a proxy has seen. Its size is bounded.
#[derive(Debug, Default)]
pub(crate) struct ProxyReport {
    /// How many requests were forwarded.
    pub requests: u64,
    /// How many of them were not as documented, and were refused.
    pub refused: u64,
    /// How many of them were not checked as a whole.
    pub unchecked: u64,
    /// The operations that were called.
    pub operations: BTreeSet<usize>,
    /// The differences: each with its first occurrence, and how often it occurred.
    pub differences: Vec<(Difference, u64)>,
    /// How many other differences there are.
    pub others: u64,
    index: BTreeMap<(Target, String), usize>,
}

impl ProxyReport {
    pub(super) fn add(&mut self, judged: Judged) {
        self.requests += 1;
        self.refused += u64::from(judged.invalid.is_some() && judged.differences.is_empty());
        self.unchecked += u64::from(judged.unchecked.is_some());
        self.operations.extend(judged.operation);
        for difference in judged.differences {
            let key = (difference.target.clone(), difference.name());
            match self.index.get(&key) {
                Some(at) => self.differences[*at].1 += 1,
                None if self.differences.len() < MOST => {
                    self.index.insert(key, self.differences.len());
                    self.differences.push((difference, 1));
                }
                None => self.others += 1,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(path: usize) -> Judged {
        let target = Target::Request("GET".to_owned(), format!("/{path}"));
        let difference = Difference::new("operation-undocumented", target, "404".to_owned(), "200".to_owned());
        Judged { operation: None, invalid: None, unchecked: None, differences: vec![difference] }
    }

    #[test]
    fn differences_are_counted_and_bounded() {
        let mut report = ProxyReport::default();
        (0..MOST + 5).chain([0, 0]).for_each(|path| report.add(judged(path)));
        assert_eq!((report.requests, report.differences.len(), report.others), (1007, 1000, 5));
        assert_eq!(report.differences[0].1, 3);
    }
}
