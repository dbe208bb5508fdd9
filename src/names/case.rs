//! Converts text from the document to words, and words to Rust identifiers. The only user of `heck`, and the only place that
//! creates an [`Ident`].

use std::borrow::Cow;
use std::fmt;

use heck::{ToKebabCase, ToLowerCamelCase, ToShoutySnakeCase, ToUpperCamelCase};
use proc_macro2::Span;

use super::pieces::each_word;

/// The number of characters from which an identifier is shortened, where it may be.
const LONG: usize = 72;

/// The first words of a shortened identifier have at most this many characters; its last words have the rest.
const START: usize = 32;

/// The part of a text that is considered, in characters. It bounds identifiers of documents with absurd names.
const CONSIDERED: usize = 1000;

/// The keywords of edition 2024, strict and reserved.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true",
    "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// The keywords that cannot be written as raw identifiers.
const NEVER_RAW: &[&str] = &["crate", "self", "super", "Self"];

/// Whether `text` is a keyword of any edition.
pub(super) fn is_keyword(text: &str) -> bool {
    KEYWORDS.contains(&text) || NEVER_RAW.contains(&text)
}

/// A valid Rust identifier.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ident(String);

impl Ident {
    /// The text in source code, with `r#` if necessary.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text without `r#`, for use in longer identifiers.
    pub fn plain(&self) -> &str {
        self.0.strip_prefix("r#").unwrap_or(&self.0)
    }

    /// The identifier as a token.
    pub fn token(&self) -> proc_macro2::Ident {
        match self.0.strip_prefix("r#") {
            Some(raw) => proc_macro2::Ident::new_raw(raw, Span::call_site()),
            None => proc_macro2::Ident::new(&self.0, Span::call_site()),
        }
    }
}

impl fmt::Display for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The case of an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// `list_pets`.
    Snake,
    /// `ListPets`.
    Pascal,
    /// `LIST_PETS`.
    Shouting,
}

/// A name in every casing, without regard to keywords.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Casings {
    /// `list_pets`.
    pub snake: String,
    /// `listPets`.
    pub camel: String,
    /// `ListPets`.
    pub pascal: String,
    /// `list-pets`.
    pub kebab: String,
    /// `LIST_PETS`.
    pub screaming: String,
}

/// A name in every casing: ASCII letters and digits, and separators between words; a letter first. Any text has one.
pub fn casings(text: &str) -> Casings {
    let snake = ident(text, Case::Snake);
    // A keyword may have a `_` at its end.
    let snake = snake.plain().trim_end_matches('_');
    Casings {
        snake: snake.to_owned(),
        camel: snake.to_lower_camel_case(),
        pascal: snake.to_upper_camel_case(),
        kebab: snake.to_kebab_case(),
        screaming: snake.to_shouty_snake_case(),
    }
}

/// An ASCII identifier of this case, with all the words of the text. Any text has one, always the same.
pub fn ident(text: &str, case: Case) -> Ident {
    finish(cased(&words(text), case), case)
}

/// The identifier of a text, without words from its middle if it is long: the first words have the owner, the last ones
/// what it is. Texts that differ may have the same one.
pub fn short_ident(text: &str, case: Case) -> Ident {
    let words = words(text);
    let full = cased(&words, case);
    match full.len() > LONG {
        true => finish(cased(&shortened(&cased(&words, Case::Snake)), case), case),
        false => finish(full, case),
    }
}

/// The identifier with a word for each symbol: `-title` is `MinusTitle`. It distinguishes texts that differ in symbols.
pub fn spelled_ident(text: &str, case: Case) -> Ident {
    let ascii = ascii(text);
    let mut spelled = String::with_capacity(ascii.len());
    for c in ascii.chars() {
        match c {
            _ if c.is_ascii_alphanumeric() || c == ' ' => spelled.push(c),
            _ => spelled.push_str(sign(c)),
        }
    }
    finish(cased(&spelled, case), case)
}

