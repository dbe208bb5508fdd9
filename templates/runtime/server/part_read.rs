//! The parts of a multipart body with the header fields that the document names for them (OpenAPI 3.0.4, section 4.8.15):
//! each is read by the data of a parameter of the style `simple`, all of one part as an object.

use std::borrow::Cow;

use super::header_read;
use super::json::{Decode, DecodeError, Value, read};
use super::multipart::File;
use super::multipart_read::{Parts, Received, value};
use super::operation::Parameter;
use super::part::Part;

impl Parts {
    /// A value with its header fields; `None` where it is absent. Of several parts the first one's header fields count.
    ///
    /// # Errors
    ///
    /// When value or header fields are of another type.
    pub fn optional_part<T: Decode, H: Decode>(
        &self,
        name: &str,
        fields: &[Parameter],
    ) -> Result<Option<Part<T, H>>, DecodeError> {
        let Some(first) = self.named(name).next() else { return Ok(None) };
        let headers = headers(first, fields)?;
        Ok(self.optional(name)?.map(|content| Part { content, headers }))
    }

    /// A value with its header fields, which must be there.
    ///
    /// # Errors
    ///
    /// Those of [`Self::optional_part`]; also when it is missing.
    pub fn part<T: Decode, H: Decode>(&self, name: &str, fields: &[Parameter]) -> Result<Part<T, H>, DecodeError> {
        self.optional_part(name, fields)?.ok_or_else(|| DecodeError::missing(name))
    }

    /// The items of a list, each with its header fields.
    ///
    /// # Errors
    ///
    /// When an item or a header field is of another type.
    pub fn parts<T: Decode, H: Decode>(
        &self,
        name: &str,
        fields: &[Parameter],
    ) -> Result<Vec<Part<T, H>>, DecodeError> {
        let one = |part: &Received| {
            let content = value(&part.file).and_then(|value| read(&value)).map_err(|error| error.within(name))?;
            Ok(Part { content, headers: headers(part, fields)? })
        };
        self.named(name).map(one).collect()
    }

    /// The items of a list, each with its header fields; `None` where there is none.
    ///
    /// # Errors
    ///
    /// Those of [`Self::parts`].
    pub fn optional_parts<T: Decode, H: Decode>(
        &self,
        name: &str,
        fields: &[Parameter],
    ) -> Result<Option<Vec<Part<T, H>>>, DecodeError> {
        self.parts(name, fields).map(|parts| (!parts.is_empty()).then_some(parts))
    }

    /// A file with its header fields; `None` where it is absent.
    ///
    /// # Errors
    ///
    /// When a header field is missing or of another type.
    pub fn optional_file_part<H: Decode>(
        &self,
        name: &str,
        fields: &[Parameter],
    ) -> Result<Option<Part<File, H>>, DecodeError> {
        self.named(name).next().map(|part| self::file_part(part, fields)).transpose()
    }

    /// A file with its header fields, which must be there.
    ///
    /// # Errors
    ///
    /// Those of [`Self::optional_file_part`]; also when it is missing.
    pub fn file_part<H: Decode>(&self, name: &str, fields: &[Parameter]) -> Result<Part<File, H>, DecodeError> {
        self.optional_file_part(name, fields)?.ok_or_else(|| DecodeError::missing(name))
    }

    /// All files of a name with their header fields.
    ///
    /// # Errors
    ///
    /// Those of [`Self::optional_file_part`].
    pub fn file_parts<H: Decode>(&self, name: &str, fields: &[Parameter]) -> Result<Vec<Part<File, H>>, DecodeError> {
        self.named(name).map(|part| self::file_part(part, fields)).collect()
    }

    /// All files of a name with their header fields; `None` where there is none.
    ///
    /// # Errors
    ///
    /// Those of [`Self::optional_file_part`].
    pub fn optional_file_parts<H: Decode>(
        &self,
        name: &str,
        fields: &[Parameter],
    ) -> Result<Option<Vec<Part<File, H>>>, DecodeError> {
        self.file_parts(name, fields).map(|parts| (!parts.is_empty()).then_some(parts))
    }
}

fn file_part<H: Decode>(part: &Received, fields: &[Parameter]) -> Result<Part<File, H>, DecodeError> {
    Ok(Part { headers: headers(part, fields)?, content: part.file.clone() })
}

fn headers<H: Decode>(part: &Received, fields: &[Parameter]) -> Result<H, DecodeError> {
    let tree = tree(part, fields).and_then(|tree| read(&tree));
    tree.map_err(|error| error.within("headers").within(&part.name))
}

/// The header fields of a part that the document names, as an object.
fn tree(part: &Received, fields: &[Parameter]) -> Result<Value<'static>, DecodeError> {
    let mut tree: Vec<(Cow<'static, str>, Value<'static>)> = Vec::new();
    for field in fields {
        let lines: Result<Vec<&str>, _> = part.header(field.name).map(std::str::from_utf8).collect();
        let lines = lines.map_err(|_| DecodeError::new("a header is not UTF-8").within(field.name))?;
        let value = header_read::read(field, &lines).map_err(|error| error.within(field.name))?;
        tree.extend(value.map(|value| (Cow::Borrowed(field.name), value)));
    }
    Ok(Value::Object(tree))
}
