//! Reading a form as the body of a call.

use super::call::Body;
use super::form_read;
use super::json::{Decode, DecodeError, read};
use super::problem::Failure;

impl Body {
    /// The body as a form.
    ///
    /// # Errors
    ///
    /// When it is no form of this type, too long, or of another media type.
    pub async fn form<T: Decode>(self) -> Result<T, Failure> {
        self.expect(|essence| essence == "application/x-www-form-urlencoded")?;
        let check = self.check();
        let bytes = self.all().await?;
        let text = std::str::from_utf8(&bytes).map_err(|_| DecodeError::new("the body is not UTF-8"))?;
        let tree = form_read::read(text)?;
        check(&tree)?;
        Ok(read(&tree)?)
    }

    /// The body as a form; `None` where there is no body.
    ///
    /// # Errors
    ///
    /// Those of [`Self::form`].
    pub async fn optional_form<T: Decode>(self) -> Result<Option<T>, Failure> {
        if self.content_type().is_empty() {
            let is_empty = self.all().await?.is_empty();
            return if is_empty { Ok(None) } else { Err(Failure::MediaType) };
        }
        self.form().await.map(Some)
    }
}
