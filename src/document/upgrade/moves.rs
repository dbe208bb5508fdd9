//! Maps places in the original document to places in the upgraded tree, and back.

use std::collections::BTreeMap;

use crate::diag::{Pointer, Report};

/// The moves of an upgrade. A node that is not listed did not move, except with a node above it.
#[derive(Debug, Clone, Default)]
pub struct Moves {
    back: BTreeMap<Pointer, Pointer>,
    forward: BTreeMap<Pointer, Pointer>,
}

impl Moves {
    /// Whether nothing moved.
    pub(in crate::document) fn is_empty(&self) -> bool {
        self.back.is_empty()
    }

    /// The original place of the node at `at`.
    pub fn written(&self, at: &Pointer) -> Pointer {
        moved(&self.back, at)
    }

    /// A report about the upgraded tree as the user knows it: every pointer, in messages too, is the original one.
    pub(in crate::document) fn original(&self, report: &Report) -> Report {
        report.map_places(|at| self.written(at)).map_texts(|text| self.original_text(text))
    }

    /// A message in which every pointer in backticks is the original one.
    pub(in crate::document) fn original_text(&self, text: &str) -> String {
        let quoted = |part: &str| {
            let pointer = part.strip_prefix('#').filter(|rest| rest.starts_with('/')).and_then(Pointer::parse);
            pointer.map_or_else(|| part.to_owned(), |at| self.written(&at).to_string())
        };
        let parts = text.split('`').enumerate();
        let parts = parts.map(|(index, part)| if index % 2 == 1 { quoted(part) } else { part.to_owned() });
        parts.collect::<Vec<_>>().join("`")
    }

    /// The current place of the node that was written at `at`.
    pub(in crate::document) fn now(&self, at: &Pointer) -> Pointer {
        moved(&self.forward, at)
    }

    /// Records that the node at `old` moves to `new`, with everything that moved below it before.
    pub(in crate::document) fn relocate(&mut self, old: &Pointer, new: &Pointer) {
        let written = self.written(old);
        let below: Vec<Pointer> = self
            .back
            .range(old.clone()..)
            .map(|(at, _)| at)
            .take_while(|at| at.as_str().starts_with(old.as_str()))
            .filter(|at| at.is_within(old))
            .cloned()
            .collect();
        for at in below {
            let written = self.back.remove(&at).expect("the key was read from the map");
            self.note(&written, &rebased(&at, old, new));
        }
        self.note(&written, new);
    }

    /// Records that the node at `at` was written at `written`.
    pub(super) fn note(&mut self, written: &Pointer, at: &Pointer) {
        self.back.insert(at.clone(), written.clone());
        self.forward.insert(written.clone(), at.clone());
    }

    /// Records a second place of a node; references use the first.
    pub(in crate::document) fn copy(&mut self, written: &Pointer, at: &Pointer) {
        self.back.insert(at.clone(), written.clone());
    }
}

/// `at`, which is `old` or below it, relative to `new` instead.
fn rebased(at: &Pointer, old: &Pointer, new: &Pointer) -> Pointer {
    let rest = &at.as_str()[old.as_str().len()..];
    Pointer::parse(&format!("{}{rest}", new.as_str())).expect("the concatenation of two pointers is a pointer")
}

/// The nearest recorded ancestor decides.
fn moved(map: &BTreeMap<Pointer, Pointer>, at: &Pointer) -> Pointer {
    if map.is_empty() {
        return at.clone();
    }
    let mut ancestor = Some(at.clone());
    while let Some(old) = ancestor {
        if let Some(new) = map.get(&old) {
            return rebased(at, &old, new);
        }
        ancestor = old.parent();
    }
    at.clone()
}

#[cfg(test)]
mod tests {
    use super::Moves;
    use crate::diag::Pointer;

    fn at(text: &str) -> Pointer {
        Pointer::parse(text).unwrap()
    }

    #[test]
    fn moves_include_nodes_below() {
        let mut moves = Moves::default();
        moves.relocate(&at("/definitions/A/exclusiveMinimum"), &at("/definitions/A/minimum"));
        moves.relocate(&at("/definitions"), &at("/components/schemas"));
        assert_eq!(moves.now(&at("/definitions/A/exclusiveMinimum")), at("/components/schemas/A/minimum"));
        assert_eq!(moves.written(&at("/components/schemas/A/minimum")), at("/definitions/A/exclusiveMinimum"));
        assert_eq!(moves.written(&at("/components/schemas/B/x")), at("/definitions/B/x"));
        assert_eq!(moves.now(&at("/definitions-x")), at("/definitions-x"));
    }

    #[test]
    fn later_list_items_move_to_freed_places() {
        let mut moves = Moves::default();
        moves.relocate(&at("/p/0"), &at("/body"));
        moves.relocate(&at("/p/1"), &at("/p/0"));
        assert_eq!((moves.written(&at("/p/0/x")), moves.written(&at("/body"))), (at("/p/1/x"), at("/p/0")));
    }
}
