//! JSON text sequences (RFC 7464): texts that may have several lines, each after a record separator.

use bytes::Bytes;

/// The mark before each text (section 2.2).
pub(super) const RECORD_SEPARATOR: u8 = 0x1e;

/// Puts the lines of texts together. A text is complete with the line that ends its outermost array or object, so that it is not
/// held back until the next one begins.
#[derive(Default)]
pub(super) struct Texts {
    text: Vec<u8>,
    depth: usize,
    /// The first line of the text after one that was cut off.
    next: Option<Bytes>,
}

impl Texts {
    /// The text that the last line of an incomplete one has left; to be called before another line is read.
    pub(super) fn held(&mut self) -> Option<Bytes> {
        let line = self.next.take()?;
        self.push(&line)
    }

    /// Adds a line. Returns a text that is complete, or was cut off: it is not JSON then.
    pub(super) fn push(&mut self, line: &Bytes) -> Option<Bytes> {
        if line.first() == Some(&RECORD_SEPARATOR) && !self.text.is_empty() {
            self.next = Some(line.clone());
            return self.finish();
        }
        let line = line.strip_prefix(&[RECORD_SEPARATOR]).unwrap_or(line);
        let is_whole = self.scan(line);
        self.text.extend_from_slice(line);
        self.text.push(b'\n');
        if is_whole { self.finish() } else { None }
    }

    /// The length of the text that is not complete.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// The rest, which was cut off.
    pub(super) fn finish(&mut self) -> Option<Bytes> {
        self.depth = 0;
        let text = std::mem::take(&mut self.text);
        (!text.is_empty()).then(|| text.into())
    }

    /// Counts brackets. A string does not continue on another line.
    fn scan(&mut self, line: &[u8]) -> bool {
        let (mut in_string, mut is_escaped) = (false, false);
        for byte in line {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = in_string,
                b'"' => in_string = !in_string,
                b'{' | b'[' if !in_string => self.depth += 1,
                b'}' | b']' if !in_string => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
        self.depth == 0 || in_string
    }
}
