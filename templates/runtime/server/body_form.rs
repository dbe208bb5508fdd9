//! Reading a form as the body of a call.

use std::borrow::Cow;

use super::call::Body;
use super::form_read;
use super::header_read::split_pairs;
use super::json::{Decode, DecodeError, Value, read};
use super::operation::Parameter;
use super::parameter_read::paired;
use super::problem::Failure;

impl Body {
    /// The body as a form.
    ///
    /// # Errors
    ///
    /// When it is no form of this type, too long, or of another media type.
    pub async fn form<T: Decode>(self) -> Result<T, Failure> {
        self.form_with(&[]).await
    }

    /// The same, where these properties are written as parameters of the query are.
    ///
    /// # Errors
    ///
    /// Those of [`Self::form`].
    pub async fn form_with<T: Decode>(self, fields: &[Parameter]) -> Result<T, Failure> {
        self.expect(|essence| essence == "application/x-www-form-urlencoded")?;
        let check = self.check();
        let bytes = self.all().await?;
        let text = std::str::from_utf8(&bytes).map_err(|_| DecodeError::new("the body is not UTF-8"))?;
        let mut tree = form_read::read(text)?;
        for field in fields {
            put(&mut tree, field, text)?;
        }
        check(&tree)?;
        Ok(read(&tree)?)
    }

    /// The same; `None` where there is no body.
    ///
    /// # Errors
    ///
    /// Those of [`Self::form`].
    pub async fn optional_form_with<T: Decode>(self, fields: &[Parameter]) -> Result<Option<T>, Failure> {
        if self.content_type().is_empty() {
            let is_empty = self.all().await?.is_empty();
            return if is_empty { Ok(None) } else { Err(Failure::MediaType) };
        }
        self.form_with(fields).await.map(Some)
    }

    /// The body as a form; `None` where there is no body.
    ///
    /// # Errors
    ///
    /// Those of [`Self::form`].
    pub async fn optional_form<T: Decode>(self) -> Result<Option<T>, Failure> {
        self.optional_form_with(&[]).await
    }
}

/// Puts the value of a field in the place of the pairs that carry it.
fn put(tree: &mut Value<'static>, field: &Parameter, text: &str) -> Result<(), DecodeError> {
    let value = paired(field, &split_pairs(text, '&'))?;
    let Value::Object(entries) = tree else { return Ok(()) };
    let is_inside =
        |key: &str| key.strip_prefix(field.name).is_some_and(|rest| rest.is_empty() || rest.starts_with('['));
    entries.retain(|(key, _)| !is_inside(key));
    entries.extend(value.map(|value| (Cow::Borrowed(field.name), value)));
    Ok(())
}
