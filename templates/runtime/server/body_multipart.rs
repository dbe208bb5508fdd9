//! Reading a multipart form as the body of a call.

use super::call::Body;
use super::multipart_read::{FromMultipart, Parts};
use super::problem::Failure;

impl Body {
    /// The body as a multipart form.
    ///
    /// # Errors
    ///
    /// When it is no form of this type, too long, or of another media type.
    pub async fn multipart<T: FromMultipart>(self) -> Result<T, Failure> {
        self.expect(|essence| essence == "multipart/form-data")?;
        let boundary = multer::parse_boundary(self.content_type()).map_err(|_| Failure::MediaType)?;
        let check = self.check();
        let parts = Parts::read(boundary, self.bytes().await?).await?;
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
            let is_empty = self.bytes().await?.is_empty();
            return if is_empty { Ok(None) } else { Err(Failure::MediaType) };
        }
        self.multipart().await.map(Some)
    }
}
