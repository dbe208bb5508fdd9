//! Reads request bodies of the type `multipart/form-data`.

use super::body::Body;
use super::multipart_parse::{PartStream, boundary};
use super::multipart_read::{FromMultipart, Parts};
use super::problem::Failure;

impl Body {
    /// Reads the body as a multipart form. Its files are held in memory up to [`MemoryLimit`](super::body::MemoryLimit)
    /// and written to disk beyond it; other values beyond it are refused.
    ///
    /// # Errors
    ///
    /// If the body is not a valid form of this type, is too long, has a different media type, or a file cannot be
    /// written to disk.
    pub async fn multipart<T: FromMultipart>(self) -> Result<T, Failure> {
        self.expect(|essence| essence == "multipart/form-data")?;
        let boundary = boundary(self.content_type()).ok_or(Failure::MediaType)?;
        let (check, memory) = (self.check(), self.memory_limit());
        let (raw, limit) = self.open()?;
        let parts = Parts::read::<T>(PartStream::new(raw, limit, &boundary), memory).await?;
        check(&parts.tree())?;
        Ok(T::from_parts(&parts)?)
    }

    /// As [`Self::multipart`]; `None` if there is no body.
    ///
    /// # Errors
    ///
    /// Same as [`Self::multipart`].
    pub async fn optional_multipart<T: FromMultipart>(self) -> Result<Option<T>, Failure> {
        if self.content_type().is_empty() {
            let is_empty = self.all().await?.is_empty();
            return if is_empty { Ok(None) } else { Err(Failure::MediaType) };
        }
        self.multipart().await.map(Some)
    }
}
