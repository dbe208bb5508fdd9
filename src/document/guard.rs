//! Scans YAML text before it is parsed, for input that libyaml and serde_yaml handle badly.
//!
//! libyaml takes quadratic time for open brackets. serde_yaml keeps every event in memory, drops tags of the form
//! `!!name`, and confuses anchors that are defined twice. The scan follows the tokens of libyaml (YAML 1.1) and takes
//! linear time.

mod cursor;

use std::collections::BTreeSet;

use super::error::ReadError;
use crate::diag::Code;
use crate::limits::{LimitKind, Limits};
use cursor::Cursor;

/// libyaml searches all `%TAG` lines for each tag.
const DIRECTIVES: usize = 16;

/// The tags of the core schema (YAML 1.2, section 10.3), with and without their short handle.
const TAGS: [&str; 7] = ["str", "int", "float", "bool", "null", "map", "seq"];

/// The byte offsets of plain scalars with properties that serde_yaml does not report.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct PlainScalars {
    /// `<<` without a tag: a merge key (YAML 1.1 type repository, "merge").
    pub(super) merges: BTreeSet<usize>,
    /// Scalars with the tag `!!str`.
    pub(super) texts: BTreeSet<usize>,
}

/// Scans a text.
///
/// # Errors
///
/// The first construct that must not reach libyaml.
pub(super) fn scan(text: &str, limits: &Limits) -> Result<PlainScalars, ReadError> {
    let mut scan = Scan::new(text, limits);
    while scan.skip_space() {
        scan.check_breaks()?;
        scan.token()?;
    }
    scan.check_breaks()?;
    Ok(scan.plain)
}

struct Scan<'t> {
    cursor: Cursor<'t>,
    limits: &'t Limits,
    flow_depth: usize,
    /// The columns of the open block collections, innermost last.
    indents: Vec<usize>,
    /// The start of the node that becomes a key if a `:` follows on its line.
    key_start: Option<usize>,
    anchors: BTreeSet<&'t str>,
    directives: usize,
    /// Twice the number of nodes: a scalar may be a key, so it counts half; lists and objects do not count.
    halves: usize,
    was_plain: bool,
    /// The tag of the next node.
    tag: Option<YamlTag>,
    plain: PlainScalars,
}

/// A tag of the core schema.
#[derive(Clone, Copy)]
struct YamlTag {
    is_str: bool,
    /// The start of the line with the tag.
    line_start: usize,
}

impl<'t> Scan<'t> {
    fn new(text: &'t str, limits: &'t Limits) -> Self {
        Self {
            cursor: Cursor::new(text),
            limits,
            flow_depth: 0,
            indents: Vec::new(),
            key_start: None,
            anchors: BTreeSet::new(),
            directives: 0,
            halves: 0,
            was_plain: false,
            tag: None,
            plain: PlainScalars::default(),
        }
    }

    /// NEL, LS and PS end lines in YAML 1.1, and thus for libyaml, but not in YAML 1.2 (section 5.4), and not in most editors: a comment
    /// would end in its line, and the rest of it would be read. In quoted scalars they cannot change what is around them.
    fn check_breaks(&self) -> Result<(), ReadError> {
        let Some(at) = self.cursor.old_break else { return Ok(()) };
        let character = self.cursor.text[at..].chars().next().map_or(0, u32::from);
        let message = format!(
            "U+{character:04X} ends a line in YAML 1.1, but not in YAML 1.2; use a line feed, or put the text in quotes"
        );
        Err(ReadError::new(Code::Syntax, message).offset(at))
    }

    /// Reads one token; the cursor is at its first byte.
    fn token(&mut self) -> Result<(), ReadError> {
        self.count();
        if self.halves.div_ceil(2) > self.limits.nodes {
            let message = format!("the document has more than {} nodes", self.limits.nodes);
            return Err(self.error(Code::TooManyNodes, message).limit(LimitKind::Nodes));
        }
        let tag = self.tag.take();
        if self.cursor.at_line_start() && (self.cursor.peek(0) == b'%' || self.cursor.is_document_mark()) {
            return self.directive_or_mark();
        }
        let is_block = self.flow_depth == 0;
        if is_block {
            self.unroll();
        }
        match self.cursor.peek(0) {
            b'[' | b'{' => return self.open(),
            b']' | b'}' => {
                self.flow_depth = self.flow_depth.saturating_sub(1);
                self.cursor.at += 1;
            }
            b',' => self.cursor.at += 1,
            b'-' | b'?' if self.cursor.is_blank(1) => self.entry(),
            b':' if self.cursor.is_blank(1) || !is_block => self.value(),
            b'?' if !is_block => self.cursor.at += 1,
            b'&' => {
                self.tag = tag;
                return self.anchor();
            }
            b'*' => {
                self.begin_node();
                self.cursor.at += 1 + self.cursor.word(self.cursor.at + 1).len();
            }
            b'!' => return self.tag(),
            b'\'' | b'"' => self.quoted(),
            b'|' | b'>' if is_block => self.block_scalar(),
            _ => {
                let start = self.cursor.at;
                self.plain_scalar();
                self.note_plain(start, tag);
            }
        }
        Ok(())
    }

