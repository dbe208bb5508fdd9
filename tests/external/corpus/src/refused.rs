//! The documents that are truly broken, as `refused.tsv` lists them: each with the code that keystub refuses it by, its
//! fault, and the section of the specification that it breaks.

use std::collections::{BTreeMap, BTreeSet};

/// The list: document, codes, fault, section.
const LIST: &str = include_str!("../refused.tsv");

/// The codes that each listed document is refused by, on both sides.
///
/// # Panics
///
/// When a line has not its four fields.
pub fn listed() -> BTreeMap<&'static str, BTreeSet<String>> {
    let lines = LIST.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| match line.split('\t').collect::<Vec<_>>()[..] {
            [document, codes, fault, section] if !fault.is_empty() && !section.is_empty() => {
                (document, codes.split(' ').map(str::to_owned).collect())
            }
            _ => panic!("a line of refused.tsv has not four fields: {line}"),
        })
        .collect()
}
