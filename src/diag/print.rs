//! Prints one diagnostic with its line and a caret.
//!
//! Text of a document may be hostile to a terminal: control characters and marks of direction are printed as escapes,
//! and long lines are cut around the caret.

use std::fmt::Write;

use super::source::{Lines, Position};
use super::{Diagnostic, Source};

/// How many characters of a line are shown.
const WIDTH: usize = 100;

/// How many characters of the document's text a message quotes.
const EXCERPT: usize = 80;

/// `text` with all characters escaped that a terminal would act on.
pub fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut safe, c| {
        if is_hostile(c) {
            safe.extend(c.escape_unicode());
        } else {
            safe.push(c);
        }
        safe
    })
}

/// The start of a text from the document, short enough for a message. It is escaped when the message is printed.
pub fn excerpt(text: &str) -> String {
    match text.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A diagnostic as it is printed, with a line end.
pub(super) fn entry(diagnostic: &Diagnostic, place: Option<Position>, source: &Source, lines: &Lines<'_>) -> String {
    let mut text = String::new();
    let level = diagnostic.level.as_str();
    push(&mut text, format_args!("{level}[{}]: {}", diagnostic.code, escaped(&diagnostic.message)));
    let name = escaped(source.name());
    let at = match diagnostic.at.as_str() {
        "" => String::new(),
        _ => format!("  ({})", escaped(&excerpt_of_pointer(&diagnostic.at.to_string()))),
    };
    let help = diagnostic.help.as_deref().map(escaped);
    match place {
        Some(place) => {
            push(&mut text, format_args!("  --> {name}:{}:{}{at}", place.line, place.column));
            let help = help.map(|help| format!(" {help}")).unwrap_or_default();
            let shown = cut_of(lines, place);
            push(&mut text, format_args!("{}", format!("{:5} | {}", place.line, shown.text).trim_end()));
            push(&mut text, format_args!("      | {:indent$}^{help}", "", indent = shown.caret));
        }
        None => {
            push(&mut text, format_args!("  --> {name}{at}"));
            if let Some(help) = help {
                push(&mut text, format_args!("      = {help}"));
            }
        }
    }
    text
}

fn push(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("writing to a String cannot fail");
}

/// Pointers may contain keys of any length; the start and the end are shown.
fn excerpt_of_pointer(pointer: &str) -> String {
    let count = pointer.chars().count();
    if count <= 4 * EXCERPT {
        return pointer.to_owned();
    }
    let begin: String = pointer.chars().take(2 * EXCERPT).collect();
    let end: String = pointer.chars().skip(count - 2 * EXCERPT).collect();
    format!("{begin}…{end}")
}

/// A line as it is shown, and how many characters precede the caret.
#[derive(Default)]
pub(super) struct Shown {
    pub(super) text: String,
    pub(super) caret: usize,
}

/// Cuts a line to [`WIDTH`] characters, including the one in `column`.
#[cfg(any(feature = "cli", test))]
pub(super) fn cut(line: &str, column: usize) -> Shown {
    let after = |first: usize| line.char_indices().nth(first).map_or("", |(at, _)| &line[at..]);
    cut_after(after, column)
}

/// The same for a line of a text that may be long.
pub(super) fn cut_of(lines: &Lines<'_>, Position { line, column }: Position) -> Shown {
    cut_after(|first| lines.line_after(line, first), column)
}

/// The same for a line of which `after` returns what follows its first characters.
fn cut_after<'t>(after: impl FnOnce(usize) -> &'t str, column: usize) -> Shown {
    let caret = column - 1;
    let first = if caret + 20 < WIDTH { 0 } else { caret - WIDTH / 2 };
    let mut chars = after(first).chars();
    let mut text = String::new();
    let mut before = 0;
    if first > 0 {
        text.push('…');
        before = 1;
    }
    for (index, c) in chars.by_ref().take(WIDTH).enumerate() {
        let printed = match c {
            '\t' => " ".to_owned(),
            c if is_hostile(c) => c.escape_unicode().to_string(),
            c => c.to_string(),
        };
        if first + index < caret {
            before += printed.chars().count();
        }
        text.push_str(&printed);
    }
    if chars.next().is_some() {
        text.push('…');
    }
    Shown { text: without_userinfo(text.trim_end()), caret: before }
}

