//! The framing of requests, read from the bytes of their connection before the HTTP library reads them.
//!
//! The library silently drops a `Content-Length` that is sent with `Transfer-Encoding`. Proxies disagree on where such
//! a request ends (RFC 9112, section 11.2), so the server must see both. [`Watched`] forwards each byte unchanged and
//! records the framing of each request; the service takes these records in order, one per request. If there is none for
//! a request, the two parsers disagree on where it begins, and it is refused.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The maximum number of requests read ahead. More are refused, and bytes after an upgrade use no memory.
const MAX_PENDING: usize = 1024;

/// What determines where a request ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// `Content-Length`, or zero if there is none.
    Length,
    /// `Transfer-Encoding`. The connection is closed after the request, so the parser stops here.
    Coding,
    /// More than one header.
    Ambiguous,
}

/// The framing of the requests of one connection.
#[derive(Debug, Clone)]
pub struct RequestHeads(Arc<Mutex<Reader>>);

/// What the next byte belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The head of a request.
    Head,
    /// A body of which this many bytes remain.
    Body(u64),
    /// Unknown; the parser has stopped.
    End,
}

#[derive(Debug)]
struct Reader {
    place: Place,
    /// The maximum length of a line; the HTTP library refuses longer heads.
    longest: usize,
    line: Vec<u8>,
    is_begun: bool,
    lengths: usize,
    length: Option<u64>,
    has_coding: bool,
    found: VecDeque<Framing>,
}

impl RequestHeads {
    /// Creates an empty record. A line longer than `longest` stops the parser.
    pub fn new(longest: usize) -> Self {
        Self(Arc::new(Mutex::new(Reader {
            place: Place::Head,
            longest,
            line: Vec::new(),
            is_begun: false,
            lengths: 0,
            length: None,
            has_coding: false,
            found: VecDeque::new(),
        })))
    }

    /// The framing of the next request; `None` if the head of a request has not been read.
    pub fn next(&self) -> Option<Framing> {
        self.with(|reader| reader.found.pop_front())
    }

    fn with<T>(&self, run: impl FnOnce(&mut Reader) -> T) -> T {
        run(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Reader {
    fn read(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let taken = match self.place {
                Place::Head => self.head(bytes),
                Place::Body(left) => {
                    let taken = usize::try_from(left).map_or(bytes.len(), |left| left.min(bytes.len()));
                    let left = left.saturating_sub(taken as u64);
                    self.place = if left == 0 { Place::Head } else { Place::Body(left) };
                    taken
                }
                Place::End => return,
            };
            bytes = bytes.get(taken..).unwrap_or_default();
        }
    }

    /// Consumes the bytes of one line and returns their number.
    fn head(&mut self, bytes: &[u8]) -> usize {
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let taken = end.map_or(bytes.len(), |end| end + 1);
        if self.line.len() + taken > self.longest {
            self.place = Place::End;
            return taken;
        }
        self.line.extend_from_slice(bytes.get(..taken).unwrap_or_default());
        if end.is_some() {
            let line = std::mem::take(&mut self.line);
            self.line_of_head(line.trim_ascii());
        }
        taken
    }

    fn line_of_head(&mut self, line: &[u8]) {
        match (line.is_empty(), self.is_begun) {
            // RFC 9112, section 2.2: empty lines before a request are skipped.
            (true, false) => {}
            (true, true) => self.end_of_head(),
            (false, false) => self.is_begun = true,
            (false, true) => self.field(line),
        }
    }

    fn field(&mut self, line: &[u8]) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { return };
        let (name, value) = line.split_at(colon);
        let value = value.get(1..).unwrap_or_default().trim_ascii();
        if name.eq_ignore_ascii_case(b"content-length") {
            self.lengths += 1;
            self.length = std::str::from_utf8(value).ok().and_then(|text| text.parse().ok());
        }
        self.has_coding |= name.eq_ignore_ascii_case(b"transfer-encoding");
    }

    fn end_of_head(&mut self) {
        let (lengths, length) = (std::mem::take(&mut self.lengths), self.length.take());
        let (framing, place) = match (std::mem::take(&mut self.has_coding), lengths) {
            (false, 0) => (Framing::Length, Place::Head),
            // The HTTP library refuses a length that is not a number.
            (false, 1) => (Framing::Length, length.map_or(Place::End, Place::Body)),
            (true, 0) => (Framing::Coding, Place::End),
            _ => (Framing::Ambiguous, Place::End),
        };
        self.is_begun = false;
        if self.found.len() == MAX_PENDING {
            self.place = Place::End;
            return;
        }
        self.place = if place == Place::Body(0) { Place::Head } else { place };
        self.found.push_back(framing);
    }
}

/// A connection whose bytes are parsed here before the HTTP library reads them.
#[derive(Debug)]
pub struct Watched<I> {
    io: I,
    heads: RequestHeads,
}

impl<I> Watched<I> {
    /// Wraps a connection and records the framing of its requests in `heads`.
    pub fn new(io: I, heads: RequestHeads) -> Self {
        Self { io, heads }
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for Watched<I> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.io).poll_read(cx, buf))?;
        self.heads.with(|reader| reader.read(buf.filled().get(before..).unwrap_or_default()));
        Poll::Ready(Ok(()))
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for Watched<I> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }
}
