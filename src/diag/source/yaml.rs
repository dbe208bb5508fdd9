//! Finds nodes in YAML text.
//!
//! serde_yaml reports positions only in errors. So the visitor fails on purpose at the start of each target, reads the
//! position from the error, and continues: the parser is already past a key or scalar that failed, so nothing is lost.

use std::cell::RefCell;
use std::fmt;

use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::lines::{Lines, Position};
use super::targets::{Offsets, Targets};

/// The byte offset of each target.
pub(super) fn walk(text: &str, targets: Targets) -> Vec<Option<usize>> {
    let walk = YamlWalk { lines: Lines::of_yaml(text), found: RefCell::new(Offsets::new(&targets)) };
    if let Some(document) = serde_yaml::Deserializer::from_str(text).next() {
        let root = ValueProbe { walk: &walk, targets: &targets };
        let begin = root.deserialize(document);
        // Any other error means that the text cannot be parsed; what was found before that is kept.
        let _ = root.noted(&targets, begin);
    }
    walk.found.into_inner().into_offsets()
}

struct YamlWalk<'t> {
    lines: Lines<'t>,
    found: RefCell<Offsets>,
}

/// The text of errors that are raised on purpose, to distinguish them from those of the parser.
const HERE: &str = "keystub position probe";

impl YamlWalk<'_> {
    /// The position in an error raised on purpose, as serde_yaml displays it: `… at line 3 column 5`.
    fn offset(&self, error: &impl fmt::Display) -> Option<usize> {
        let text = error.to_string();
        let (_, place) = text.rsplit_once(HERE)?;
        if place.is_empty() {
            return Some(0);
        }
        let (line, column) = place.strip_prefix(" at line ")?.split_once(" column ")?;
        let position = Position { line: line.parse().ok()?, column: column.parse().ok()? };
        Some(self.lines.offset(position))
    }
}

/// Walks a value that is a target or contains one; returns its start, or fails there.
#[derive(Clone, Copy)]
struct ValueProbe<'w, 't> {
    walk: &'w YamlWalk<'t>,
    targets: &'w Targets,
}

impl<'w> ValueProbe<'w, '_> {
    /// Records the start of the value of `targets`; returns other errors of the parser.
    fn noted<E: de::Error>(self, targets: &Targets, begin: Result<Option<usize>, E>) -> Result<Option<usize>, E> {
        let offset = match begin {
            Ok(offset) => offset,
            Err(error) => Some(self.walk.offset(&error).ok_or(error)?),
        };
        if let Some(offset) = offset {
            self.walk.found.borrow_mut().value(targets, offset);
        }
        Ok(offset)
    }

    fn below(self, targets: &'w Targets) -> Self {
        Self { targets, ..self }
    }
}

