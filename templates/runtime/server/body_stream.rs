//! Bodies that are taken while they come, so that no more than a piece of them is in memory.

use std::fmt;

use axum::body::Body as RawBody;
use axum::http::StatusCode;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;

use super::call::Body;
use super::media::fit;
use super::problem::{Failure, Problem};

/// The body of a request, not read yet. The bound on bodies holds for it piece by piece: whoever takes larger ones raises
/// [`BodyLimit`](super::call::BodyLimit).
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
    /// The next piece; `None` at the end.
    ///
    /// # Errors
    ///
    /// When the body is longer than the bound (413), or ends early (400).
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

    /// All that is left of it.
    ///
    /// # Errors
    ///
    /// Those of [`Self::chunk`].
    pub async fn bytes(mut self) -> Result<Bytes, Problem> {
        let mut bytes = BytesMut::new();
        while let Some(data) = self.chunk().await? {
            bytes.extend_from_slice(&data);
        }
        Ok(bytes.freeze())
    }
}

impl Body {
    /// The body as it comes. Where the request names no media type it is taken for the right one.
    ///
    /// # Errors
    ///
    /// When the media type is another one.
    pub fn stream(self, media_type: &str) -> Result<BodyStream, Failure> {
        if self.content_type.as_deref().is_some_and(|came| fit(came, media_type) == 0) {
            return Err(Failure::MediaType);
        }
        let (raw, left) = self.open()?;
        Ok(BodyStream { raw, left })
    }

    /// The body as it comes; `None` where there is no body.
    ///
    /// # Errors
    ///
    /// Those of [`Self::stream`].
    pub fn optional_stream(self, media_type: &str) -> Result<Option<BodyStream>, Failure> {
        if self.is_empty() { Ok(None) } else { self.stream(media_type).map(Some) }
    }
}
