//! Reading a multipart form as the body of a call.

use super::call::Body;
use super::multipart_parse::{PartStream, boundary};
use super::multipart_read::{FromMultipart, Parts};
use super::problem::Failure;

impl Body {
    /// The body as a multipart form. Its files are in memory up to [`MemoryLimit`](super::call::MemoryLimit) and on disk
    /// beyond it; its values are refused beyond it.
    ///
    /// # Errors
    ///
    /// When it is no form of this type, too long, or of another media type, or when a file cannot be put on disk.
    pub async fn multipart<T: FromMultipart>(self) -> Result<T, Failure> {
        self.expect(|essence| essence == "multipart/form-data")?;
        let boundary = boundary(self.content_type()).ok_or(Failure::MediaType)?;
        let (check, memory) = (self.check(), self.memory_limit());
        let (raw, limit) = self.open()?;
        let parts = Parts::read::<T>(PartStream::new(raw, limit, &boundary), memory).await?;
        check(&parts.tree())?;
        Ok(T::from_parts(&parts)?)
    }

    /// The body as a multipart form; `None` where there is no body.
    ///
    /// # Errors
    ///
    /// Those of [`Self::multipart`].
    pub async fn optional_multipart<T: FromMultipart>(self) -> Result<Option<T>, Failure> {
        if self.content_type().is_empty() {
            let is_empty = self.all().await?.is_empty();
            return if is_empty { Ok(None) } else { Err(Failure::MediaType) };
        }
        self.multipart().await.map(Some)
    }
}
