//! Request bodies read as a stream, so that only one chunk at a time is in memory.

use std::fmt;

use axum::body::Body as RawBody;
use axum::http::StatusCode;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;

use super::body::Body;
use super::media::fit;
use super::problem::{Failure, Problem};

/// The body of a request, read chunk by chunk. [`BodyLimit`](super::body::BodyLimit) applies to the whole stream; raise
/// it to accept larger bodies.
pub struct BodyStream {
    raw: RawBody,
    left: usize,
}

impl fmt::Debug for BodyStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BodyStream(…)")
    }
}

impl BodyStream {
    /// The next chunk; `None` at the end.
    ///
    /// # Errors
    ///
    /// If the body is longer than the limit (413), or ends early (400).
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Problem> {
        while let Some(frame) = self.raw.frame().await {
            let broken = |_| Problem::new(StatusCode::BAD_REQUEST).detail("the body ended early");
            let Ok(data) = frame.map_err(broken)?.into_data() else { continue };
            let left = self.left.checked_sub(data.len());
            self.left = left.ok_or_else(|| Problem::new(StatusCode::PAYLOAD_TOO_LARGE))?;
            return Ok(Some(data));
        }
        Ok(None)
    }

    /// Reads the rest of the body.
    ///
    /// # Errors
    ///
    /// Same as [`Self::chunk`].
    pub async fn bytes(mut self) -> Result<Bytes, Problem> {
        let mut bytes = BytesMut::new();
        while let Some(data) = self.chunk().await? {
            bytes.extend_from_slice(&data);
        }
        Ok(bytes.freeze())
    }
}

impl Body {
    /// The body as a stream. A request without `Content-Type` is treated as having this media type.
    ///
    /// # Errors
    ///
    /// If the body is absent or the request has a different media type.
    pub fn stream(self, media_type: &str) -> Result<BodyStream, Failure> {
        self.is_present()?;
        if self.content_type.as_deref().is_some_and(|received| fit(received, media_type) == 0) {
            return Err(Failure::MediaType);
        }
        let (raw, left) = self.open()?;
        Ok(BodyStream { raw, left })
    }

    /// As [`Self::stream`]; `None` if there is no body.
    ///
    /// # Errors
    ///
    /// Same as [`Self::stream`].
    pub fn optional_stream(self, media_type: &str) -> Result<Option<BodyStream>, Failure> {
        if self.is_empty() { Ok(None) } else { self.stream(media_type).map(Some) }
    }
}
