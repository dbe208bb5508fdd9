//! The first bytes of a connection, by which HTTP/2 is recognised (RFC 9113, section 3.4).

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};

/// What every client of HTTP/2 sends first.
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Reads until it is clear whether the connection begins with the preface of HTTP/2. Returns whether it does, and the
/// connection, from which the same bytes can be read again.
///
/// # Errors
///
/// If the connection fails.
pub async fn is_http2<I: AsyncRead + Unpin>(mut io: I) -> io::Result<(bool, Replayed<I>)> {
    let mut bytes = [0; PREFACE.len()];
    let mut length = 0;
    // An empty read of a TLS connection waits for more bytes.
    while length < PREFACE.len()
        && let (Some(rest), Some(expected)) = (bytes.get_mut(length..), PREFACE.get(length..))
    {
        let read = io.read(rest).await?;
        let is_same = rest.get(..read) == expected.get(..read);
        length += read;
        // An HTTP/1.1 method differs at its third byte at the latest.
        if read == 0 || !is_same {
            break;
        }
    }
    Ok((bytes == *PREFACE, Replayed { bytes, from: 0, length, io }))
}

/// A connection some of whose bytes have been read before.
#[derive(Debug)]
pub struct Replayed<I> {
    bytes: [u8; PREFACE.len()],
    from: usize,
    length: usize,
    io: I,
}

impl<I: AsyncRead + Unpin> AsyncRead for Replayed<I> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let known = self.bytes.get(self.from..self.length).unwrap_or_default();
        if known.is_empty() {
            return Pin::new(&mut self.io).poll_read(cx, buf);
        }
        let known = known.get(..buf.remaining()).unwrap_or(known);
        buf.put_slice(known);
        let taken = known.len();
        self.from += taken;
        Poll::Ready(Ok(()))
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for Replayed<I> {
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
