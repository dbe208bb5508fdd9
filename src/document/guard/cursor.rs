//! A cursor in YAML text, with the basic steps of libyaml's scanner.

/// A byte offset in a text and the start of its line.
pub(super) struct Cursor<'t> {
    pub(super) text: &'t str,
    bytes: &'t [u8],
    pub(super) at: usize,
    pub(super) line_start: usize,
    /// The first line end so far that YAML 1.2 does not have.
    pub(super) old_break: Option<usize>,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, bytes: text.as_bytes(), at: 0, line_start: 0, old_break: None }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// The bytes from `start` to the cursor.
    pub(super) fn since(&self, start: usize) -> &'t [u8] {
        &self.bytes[start..self.at]
    }

    pub(super) fn skip_blanks_and_breaks(&mut self) {
        while !self.is_at_end() {
            if matches!(self.peek(0), b' ' | b'\t') {
                self.at += 1;
            } else if !self.step_break() {
                return;
            }
        }
    }

    /// Moves to the end of the line.
    pub(super) fn skip_line(&mut self) {
        while !self.is_at_end() && self.break_length().is_none() {
            self.at += 1;
        }
    }

    /// Moves past one byte or one line end.
    pub(super) fn step(&mut self) {
        if !self.step_break() {
            self.at += 1;
        }
    }

    pub(super) fn step_break(&mut self) -> bool {
        let Some(length) = self.break_length() else { return false };
        if !matches!(self.peek(0), b'\r' | b'\n') {
            self.old_break.get_or_insert(self.at);
        }
        self.at += length;
        self.line_start = self.at;
        true
    }

    /// The length of the line end at the cursor: LF, CR, CR LF, NEL, LS or PS (YAML 1.1, section 4.2).
    pub(super) fn break_length(&self) -> Option<usize> {
        match (self.peek(0), self.peek(1), self.peek(2)) {
            (b'\r', b'\n', _) | (0xc2, 0x85, _) => Some(2),
            (b'\n' | b'\r', ..) => Some(1),
            (0xe2, 0x80, 0xa8 | 0xa9) => Some(3),
            _ => None,
        }
    }

    /// Skips the spaces of an indentation and counts them.
    pub(super) fn spaces(&mut self) -> usize {
        let start = self.at;
        while self.peek(0) == b' ' {
            self.at += 1;
        }
        self.at - start
    }

    /// The name of an anchor or alias.
    pub(super) fn word(&self, start: usize) -> &'t str {
        let is_end = |c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_');
        let rest = &self.text[start..];
        &rest[..rest.find(is_end).unwrap_or(rest.len())]
    }

    pub(super) fn is_document_mark(&self) -> bool {
        (self.bytes[self.at..].starts_with(b"---") || self.bytes[self.at..].starts_with(b"...")) && self.is_blank(3)
    }

    pub(super) fn at_line_start(&self) -> bool {
        self.at == self.line_start
    }

    pub(super) fn column(&self) -> usize {
        self.column_of(self.at)
    }

    /// The column in bytes. It is only compared with columns that are preceded by ASCII alone, or that are larger.
    pub(super) fn column_of(&self, at: usize) -> usize {
        at - self.line_start
    }

    pub(super) fn is_blank(&self, ahead: usize) -> bool {
        matches!(self.peek(ahead), b' ' | b'\t' | b'\r' | b'\n' | 0)
            || (self.peek(ahead) == 0xc2 && self.peek(ahead + 1) == 0x85)
            || (self.peek(ahead) == 0xe2 && self.peek(ahead + 1) == 0x80 && matches!(self.peek(ahead + 2), 0xa8 | 0xa9))
    }

    /// The byte at this distance; 0 past the end.
    pub(super) fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }
}