/// A shown line with asterisks in place of user names and passwords in URLs (RFC 3986, section 3.2.1), as long as before. In JSON,
/// slashes may have a backslash. At the cuts of the line, what may be a part of them is not shown either.
fn without_userinfo(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    let mut hide = |before: &str, userinfo: &str| {
        shown.push_str(before);
        shown.extend(userinfo.chars().map(|_| '*'));
    };
    let mut left = line;
    if let Some(rest) = left.strip_prefix('…') {
        let userinfo = &rest[..authority(rest).rfind('@').unwrap_or_default()];
        hide("…", userinfo);
        left = &rest[userinfo.len()..];
    }
    while let Some(at) = ["://", r":\/\/"].iter().filter_map(|mark| Some(left.find(mark)? + mark.len())).min() {
        let (before, rest) = left.split_at(at);
        let authority = authority(rest);
        let is_cut = rest[authority.len()..].starts_with('…');
        let end = if is_cut { Some(authority.len()) } else { authority.rfind('@') };
        let userinfo = &rest[..end.unwrap_or_default()];
        hide(before, userinfo);
        left = &rest[userinfo.len()..];
    }
    shown + left
}

/// The text before the first character that an authority of a URL cannot have.
fn authority(text: &str) -> &str {
    let is_end = |c: char| c.is_whitespace() || matches!(c, '/' | '\\' | '?' | '#' | '"' | '\'' | '…');
    &text[..text.find(is_end).unwrap_or(text.len())]
}

/// Control characters, marks of direction (UAX 9), line separators, and characters without width.
pub(crate) fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Writes characters of a JSON text that a terminal would act on as equivalent JSON escapes.
#[cfg(feature = "cli")]
pub fn json_escaped(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    let mut units = [0; 2];
    for c in json.chars() {
        if c == '\n' || !is_hostile(c) {
            safe.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut units) {
            safe.push_str(&format!("\\u{unit:04x}"));
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::{cut, without_userinfo};

    #[test]
    fn long_lines_are_cut_around_the_caret() {
        let line = format!("{}X{}", "a".repeat(10_000_000), "b".repeat(1000));
        let shown = cut(&line, 10_000_001);
        assert_eq!(shown.text.chars().count(), 102);
        assert_eq!(shown.text.chars().nth(shown.caret), Some('X'));
    }

    #[test]
    fn escapes_before_the_caret_shift_it() {
        let shown = cut("\u{1b}X", 2);
        assert_eq!(shown.text.chars().nth(shown.caret), Some('X'));
    }

    #[test]
    fn passwords_in_urls_are_not_shown() {
        for (line, shown) in [
            ("- url: https://ann:hunter2@a.example/v1", "- url: https://***********@a.example/v1"),
            ("['http://ü@a', \"ftp://b:c@d@e\"]", "['http://*@a', \"ftp://*****@e\"]"),
            ("https://a.example/@b and c@d.example", "https://a.example/@b and c@d.example"),
            ("https://a.example?q=b@c", "https://a.example?q=b@c"),
            (r#""url": "https:\/\/ann:hunter2@a.example\/v1""#, r#""url": "https:\/\/***********@a.example\/v1""#),
            // The line is cut within a URL.
            ("…nter2@a.example/v1", "…*****@a.example/v1"),
            ("…example/v1: c@d", "…example/v1: c@d"),
            ("- url: https://ann:hunt…", "- url: https://********…"),
            ("- url: https://a.example/long…", "- url: https://a.example/long…"),
        ] {
            assert_eq!(without_userinfo(line), shown);
        }
        assert_eq!(cut("- url: https://u:p@a.example", 8).text, "- url: https://***@a.example");
    }
}
