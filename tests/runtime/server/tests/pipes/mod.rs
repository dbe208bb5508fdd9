//! A listener whose connections are pipes, so that tests need no network and can pause the clock.

use std::future::pending;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::serve::Listener;
use runtime_server::runtime::credentials::VerifiedCertificate;
use runtime_server::runtime::serve::Connection;
use runtime_server::runtime::serve_http2::Negotiation;
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};
use tokio::sync::mpsc;

/// One end of a pipe, and the certificate that its peer presented.
pub struct Pipe(DuplexStream, Option<&'static [u8]>);

impl Connection for Pipe {
    fn certificate(&self) -> Option<VerifiedCertificate> {
        self.1.map(|der| VerifiedCertificate(der.into()))
    }
}

impl Negotiation for Pipe {
    fn allows_http2(&self) -> bool {
        true
    }
}

impl AsyncRead for Pipe {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        assert_ne!(buf.remaining(), 0, "an empty read need not complete");
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for Pipe {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

/// The listener. All its peers have the address `a pipe`.
pub struct Pipes(mpsc::UnboundedReceiver<Pipe>);

impl Listener for Pipes {
    type Io = Pipe;
    type Addr = &'static str;

    async fn accept(&mut self) -> (Pipe, &'static str) {
        match self.0.recv().await {
            Some(pipe) => (pipe, "a pipe"),
            None => pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<&'static str> {
        Ok("the pipes")
    }
}

/// Opens connections to a listener.
#[derive(Clone)]
pub struct Connector(mpsc::UnboundedSender<Pipe>);

impl Connector {
    /// A connector and its listener.
    pub fn new() -> (Self, Pipes) {
        let (pipes, accepted) = mpsc::unbounded_channel();
        (Self(pipes), Pipes(accepted))
    }

    /// Connects with a certificate or none. Bytes arrive in chunks of at most this size.
    pub fn connect(&self, certificate: Option<&'static [u8]>, piece: usize) -> DuplexStream {
        let (near, far) = tokio::io::duplex(piece);
        assert!(self.0.send(Pipe(far, certificate)).is_ok(), "the server has ended");
        near
    }

    /// Whether the listener accepts no more connections.
    pub fn is_closed(&self) -> bool {
        self.0.is_closed()
    }
}
