//! Responses read as a stream, so that only one chunk at a time is in memory.

use std::fmt;

use bytes::Bytes;
use reqwest::header::CONTENT_TYPE;

use super::call::{Call, Endpoint, finish, unexpected};
use super::error::{Error, NoError};
use super::header_text::decode;
use super::media::fit;
use super::reply::{ReplyError, Response};
use super::service::Opened;

/// The body of a response, read chunk by chunk.
pub struct Download(Source);

enum Source {
    Open(Opened),
    Read(Option<Bytes>),
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Download(…)")
    }
}

impl Download {
    /// The next chunk; `None` at the end.
    ///
    /// # Errors
    ///
    /// If the connection fails or the call times out.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error<NoError>> {
        match &mut self.0 {
            Source::Open(opened) => Ok(opened.chunk().await?),
            Source::Read(bytes) => Ok(bytes.take()),
        }
    }
}

impl<E: Endpoint> Call<'_, E> {
    /// Sends the call and returns the response before its body is read. The limit on the response size does not apply,
    /// since only one chunk at a time is in memory; the timeout of the call does.
    ///
    /// # Errors
    ///
    /// Same as `.await`. A media type that the operation does not document is an error, and so is a status other than
    /// 2xx.
    pub async fn streamed(self) -> Result<Response<Download>, Error<E::Error>> {
        self.opened(E::OPERATION.accept).await
    }

    /// Sends the call and returns the response before its body is read. `accepted` lists the media types of a success.
    pub(super) async fn opened(self, accepted: &str) -> Result<Response<Download>, Error<E::Error>> {
        let mut opened = self.core.open(E::OPERATION, self.draft).await?;
        if !opened.status().is_success() {
            let reply = self.core.read(opened).await?;
            let (status, headers, body) = (reply.status, reply.headers.clone(), reply.body.clone());
            finish::<E>(reply)?;
            return Ok(Response { status, headers, body: Download(Source::Read(Some(body))) });
        }
        let received = opened.response.headers().get(CONTENT_TYPE).map(|value| decode(value.as_bytes()));
        let mut named = accepted.split(',').map(str::trim);
        if received.is_some_and(|received| named.all(|named| fit(&received, named) == 0)) {
            return Err(unexpected(self.core.read(opened).await?, ReplyError::MediaType));
        }
        let (status, headers) = (opened.status(), opened.take_headers());
        Ok(Response { status, headers, body: Download(Source::Open(opened)) })
    }
}
