//! Converts byte offsets to lines and columns, and back.

/// A place in a text: line and column, both starting at 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// The number of bytes of a block.
const BLOCK: usize = 4096;

/// The lines of a text as editors count them: ended by LF, CR or CR LF.
pub(in crate::diag) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
    /// How many characters begin before each block. A document can be one long line.
    blocks: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(in crate::diag) fn new(text: &'t str) -> Self {
        Self { text, starts: starts(text), blocks: blocks(text) }
    }

    /// The lines as libyaml counts them: NEL, LS and PS also end one (YAML 1.1, section 4.2).
    pub(super) fn of_yaml(text: &'t str) -> Self {
        let others = text.match_indices(['\u{85}', '\u{2028}', '\u{2029}']).map(|(at, end)| at + end.len());
        let mut starts = starts(text);
        starts.extend(others);
        starts.sort_unstable();
        Self { text, starts, blocks: blocks(text) }
    }

    /// The line and column of a byte offset.
    pub(in crate::diag) fn position(&self, offset: usize) -> Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts[line - 1];
        Position { line, column: self.chars_before(offset) - self.chars_before(start) + 1 }
    }

    /// The byte offset of a line and column.
    pub(super) fn offset(&self, position: Position) -> usize {
        let Some(start) = self.starts.get(position.line.saturating_sub(1)) else { return self.text.len() };
        self.offset_after(*start, position.column.saturating_sub(1))
    }

    /// The text of a line without its end and its first characters.
    pub(in crate::diag) fn line_after(&self, line: usize, skipped: usize) -> &'t str {
        let start = self.starts[line - 1];
        let text = self.line(line);
        text.get(self.offset_after(start, skipped) - start..).unwrap_or_default()
    }

    /// How many characters begin before an offset.
    fn chars_before(&self, offset: usize) -> usize {
        let block = offset / BLOCK;
        self.blocks[block] + begun(&self.text.as_bytes()[block * BLOCK..offset])
    }

    /// The byte offset of the character that is `count` characters after `start`, or the end of the text.
    fn offset_after(&self, start: usize, count: usize) -> usize {
        let before = self.chars_before(start) + count;
        // The last block before which at most that many characters begin has the character, or the text ends.
        let block =
            self.blocks.partition_point(|begun| *begun <= before).saturating_sub(1).min(self.text.len() / BLOCK);
        let first = block * BLOCK;
        let begins = self.text.as_bytes()[first..].iter().enumerate().filter(|(_, byte)| is_begin(**byte));
        let found = begins.map(|(at, _)| first + at).nth(before - self.blocks[block]);
        found.unwrap_or(self.text.len())
    }

    /// The text of a line, without its end.
    pub(in crate::diag) fn line(&self, line: usize) -> &'t str {
        let start = self.starts[line - 1];
        let end = self.starts.get(line).copied().unwrap_or(self.text.len());
        self.text[start..end].trim_end_matches(['\n', '\r'])
    }
}

/// How many characters begin before each block, and before the end.
fn blocks(text: &str) -> Vec<usize> {
    let mut blocks = vec![0];
    let mut count = 0;
    for block in text.as_bytes().chunks(BLOCK) {
        count += begun(block);
        blocks.push(count);
    }
    blocks
}

/// How many characters begin in these bytes.
fn begun(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| is_begin(**byte)).count()
}

/// Whether a character begins with this byte of UTF-8.
fn is_begin(byte: u8) -> bool {
    byte & 0b1100_0000 != 0b1000_0000
}

/// The starts of the lines that LF, CR or CR LF separate.
fn starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let ends = memchr::memchr2_iter(b'\n', b'\r', bytes);
    let ends = ends.filter(|at| !bytes[*at..].starts_with(b"\r\n"));
    std::iter::once(0).chain(ends.map(|at| at + 1)).collect()
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
    fn positions_in_long_lines_are_those_of_their_characters() {
        for text in
            ["aé\u{1f600}".repeat(5000), "x".repeat(super::BLOCK), "\n".repeat(super::BLOCK) + "é", String::new()]
        {
            let lines = Lines::new(&text);
            let mut expected = Position { line: 1, column: 1 };
            for (offset, c) in text.char_indices() {
                assert_eq!((lines.position(offset), lines.offset(expected)), (expected, offset));
                assert!(text[offset..].starts_with(lines.line_after(expected.line, expected.column - 1)));
                let Position { line, column } = expected;
                expected = if c == '\n' {
                    Position { line: line + 1, column: 1 }
                } else {
                    Position { line, column: column + 1 }
                };
            }
            assert_eq!(lines.position(text.len()), expected);
            assert_eq!(lines.line_after(expected.line, expected.column + 10), "");
        }
    }

    #[test]
    fn each_kind_of_line_end_starts_one_line() {
        let text = "\r\n\r\r\n\n\ra\u{85}\u{2029}b\r\n";
        let starts = |lines: &Lines<'_>| lines.starts.clone();
        assert_eq!(starts(&Lines::new(text)), [0, 2, 3, 5, 6, 7, text.len()]);
        assert_eq!(starts(&Lines::of_yaml(text)), [0, 2, 3, 5, 6, 7, 10, 13, text.len()]);
    }

    #[test]
    fn libyaml_line_ends_include_unicode_separators() {
        let text = "a\u{2028}b";
        let offset = Lines::of_yaml(text).offset(Position { line: 2, column: 1 });
        assert_eq!(text[offset..].chars().next(), Some('b'));
    }
}
