//! The identifiers of a client whose operations are grouped by tag: `client.pets().list()`.

use std::collections::{BTreeMap, BTreeSet};

use super::NameTable;
use super::case::{self, Case, Ident};
use super::reserved;
use super::scope::{Candidates, settle};
use crate::model::Api;

/// The operations of a client, by tag.
#[derive(Debug, Clone)]
pub struct Groups {
    /// The groups, in the order of the declared tags, then of the first use.
    pub groups: Vec<Group>,
    /// The indices of the operations without tags, which are methods of the client.
    pub untagged: Vec<usize>,
}

/// The operations of a tag, or of several tags with the same words.
#[derive(Debug, Clone)]
pub struct Group {
    /// The tags: `Account` and `account` are one group.
    pub tags: Vec<String>,
    /// The method of the client that returns the group.
    pub function: Ident,
    /// The type of the group.
    pub ty: Ident,
    /// The indices of its operations, with the names of their methods.
    pub methods: Vec<(usize, Ident)>,
}

impl Groups {
    /// The groups of an API. An operation is in the group of each of its tags.
    pub fn new(api: &Api, names: &NameTable) -> Self {
        let untagged: Vec<usize> =
            (0..api.operations.len()).filter(|index| api.operations[*index].tags.is_empty()).collect();
        let tags = tags_by_words(api);
        let candidates = |case: Case| -> Vec<Candidates> {
            let words = tags.iter().map(|(words, _)| words.plain());
            words.map(|words| Candidates::unshortened(case, &[words, &format!("{words} group")])).collect()
        };
        let taken = untagged.iter().map(|index| names.operation(*index).function.as_str());
        let taken: Vec<&str> = taken.chain(reserved::FUNCTIONS.iter().copied()).collect();
        let functions = settle(&candidates(Case::Snake), &taken);
        let types = settle(&candidates(Case::Pascal), reserved::TYPES);
        let group = |(((words, tags), function), ty): ((&(Ident, Vec<&str>), Ident), Ident)| Group {
            tags: tags.iter().copied().map(str::to_owned).collect(),
            function,
            ty,
            methods: methods(api, names, words.plain(), tags),
        };
        Self { groups: tags.iter().zip(functions).zip(types).map(group).collect(), untagged }
    }
}

/// The tags of each group with their words. Tags with the same words are one group.
pub(super) fn tags_by_words(api: &Api) -> Vec<(Ident, Vec<&str>)> {
    by_words(&tags(api))
}

/// The tags that have operations: the declared ones, then the others in the order of their first use.
fn tags(api: &Api) -> Vec<&str> {
    let used: Vec<&str> = api.operations.iter().flat_map(|operation| &operation.tags).map(String::as_str).collect();
    let declared = api.tags.iter().map(|tag| tag.name.as_str()).filter(|name| used.contains(name));
    let mut seen = BTreeSet::new();
    declared.chain(used.iter().copied()).filter(|name| seen.insert(*name)).collect()
}

/// The tags of each group with their words. Tags with the same words are one group, so that no name has a number that
/// depends on the order of the document.
fn by_words<'a>(tags: &[&'a str]) -> Vec<(Ident, Vec<&'a str>)> {
    let mut groups: Vec<(Ident, Vec<&'a str>)> = Vec::new();
    let mut places: BTreeMap<Ident, usize> = BTreeMap::new();
    for tag in tags.iter().copied() {
        let words = case::ident(tag, Case::Snake);
        let at = *places.entry(words.clone()).or_insert(groups.len());
        match groups.get_mut(at) {
            Some((_, tags)) => tags.push(tag),
            None => groups.push((words, vec![tag])),
        }
    }
    groups
}

/// The methods of a group: the functions of its operations without the words of the tag, if they remain distinct.
fn methods(api: &Api, names: &NameTable, words: &str, tags: &[&str]) -> Vec<(usize, Ident)> {
    let is_member = |index: &usize| api.operations[*index].tags.iter().any(|tag| tags.contains(&tag.as_str()));
    let indices: Vec<usize> = (0..api.operations.len()).filter(is_member).collect();
    let candidates_of = |index: &usize| {
        let full = names.operation(*index).function.plain();
        let short = without_tag(full, words);
        Candidates::unshortened(Case::Snake, &[short.as_deref().unwrap_or(full), full])
    };
    let idents = settle(&indices.iter().map(candidates_of).collect::<Vec<_>>(), reserved::FUNCTIONS);
    indices.into_iter().zip(idents).collect()
}

/// `list_pets` without `pets` or `pet`; `None` if it has other words, or no others.
fn without_tag(function: &str, tag: &str) -> Option<String> {
    let words: Vec<&str> = function.split('_').collect();
    let tag: Vec<&str> = tag.split('_').collect();
    let is_tag = |words: &[&str]| {
        let (last, first) = words.split_last().expect("a tag has a word");
        let (last_of_tag, first_of_tag) = tag.split_last().expect("a tag has a word");
        first == first_of_tag && singular(last) == singular(last_of_tag)
    };
    let at = words.windows(tag.len()).position(is_tag)?;
    let rest = [&words[..at], &words[at + tag.len()..]].concat();
    (!rest.is_empty()).then(|| rest.join("_"))
}

/// The word without the ending of an English plural.
fn singular(word: &str) -> String {
    match word.strip_suffix("ies") {
        Some(stem) if stem.len() > 1 => format!("{stem}y"),
        _ => word.strip_suffix('s').filter(|stem| !stem.ends_with('s') && stem.len() > 1).unwrap_or(word).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{by_words, without_tag};

    #[test]
    fn tags_with_the_same_words_are_one_group_in_any_order() {
        let groups = |tags: &[&'static str]| -> Vec<(String, Vec<&'static str>)> {
            by_words(tags).into_iter().map(|(words, tags)| (words.to_string(), tags)).collect()
        };
        assert_eq!(
            groups(&["Account", "pets", "account", "ACCOUNT"]),
            [("account".to_owned(), vec!["Account", "account", "ACCOUNT"]), ("pets".to_owned(), vec!["pets"])]
        );
        for (first, second, words) in [
            ("userGroups", "user-groups", "user_groups"),
            ("Type", "type", "r#type"),
            ("Self", "self", "self_"),
            ("+", "plus", "plus"),
        ] {
            assert_eq!(groups(&[first, second]), [(words.to_owned(), vec![first, second])]);
            assert_eq!(groups(&[second, first]), [(words.to_owned(), vec![second, first])]);
        }
        assert_eq!(groups(&["pet", "pets"]).len(), 2);
    }

    #[test]
    fn words_of_the_tag_are_left_out_of_methods() {
        for (function, tag, method) in [
            ("list_pets", "pets", Some("list")),
            ("get_pet", "pets", Some("get")),
            ("get_pet_by_id", "pet", Some("get_by_id")),
            ("list_categories", "category", Some("list")),
            ("get_order_item", "order_items", Some("get")),
            ("pets", "pets", None),
            ("login", "users", None),
            ("get_address", "addres", None),
            ("petition", "pet", None),
        ] {
            assert_eq!(without_tag(function, tag).as_deref(), method, "{function} {tag}");
        }
    }
}
