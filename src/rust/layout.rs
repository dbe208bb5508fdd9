//! The text of an invocation of a macro of the runtime: each part that ends in `;` starts on its own line, and longer parts
//! are wrapped at commas. prettyplease would print one line.

use std::fmt::Write;

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};

/// The maximum length of a line, unless it cannot be wrapped.
const WIDTH: usize = 110;

/// The maximum length of a group that is not wrapped.
const SHORT: usize = 48;

/// The indent of a part. Its other lines have twice as much.
const INDENT: usize = 4;

/// The text of the item `name! { tokens }`.
pub fn macro_call(name: &str, tokens: &TokenStream) -> String {
    let mut text = format!("{name}! {{\n");
    for part in parts(tokens) {
        wrap(&mut text, &part);
    }
    text + "}"
}

/// A word ends with a comma or with its part.
struct Word {
    text: String,
    /// The indent of the line that it starts, if it starts one.
    line: Option<usize>,
}

/// The parts as words.
fn parts(tokens: &TokenStream) -> Vec<Vec<Word>> {
    let mut parts = vec![Writer::default()];
    for token in tokens.clone() {
        let ends = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ';');
        parts.last_mut().expect("there is one from the start").token(token);
        if ends {
            parts.push(Writer::default());
        }
    }
    let mut parts: Vec<Vec<Word>> = parts.into_iter().map(|part| part.words).collect();
    parts.retain(|words| !words.is_empty());
    parts
}

fn wrap(text: &mut String, words: &[Word]) {
    let (mut line, mut indent) = (" ".repeat(INDENT), 2 * INDENT);
    let mut is_empty = true;
    for word in words {
        let is_long = !is_empty && line.chars().count() + 1 + word.text.chars().count() > WIDTH;
        if is_long || word.line.is_some() {
            let _ = writeln!(text, "{line}");
            indent = word.line.unwrap_or(indent);
            line = " ".repeat(indent);
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(&word.text);
        is_empty = false;
    }
    let _ = writeln!(text, "{line}");
}

/// Writes tokens with the usual spaces between them.
#[derive(Default)]
struct Writer {
    words: Vec<Word>,
    /// Whether the next token starts a word.
    is_word_over: bool,
    /// The indent of the line that the next token starts, if it starts one.
    line: Option<usize>,
    /// How many groups with lines enclose the next token.
    depth: usize,
    /// Whether the next token is between the bars of a closure.
    is_in_bars: bool,
    last: Last,
}

/// The previous token, as far as the space after it depends on it.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Last {
    /// No space follows: an opening delimiter, `&`, `.`, `::`, the first half of an operator.
    #[default]
    Tight,
    /// The first colon of `::`.
    HalfPath,
    /// The first half of `=>` or `->`.
    HalfArrow,
    /// `!`, or an identifier, a literal or a group.
    Word,
    /// Any other punctuation.
    Loose,
}

impl Writer {
    fn push(&mut self, text: &str, has_space: bool) {
        let line = self.line.take();
        match self.words.last_mut() {
            Some(word) if !self.is_word_over && line.is_none() => {
                if has_space {
                    word.text.push(' ');
                }
                word.text.push_str(text);
            }
            Some(_) | None => self.words.push(Word { text: text.to_owned(), line }),
        }
        self.is_word_over = false;
    }

    fn is_spaced(&self) -> bool {
        self.last == Last::Word || self.last == Last::Loose
    }

    fn token(&mut self, token: TokenTree) {
        match token {
            TokenTree::Group(group) => self.group(&group),
            TokenTree::Punct(punct) => self.punct(punct.as_char(), punct.spacing()),
            TokenTree::Ident(_) | TokenTree::Literal(_) => {
                self.push(&token.to_string(), self.is_spaced());
                self.last = Last::Word;
            }
        }
    }

    fn punct(&mut self, sign: char, spacing: Spacing) {
        let is_joint = spacing == Spacing::Joint;
        let is_attached = matches!(sign, ',' | ';' | '.' | '?' | '>')
            || (sign == ':' && self.last != Last::Loose)
            || (sign == '<' && self.last == Last::Word);
        let is_call = sign == '!' && self.last == Last::Word && !is_joint;
        let closes_bars = sign == '|' && self.is_in_bars;
        let is_operand = self.last == Last::Word;
        self.push(&sign.to_string(), self.is_spaced() && !is_attached && !is_call && !closes_bars);
        self.is_word_over = sign == ',';
        self.is_in_bars = if sign == '|' { !closes_bars && !is_operand } else { self.is_in_bars };
        self.last = match sign {
            '|' if self.is_in_bars => Last::Tight,
            '|' => Last::Loose,
            '-' if !is_operand && !is_joint => Last::Tight,
            '=' | '-' if is_joint => Last::HalfArrow,
            '<' => Last::Tight,
            '>' if self.last != Last::HalfArrow => Last::Word,
            ':' if self.last == Last::HalfPath => Last::Tight,
            ':' if is_joint => Last::HalfPath,
            '&' | '.' | '#' | '!' => Last::Tight,
            _ if is_joint => Last::Tight,
            _ => Last::Loose,
        };
    }