    /// Records the plain scalar that starts at `start` if its style or tag affects its meaning.
    fn note_plain(&mut self, start: usize, tag: Option<YamlTag>) {
        let is_merge = self.cursor.text.get(start..self.cursor.at) == Some("<<");
        match tag {
            None if is_merge => drop(self.plain.merges.insert(start)),
            // A tag on a line before a key may belong to an empty value.
            Some(tag) if tag.is_str && tag.line_start == self.cursor.line_start => {
                self.plain.texts.insert(start);
            }
            None | Some(_) => {}
        }
    }

    /// Counts the node that starts here, if any.
    fn count(&mut self) {
        let blank = self.cursor.is_blank(1);
        let (halves, is_plain) = match self.cursor.peek(0) {
            b'[' | b'{' => (2, false),
            b']' | b'}' | b',' | b'&' | b'!' | b'%' => (0, false),
            b'-' if blank => (0, false),
            b'?' | b':' if blank || self.flow_depth > 0 => (0, false),
            b'*' | b'\'' | b'"' | b'|' | b'>' => (1, false),
            // A plain scalar may continue on following lines.
            _ => (usize::from(!self.was_plain), true),
        };
        self.halves += halves;
        self.was_plain = is_plain;
    }

    fn directive_or_mark(&mut self) -> Result<(), ReadError> {
        self.indents.clear();
        self.key_start = None;
        if self.cursor.peek(0) != b'%' {
            self.cursor.at += 3;
            return Ok(());
        }
        self.directives += 1;
        if self.directives > DIRECTIVES {
            return Err(
                self.error(Code::Syntax, format!("more than {DIRECTIVES} directives (lines that begin with `%`)"))
            );
        }
        self.cursor.skip_line();
        Ok(())
    }

    fn open(&mut self) -> Result<(), ReadError> {
        self.begin_node();
        self.flow_depth += 1;
        if self.flow_depth > self.limits.depth {
            let message = format!("values are nested deeper than {} levels", self.limits.depth);
            return Err(self.error(Code::TooDeep, message).limit(LimitKind::Depth));
        }
        self.cursor.at += 1;
        Ok(())
    }

    /// `- ` or `? `.
    fn entry(&mut self) {
        if self.flow_depth == 0 {
            self.roll(self.cursor.column());
        }
        self.key_start = None;
        self.cursor.at += 1;
    }

    /// `:`. What precedes it on the line is a key, which opens an object at its column.
    fn value(&mut self) {
        if self.flow_depth == 0 {
            let column = self
                .key_start
                .filter(|start| *start >= self.cursor.line_start)
                .map(|start| self.cursor.column_of(start));
            self.roll(column.unwrap_or_else(|| self.cursor.column()));
            self.key_start = None;
        }
        self.cursor.at += 1;
    }

    fn anchor(&mut self) -> Result<(), ReadError> {
        self.begin_node();
        let name = self.cursor.word(self.cursor.at + 1);
        if !name.is_empty() && !self.anchors.insert(name) {
            let message = format!("anchor `{}` is defined twice", crate::diag::print::excerpt(name));
            return Err(self.error(Code::Syntax, message));
        }
        self.cursor.at += 1 + name.len();
        Ok(())
    }

    fn tag(&mut self) -> Result<(), ReadError> {
        self.begin_node();
        let rest = &self.cursor.text[self.cursor.at..];
        let is_end = |c: char| c.is_whitespace() || (self.flow_depth > 0 && matches!(c, ',' | '[' | ']' | '{' | '}'));
        let tag = &rest[..rest.find(is_end).unwrap_or(rest.len())];
        let verbatim = tag.strip_prefix("!<tag:yaml.org,2002:").and_then(|tag| tag.strip_suffix('>'));
        let name = tag.strip_prefix("!!").or(verbatim).unwrap_or_default();
        if !TAGS.contains(&name) {
            let tag = crate::diag::print::excerpt(tag);
            let message = format!("tag `{tag}` is not supported; expected a tag of the YAML core schema");
            return Err(self.error(Code::UnknownYamlTag, message));
        }
        self.cursor.at += tag.len();
        self.tag = Some(YamlTag { is_str: name == "str", line_start: self.cursor.line_start });
        Ok(())
    }

