//! Resolves collisions: assigns distinct names to the items of a scope, independent of their order.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::case::{Case, Ident, ident, numbered, short_ident, spelled_ident};

/// The candidate names of an item, in order of preference. Each phase is applied to all items that collide.
#[derive(Debug, Clone)]
pub struct Candidates {
    list: Vec<Candidate>,
    case: Case,
    /// Whether the name was given before, so that others that collide with it get another one.
    is_locked: bool,
}

/// A text whose identifier is made if it is tried. Most items keep their first one.
#[derive(Debug, Clone)]
struct Candidate {
    text: String,
    form: Form,
    /// Whether it has a separate phase even if it is the same as the one before it.
    has_phase: bool,
}

#[derive(Debug, Clone, Copy)]
enum Form {
    /// Without its middle, if it is long.
    Short,
    Full,
    /// With words for symbols.
    Spelled,
}

impl Candidate {
    fn new(text: &str, form: Form) -> Self {
        Self { text: text.to_owned(), form, has_phase: false }
    }

    fn with_phase(self) -> Self {
        Self { has_phase: true, ..self }
    }

    fn ident(&self, case: Case) -> Ident {
        match self.form {
            Form::Short => short_ident(&self.text, case),
            Form::Full => ident(&self.text, case),
            Form::Spelled => spelled_ident(&self.text, case),
        }
    }
}

impl Candidates {
    /// Candidates from these texts, in order of preference. Long ones are shortened if they remain distinct.
    pub fn new(case: Case, texts: &[&str]) -> Self {
        let forms = |text: &&str| [Candidate::new(text, Form::Short), Candidate::new(text, Form::Full)];
        Self { list: texts.iter().flat_map(forms).collect(), case, is_locked: false }
    }

    /// Candidates from these texts, in order of preference, which are never shortened: names that an author of documents
    /// chose, and those derived from them.
    pub fn unshortened(case: Case, texts: &[&str]) -> Self {
        let list = texts.iter().map(|text| Candidate::new(text, Form::Full)).collect();
        Self { list, case, is_locked: false }
    }

    /// Candidates for a value: its text, its text with words for its symbols, and its text with the word `value`.
    pub fn of_value(case: Case, pinned: Option<&str>, wire: &str) -> Self {
        let texts: Vec<&str> = pinned.into_iter().chain([wire]).collect();
        let mut candidates = Self::new(case, &texts);
        let value = format!("{wire} value");
        // Of `title` and `-title`, the former keeps its name in the second phase.
        candidates.list.push(Candidate::new(wire, Form::Spelled).with_phase());
        candidates.list.push(Candidate::new(&value, Form::Short).with_phase());
        candidates.list.push(Candidate::new(&value, Form::Full));
        candidates
    }

    /// The name that an item has already.
    pub fn locked(case: Case, text: &str) -> Self {
        Self { is_locked: true, ..Self::unshortened(case, &[text]) }
    }
}

/// An item with the candidate that it has in this phase.
struct Item<'c> {
    rest: std::slice::Iter<'c, Candidate>,
    ident: Ident,
    case: Case,
    is_locked: bool,
}

impl<'c> Item<'c> {
    fn new(candidates: &'c Candidates) -> Self {
        let Candidates { list, case, is_locked } = candidates;
        let mut rest = list.iter();
        let first = rest.next().expect("an item has a candidate");
        Self { ident: first.ident(*case), rest, case: *case, is_locked: *is_locked }
    }

    /// Whether there was another candidate.
    fn advance(&mut self) -> bool {
        for candidate in self.rest.by_ref() {
            let ident = candidate.ident(self.case);
            if candidate.has_phase || ident != self.ident {
                self.ident = ident;
                return true;
            }
        }
        false
    }
}

/// Distinct names for all items, in their order, none of them in `reserved`.
pub fn settle(items: &[Candidates], reserved: &[&str]) -> Vec<Ident> {
    let reserved: BTreeSet<&str> = reserved.iter().copied().collect();
    let mut items: Vec<Item<'_>> = items.iter().map(Item::new).collect();
    loop {
        let colliding = colliding(&items, &reserved);
        if colliding.is_empty() {
            return items.into_iter().map(|item| item.ident).collect();
        }
        let mut moved = false;
        for index in colliding {
            moved |= items[index].advance();
        }
        if !moved {
            return number(&items, &reserved);
        }
    }
}

