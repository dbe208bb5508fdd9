//! Reads the parts of a multipart body together with the headers that the document declares for them (OpenAPI 3.0.4,
//! section 4.8.15). Each header is read like a parameter of the style `simple`; the headers of a part form an object.

use std::borrow::Cow;

use super::header_read;
use super::header_text::decode;
use super::json::{Decode, DecodeError, Value, read};
use super::multipart::File;
use super::multipart_read::{Parts, Received, value};
use super::parameter::Parameter;
use super::part::Part;

impl Parts {
    /// Reads an optional value with its headers. If the part is repeated, the headers of the first one are used.
    ///
    /// # Errors
    ///
    /// If the value or a header does not have its type.
    pub fn optional_part<T: Decode, H: Decode>(
        &self,
        name: &str,
        fields: &[Parameter],
    ) -> Result<Option<Part<T, H>>, DecodeError> {
        let Some(first) = self.named(name).next() else { return Ok(None) };
        let headers = headers(first, fields)?;
        Ok(self.optional(name)?.map(|content| Part { content, headers }))
    }

    /// Reads a required value with its headers.
    ///
    /// # Errors
    ///
    /// Same as [`Self::optional_part`], and if the part is missing.
    pub fn part<T: Decode, H: Decode>(&self, name: &str, fields: &[Parameter]) -> Result<Part<T, H>, DecodeError> {
        self.optional_part(name, fields)?.ok_or_else(|| DecodeError::missing(name))
    }

    /// Reads the items of a list, each with its headers.
    ///
    /// # Errors
    ///
    /// If an item or a header does not have its type.
    pub fn parts<T: Decode, H: Decode>(
        &self,
        name: &str,
        fields: &[Parameter],
    ) -> Result<Vec<Part<T, H>>, DecodeError> {
        let one = |part: &Received| {
            let content = value(part).and_then(|value| read(&value)).map_err(|error| error.within(name))?;
            Ok(Part { content, headers: headers(part, fields)? })
        };
        self.named(name).map(one).collect()
    }

    /// As [`Self::parts`]; `None` if there are none.
    ///
    /// # Errors
    ///
    /// Same as [`Self::parts`].
    pub fn optional_parts<T: Decode, H: Decode>(
        &self,
        name: &str,
        fields: &[Parameter],
    ) -> Result<Option<Vec<Part<T, H>>>, DecodeError> {
        self.parts(name, fields).map(|parts| (!parts.is_empty()).then_some(parts))
    }

    /// Reads an optional file with its headers.
    ///
    /// # Errors
    ///
    /// If the part is repeated, or a header is missing or does not have its type.
    pub fn optional_file_part<H: Decode>(
        &self,
        name: &str,
        fields: &[Parameter],
    ) -> Result<Option<Part<File, H>>, DecodeError> {
        self.single(name)?.map(|part| self::file_part(part, fields)).transpose()
    }

    /// Reads a required file with its headers.
    ///
    /// # Errors
    ///
    /// Same as [`Self::optional_file_part`], and if the file is missing.
    pub fn file_part<H: Decode>(&self, name: &str, fields: &[Parameter]) -> Result<Part<File, H>, DecodeError> {
        self.optional_file_part(name, fields)?.ok_or_else(|| DecodeError::missing(name))
    }

    /// Reads all files with this name and their headers.
    ///
    /// # Errors
    ///
    /// Same as [`Self::optional_file_part`].
    pub fn file_parts<H: Decode>(&self, name: &str, fields: &[Parameter]) -> Result<Vec<Part<File, H>>, DecodeError> {
        self.named(name).map(|part| self::file_part(part, fields)).collect()
    }

    /// As [`Self::file_parts`]; `None` if there are none.
    ///
    /// # Errors
    ///
    /// Same as [`Self::optional_file_part`].
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

/// The declared headers of a part, as an object.
fn tree(part: &Received, fields: &[Parameter]) -> Result<Value<'static>, DecodeError> {
    let mut tree: Vec<(Cow<'static, str>, Value<'static>)> = Vec::new();
    for field in fields {
        let lines: Vec<_> = part.header(field.name).map(decode).collect();
        let lines: Vec<&str> = lines.iter().map(AsRef::as_ref).collect();
        let value = header_read::read(field, &lines).map_err(|error| error.within(field.name))?;
        tree.extend(value.map(|value| (Cow::Borrowed(field.name), value)));
    }
    Ok(Value::Object(tree))
}