/// The first and the last words of a text in snake case.
fn shortened(snake: &str) -> String {
    let words: Vec<&str> = snake.split('_').collect();
    let start = fitting(words.iter(), START).max(1);
    let used: usize = words[..start].iter().map(|word| word.len() + 1).sum();
    let end = fitting(words[start..].iter().rev(), LONG.saturating_sub(used));
    let kept = words[..start].iter().chain(&words[words.len() - end..]);
    let text = kept.copied().collect::<Vec<_>>().join("_");
    // A single word may be longer.
    text.get(..LONG).unwrap_or(&text).to_owned()
}

/// How many of the words have at most this many characters together, with a separator after each.
fn fitting<'a>(words: impl Iterator<Item = &'a &'a str>, most: usize) -> usize {
    let lengths = words.scan(0, |sum, word| {
        *sum += word.len() + 1;
        Some(*sum)
    });
    lengths.take_while(|sum| *sum <= most).count()
}

/// ASCII text in this case.
fn cased(text: &str, case: Case) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    each_word(text, |word| push(&mut out, word, case));
    out
}

fn push(out: &mut String, word: &str, case: Case) {
    if case != Case::Pascal && !out.is_empty() {
        out.push('_');
    }
    let start = out.len();
    out.push_str(word);
    match case {
        Case::Shouting => out[start..].make_ascii_uppercase(),
        Case::Snake => out[start..].make_ascii_lowercase(),
        Case::Pascal => {
            out[start..].make_ascii_lowercase();
            out[start..=start].make_ascii_uppercase();
        }
    }
}

/// The identifier with a number appended, the last resort in a collision.
pub fn numbered(ident: &Ident, number: usize, case: Case) -> Ident {
    let separator = if case == Case::Pascal { "" } else { "_" };
    // rustc warns about two underscores in a row, and about one in the name of a type.
    finish(format!("{}{separator}{number}", ident.plain().trim_end_matches('_')), case)
}

fn finish(mut text: String, case: Case) -> Ident {
    if text.is_empty() {
        text = match case {
            Case::Snake => "empty".to_owned(),
            Case::Pascal => "Empty".to_owned(),
            Case::Shouting => "EMPTY".to_owned(),
        };
    }
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        let lead = match case {
            Case::Snake => "n",
            Case::Pascal => "N",
            Case::Shouting => "N",
        };
        text.insert_str(0, lead);
    }
    if NEVER_RAW.contains(&text.as_str()) {
        text.push('_');
    } else if KEYWORDS.contains(&text.as_str()) {
        text.insert_str(0, "r#");
    }
    Ident(text)
}

/// The text with everything but ASCII letters and digits turned into separators.
///
/// Other scripts are transliterated. Symbols are spelled out if the text has nothing else, or if a digit follows.
fn words(text: &str) -> String {
    let ascii = ascii(text);
    let spell = !ascii.contains(|c: char| c.is_ascii_alphanumeric());
    let mut out = String::with_capacity(ascii.len());
    let mut chars = ascii.chars().peekable();
    while let Some(c) = chars.next() {
        let before_digit = out.trim_end().is_empty() && chars.peek().is_some_and(char::is_ascii_digit);
        match c {
            _ if c.is_ascii_alphanumeric() => out.push(c),
            '\'' if !spell => {}
            '-' | '+' if before_digit => out.push_str(sign(c)),
            _ if spell => out.push_str(sign(c)),
            _ => out.push(' '),
        }
    }
    out
}

/// The considered part of the text, transliterated.
fn ascii(text: &str) -> Cow<'_, str> {
    let end = text.char_indices().nth(CONSIDERED).map_or(text.len(), |(end, _)| end);
    let considered = &text[..end];
    if considered.is_ascii() { Cow::Borrowed(considered) } else { Cow::Owned(deunicode::deunicode(considered)) }
}