/// The items that cannot all have their names.
fn colliding(items: &[Item<'_>], reserved: &BTreeSet<&str>) -> Vec<usize> {
    let mut takers: HashMap<&Ident, usize> = HashMap::with_capacity(items.len());
    items.iter().for_each(|item| *takers.entry(&item.ident).or_default() += 1);
    let collides = |item: &Item<'_>| takers[&item.ident] > 1 || reserved.contains(item.ident.as_str());
    (0..items.len()).filter(|&index| collides(&items[index])).collect()
}

/// The last phase: items that still collide are numbered in their order, those with locked names first.
fn number(items: &[Item<'_>], reserved: &BTreeSet<&str>) -> Vec<Ident> {
    let all: BTreeSet<&Ident> = items.iter().map(|item| &item.ident).collect();
    let mut taken: BTreeSet<Ident> = BTreeSet::new();
    let mut next: BTreeMap<&Ident, usize> = BTreeMap::new();
    let mut out = vec![None; items.len()];
    let (locked, others): (Vec<usize>, Vec<usize>) = (0..items.len()).partition(|&index| items[index].is_locked);
    for index in locked.into_iter().chain(others) {
        let name = &items[index].ident;
        let mut free = name.clone();
        let counter = next.entry(name).or_insert(2);
        while taken.contains(&free) || reserved.contains(free.as_str()) || (free != *name && all.contains(&free)) {
            free = numbered(name, *counter, items[index].case);
            *counter += 1;
        }
        taken.insert(free.clone());
        out[index] = Some(free);
    }
    out.into_iter().map(|name| name.expect("every item was named")).collect()
}

/// Whether a locked name stays: unless the document sets another one.
pub fn agrees(pinned: Option<&str>, locked: &str, case: Case) -> bool {
    pinned.is_none_or(|pinned| ident(pinned, case) == ident(locked, case))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(items: &[&[&str]], reserved: &[&str]) -> Vec<String> {
        let items: Vec<Candidates> = items.iter().map(|texts| Candidates::new(Case::Snake, texts)).collect();
        settle(&items, reserved).into_iter().map(|name| name.to_string()).collect()
    }

    #[test]
    fn all_that_collide_move_to_their_next_candidate() {
        assert_eq!(names(&[&["id", "id query"], &["id", "id path"], &["x"]], &[]), ["id_query", "id_path", "x"]);
    }

    #[test]
    fn long_names_that_differ_in_the_middle_have_all_their_words_in_any_order() {
        let text = |middle: &str| {
            format!("post issuing cardholders body {middle} controls spending limits item categories item")
        };
        let (first, second, other) = (text("first"), text("second"), format!("{} list", text("first")));
        let long = |middle: &str| {
            format!("post_issuing_cardholders_body_{middle}_controls_spending_limits_item_categories_item")
        };
        let short = "post_issuing_cardholders_body_spending_limits_item_categories_item_list";
        let [first, second, other] = [&first, &second, &other].map(String::as_str);
        assert_eq!(names(&[&[first], &[second], &[other]], &[]), [&long("first"), &long("second"), short]);
        assert_eq!(names(&[&[other], &[second], &[first]], &[]), [short, &long("second"), &long("first")]);
    }

    #[test]
    fn values_that_differ_in_symbols_have_words_for_them() {
        let of = |wires: &[&str]| {
            let items: Vec<Candidates> =
                wires.iter().map(|wire| Candidates::of_value(Case::Pascal, None, wire)).collect();
            settle(&items, &["Unknown"]).iter().map(Ident::to_string).collect::<Vec<_>>()
        };
        assert_eq!(of(&["title", "-title", "+title"]), ["Title", "MinusTitle", "PlusTitle"]);
        assert_eq!(of(&["-title", "name"]), ["Title", "Name"]);
        assert_eq!(of(&["a<b", "a b", "a>b"]), ["ALessB", "AB", "AGreaterB"]);
        assert_eq!(of(&["Etc/GMT+1", "Etc/GMT-1"]), ["EtcSlashGmtPlus1", "EtcSlashGmtMinus1"]);
        assert_eq!(of(&["a", "A"]), ["AValue", "AValue2"]);
        assert_eq!(of(&["unknown"]), ["UnknownValue"]);
    }

    #[test]
    fn what_has_no_other_candidate_keeps_its_name() {
        assert_eq!(names(&[&["pet"], &["pet", "store pet"]], &[]), ["pet", "store_pet"]);
    }

    #[test]
    fn the_rest_is_numbered_and_never_takes_a_name_that_another_wants() {
        assert_eq!(names(&[&["a"], &["a"], &["a_2"]], &[]), ["a", "a_3", "a_2"]);
    }

    #[test]
    fn locked_names_stay_whatever_collides_with_them() {
        let items = [
            Candidates::new(Case::Snake, &["pet"]),
            Candidates::locked(Case::Snake, "pet"),
            Candidates::new(Case::Snake, &["pet", "store pet"]),
            Candidates::locked(Case::Snake, "pet_2"),
        ];
        let names: Vec<String> = settle(&items, &[]).iter().map(Ident::to_string).collect();
        assert_eq!(names, ["pet_3", "pet", "store_pet", "pet_2"]);
    }

    #[test]
    fn texts_in_one_scope_get_identifiers_that_differ() {
        let pieces = [
            "a", "A", "b", "1", "2", "_", "-", " ", "", "r#", "type", "self", "Self", "ı", "İ", "ß", "K", "é",
            "e\u{301}", "\u{200d}", "\u{202e}", "\0", "名", "😀", "\"", "'", "/", "..", "{", "body",
        ];
        // A pseudorandom generator with a fixed seed, so that every run is the same.
        let mut state = 1_u64;
        let mut next = |most: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).expect("31 bits") % most
        };
        for case in [Case::Snake, Case::Pascal, Case::Shouting] {
            for _ in 0..300 {
                let texts: Vec<String> =
                    (0..=next(40)).map(|_| (0..next(5)).map(|_| pieces[next(pieces.len())]).collect()).collect();
                let items: Vec<Candidates> =
                    texts.iter().map(|text| Candidates::new(case, &[text, &format!("{text} x")])).collect();
                let reserved = ["body", "a", "A", "Body", "BODY"];
                let names = settle(&items, &reserved);
                let different: BTreeSet<&Ident> = names.iter().collect();
                assert_eq!(different.len(), names.len(), "{texts:?}: {names:?}");
                for name in &names {
                    name.token();
                    assert!(!reserved.contains(&name.as_str()), "{texts:?}: {name}");
                    assert!(name.plain().bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'), "{name}");
                }
            }
        }
    }

    #[test]
    fn reserved_names_are_never_given() {
        assert_eq!(names(&[&["body"], &["build", "build call"]], &["body", "build"]), ["body_2", "build_call"]);
    }
}
