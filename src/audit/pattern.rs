//! Facts about regular expressions, which are searched for in a text unless they are anchored.

use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// A parsed pattern.
pub struct Pattern(Hir);

impl Pattern {
    /// Parses a pattern in the syntax of the `regex` crate.
    pub fn parse(text: &str) -> Option<Self> {
        regex_syntax::parse(text).ok().map(Self)
    }

    /// Whether every match is a whole text.
    pub fn is_anchored(&self) -> bool {
        let properties = self.0.properties();
        properties.look_set_prefix().contains(Look::Start) && properties.look_set_suffix().contains(Look::End)
    }

    /// Whether matching texts have a maximum length.
    pub fn is_bounded(&self) -> bool {
        self.is_anchored() && self.0.properties().maximum_len().is_some()
    }

    /// Whether it asks for one character, wherever it is, or matches all texts: then anchors were not forgotten.
    pub fn is_search(&self) -> bool {
        match self.0.kind() {
            HirKind::Empty | HirKind::Class(_) => true,
            HirKind::Repetition(repetition) => is_any(&repetition.sub),
            HirKind::Literal(_)
            | HirKind::Look(_)
            | HirKind::Capture(_)
            | HirKind::Concat(_)
            | HirKind::Alternation(_) => false,
        }
    }

    /// Whether a repetition contains one that matches the same texts in another division, such as `(a+)+`.
    pub fn has_nested_repetition(&self) -> bool {
        is_ambiguous(&self.0)
    }
}

/// Whether it is `.`.
fn is_any(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => {
            class.ranges().iter().map(|range| range.len()).sum::<usize>() >= 1_000_000
        }
        _ => false,
    }
}

fn is_ambiguous(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => false,
        HirKind::Repetition(outer) => {
            let repeats = outer.max.is_none_or(|max| max > 8);
            (repeats && divides(&outer.sub)) || is_ambiguous(&outer.sub)
        }
        HirKind::Capture(capture) => is_ambiguous(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(is_ambiguous),
    }
}

/// Whether repetitions of `hir` match a text in several divisions: it is an open repetition of a class, next to nothing
/// but parts that may be empty or whose characters are in the class.
fn divides(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => false,
        HirKind::Capture(capture) => divides(&capture.sub),
        HirKind::Repetition(inner) => inner.max.is_none() && class(&inner.sub).is_some(),
        HirKind::Alternation(parts) => parts.iter().any(divides),
        HirKind::Concat(parts) => parts.iter().enumerate().any(|(at, part)| {
            let Some(repeated) = open_class(part) else { return false };
            let others = parts.iter().enumerate().filter(|(other, _)| *other != at);
            others.into_iter().all(|(_, other)| is_absorbed(other, &repeated))
        }),
    }
}

/// The class of an open repetition.
fn open_class(hir: &Hir) -> Option<regex_syntax::hir::ClassUnicode> {
    match hir.kind() {
        HirKind::Repetition(inner) if inner.max.is_none() => class(&inner.sub),
        HirKind::Capture(capture) => open_class(&capture.sub),
        _ => None,
    }
}

/// The characters of a text of one character.
fn class(hir: &Hir) -> Option<regex_syntax::hir::ClassUnicode> {
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => Some(class.clone()),
        HirKind::Capture(capture) => class(&capture.sub),
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            let mut chars = text.chars();
            let (Some(only), None) = (chars.next(), chars.next()) else { return None };
            Some(regex_syntax::hir::ClassUnicode::new([regex_syntax::hir::ClassUnicodeRange::new(only, only)]))
        }
        _ => None,
    }
}

/// Whether `hir` may be empty, or matches only characters that `within` repeats.
fn is_absorbed(hir: &Hir, within: &regex_syntax::hir::ClassUnicode) -> bool {
    if hir.properties().minimum_len() == Some(0) {
        return true;
    }
    let own = match hir.kind() {
        HirKind::Repetition(inner) => class(&inner.sub),
        _ => class(hir),
    };
    own.is_some_and(|own| {
        let mut outside = own;
        outside.difference(within);
        outside.ranges().is_empty()
    })
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    fn pattern(text: &str) -> Pattern {
        Pattern::parse(text).unwrap()
    }

    #[test]
    fn alternation_is_anchored_if_each_branch_is() {
        for text in ["^a$", "^(a|b)$", "^a$|^b$", "^$"] {
            assert!(pattern(text).is_anchored(), "{text}");
        }
        for text in ["a", "^a", "a$", "^a|b$", "(^a$)?"] {
            assert!(!pattern(text).is_anchored(), "{text}");
        }
    }

    #[test]
    fn length_is_bounded_without_open_repetition() {
        assert!(pattern("^[a-z]{1,8}$").is_bounded());
        assert!(!pattern("^[a-z]+$").is_bounded());
        assert!(!pattern("[a-z]{1,8}").is_bounded());
    }

    #[test]
    fn repetitions_that_divide_a_text_in_several_ways_are_nested() {
        for text in ["^(a+)+$", "^([a-z]*)*$", r"^(\w+\s?)*$", "^(.*,)*$", "^(a|b+)+$", "^((a+))+$"] {
            assert!(pattern(text).has_nested_repetition(), "{text}");
        }
        for text in ["^(a+,)*$", "^[a-z]+$", r"^(\w+\s)*$", "^([a-z]+-)?[a-z]+$", "^(a{2})+$", "^(ab+)+$"] {
            assert!(!pattern(text).has_nested_repetition(), "{text}");
        }
    }
}