    fn group(&mut self, group: &Group) {
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::Brace if is_match(group) => return self.arms(group),
            Delimiter::Brace => ("{ ", " }"),
            Delimiter::None => ("", ""),
        };
        let is_call = self.last == Last::Word && group.delimiter() != Delimiter::Brace;
        self.push(open, self.is_spaced() && !is_call);
        self.last = Last::Tight;
        let (first, before) = (self.words.len(), self.words.last().map_or(0, |word| word.text.len()));
        group.stream().into_iter().for_each(|token| self.token(token));
        self.is_word_over = false;
        self.push(close, false);
        self.last = Last::Word;
        self.join(first, before);
    }

    /// Joins the words from `first` on with the one before them, which had this length before the group, if the group is
    /// short.
    fn join(&mut self, first: usize, before: usize) {
        let rest = self.words.get(first..).unwrap_or_default();
        let length: usize = rest.iter().map(|word| word.text.len() + 1).sum();
        let own = self.words.get(first.wrapping_sub(1)).map_or(0, |word| word.text.len() - before);
        if rest.is_empty() || own + length > SHORT || rest.iter().any(|word| word.line.is_some()) {
            return;
        }
        let texts: Vec<String> = self.words.drain(first..).map(|word| word.text).collect();
        let last = self.words.last_mut().expect("the group starts in a word");
        texts.iter().for_each(|text| last.text.extend([" ", text]));
    }

    /// Each arm of a `match` starts a line.
    fn arms(&mut self, group: &Group) {
        self.push("{", self.is_spaced());
        self.depth += 1;
        let indent = INDENT * (self.depth + 1);
        self.line = Some(indent);
        for token in group.stream() {
            let ends = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ',');
            self.token(token);
            if ends {
                self.line = Some(indent);
            }
        }
        self.depth -= 1;
        self.line = Some(indent - INDENT);
        self.push("}", false);
        self.last = Last::Word;
    }
}

fn is_match(group: &Group) -> bool {
    let is_arrow = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == '>');
    let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
    tokens.windows(2).any(|pair| {
        matches!(&pair[0], TokenTree::Punct(punct) if punct.as_char() == '=' && punct.spacing() == Spacing::Joint)
            && is_arrow(&pair[1])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laid_out(source: &str) -> String {
        macro_call("m", &source.parse().unwrap())
    }

    #[test]
    fn parts_start_lines_and_long_parts_are_wrapped_at_commas() {
        let names = (0..40).map(|at| format!("name_{at}")).collect::<Vec<_>>().join(", ");
        let text = laid_out(&format!("for Pet; optional ({names}); required {{ kind \"a, b\" }};"));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[..2], ["m! {", "    for Pet;"]);
        assert!(lines[2].starts_with("    optional(name_0, name_1,") && lines[2].ends_with(','), "{text}");
        assert!(lines[3].starts_with("        name_"), "{text}");
        assert_eq!(lines[lines.len() - 2..], ["    required { kind \"a, b\" };", "}"]);
        assert!(lines.iter().all(|line| line.len() <= WIDTH), "{text}");
    }

    #[test]
    fn arms_of_a_match_start_lines() {
        let source = "f(|reply| match reply.status() { 200 => reply.json(), _ => reply.undocumented() });";
        let arms = "        200 => reply.json(),\n        _ => reply.undocumented()\n";
        assert_eq!(laid_out(source), format!("m! {{\n    f(|reply| match reply.status() {{\n{arms}    }});\n}}"));
    }

    #[test]
    fn tokens_have_the_usual_spaces() {
        for source in [
            "Customer.required(&[\"id\"]).fixed(&[(&[\"object\"], &[rt::json_choice::Fixed::Integer(-1)])]);",
            "or_default { at \"at\" = rt::Nested::List(&a[0]), list \"l\" = vec![1, 2] };",
            "Output: String => |reply| reply.text(\"text/plain\"), 200;",
            "read: |field| field.first()?.last();",
            "x = || a..b;",
            "a | b => f(|value| value, -1 - 2);",
            "Output: Vec<types::Pet> => A[0] | OAUTH[\"read\"];",
        ] {
            let text = laid_out(source);
            let body = text.trim_start_matches("m! {\n").trim_end_matches("\n}").trim();
            let plain = |text: &str| text.parse::<TokenStream>().unwrap().to_string();
            assert_eq!(plain(body), plain(source));
            assert_eq!(body, source);
        }
    }
}