impl<'de> DeserializeSeed<'de> for ValueProbe<'_, '_> {
    type Value = Option<usize>;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Option<usize>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

macro_rules! fails_here {
    ($($visit:ident($($kind:ty)?)),+) => {
        $(fn $visit<E: de::Error>(self, $(_: $kind)?) -> Result<Option<usize>, E> {
            Err(E::custom(HERE))
        })+
    };
}

impl<'de> Visitor<'de> for ValueProbe<'_, '_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fails_here!(visit_bool(bool), visit_i64(i64), visit_u64(u64), visit_i128(i128), visit_u128(u128));
    fails_here!(visit_f64(f64), visit_str(&str), visit_unit(), visit_none());

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Option<usize>, A::Error> {
        let nothing = Targets::default();
        let mut begin = None;
        for index in 0.. {
            let targets = self.targets.child(&index.to_string());
            let element = self.below(targets.unwrap_or(&nothing));
            let next = match index == 0 || targets.is_some() {
                true => access.next_element_seed(element),
                false => access.next_element::<IgnoredAny>().map(|next| next.map(|_| None)),
            };
            let offset = match next {
                Ok(None) => break,
                Ok(Some(offset)) => self.noted(element.targets, Ok(offset))?,
                Err(error) => self.noted(element.targets, Err(error))?,
            };
            begin = begin.or(offset);
        }
        Ok(begin)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Option<usize>, A::Error> {
        let mut begin = None;
        let matched = RefCell::new(None);
        for index in 0.. {
            let key = KeyProbe { targets: self.targets, is_first: index == 0, matched: &matched };
            let offset = match access.next_key_seed(key) {
                Ok(None) => break,
                Ok(Some(())) => None,
                Err(error) => Some(self.walk.offset(&error).ok_or(error)?),
            };
            begin = begin.or(offset);
            let Some(targets) = matched.take() else {
                access.next_value::<IgnoredAny>()?;
                continue;
            };
            if let Some(offset) = offset {
                self.walk.found.borrow_mut().key(targets, offset);
            }
            let value = access.next_value_seed(self.below(targets));
            self.noted(targets, value)?;
        }
        Ok(begin)
    }
}

/// Fails at a key that is a target, and at the first key, which is the start of the object.
struct KeyProbe<'a, 'w> {
    targets: &'w Targets,
    is_first: bool,
    matched: &'a RefCell<Option<&'w Targets>>,
}

impl<'de> DeserializeSeed<'de> for KeyProbe<'_, '_> {
    type Value = ();

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for KeyProbe<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: de::Error>(self, key: &str) -> Result<(), E> {
        let targets = self.targets.child(key);
        *self.matched.borrow_mut() = targets;
        if self.is_first || targets.is_some() { Err(E::custom(HERE)) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Format, Source};
    use crate::diag::Pointer;

    const TEXT: &str = "\
openapi: 3.0.3
paths:
  /x:
    get:
      security:
        - zzz: []
        - {a: [s], 'b': ~}
      tags: &t
      - one
      - two
    put:
      tags: *t
      x-empty:
  \"/\\u00e4\": {}
";

    fn place(pointer: &str, on_key: bool) -> (usize, usize) {
        let source = Source::new("x", TEXT, Format::Yaml);
        let position = source.locate(&Pointer::parse(pointer).unwrap(), on_key).unwrap();
        (position.line, position.column)
    }

    #[test]
    fn keys_and_values_are_found() {
        assert_eq!(place("", false), (1, 1));
        assert_eq!(place("/openapi", false), (1, 10));
        assert_eq!(place("/openapi", true), (1, 1));
        assert_eq!(place("/paths/~1x/get/security/0/zzz", true), (6, 11));
        assert_eq!(place("/paths/~1x/get/security/1/b", true), (7, 20));
        assert_eq!(place("/paths/~1x/get/security/1/b", false), (7, 25));
        assert_eq!(place("/paths/~1x/get/security/1/a/0", false), (7, 16));
        assert_eq!(place("/paths/~1x/get/tags/1", false), (10, 9));
        assert_eq!(place("/paths/~1ä", true), (14, 3));
    }

    #[test]
    fn containers_begin_at_their_first_key_or_element() {
        assert_eq!(place("/paths", false), (3, 3));
        assert_eq!(place("/paths/~1x/get/security", false), (6, 11));
        assert_eq!(place("/paths/~1x/get/security/1", false), (7, 12));
    }

    #[test]
    fn aliased_nodes_are_located_at_their_anchor() {
        assert_eq!(place("/paths/~1x/put/tags/1", false), (10, 9));
    }

    #[test]
    fn missing_nodes_are_located_at_their_nearest_ancestor() {
        assert_eq!(place("/paths/~1x/get/parameters/0/name", false), (5, 7));
        assert_eq!(place("/nothing", true), (1, 1));
        assert_eq!(place("/paths/~1ä/get", false), (14, 3));
    }

    #[test]
    fn many_targets_are_found_in_one_walk() {
        let text: String = (0..1000).map(|n| format!("k{n}: [1, {{a: {n}}}]\n")).collect();
        let source = Source::new("x", text, Format::Yaml);
        let at = |n: usize| Pointer::root().child(&format!("k{n}")).index(1).child("a");
        let diagnostics: Vec<_> =
            (0..1000).map(|n| crate::diag::Diagnostic::error(crate::diag::Code::Syntax, &at(n), "")).collect();
        let places = source.places(&diagnostics.iter().collect::<Vec<_>>());
        assert!(places.iter().enumerate().all(|(n, place)| place.is_some_and(|place| place.line == n + 1)));
    }
}
