//! Patterns: ECMA-262, which the document writes, as Rust's `regex` crate reads it.

use std::iter::Peekable;
use std::str::Chars;

/// The most memory that a compiled pattern may take; the generated server has the same bound.
const LIMIT: usize = 1 << 20;

/// The longest pattern that is read.
const LONGEST: usize = 10_000;

/// The pattern for the `regex` crate, or why there is none.
pub(super) fn translated(pattern: &str) -> Result<String, &'static str> {
    if pattern.len() > LONGEST {
        return Err("it is too long");
    }
    let text = rewritten(pattern);
    match regex::RegexBuilder::new(&text).size_limit(LIMIT).build() {
        Ok(_) => Ok(text),
        Err(regex::Error::CompiledTooBig(_)) => Err("it takes too much memory"),
        Err(_) => Err("it is no regular expression, or one with look-around or back references"),
    }
}

/// Says in Rust's words what both sides write differently.
fn rewritten(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut chars = pattern.chars().peekable();
    let mut is_class = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => escape(&mut chars, is_class, &mut out),
            '[' if !is_class => {
                is_class = true;
                out.push('[');
            }
            ']' if is_class => {
                is_class = false;
                out.push(']');
            }
            // Here Rust begins a class in a class, or an operation between two.
            '[' => out.push_str(r"\["),
            '&' | '~' if is_class => {
                out.push('\\');
                out.push(c);
            }
            '.' if !is_class => out.push_str(r"[^\n\r\u{2028}\u{2029}]"),
            _ => out.push(c),
        }
    }
    out
}

/// `\d` and its kind are ASCII in ECMA-262.
fn escape(chars: &mut Peekable<Chars<'_>>, is_class: bool, out: &mut String) {
    let Some(c) = chars.next() else { return out.push('\\') };
    let text = match (c, is_class) {
        ('d', false) => "[0-9]",
        ('d', true) => "0-9",
        ('D', _) => "[^0-9]",
        ('w', false) => "[0-9A-Za-z_]",
        ('w', true) => "0-9A-Za-z_",
        ('W', _) => "[^0-9A-Za-z_]",
        ('b', false) => r"(?-u:\b)",
        ('b', true) => r"\x08",
        ('B', false) => r"(?-u:\B)",
        ('0', _) => r"\x00",
        // What needs no escape may have one in ECMA-262.
        (' ' | '"' | '\'' | '/' | ',' | ':' | ';' | '<' | '>' | '=' | '!' | '@' | '%' | '`' | '_', _) => {
            return out.push(c);
        }
        _ => {
            out.push('\\');
            return out.push(c);
        }
    };
    out.push_str(text);
}

#[cfg(test)]
mod tests {
    use super::translated;

    fn matches(pattern: &str, text: &str) -> bool {
        regex::Regex::new(&translated(pattern).unwrap()).unwrap().is_match(text)
    }

    #[test]
    fn patterns_mean_what_ecma_262_says() {
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
        ];
        for (pattern, right, wrong) in rows {
            assert!(matches(pattern, right), "{pattern} {right}");
            assert!(!matches(pattern, wrong), "{pattern} {wrong}");
        }
    }

    #[test]
    fn what_cannot_be_matched_in_linear_time_or_bounded_memory_is_told() {
        let long = "x".repeat(10_000_000);
        for pattern in ["(?=x)", r"(x)\1", "(?<!x)y", "(", r"\cA", ".{1000}{1000}", &long] {
            assert!(translated(pattern).is_err(), "{}", &pattern[..pattern.len().min(20)]);
        }
        // Harmless here, and a way to stop a server elsewhere.
        assert!(matches("^(a+)+$", "aaa") && !matches("^(a+)+$", &("a".repeat(10_000) + "!")));
    }
}
