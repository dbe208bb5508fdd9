//! The invalid documents, listed in `refused.tsv`: each with the codes of keystub's diagnostics, its error, and the
//! section of the specification that it violates.

use std::collections::{BTreeMap, BTreeSet};

/// The list: document, codes, error, section.
const LIST: &str = include_str!("../refused.tsv");

/// The codes with which each listed document is rejected, on both sides.
///
/// # Panics
///
/// If a line does not have four fields.
pub fn listed() -> BTreeMap<&'static str, BTreeSet<String>> {
    let lines = LIST.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| match line.split('\t').collect::<Vec<_>>()[..] {
            [document, codes, fault, section] if !fault.is_empty() && !section.is_empty() => {
                (document, codes.split(' ').map(str::to_owned).collect())
            }
            _ => panic!("expected four fields in a line of refused.tsv, found `{line}`"),
        })
        .collect()
}
