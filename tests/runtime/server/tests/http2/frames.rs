//! Frames as bytes (RFC 9113, section 4.1), for requests that no library sends.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::time::timeout;

pub const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

pub const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
pub const RST_STREAM: u8 = 3;
pub const SETTINGS: u8 = 4;
pub const PING: u8 = 6;
pub const GOAWAY: u8 = 7;
pub const CONTINUATION: u8 = 9;

pub const END_STREAM: u8 = 1;
pub const END_HEADERS: u8 = 4;
pub const ACK: u8 = 1;

/// A frame that the server has sent.
#[derive(Debug, PartialEq, Eq)]
pub struct Frame {
    pub kind: u8,
    pub flags: u8,
    pub stream: u32,
    pub payload: Vec<u8>,
}

impl Frame {
    /// The first byte of the fields of a response, or the error code of another frame.
    pub fn outcome(&self) -> Result<u8, u32> {
        if self.kind == HEADERS { Ok(self.payload[0]) } else { Err(self.error_code()) }
    }

    /// The error code of RST_STREAM or GOAWAY.
    pub fn error_code(&self) -> u32 {
        let at = if self.kind == GOAWAY { 4 } else { 0 };
        u32::from_be_bytes(self.payload[at..at + 4].try_into().unwrap())
    }
}

/// The peer of a server, which sends what the test says and nothing else.
pub struct Peer(pub DuplexStream);

impl Peer {
    /// Sends the preface and empty settings.
    pub async fn begin(stream: DuplexStream) -> Self {
        let mut peer = Self(stream);
        peer.0.write_all(PREFACE).await.unwrap();
        peer.send(SETTINGS, 0, 0, &[]).await;
        peer
    }

    /// Sends a frame. The server may have closed the connection.
    pub async fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let mut bytes = vec![length[1], length[2], length[3], kind, flags];
        bytes.extend(stream.to_be_bytes());
        bytes.extend_from_slice(payload);
        self.0.write_all(&bytes).await.ok();
    }

    /// Sends a request without a body.
    pub async fn request(&mut self, stream: u32, fields: &[(&str, &str)]) {
        self.send(HEADERS, END_HEADERS | END_STREAM, stream, &block(fields)).await;
    }

    /// The next frame; `None` once the server has closed the connection.
    pub async fn next(&mut self) -> Option<Frame> {
        let mut head = [0; 9];
        self.0.read_exact(&mut head).await.ok()?;
        let mut payload = vec![0; usize::from(head[0]) << 16 | usize::from(head[1]) << 8 | usize::from(head[2])];
        self.0.read_exact(&mut payload).await.ok()?;
        let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
        Some(Frame { kind: head[3], flags: head[4], stream, payload })
    }

    /// The fields of a response, or what ends its stream or the connection.
    pub async fn of_stream(&mut self, stream: u32) -> Option<Frame> {
        loop {
            let frame = self.next().await?;
            let is_of_stream = frame.stream == stream && matches!(frame.kind, HEADERS | RST_STREAM);
            if is_of_stream || frame.kind == GOAWAY {
                return Some(frame);
            }
        }
    }

    /// All frames until the server closes the connection; `None` if it stays open for this time. Answers pings if told to.
    pub async fn rest(&mut self, patience: Duration, has_pongs: bool) -> Option<Vec<Frame>> {
        let mut frames = Vec::new();
        let all = async {
            while let Some(frame) = self.next().await {
                if has_pongs && frame.kind == PING && frame.flags & ACK == 0 {
                    self.send(PING, ACK, 0, &frame.payload).await;
                }
                frames.push(frame);
            }
        };
        timeout(patience, all).await.ok()?;
        Some(frames)
    }
}

/// A field block (RFC 7541, section 6.2.3): literals that are never indexed.
pub fn block(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, value) in fields {
        bytes.push(0x10);
        for text in [name, value] {
            length(&mut bytes, text.len());
            bytes.extend_from_slice(text.as_bytes());
        }
    }
    bytes
}

/// A length with a prefix of 7 bits (RFC 7541, section 5.1).
fn length(bytes: &mut Vec<u8>, length: usize) {
    let Some(mut rest) = length.checked_sub(127) else { return bytes.push(u8::try_from(length).unwrap()) };
    bytes.push(127);
    while rest >= 128 {
        bytes.push(u8::try_from(rest % 128).unwrap() | 128);
        rest /= 128;
    }
    bytes.push(u8::try_from(rest).unwrap());
}
