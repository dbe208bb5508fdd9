//! The words for the name of a type that several schemas share.

use super::super::case::{Case, ident};
use super::super::types::type_text;
use crate::model::Api;
use crate::model::schema::{Enum, Shape, TypeDef, TypeHint, TypeId};

/// Words for a place in a type. They do not say what the type is.
const PLACES: &[&str] = &["item", "value", "variant", "list", "map", "body", "response", "ok", "additional"];

/// Names of properties that say little on their own.
const VAGUE: &[&str] = &[
    "attributes",
    "content",
    "data",
    "details",
    "info",
    "kind",
    "meta",
    "metadata",
    "mode",
    "name",
    "object",
    "options",
    "params",
    "parameters",
    "payload",
    "properties",
    "reason",
    "result",
    "results",
    "state",
    "status",
    "type",
    "types",
];

/// How many properties or values a name lists.
const MOST_LISTED: usize = 3;

/// The length from which a title or a list is not used for a name, in characters.
const LONG: usize = 60;

/// The words that lead to a schema.
pub(super) struct Words {
    /// Those of the enclosing type or operation, then those of the role.
    words: Vec<String>,
    /// Where the words of each role start, the innermost first.
    starts: Vec<usize>,
    /// `title`, if it is short enough for a name.
    title: Option<String>,
}

impl Words {
    /// All words.
    pub(super) fn all(&self) -> &[String] {
        &self.words
    }

    /// What schemas that share a type have in common besides their shape: the title, or the last word that says what the
    /// schema is with those after it.
    pub(super) fn key(&self) -> (bool, &[String]) {
        match &self.title {
            Some(title) => (true, std::slice::from_ref(title)),
            None => (false, &self.words[self.last_meaningful()..]),
        }
    }

    fn last_meaningful(&self) -> usize {
        self.words.iter().rposition(|word| says_something(word)).unwrap_or(0)
    }
}

fn says_something(word: &str) -> bool {
    !PLACES.contains(&word) && !word.bytes().all(|byte| byte.is_ascii_digit())
}

fn split(text: &str) -> Vec<String> {
    let snake = ident(text, Case::Snake);
    snake.plain().split('_').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The words of all types.
pub(super) fn of_types(api: &Api) -> Vec<Words> {
    let of_type = |def: &TypeDef| {
        let words = split(&type_text(api, &def.hint, 0));
        let (mut starts, mut end, mut hint) = (Vec::new(), words.len(), &def.hint);
        while let TypeHint::Within { owner, role, .. } = hint {
            end = end.saturating_sub(split(role).len());
            starts.push(end);
            hint = &api.type_def(*owner).hint;
        }
        if let TypeHint::Operation { role, .. } = hint {
            starts.push(end.saturating_sub(split(role).len()));
        }
        let title = def.doc.summary.as_deref().map(str::trim);
        let title = title.filter(|title| !title.is_empty() && title.len() < LONG).map(str::to_owned);
        Words { words, starts, title }
    };
    api.types.iter().map(of_type).collect()
}

/// The texts for the name of these types, in order of preference: the title; the shortest words that all of them end with
/// and that say what the type is; those after the words that all begin with; the properties or values; as the last resort
/// the words of the first. None depends on the order of the document.
pub(super) fn candidates(api: &Api, words: &[Words], members: &[TypeId]) -> Vec<String> {
    let all: Vec<&Words> = members.iter().map(|id| &words[id.0]).collect();
    let first = all[0];
    let end = common(&all, |words| words.words.iter().rev().collect());
    let start = common(&all, |words| words.words.iter().collect());
    let suffix = |length: usize| first.words[first.words.len() - length..].to_vec();
    let mut ends: Vec<usize> = first.starts.iter().map(|start| first.words.len() - start).collect();
    ends.retain(|length| *length <= end && suffix(*length).first().is_some_and(|word| says_something(word)));
    if ends.is_empty() {
        let start = suffix(end).iter().position(|word| says_something(word));
        ends.extend(start.map(|start| end - start));
    }
    let (vague, clear): (Vec<usize>, Vec<usize>) = ends.into_iter().partition(|length| is_vague(&suffix(*length)));
    let shortest = *vague.first().or(clear.first()).unwrap_or(&end);
    let shortest_length = all.iter().map(|words| words.words.len()).min().unwrap_or_default();
    let mut texts: Vec<String> = first.title.iter().cloned().collect();
    texts.extend(clear.iter().map(|length| suffix(*length).join(" ")));
    if start > 0 && start + shortest <= shortest_length {
        texts.push(format!("{} {}", first.words[..start].join(" "), suffix(shortest).join(" ")));
    }
    texts.extend(listed(api.type_def(members[0]), &suffix(shortest).join(" ")));
    texts.extend(vague.iter().map(|length| suffix(*length).join(" ")));
    texts.push(format!("{} shared", first.words.join(" ")));
    texts
}

fn is_vague(words: &[String]) -> bool {
    words.iter().filter(|word| says_something(word)).all(|word| VAGUE.contains(&word.as_str()))
}

/// How many items all lists begin with.
fn common<'w>(all: &[&'w Words], list: impl Fn(&'w Words) -> Vec<&'w String>) -> usize {
    let mut lists = all.iter().map(|words| list(words));
    let first = lists.next().unwrap_or_default();
    lists
        .map(|other| first.iter().zip(&other).take_while(|(one, other)| one == other).count())
        .min()
        .unwrap_or(first.len())
}

/// The words with the properties or values of the type, if they are few.
fn listed(def: &TypeDef, words: &str) -> Option<String> {
    let (between, names): (&str, Vec<String>) = match &def.shape {
        Shape::Struct(object) if object.fields.is_empty() => return Some(format!("empty {words}")),
        Shape::Struct(object) => ("and", object.fields.iter().map(|field| field.wire.clone()).collect()),
        Shape::Enum(Enum::Text(values)) => ("or", values.iter().map(|value| value.wire.clone()).collect()),
        Shape::Enum(Enum::Integer(_)) | Shape::Tuple(_) | Shape::Union(_) | Shape::Alias(_) => return None,
    };
    let with = if between == "and" { "with " } else { "" };
    let mut names = names;
    names.sort();
    let text = format!("{words} {with}{}", names.join(&format!(" {between} ")));
    (names.len() <= MOST_LISTED && text.len() < LONG).then_some(text)
}
