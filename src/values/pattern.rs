//! Texts that match a regular expression.

use regex_syntax::hir::{Class, Hir, HirKind, Repetition};

use super::seed::Seed;

/// The maximum length of repetitions without an upper bound.
const OPEN: usize = 100_000;

/// A parsed regular expression.
#[derive(Debug)]
pub(super) struct Language(Hir);

impl Language {
    /// Parses a pattern in the syntax of the `regex` crate.
    pub(super) fn parse(pattern: &str) -> Option<Self> {
        regex_syntax::parse(pattern).ok().map(Self)
    }

    /// The fewest and the most characters of a match.
    pub(super) fn lengths(&self) -> (usize, usize) {
        lengths(&self.0)
    }

    /// A text with about `length` characters that matches, except that anchors and boundaries are not considered.
    pub(super) fn text(&self, length: usize, seed: &mut Seed) -> String {
        let mut out = String::new();
        write(&self.0, length, seed, &mut out);
        out
    }
}

fn lengths(hir: &Hir) -> (usize, usize) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => (0, 0),
        HirKind::Literal(literal) => {
            let count = String::from_utf8_lossy(&literal.0).chars().count();
            (count, count)
        }
        HirKind::Class(_) => (1, 1),
        HirKind::Capture(capture) => lengths(&capture.sub),
        HirKind::Repetition(repetition) => {
            let (least, most) = lengths(&repetition.sub);
            let (low, high) = times(repetition);
            (least.saturating_mul(low).min(OPEN), most.saturating_mul(high).min(OPEN))
        }
        HirKind::Concat(parts) => parts.iter().map(lengths).fold((0, 0), |sum, (least, most)| {
            (sum.0.saturating_add(least).min(OPEN), sum.1.saturating_add(most).min(OPEN))
        }),
        HirKind::Alternation(parts) => {
            parts.iter().map(lengths).reduce(|all, one| (all.0.min(one.0), all.1.max(one.1))).unwrap_or_default()
        }
    }
}

fn times(repetition: &Repetition) -> (usize, usize) {
    let count = |count: u32| usize::try_from(count).unwrap_or(OPEN).min(OPEN);
    (count(repetition.min), repetition.max.map_or(OPEN, count))
}

fn write(hir: &Hir, length: usize, seed: &mut Seed, out: &mut String) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(class) => out.extend(character(class, seed)),
        HirKind::Capture(capture) => write(&capture.sub, length, seed, out),
        HirKind::Repetition(repetition) => repeat(repetition, length, seed, out),
        HirKind::Concat(parts) => {
            for (part, length) in parts.iter().zip(shares(parts, length, seed)) {
                write(part, length, seed, out);
            }
        }
        HirKind::Alternation(parts) => {
            let fits = |part: &&Hir| {
                let (least, most) = lengths(part);
                least <= length && length <= most
            };
            let fitting: Vec<&Hir> = parts.iter().filter(fits).collect();
            let nearest = || parts.iter().min_by_key(|part| lengths(part).0.abs_diff(length));
            if let Some(part) = seed.pick(&fitting).copied().or_else(nearest) {
                write(part, length, seed, out);
            }
        }
    }
}

fn repeat(repetition: &Repetition, length: usize, seed: &mut Seed, out: &mut String) {
    let (least, most) = lengths(&repetition.sub);
    let (low, high) = times(repetition);
    // Enough repetitions to reach the length, and not so many that it is exceeded.
    let fewest = length.div_ceil(most.max(1)).clamp(low, high);
    let most_times = length.checked_div(least).unwrap_or(fewest.max(1)).clamp(fewest, high.max(fewest));
    let count = fewest + seed.below(most_times.min(fewest + 2) - fewest + 1);
    let mut left = length;
    for index in 0..count {
        let share = (left / (count - index)).clamp(least, most);
        write(&repetition.sub, share, seed, out);
        left = left.saturating_sub(share);
    }
}

/// The length of each part, so that together they have the length if that is possible.
fn shares(parts: &[Hir], length: usize, seed: &mut Seed) -> Vec<usize> {
    let ranges: Vec<(usize, usize)> = parts.iter().map(lengths).collect();
    let mut shares: Vec<usize> = ranges.iter().map(|(least, _)| *least).collect();
    let mut left = length.saturating_sub(shares.iter().sum());
    let start = seed.below(parts.len());
    // Small portions at first, so that the text looks even; the last round takes the rest.
    for portion in [3, usize::MAX] {
        for offset in 0..parts.len() {
            let at = (start + offset) % parts.len();
            let more = left.min(portion).min(ranges[at].1 - shares[at]);
            shares[at] += more;
            left -= more;
        }
    }
    shares
}

/// A character of the class: a letter or digit if it has one, else a visible one.
fn character(class: &Class, seed: &mut Seed) -> Option<char> {
    let ranges: Vec<(char, char)> = match class {
        Class::Unicode(class) => class.ranges().iter().map(|range| (range.start(), range.end())).collect(),
        Class::Bytes(class) => class.ranges().iter().map(|range| (range.start().into(), range.end().into())).collect(),
    };
    let holds = |c: &char| ranges.iter().any(|(start, end)| (start..=end).contains(&c));
    for preferred in [('a'..='z', '0'..='9'), ('A'..='Z', '0'..='9'), ('!'..='~', '!'..='~')] {
        let found: Vec<char> = preferred.0.chain(preferred.1).filter(holds).collect();
        if let Some(found) = seed.pick(&found) {
            return Some(*found);
        }
    }
    seed.pick(&ranges).map(|(start, _)| *start)
}
