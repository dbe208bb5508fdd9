//! Text of a document between the quotes of a language. What is not a letter, a digit or a harmless sign is escaped, so no
//! text leaves its quotes, changes the direction of lines or ends a line.

use std::fmt::Write;

/// How a character outside ASCII is escaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wide {
    /// `\uXXXX` for each UTF-16 code unit (RFC 8259, section 7).
    Utf16,
    /// `\uXXXX`, or `\UXXXXXXXX` beyond the Basic Multilingual Plane.
    Long,
}

/// The text between double quotes, with the escapes that JSON, Python, TOML, TypeScript and YAML share.
pub fn double_quoted(text: &str, wide: Wide) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            ' '..='~' => out.push(c),
            c if c.is_alphanumeric() => out.push(c),
            c => push(&mut out, c, wide),
        }
    }
    out.push('"');
    out
}

fn push(out: &mut String, c: char, wide: Wide) {
    if wide == Wide::Long && u32::from(c) > 0xffff {
        write(out, format_args!("\\U{:08x}", u32::from(c)));
    } else {
        c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| write(out, format_args!("\\u{unit:04x}")));
    }
}

/// How a language that keystub does not know quotes text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quoting {
    /// The sign before and after a string.
    pub quote: char,
    /// What is before the digits of an escaped character.
    pub before: String,
    /// The digits.
    pub digits: Digits,
    /// What is after the digits.
    pub after: String,
}

/// The digits of an escaped character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Digits {
    /// Four hexadecimal digits for each UTF-16 code unit.
    Utf16,
    /// As many hexadecimal digits as the code point needs.
    CodePoint,
}

impl Quoting {
    /// How strings are written, from a quote and a pattern: `\uXXXX`, `\u{X}`.
    ///
    /// # Errors
    ///
    /// If the quote is not a single sign, or the pattern has no digits.
    pub fn new(quote: &str, unicode: &str) -> Result<Self, &'static str> {
        let mut signs = quote.chars();
        let (Some(quote), None) = (signs.next().filter(char::is_ascii_punctuation), signs.next()) else {
            return Err("`quote` must be one sign, such as `\"`");
        };
        let found = unicode.split_once("XXXX").map(|parts| (parts, Digits::Utf16));
        let found = found.or_else(|| unicode.split_once('X').map(|parts| (parts, Digits::CodePoint)));
        match found {
            Some(((before, after), digits))
                if !before.is_empty() && !before.contains(quote) && !after.contains(['X', quote]) =>
            {
                Ok(Self { quote, before: before.to_owned(), digits, after: after.to_owned() })
            }
            _ => Err(
                "`unicode` must have `XXXX` (UTF-16) or `X` (the code point) for the hexadecimal digits, after the start of an escape",
            ),
        }
    }

    /// The text between quotes. Only letters, digits, spaces and signs without a meaning in strings are not escaped.
    pub fn quoted(&self, text: &str) -> String {
        let mut out = String::from(self.quote);
        for c in text.chars() {
            let is_plain = c.is_ascii_alphanumeric() || (" -_.,:/;!?()[]=+*".contains(c) && !self.has_sign(c));
            match self.digits {
                _ if is_plain => out.push(c),
                Digits::Utf16 => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| {
                    write(&mut out, format_args!("{}{unit:04x}{}", self.before, self.after));
                }),
                Digits::CodePoint => write(&mut out, format_args!("{}{:x}{}", self.before, u32::from(c), self.after)),
            }
        }
        out.push(self.quote);
        out
    }

    fn has_sign(&self, c: char) -> bool {
        c == self.quote || self.before.starts_with(c)
    }
}

/// The text for HTML, between tags or in a quoted attribute.
pub fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '`' | '=' => write(&mut out, format_args!("&#{};", u32::from(c))),
            '\n' | '\t' => out.push(c),
            c if c.is_control() || ('\u{200e}'..='\u{202e}').contains(&c) || ('\u{2066}'..='\u{2069}').contains(&c) => {
            }
            c => out.push(c),
        }
    }
    out
}

/// The text in one line of Markdown, without markup.
pub fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let text = html_free(text);
    // A number with a point starts a list.
    let point = text.find(|c: char| !c.is_ascii_digit());
    for (at, c) in text.char_indices() {
        let is_of_list = c == '.' && point == Some(at) && text[at + 1..].chars().next().is_none_or(|next| next == ' ');
        if is_of_list || "\\`*_{}[]<>()#+-=!|~&$@".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// The text as code in one line of Markdown, also in a table.
pub fn code(text: &str) -> String {
    let text = html_free(text);
    match text {
        text if text.is_empty() => "`(empty)`".to_owned(),
        text if !text.contains(['`', '|']) => format!("`{text}`"),
        text => {
            let sign = |c: char| if c.is_ascii_punctuation() { format!("&#{};", u32::from(c)) } else { c.to_string() };
            format!("<code>{}</code>", text.chars().map(sign).collect::<String>())
        }
    }
}

/// The text in one line, without control characters and signs of direction.
fn html_free(text: &str) -> String {
    crate::rust::docs::visible(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn write(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("writing to a String cannot fail");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_text_does_not_leave_its_quotes() {
        let text = "a\"b\\c\n\u{2028}\u{202e}\u{1f600}é";
        assert_eq!(double_quoted(text, Wide::Utf16), r#""a\"b\\c\n\u2028\u202e\ud83d\ude00é""#);
        assert_eq!(double_quoted(text, Wide::Long), r#""a\"b\\c\n\u2028\u202e\U0001f600é""#);
        let kotlin = Quoting::new("\"", "\\uXXXX").unwrap();
        assert_eq!(kotlin.quoted("a\"$x\\\n"), "\"a\\u0022\\u0024x\\u005c\\u000a\"");
        let swift = Quoting::new("\"", "\\u{X}").unwrap();
        assert_eq!(swift.quoted("\\(x)\u{1f600}"), "\"\\u{5c}(x)\\u{1f600}\"");
    }

    #[test]
    fn ways_to_quote_without_digits_are_refused() {
        for (quote, unicode) in
            [("", "\\uXXXX"), ("a", "\\uXXXX"), ("''", "\\uXXXX"), ("\"", "\\u"), ("\"", "X"), ("\"", "\"X")]
        {
            assert!(Quoting::new(quote, unicode).is_err(), "{quote} {unicode}");
        }
    }

    #[test]
    fn markdown_and_html_have_no_markup() {
        assert_eq!(
            markdown("1. *a*\n# <b> | [x](javascript:y)"),
            "1\\. \\*a\\* \\# \\<b\\> \\| \\[x\\]\\(javascript:y\\)"
        );
        assert_eq!(code("/pets/{id}"), "`/pets/{id}`");
        assert_eq!(code("a`|<b>"), "<code>a&#96;&#124;&#60;b&#62;</code>");
        assert_eq!(html("<a href='x'>&"), "&lt;a href&#61;&#39;x&#39;&gt;&amp;");
    }
}
