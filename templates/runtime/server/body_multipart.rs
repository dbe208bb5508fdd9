//! Reads request bodies of the type `multipart/form-data`.

use super::body::Body;
use super::multipart_parse::{PartStream, boundary};
use super::multipart_read::{Form, FromMultipart, Parts};
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
        let check = self.check();
        let parts = self.parts(Form::of::<T>()).await?;
        check(parts.tree().node())?;
        Ok(T::from_parts(&parts)?)
    }

    /// Reads the parts of a multipart form, without their types.
    ///
    /// # Errors
    ///
    /// If the body is not a valid form, is too long, has a different media type, or a file cannot be written to disk.
    pub async fn parts(self, form: Form) -> Result<Parts, Failure> {
        self.expect(|essence| essence == "multipart/form-data")?;
        let boundary = boundary(self.content_type()).ok_or(Failure::MediaType)?;
        let memory = self.memory_limit();
        let (raw, limit) = self.open()?;
        Parts::read(PartStream::new(raw, limit, &boundary), memory, form).await
    }

    /// As [`Self::multipart`]; `None` if there is no body.
    ///
    /// # Errors
    ///
    /// Same as [`Self::multipart`].
    pub async fn optional_multipart<T: FromMultipart>(self) -> Result<Option<T>, Failure> {
        let check = self.check();
        let Some(parts) = self.optional_parts(Form::of::<T>()).await? else { return Ok(None) };
        check(parts.tree().node())?;
        Ok(Some(T::from_parts(&parts)?))
    }

    /// As [`Self::parts`]; `None` if there is no body.
    ///
    /// # Errors
    ///
    /// Same as [`Self::parts`].
    pub async fn optional_parts(self, form: Form) -> Result<Option<Parts>, Failure> {
        if self.content_type().is_empty() {
            let is_empty = self.all().await?.is_empty();
            return if is_empty { Ok(None) } else { Err(Failure::MediaType) };
        }
        self.parts(form).await.map(Some)
    }
}
