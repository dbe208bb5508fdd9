//! A response read line by line, so that only one line at a time is in memory.

use std::fmt;

use bytes::{Buf, Bytes, BytesMut};

use super::download::Download;
use super::error::{Error, Failure, NoError};
use super::json::{Decode, DecodeError, from_slice};

/// The default maximum length of a line or event in bytes.
pub(super) const DEFAULT_LIMIT: usize = 1 << 20;

/// A mark before each JSON text of a sequence (RFC 7464, section 2.2).
const RECORD_SEPARATOR: u8 = 0x1e;

/// Splits a body into lines.
pub(super) struct LineReader {
    source: Download,
    buffer: BytesMut,
    /// The number of bytes of the buffer in which there is no end of a line.
    scanned: usize,
    /// Whether the last line ended with a carriage return, so that a line feed belongs to it.
    after_return: bool,
    pub(super) limit: usize,
    /// Whether a carriage return alone ends a line.
    splits_at_return: bool,
}

impl LineReader {
    pub(super) fn new(source: Download, splits_at_return: bool) -> Self {
        let (buffer, limit) = (BytesMut::new(), DEFAULT_LIMIT);
        Self { source, buffer, scanned: 0, after_return: false, limit, splits_at_return }
    }

    /// The next line without its end; `None` at the end of the body. A last line without an end counts as one.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, Error<NoError>> {
        loop {
            if self.after_return && !self.buffer.is_empty() {
                self.after_return = false;
                if self.buffer[0] == b'\n' {
                    self.buffer.advance(1);
                }
            }
            let is_end = |byte: &u8| *byte == b'\n' || *byte == b'\r' && self.splits_at_return;
            let end = self.buffer[self.scanned..].iter().position(is_end).map(|at| self.scanned + at);
            if end.unwrap_or(self.buffer.len()) > self.limit {
                return Err(Failure::TooLarge.into());
            }
            if let Some(end) = end {
                let line = self.buffer.split_to(end).freeze();
                self.after_return = self.buffer[0] == b'\r';
                self.buffer.advance(1);
                self.scanned = 0;
                return Ok(Some(line));
            }
            self.scanned = self.buffer.len();
            match self.source.chunk().await? {
                Some(chunk) => self.buffer.extend_from_slice(&chunk),
                None => {
                    self.scanned = 0;
                    let rest = self.buffer.split().freeze();
                    return Ok((!rest.is_empty()).then_some(rest));
                }
            }
        }
    }
}

/// The lines of a response. Empty lines are skipped.
pub struct Lines(LineReader);

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lines(…)")
    }
}

impl Download {
    /// The body as lines, such as those of NDJSON, JSON Lines and JSON text sequences (RFC 7464).
    pub fn lines(self) -> Lines {
        Lines(LineReader::new(self, false))
    }
}

impl Lines {
    /// Sets the maximum length of a line in bytes. Default: 1 MiB.
    #[must_use]
    pub fn max_line_bytes(mut self, limit: usize) -> Self {
        self.0.limit = limit;
        self
    }

    /// The next line; `None` at the end.
    ///
    /// # Errors
    ///
    /// If the connection fails, the call times out, or the line exceeds the limit.
    pub async fn next(&mut self) -> Result<Option<Line>, Error<NoError>> {
        while let Some(bytes) = self.0.next().await? {
            let is_mark = |byte: &u8| byte.is_ascii_whitespace() || *byte == RECORD_SEPARATOR;
            if !bytes.iter().all(is_mark) {
                let length = bytes.strip_suffix(b"\r").unwrap_or(&bytes).len();
                return Ok(Some(Line(bytes.slice(..length))));
            }
        }
        Ok(None)
    }
}

/// A line of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line(Bytes);

impl Line {
    /// The line without its end.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The line without its end.
    pub fn into_bytes(self) -> Bytes {
        self.0
    }

    /// Reads the line as JSON.
    ///
    /// # Errors
    ///
    /// If it is not JSON of this type.
    pub fn json<T: Decode>(&self) -> Result<T, DecodeError> {
        from_slice(self.0.strip_prefix(&[RECORD_SEPARATOR]).unwrap_or(&self.0))
    }
}
