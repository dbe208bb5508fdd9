//! Reads the response headers that the document declares.

use reqwest::header::HeaderMap;

use super::header_read;
use super::header_text::decode;
use super::json::{Decode, DecodeError, read};
use super::parameter::Parameter;

/// Reads a required header.
///
/// # Errors
///
/// If the header is missing or does not have its type.
pub fn required<T: Decode>(headers: &HeaderMap, field: &Parameter) -> Result<T, DecodeError> {
    optional(headers, field)?.ok_or_else(|| DecodeError::missing(field.name))
}

/// Reads an optional header.
///
/// # Errors
///
/// If the header does not have its type.
pub fn optional<T: Decode>(headers: &HeaderMap, field: &Parameter) -> Result<Option<T>, DecodeError> {
    let lines: Vec<_> = headers.get_all(field.name).iter().map(|value| decode(value.as_bytes())).collect();
    let lines: Vec<&str> = lines.iter().map(AsRef::as_ref).collect();
    let values = header_read::forms(field, |field| header_read::read(field, &lines));
    let value = values.and_then(|values| header_read::first_accepted(&values, read));
    value.map_err(|error| error.within(field.name))
}
