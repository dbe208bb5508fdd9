//! The snippets of an operation: for each alternative of its access, a call in each language.

use super::part::Part;
use super::snippet::Snippet;
use super::{curl, python};
use crate::model::operation::Operation;
use crate::model::security::{Access, Requirement};

/// A snippet with its title.
pub struct Titled {
    /// Its language and what it sends.
    pub title: String,
    /// The text.
    pub text: String,
}

/// The commands of curl: one for each alternative, and one without credentials if they are optional. Then the same for
/// Python.
pub fn all(part: Part<'_>, snippet: &Snippet<'_>) -> [Vec<Titled>; 2] {
    let titled = |language: &str, text: &dyn Fn(Option<&Requirement>) -> String| {
        let alternatives = alternatives(part, snippet.operation);
        let one = |(title, alternative): (String, Option<&Requirement>)| Titled {
            title: format!("{language}{title}"),
            text: text(alternative),
        };
        alternatives.into_iter().map(one).collect()
    };
    [
        titled("curl", &|alternative| curl::command(part, snippet, alternative)),
        titled("Python, with aiohttp", &|alternative| python::program(part, snippet, alternative)),
    ]
}

/// The alternatives with what is written after the language.
fn alternatives<'a>(part: Part<'_>, operation: &'a Operation) -> Vec<(String, Option<&'a Requirement>)> {
    let Access::Guarded { any_of, or_anonymous } = &operation.access else {
        return vec![(String::new(), None)];
    };
    let is_choice = any_of.count() > 1 || *or_anonymous;
    let title = |requirement: &Requirement| {
        let names: Vec<&str> = requirement.iter().map(|used| part.schemes[used.scheme.0].name.as_str()).collect();
        if is_choice { format!(", with {}", names.join(" and ")) } else { String::new() }
    };
    let anonymous = or_anonymous.then(|| (", without credentials".to_owned(), None));
    any_of.iter().map(|requirement| (title(requirement), Some(requirement))).chain(anonymous).collect()
}
