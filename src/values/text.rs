//! Strings with a format, a pattern and bounds of their length.

use serde_json::Value;

use super::limit::Patterns;
use super::merged::Merged;
use super::pattern::Language;
use super::seed::Seed;
use super::{format, words};
use crate::model::rule::Limit;

/// The longest string that is made.
const LONGEST: usize = 100_000;

/// How many texts of a pattern are tried.
const ATTEMPTS: usize = 40;

/// The constraints on a string.
pub(super) struct Wanted<'w> {
    merged: &'w Merged<'w>,
    patterns: &'w Patterns,
    name: &'w [String],
    least: usize,
    most: usize,
    /// Whether it is a segment of a path, which is not empty and preferably has no slash.
    is_segment: bool,
}

impl<'w> Wanted<'w> {
    pub(super) fn new(merged: &'w Merged<'w>, patterns: &'w Patterns, name: &'w [String], is_segment: bool) -> Self {
        let (mut least, mut most) = (usize::from(is_segment), usize::MAX);
        for limit in merged.limits() {
            match limit {
                Limit::MinLength(bound) => least = least.max(usize::try_from(*bound).unwrap_or(usize::MAX)),
                Limit::MaxLength(bound) => most = most.min(usize::try_from(*bound).unwrap_or(usize::MAX)),
                _ => {}
            }
        }
        Self { merged, patterns, name, least, most, is_segment }
    }

    /// A string that satisfies the constraints.
    ///
    /// # Errors
    ///
    /// Why none was found.
    pub(super) fn text(&self, seed: &mut Seed) -> Result<String, String> {
        if self.least > self.most {
            return Err(format!("no string has at least {} and at most {} characters", self.least, self.most));
        }
        if self.least > LONGEST {
            return Err(format!("a string of {} characters is too long to make", self.least));
        }
        let candidates = self.candidates(seed);
        let plain = |text: &&String| !self.is_segment || is_plain(text);
        let found = candidates.iter().filter(plain).find(|text| self.is_satisfied_by(text));
        let found = found.or_else(|| candidates.iter().find(|text| self.is_satisfied_by(text)));
        found.cloned().ok_or_else(|| self.reason())
    }

    fn formats(&self) -> impl Iterator<Item = &'w str> {
        self.merged.schemas.iter().filter_map(|schema| schema.format.as_deref())
    }

    fn pattern(&self) -> Option<&'w str> {
        self.merged.limits().find_map(|limit| match limit {
            Limit::Pattern(text) => Some(text.as_str()),
            _ => None,
        })
    }

    fn candidates(&self, seed: &mut Seed) -> Vec<String> {
        let mut candidates = Vec::new();
        for format in self.formats() {
            candidates.extend(format::text(format, self.name, seed));
            candidates.extend(format::short(format).map(str::to_owned));
            candidates.extend(format::long(format, self.least));
        }
        candidates.extend(words::by_name(self.name, seed));
        candidates.push(words::word(seed).to_owned());
        match self.pattern() {
            Some(pattern) => candidates.extend(self.of_pattern(pattern, seed)),
            None => candidates.push(self.filler(seed)),
        }
        candidates
    }

    fn of_pattern(&self, pattern: &str, seed: &mut Seed) -> Vec<String> {
        let Some(language) = Language::parse(pattern) else { return Vec::new() };
        let (shortest, longest) = language.lengths();
        let least = self.least.max(shortest);
        let most = self.most.min(longest).max(least);
        let window = most.min(least.saturating_add(8)) - least;
        let text = |attempt: usize, seed: &mut Seed| {
            // Every length at first, then random ones.
            let length =
                least + if attempt <= window { (attempt + window / 2) % (window + 1) } else { seed.below(window + 1) };
            let mut text = language.text(length, seed);
            // A pattern without an end can be followed by anything.
            let missing = self.least.saturating_sub(text.chars().count());
            text.extend(std::iter::repeat_n('a', missing));
            text
        };
        (0..ATTEMPTS).map(|attempt| text(attempt, seed)).collect()
    }

    /// Words of a length within the bounds.
    fn filler(&self, seed: &mut Seed) -> String {
        let mut text = words::word(seed).to_owned();
        while text.len() < self.least {
            text.push(' ');
            text.push_str(words::word(seed));
        }
        let end = self.most.min(text.len()).max(self.least);
        text.truncate(end);
        if text.ends_with(' ') {
            text.pop();
            text.push('a');
        }
        text
    }

    pub(super) fn is_satisfied_by(&self, text: &str) -> bool {
        let value = Value::String(text.to_owned());
        self.merged.limits().all(|limit| self.patterns.check(limit, &value).is_ok())
            && self.formats().all(|format| format::is_strict(format, text))
            && !(self.is_segment && matches!(text, "" | "." | ".."))
    }

    fn reason(&self) -> String {
        let format = self.formats().next().map(|format| format!(" with the format `{format}`")).unwrap_or_default();
        let pattern = self.pattern().map(|pattern| format!(" that matches `{pattern}`")).unwrap_or_default();
        format!("found no string{format}{pattern} within the bounds of its length")
    }
}

fn is_plain(text: &str) -> bool {
    !text.contains(|c: char| c.is_control() || matches!(c, '/' | '\\' | '?' | '#' | '%'))
}
