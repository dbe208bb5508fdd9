//! Patterns: converts ECMA-262 regular expressions to the syntax of the `regex` crate.

use std::iter::Peekable;
use std::str::Chars;

/// The memory limit of a compiled pattern; the generated server has the same limit.
const LIMIT: usize = 1 << 20;

/// The maximum length of a pattern.
const LONGEST: usize = 10_000;

/// The pattern for the `regex` crate, or why there is none.
pub(super) fn translated(pattern: &str) -> Result<String, &'static str> {
    if pattern.len() > LONGEST {
        return Err("it is too long");
    }
    let is_flag = |c: char| c.is_ascii_lowercase();
    if pattern.starts_with("/^") && pattern.trim_end_matches(is_flag).ends_with('/') {
        return Err("it is written between slashes; they are part of the pattern, so no string matches");
    }
    let text = rewritten(pattern);
    match regex::RegexBuilder::new(&text).size_limit(LIMIT).build() {
        Ok(_) => Ok(text),
        Err(regex::Error::CompiledTooBig(_)) => Err("it takes too much memory"),
        Err(_) => Err("it is not a regular expression, or it uses look-around or back-references"),
    }
}

/// The pattern that matches exactly these texts, or the reason why it cannot be used.
pub(super) fn of_texts<'t>(texts: impl Iterator<Item = &'t str>) -> Result<String, &'static str> {
    let texts: Vec<String> = texts.map(regex::escape).collect();
    translated(&format!("^(?:{})$", texts.join("|")))
}

/// Converts the syntax that differs.
fn rewritten(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut chars = pattern.chars().peekable();
    // Whether a dot currently matches any character, as the flag `s` makes it; Rust ends its scope as ECMA-262 does.
    let mut is_any = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.push_str(&escape(&mut chars, false).text),
            '[' => class(&mut chars, &mut out),
            '(' => {
                out.push(c);
                is_any |= has_dot_all(&chars);
            }
            '.' if is_any => out.push(c),
            '.' => out.push_str(r"[^\n\r\u{2028}\u{2029}]"),
            _ => out.push(c),
        }
    }
    out
}

/// Whether a group that is open sets the flag `s` (ECMA-262, section 22.2.1: `(?s:…)`; some write `(?s)`).
fn has_dot_all(rest: &Peekable<Chars<'_>>) -> bool {
    let mut rest = rest.clone();
    rest.next() == Some('?') && rest.take_while(char::is_ascii_lowercase).any(|flag| flag == 's')
}

/// An escape, or a character of a class.
struct Atom {
    text: String,
    /// Whether it matches several characters, so that it cannot be the end of a range.
    is_set: bool,
}

/// A class, after its `[`. Each `-` is written according to its meaning: Rust reads two of them as an operator, and
/// allows none next to a set.
fn class(chars: &mut Peekable<Chars<'_>>, out: &mut String) {
    out.push('[');
    if chars.next_if_eq(&'^').is_some() {
        out.push('^');
    }
    // Whether the last atom can start a range.
    let mut is_start = false;
    while let Some(c) = chars.next() {
        match c {
            ']' => return out.push(']'),
            '-' if is_start && chars.peek().is_some_and(|next| *next != ']') => {
                let next = chars.next().expect("the next character was peeked");
                let end = atom(next, chars);
                out.push_str(if end.is_set { r"\-" } else { "-" });
                out.push_str(&end.text);
                is_start = false;
            }
            _ => {
                let atom = atom(c, chars);
                out.push_str(&atom.text);
                is_start = !atom.is_set;
            }
        }
    }
}

fn atom(c: char, chars: &mut Peekable<Chars<'_>>) -> Atom {
    match c {
        '\\' => escape(chars, true),
        // In Rust these start a nested class or an operator.
        '[' | '&' | '~' | '-' => Atom { text: format!("\\{c}"), is_set: false },
        _ => Atom { text: c.to_string(), is_set: false },
    }
}

/// White space in ECMA-262 (section 12.2, with line terminators).
const SPACE: &str = r"\t\n\x0B\x0C\r \u{A0}\u{1680}\u{2000}-\u{200A}\u{2028}\u{2029}\u{202F}\u{205F}\u{3000}\u{FEFF}";

