//! Makes the documentation of a document safe. It may be hostile to rustc (control characters) and to rustdoc (code blocks
//! run as tests, HTML is passed through, brackets become links).

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::schema::{Doc, TypeDef};

/// The maximum length of the documentation of an item, in characters. Longer texts end with an ellipsis.
const LONGEST: usize = 8_000;

/// `#[doc]` attributes for summary and description; nothing if both are empty.
pub fn doc(doc: &Doc) -> TokenStream {
    attributes(&lines(doc))
}

/// `#[doc]` attributes for summary and description, or for `fallback` if both are empty.
pub fn doc_or(doc: &Doc, fallback: &str) -> TokenStream {
    let lines = lines(doc);
    if lines.is_empty() { attributes(&[fallback.to_owned()]) } else { attributes(&lines) }
}

/// `#[doc]` attributes for summary and description, and for a generated paragraph after them.
pub fn doc_and(doc: &Doc, generated: &str) -> TokenStream {
    let mut lines = lines(doc);
    if !lines.is_empty() {
        lines.push(String::new());
    }
    lines.push(generated.to_owned());
    attributes(&lines)
}

/// The documentation of a type: that of the document, else the pointer of the schema.
pub fn of_type(def: &TypeDef) -> TokenStream {
    let doc = doc_or(&def.doc, &format!("The schema {}.", code_span(&def.at.to_string())));
    let note = def.is_deprecated.then(|| text("\n**Deprecated.**"));
    quote!(#doc #note)
}

/// The documentation of another name for a type: the place of its schema.
pub fn of_place(def: &TypeDef) -> TokenStream {
    text(&format!("The schema {}.", code_span(&def.at.to_string())))
}

/// `#[doc]` attributes for generated text. Names from the document must be code spans made by [`code_span`].
pub fn text(text: &str) -> TokenStream {
    attributes(&text.lines().map(str::to_owned).collect::<Vec<_>>())
}

/// Text from a document as one safe code span.
pub fn code_span(text: &str) -> String {
    let inner: String = visible(text).chars().map(|c| if c == '`' || c == '\n' { '\'' } else { c }).collect();
    if inner.trim().is_empty() { "`(empty)`".to_owned() } else { format!("`{inner}`") }
}

/// Text from a document as safe markdown, line by line.
pub fn markdown(text: &str) -> Vec<String> {
    let mut visible = visible(text);
    if visible.chars().count() > LONGEST {
        visible = visible.chars().take(LONGEST).collect();
        visible.push('…');
    }
    let mut out: Vec<String> = Vec::new();
    let mut state = State::default();
    for line in visible.trim().lines() {
        let line = state.line(line);
        // Blank lines at the start and after another blank line are dropped.
        if !(line.is_empty() && out.last().is_none_or(String::is_empty) && state.fence.is_none()) {
            out.push(line);
        }
    }
    if state.fence.is_some() {
        out.push("```".to_owned());
    }
    while out.last().is_some_and(String::is_empty) {
        out.pop();
    }
    out
}

fn lines(doc: &Doc) -> Vec<String> {
    let summary = doc.summary.as_deref().map(markdown).unwrap_or_default();
    let description = doc.description.as_deref().map(markdown).unwrap_or_default();
    if summary.is_empty() || description.first() == summary.first() {
        return description;
    }
    if description.is_empty() {
        return summary;
    }
    [summary, vec![String::new()], description].concat()
}

fn attributes(lines: &[String]) -> TokenStream {
    let texts = lines.iter().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote!(#(#[doc = #texts])*)
}

/// The text without carriage returns, control characters and characters that change the direction of text.
pub fn visible(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .filter_map(|c| match c {
            '\r' | '\u{2028}' | '\u{2029}' | '\u{85}' => Some('\n'),
            '\n' => Some('\n'),
            '\t' => Some(' '),
            '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => {
                None
            }
            c if c.is_control() => None,
            c => Some(c),
        })
        .collect()
}

/// The effect of earlier lines on the next one.
#[derive(Default)]
struct State {
    /// The character of the fence of the open code block.
    fence: Option<char>,
    /// The indentation of the open list item.
    indent: usize,
}

impl State {
    fn line(&mut self, line: &str) -> String {
        let trimmed = line.trim();
        if let Some(sign) = fence_sign(trimmed) {
            match self.fence {
                None => {
                    self.fence = Some(sign);
                    self.indent = 0;
                    return "```text".to_owned();
                }
                Some(open) if open == sign => {
                    self.fence = None;
                    return "```".to_owned();
                }
                Some(_) => {}
            }
        }
        if self.fence.is_some() {
            // A zero-width space prevents a fence of the other character from opening or closing a block.
            return line.trim_end().replace("```", "`\u{200b}``");
        }
        if trimmed.is_empty() {
            self.indent = 0;
            return String::new();
        }
        self.prose(trimmed)
    }

    /// A line outside of code blocks. Indentation is dropped, since four spaces would start a code block, which runs as a test.
    fn prose(&mut self, trimmed: &str) -> String {
        let text = escape(&single_spaced(trimmed));
        let marker = list_marker(&text);
        if marker > 0 {
            self.indent = marker;
            return text;
        }
        if text.starts_with('>') || text.starts_with('#') || text.starts_with('|') {
            self.indent = 0;
            return text;
        }
        format!("{}{text}", " ".repeat(self.indent))
    }
}

fn fence_sign(line: &str) -> Option<char> {
    ['`', '~'].into_iter().find(|sign| line.chars().take_while(|c| c == sign).count() >= 3)
}

/// The width of the list marker at the start of the line, including its space; 0 if the line has no list marker.
fn list_marker(line: &str) -> usize {
    if line.starts_with("- ") || line.starts_with("* ") || line.starts_with("+ ") {
        return 2;
    }
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    let rest = &line[digits..];
    if (1..=9).contains(&digits) && (rest.starts_with(". ") || rest.starts_with(") ")) { digits + 2 } else { 0 }
}

fn single_spaced(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Escapes what has a meaning in markdown beyond this line. Code spans that end on the line are kept.
fn escape(line: &str) -> String {
    let spans_close = line.matches('`').count().is_multiple_of(2) && !line.contains("``");
    if !spans_close {
        return escape_text(line).replace('`', "\\`");
    }
    let pieces = line.split('`').enumerate();
    pieces.map(|(at, piece)| if at % 2 == 0 { escape_text(piece) } else { format!("`{piece}`") }).collect()
}

fn escape_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some((link, after)) = link(rest).or_else(|| bare_url(rest, out.chars().last())) {
            out.push_str(&link);
            rest = after;
            continue;
        }
        match c {
            '<' => out.push_str("&lt;"),
            '[' => out.push_str("\\["),
            ']' => out.push_str("\\]"),
            '~' => out.push_str("\\~"),
            '&' => out.push_str("&amp;"),
            '\\' => out.push_str("\\\\"),
            c => out.push(c),
        }
        rest = &rest[c.len_utf8()..];
    }
    out
}

