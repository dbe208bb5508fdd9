//! Converts byte offsets to lines and columns, and back.

/// A place in a text: line and column, both starting at 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// The lines of a text as editors count them: ended by LF, CR or CR LF.
pub(in crate::diag) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(in crate::diag) fn new(text: &'t str) -> Self {
        Self { text, starts: starts(text, |c| matches!(c, '\n' | '\r')) }
    }

    /// The lines as libyaml counts them: NEL, LS and PS also end one (YAML 1.1, section 4.2).
    pub(super) fn of_yaml(text: &'t str) -> Self {
        let ends_line = |c| matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
        Self { text, starts: starts(text, ends_line) }
    }

    /// The line and column of a byte offset.
    pub(in crate::diag) fn position(&self, offset: usize) -> Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts[line - 1];
        Position { line, column: self.text[start..offset].chars().count() + 1 }
    }

    /// The byte offset of a line and column.
    pub(super) fn offset(&self, position: Position) -> usize {
        let Some(start) = self.starts.get(position.line.saturating_sub(1)) else { return self.text.len() };
        let rest = &self.text[*start..];
        let within = rest.char_indices().nth(position.column.saturating_sub(1));
        within.map_or(self.text.len(), |(offset, _)| start + offset)
    }

    /// The text of a line, without its end.
    pub(in crate::diag) fn line(&self, line: usize) -> &'t str {
        let start = self.starts[line - 1];
        let end = self.starts.get(line).copied().unwrap_or(self.text.len());
        self.text[start..end].trim_end_matches(['\n', '\r'])
    }
}

fn starts(text: &str, ends_line: impl Fn(char) -> bool) -> Vec<usize> {
    let mut starts = vec![0];
    let mut chars = text.char_indices().peekable();
    while let Some((offset, c)) = chars.next() {
        if c == '\r' && chars.peek().is_some_and(|(_, next)| *next == '\n') {
            continue;
        }
        if ends_line(c) {
            starts.push(offset + c.len_utf8());
        }
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::{Lines, Position};

    #[test]
    fn offsets_and_positions_agree() {
        let text = "ab\r\nä\u{2028}c\rd\n";
        let lines = Lines::new(text);
        let of = |needle: char| lines.position(text.find(needle).unwrap());
        assert_eq!(of('b'), Position { line: 1, column: 2 });
        assert_eq!(of('c'), Position { line: 2, column: 3 });
        assert_eq!(of('d'), Position { line: 3, column: 1 });
        assert_eq!(lines.position(text.len()), Position { line: 4, column: 1 });
        assert_eq!((lines.line(1), lines.line(4)), ("ab", ""));
        for (offset, _) in text.char_indices() {
            assert_eq!(lines.offset(lines.position(offset)), offset);
        }
    }

    #[test]
    fn libyaml_line_ends_include_unicode_separators() {
        let text = "a\u{2028}b";
        let offset = Lines::of_yaml(text).offset(Position { line: 2, column: 1 });
        assert_eq!(text[offset..].chars().next(), Some('b'));
    }
}