/// The word for a symbol, surrounded by separators.
fn sign(c: char) -> &'static str {
    match c {
        '+' => " plus ",
        '-' => " minus ",
        '*' => " star ",
        '/' => " slash ",
        '\\' => " backslash ",
        '<' => " less ",
        '>' => " greater ",
        '=' => " equal ",
        '!' => " not ",
        '~' => " tilde ",
        '&' => " and ",
        '|' => " or ",
        '%' => " percent ",
        '$' => " dollar ",
        '#' => " hash ",
        '@' => " at ",
        '.' => " dot ",
        ',' => " comma ",
        ':' => " colon ",
        '?' => " question ",
        '^' => " caret ",
        '_' => " underscore ",
        ' ' => " space ",
        _ => " sign ",
    }
}

#[cfg(test)]
mod tests {
    use heck::ToSnakeCase;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn words_are_those_of_heck(text in "[aAbB12 _.-]{0,24}") {
            prop_assert_eq!(cased(&text, Case::Snake), text.to_snake_case());
            prop_assert_eq!(cased(&text, Case::Pascal), text.to_upper_camel_case());
            prop_assert_eq!(cased(&text, Case::Shouting), text.to_shouty_snake_case());
        }
    }

    #[test]
    fn names_become_identifiers_of_their_case() {
        let rows = [
            ("listPets", "list_pets", "ListPets"),
            ("HTTPRequest", "http_request", "HttpRequest"),
            ("a-b c", "a_b_c", "ABC"),
            ("type", "r#type", "Type"),
            ("self", "self_", "Self_"),
            ("crate", "crate_", "Crate"),
            ("gen", "r#gen", "Gen"),
            ("1a", "n1a", "N1a"),
            ("", "empty", "Empty"),
            ("+1", "plus_1", "Plus1"),
            ("-1", "minus_1", "Minus1"),
            ("<=", "less_equal", "LessEqual"),
            ("don't", "dont", "Dont"),
            ("größe", "grosse", "Grosse"),
            ("名前", "ming_qian", "MingQian"),
        ];
        for (wire, snake, pascal) in rows {
            assert_eq!(ident(wire, Case::Snake).as_str(), snake, "{wire}");
            assert_eq!(ident(wire, Case::Pascal).as_str(), pascal, "{wire}");
        }
    }

    #[test]
    fn long_names_keep_their_first_and_last_words() {
        let text = "PostIssuingCardholders body spending_controls spending_limits item categories item";
        let short = short_ident(text, Case::Pascal);
        assert_eq!(short.as_str(), "PostIssuingCardholdersBodySpendingLimitsItemCategoriesItem");
        let full = "PostIssuingCardholdersBodySpendingControlsSpendingLimitsItemCategoriesItem";
        assert_eq!(ident(text, Case::Pascal).as_str(), full);
        assert_eq!(short_ident("list pets", Case::Snake).as_str(), "list_pets");
        let word = "a".repeat(LONG + 1);
        assert_eq!(short_ident(&word, Case::Snake).as_str(), &word[1..]);
        assert_eq!(short_ident(&format!("{word} b c"), Case::Snake).as_str(), &word[1..]);
        assert_eq!(short_ident(&format!("b {word}"), Case::Snake).as_str(), "b");
    }

    #[test]
    fn numbers_are_appended_without_a_second_underscore() {
        assert_eq!(numbered(&ident("a", Case::Snake), 2, Case::Snake).as_str(), "a_2");
        assert_eq!(numbered(&ident("a", Case::Pascal), 2, Case::Pascal).as_str(), "A2");
        assert_eq!(numbered(&ident("self", Case::Snake), 2, Case::Snake).as_str(), "self_2");
    }

    #[test]
    fn any_text_gives_a_token() {
        let long = "x".repeat(10_000);
        for wire in ["", " ", "\0", "\u{202e}x", "r#type", "_", "__", "'", "𝕏", "\u{200d}", &long, "Self", "SELF"] {
            for case in [Case::Snake, Case::Pascal, Case::Shouting] {
                let made = ident(wire, case);
                assert!(
                    syn::parse_str::<syn::Ident>(made.as_str()).is_ok() || made.as_str().starts_with("r#"),
                    "{wire:?}: {made}"
                );
                made.token();
                numbered(&made, 2, case).token();
            }
        }
    }
}