/// `\d` and similar escapes are ASCII in ECMA-262.
fn escape(chars: &mut Peekable<Chars<'_>>, is_class: bool) -> Atom {
    let Some(c) = chars.next() else { return Atom { text: r"\".to_owned(), is_set: false } };
    let text = match (c, is_class) {
        ('d', _) => "[0-9]".to_owned(),
        ('D', _) => "[^0-9]".to_owned(),
        ('w', _) => "[0-9A-Za-z_]".to_owned(),
        ('W', _) => "[^0-9A-Za-z_]".to_owned(),
        ('s', _) => format!("[{SPACE}]"),
        ('S', _) => format!("[^{SPACE}]"),
        ('b', false) => r"(?-u:\b)".to_owned(),
        ('b', true) => r"\x08".to_owned(),
        ('B', false) => r"(?-u:\B)".to_owned(),
        ('0', _) => r"\x00".to_owned(),
        // In ECMA-262, characters that need no escape may have one.
        (' ' | '"' | '\'' | '/' | ',' | ':' | ';' | '<' | '>' | '=' | '!' | '@' | '%' | '`' | '_', _) => c.to_string(),
        ('p' | 'P', _) if chars.peek() == Some(&'{') => format!("\\{c}{}", name(chars)),
        _ => format!("\\{c}"),
    };
    Atom { text, is_set: matches!(c, 'd' | 'D' | 'w' | 'W' | 's' | 'S' | 'p' | 'P') }
}

/// `{…}`, the name of a Unicode property.
fn name(chars: &mut Peekable<Chars<'_>>) -> String {
    let mut name = String::new();
    for c in chars.by_ref() {
        name.push(c);
        if c == '}' {
            break;
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::{of_texts, translated};

    fn matches(pattern: &str, text: &str) -> bool {
        regex::Regex::new(&translated(pattern).unwrap()).unwrap().is_match(text)
    }

    #[test]
    fn patterns_match_as_in_ecma_262() {
        let rows = [
            (r"^\d+$", "12", "١٢"),
            (r"^[\d.]+$", "1.2", "a"),
            (r"^[^\w]$", "-", "a"),
            (r"^\w+$", "a_1", "ä"),
            (r"^\W$", "ä", "a"),
            (r"^a\/b$", "a/b", "ab"),
            (r"^\u0041$", "A", "B"),
            (r"^.$", "x", "\r"),
            (r"^[[]$", "[", "]"),
            (r"^[a&&b]$", "&", "c"),
            (r"^[\-a]$", "-", "b"),
            (r"\bcat\b", "a cat", "cats"),
            ("b", "abc", "xyz"),
            (r"^\S+$", "ab", "a b"),
            (r"^\S+$", "a\u{85}b", "a\u{feff}b"),
            (r"^[\s]$", "\u{feff}", "\u{85}"),
            (r"^[\w-~]+$", "a-~", "a|"),
            (r"^[\w-.]+$", "a-.", "a/"),
            (r"^[\w.-]+$", "a-.", "a/"),
            (r"^[.-\d]+$", "1-.", "/"),
            (r"^[+--]+$", "+,-", "."),
            (r"^[a-z-9]+$", "b-9", "0"),
            (r"^[-a]+$", "-a", "b"),
            (r"^[^-a]+$", "b", "-"),
            (r"^[!-\-]+$", "!+-", "."),
            (r"^[\p{L}-_]+$", "é-_", "]"),
            (r"^[a~~b]$", "~", "c"),
            (r"^(?s).$", "\n", "ab"),
            (r"^(?s:a.)$", "a\r", "b"),
            (r"^(?i-s:a).$", "A-", "a\n"),
            (r"^\(?s.$", "sx", "s\n"),
        ];
        for (pattern, right, wrong) in rows {
            assert!(matches(pattern, right), "{pattern} {right}");
            assert!(!matches(pattern, wrong), "{pattern} {wrong}");
        }
    }

    #[test]
    fn pattern_of_texts_matches_only_them() {
        let texts = ["all", "a.b", "", "(?s", r"\d", "a/b-c #&~ \"[$^|]", "line\nline"];
        let pattern = regex::Regex::new(&of_texts(texts.into_iter()).unwrap()).unwrap();
        for text in texts {
            assert!(pattern.is_match(text), "{text}");
        }
        for other in ["al", "alle", "a-b", "1", "line", "all\n", "x"] {
            assert!(!pattern.is_match(other), "{other}");
        }
        assert!(of_texts(["x".repeat(20_000).as_str()].into_iter()).is_err());
    }

    #[test]
    fn unsupported_patterns_are_reported() {
        let long = "x".repeat(10_000_000);
        for pattern in ["/^a$/i", "(?=x)", r"(x)\1", "(?<!x)y", "(", r"\cA", ".{1000}{1000}", &long] {
            assert!(translated(pattern).is_err(), "{}", &pattern[..pattern.len().min(20)]);
        }
        // Harmless here, but a denial of service with other engines.
        assert!(matches("^(a+)+$", "aaa") && !matches("^(a+)+$", &("a".repeat(10_000) + "!")));
    }
}