/// `[text](http…)` at the start of the text, with its text escaped. Other brackets do not make links.
fn link(text: &str) -> Option<(String, &str)> {
    let inner = text.strip_prefix('[')?;
    let (words, after) = inner.split_once("](")?;
    let (url, after) = after.split_once(')')?;
    let is_plain = !words.contains(['[', ']', '<', '`']);
    if !is_plain || !is_web(url) {
        return None;
    }
    Some((format!("[{}]({url})", words.replace('\\', "\\\\").replace('&', "&amp;")), after))
}

/// A URL in running text becomes a link in angle brackets, as rustdoc requires.
fn bare_url(text: &str, before: Option<char>) -> Option<(String, &str)> {
    if before.is_some_and(char::is_alphanumeric) || !(text.starts_with("http://") || text.starts_with("https://")) {
        return None;
    }
    let end = text.find(|c: char| c.is_whitespace() || "<>\"'`()[]{}|\\*_~".contains(c)).unwrap_or(text.len());
    let url = text[..end].trim_end_matches(['.', ',', ';', ':', '!', '?']);
    is_web(url).then(|| (format!("<{url}>"), &text[url.len()..]))
}

fn is_web(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        !rest.is_empty() && rest.chars().all(|c| c.is_ascii_graphic() && !"<>\"'`\\[]{}|^".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> String {
        markdown(text).join("\n")
    }

    #[test]
    fn code_blocks_become_text_and_are_closed() {
        assert_eq!(one("a\n```rust\nfn x() {}\n```"), "a\n```text\nfn x() {}\n```");
        assert_eq!(one("~~~\nx"), "```text\nx\n```");
        assert_eq!(one("```\n~~~\nx"), "```text\n~~~\nx\n```");
        assert_eq!(one("a\n\n    panic!()"), "a\n\npanic!()");
        assert_eq!(one("- a\n\n      panic!()"), "- a\n\npanic!()");
        assert_eq!(one("- ```rust"), "- \\`\\`\\`rust");
    }

    #[test]
    fn html_and_links_are_inert_and_web_links_stay() {
        assert_eq!(one("<script>x</script>"), "&lt;script>x&lt;/script>");
        assert_eq!(one("[a](javascript:x) [b](https://b.test/?q)"), "\\[a\\](javascript:x) [b](https://b.test/?q)");
        assert_eq!(one("see https://a.test/x."), "see <https://a.test/x>.");
        assert_eq!(one("`<T>` <T>"), "`<T>` &lt;T>");
        assert_eq!(one("[x]: javascript:y"), "\\[x\\]: javascript:y");
    }

    #[test]
    fn what_the_compiler_refuses_is_dropped() {
        assert_eq!(one("a\rb\u{202e}c\u{0}"), "a\nbc");
    }

    #[test]
    fn lines_of_a_list_item_stand_in() {
        assert_eq!(one("- a\nb\n1. c\nd\n\ne"), "- a\n  b\n1. c\n   d\n\ne");
    }
}
