//! Reads request bodies of the type `application/x-www-form-urlencoded`.

use std::borrow::Cow;

use super::body::Body;
use super::form_read;
use super::header_read::split_pairs;
use super::json::{Decode, DecodeError, Value, read};
use super::parameter::Parameter;
use super::parameter_read::paired;
use super::problem::Failure;

impl Body {
    /// Reads the body as a form.
    ///
    /// # Errors
    ///
    /// If the body is not a valid form of this type, is too long, or has a different media type.
    pub async fn form<T: Decode>(self) -> Result<T, Failure> {
        self.form_with(&[]).await
    }

    /// As [`Self::form`]; `fields` are the properties that are encoded like query parameters.
    ///
    /// # Errors
    ///
    /// Same as [`Self::form`].
    pub async fn form_with<T: Decode>(self, fields: &[Parameter]) -> Result<T, Failure> {
        self.expect(|essence| essence == "application/x-www-form-urlencoded")?;
        let check = self.check();
        let bytes = self.all().await?;
        let text = std::str::from_utf8(&bytes).map_err(|_| DecodeError::new("the body is not UTF-8"))?;
        let mut tree = form_read::read(text)?;
        for field in fields {
            put(&mut tree, field, text)?;
        }
        check(tree.node())?;
        Ok(read(&tree)?)
    }

    /// As [`Self::form_with`]; `None` if there is no body.
    ///
    /// # Errors
    ///
    /// Same as [`Self::form`].
    pub async fn optional_form_with<T: Decode>(self, fields: &[Parameter]) -> Result<Option<T>, Failure> {
        if self.content_type().is_empty() {
            let is_empty = self.all().await?.is_empty();
            return if is_empty { Ok(None) } else { Err(Failure::MediaType) };
        }
        self.form_with(fields).await.map(Some)
    }

    /// As [`Self::form`]; `None` if there is no body.
    ///
    /// # Errors
    ///
    /// Same as [`Self::form`].
    pub async fn optional_form<T: Decode>(self) -> Result<Option<T>, Failure> {
        self.optional_form_with(&[]).await
    }
}

/// Replaces the pairs that encode a field by the field's value.
fn put(tree: &mut Value<'static>, field: &Parameter, text: &str) -> Result<(), DecodeError> {
    let value = paired(field, &split_pairs(text, '&'))?;
    let Value::Object(entries) = tree else { return Ok(()) };
    let is_inside =
        |key: &str| key.strip_prefix(field.name).is_some_and(|rest| rest.is_empty() || rest.starts_with('['));
    entries.retain(|(key, _)| !is_inside(key));
    entries.extend(value.map(|value| (Cow::Borrowed(field.name), value)));
    Ok(())
}
