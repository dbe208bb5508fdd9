//! Variant names for media types.

use super::case::{Case, Ident};
use super::reserved;
use super::scope::{Candidates, settle};
use crate::media_type::essence;

/// A name for each media type: `Json`, `Csv`, `Png`; the whole media type if the short name is ambiguous.
pub fn form_words<'m>(media_types: impl Iterator<Item = &'m str>) -> Vec<Ident> {
    let candidates: Vec<Candidates> = media_types.map(candidates_of).collect();
    settle(&candidates, reserved::VARIANTS)
}

fn candidates_of(media_type: &str) -> Candidates {
    let essence = essence(media_type);
    let (kind, sub) = essence.split_once('/').unwrap_or((&essence, ""));
    let short = match (kind, sub) {
        ("application", "x-www-form-urlencoded") => "form",
        ("multipart", "form-data") => "multipart",
        ("application", "octet-stream") => "bytes",
        ("text", "plain") => "text",
        ("*", "*") => "any",
        (kind, "*") => kind,
        (_, sub) => sub,
    };
    let spelled = |text: &str| text.replace('*', " any ").replace('+', " ");
    Candidates::new(Case::Pascal, &[&spelled(short), &spelled(&format!("{kind} {sub}")), &spelled(media_type)])
}

#[cfg(test)]
mod tests {
    use super::form_words;

    #[test]
    fn a_media_type_is_named_by_its_subtype_while_that_tells_it_from_the_others() {
        let names = |types: &[&str]| -> Vec<String> {
            form_words(types.iter().copied()).into_iter().map(|ident| ident.to_string()).collect()
        };
        assert_eq!(
            names(&["application/json", "text/csv; charset=utf-8", "image/*", "*/*"]),
            ["Json", "Csv", "Image", "Any"]
        );
        assert_eq!(names(&["application/json", "text/json"]), ["ApplicationJson", "TextJson"]);
        assert_eq!(names(&["application/vnd.a+json", "application/octet-stream"]), ["VndAJson", "Bytes"]);
        assert_eq!(names(&["a/b;v=1", "a/b;v=2"]), ["ABV1", "ABV2"]);
    }
}