    fn quoted(&mut self) {
        let old_break = self.cursor.old_break;
        self.quoted_text();
        self.cursor.old_break = old_break;
    }

    fn quoted_text(&mut self) {
        self.begin_node();
        let quote = self.cursor.peek(0);
        self.cursor.at += 1;
        while !self.cursor.is_at_end() {
            match self.cursor.peek(0) {
                b'\\' if quote == b'"' => {
                    self.cursor.at += 1;
                    self.cursor.step();
                }
                b if b == quote => {
                    self.cursor.at += 1;
                    if quote == b'"' || self.cursor.peek(0) != quote {
                        return;
                    }
                    self.cursor.at += 1;
                }
                _ => self.cursor.step(),
            }
        }
    }

    /// `|` or `>` and its lines (YAML 1.1, section 9.2), which are indented more than the enclosing collection.
    fn block_scalar(&mut self) {
        let header_start = self.cursor.at;
        self.cursor.skip_line();
        let header = self.cursor.since(header_start + 1);
        let digit = header.iter().take(2).find(|b| b.is_ascii_digit()).map(|b| usize::from(b - b'0'));
        let parent = self.indents.last().copied();
        let mut indent = digit.map(|digit| parent.unwrap_or(0) + digit);
        let mut least = parent.map_or(1, |parent| parent + 1);
        while self.cursor.step_break() {
            let column = self.cursor.spaces();
            if self.cursor.is_at_end() || self.cursor.break_length().is_some() {
                // Like libyaml, count empty lines before the first one for the indentation too.
                least = least.max(column);
                continue;
            }
            let content = *indent.get_or_insert(column.max(least));
            if column < content {
                self.key_start = None;
                return;
            }
            self.cursor.skip_line();
        }
    }

    /// A plain scalar. In block context it continues on lines that are indented more than the enclosing collection.
    fn plain_scalar(&mut self) {
        self.begin_node();
        let indent = self.indents.last().map_or(0, |indent| indent + 1);
        loop {
            let start = self.cursor.at;
            while !self.cursor.is_at_end() && !self.cursor.is_blank(0) && !self.ends_plain() {
                self.cursor.at += 1;
            }
            let is_stopped = !self.cursor.is_at_end() && !self.cursor.is_blank(0);
            if is_stopped || self.cursor.is_at_end() || self.cursor.at == start {
                self.cursor.at += usize::from(self.cursor.at == start);
                return;
            }
            let end = (self.cursor.at, self.cursor.line_start);
            self.cursor.skip_blanks_and_breaks();
            let is_dedented = self.flow_depth == 0 && self.cursor.line_start != end.1 && self.cursor.column() < indent;
            let is_marked = self.cursor.at_line_start() && self.cursor.is_document_mark();
            if self.cursor.peek(0) == b'#' || is_dedented || is_marked || self.ends_plain() {
                (self.cursor.at, self.cursor.line_start) = end;
                return;
            }
        }
    }

    fn ends_plain(&self) -> bool {
        let is_flow = self.flow_depth > 0;
        match self.cursor.peek(0) {
            b':' => {
                self.cursor.is_blank(1)
                    || (is_flow && matches!(self.cursor.peek(1), b',' | b'?' | b'[' | b']' | b'{' | b'}'))
            }
            b',' | b'[' | b']' | b'{' | b'}' => is_flow,
            _ => false,
        }
    }

    /// Skips spaces, line ends and comments; returns whether anything follows.
    fn skip_space(&mut self) -> bool {
        loop {
            self.cursor.skip_blanks_and_breaks();
            if self.cursor.peek(0) != b'#' {
                return !self.cursor.is_at_end();
            }
            self.cursor.skip_line();
        }
    }

    fn begin_node(&mut self) {
        let is_on_line = self.key_start.is_some_and(|start| start >= self.cursor.line_start);
        if self.flow_depth == 0 && !is_on_line {
            self.key_start = Some(self.cursor.at);
        }
    }

    fn roll(&mut self, column: usize) {
        if self.indents.last().is_none_or(|indent| *indent < column) {
            self.indents.push(column);
        }
    }

    fn unroll(&mut self) {
        let column = self.cursor.column();
        while self.indents.last().is_some_and(|indent| *indent > column) {
            self.indents.pop();
        }
    }

    fn error(&self, code: Code, message: String) -> ReadError {
        ReadError::new(code, message).offset(self.cursor.at)
    }
}

#[cfg(test)]
mod tests;
