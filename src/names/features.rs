//! The cargo features of a generated crate: one for each tag.

use super::case::{Case, Ident};
use super::groups::tags_by_words;
use super::scope::{Candidates, settle};
use crate::model::Api;

/// The other features that a generated crate may have, and what cargo reserves, as identifiers.
const RESERVED: &[&str] = &["blocking", "default", "serde", "test_double"];

/// The feature of a tag, or of several tags with the same words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagFeature {
    /// Its name: the words of the tag, such as `user-groups`.
    pub name: String,
    /// The tags: `Account` and `account` have one feature.
    pub tags: Vec<String>,
}

/// The features of the tags that have operations, in the order of the declared tags, then of the first use.
pub fn tag_features(api: &Api) -> Vec<TagFeature> {
    let tags = tags_by_words(api);
    let candidates_of = |words: &str| Candidates::unshortened(Case::Snake, &[words, &format!("{words} tag")]);
    let candidates: Vec<Candidates> = tags.iter().map(|(words, _)| candidates_of(words.plain())).collect();
    let names = settle(&candidates, RESERVED).iter().map(kebab).collect::<Vec<_>>();
    let feature = |(name, (_, tags)): (String, (_, Vec<&str>))| TagFeature {
        name,
        tags: tags.into_iter().map(str::to_owned).collect(),
    };
    names.into_iter().zip(tags).map(feature).collect()
}

/// The identifier with hyphens. One that would be a keyword has a `_` at its end.
fn kebab(ident: &Ident) -> String {
    ident.plain().trim_end_matches('_').replace('_', "-")
}
