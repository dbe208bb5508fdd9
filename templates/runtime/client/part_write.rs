//! Writes the parts of a multipart body together with the headers that the document declares for them (OpenAPI 3.0.4,
//! section 4.8.15). Each header is written like a parameter of the style `simple`.

use super::error::RequestError;
use super::json::{Encode, Value, parse, to_vec};
use super::multipart::File;
use super::multipart_write::Multipart;
use super::parameter::Parameter;
use super::parameter_write::{Wire, write_part_header};
use super::part::Part;

impl Multipart {
    /// Adds a value with its headers.
    pub fn part<T: Encode, H: Encode>(&mut self, name: &str, part: &Part<T, H>, fields: &[Parameter]) {
        let lines = self.lines(&part.headers, fields);
        self.field_with(name, &part.content, &lines);
    }

    /// Adds a file with its headers.
    pub fn file_part<H: Encode>(&mut self, name: &str, part: &Part<File, H>, fields: &[Parameter]) {
        let lines = self.lines(&part.headers, fields);
        self.file_with(name, &part.content, lines);
    }

    /// Encodes the headers, each with its line break.
    fn lines(&mut self, headers: &dyn Encode, fields: &[Parameter]) -> String {
        let mut lines = String::new();
        let json = to_vec(headers).unwrap_or_default();
        let Ok(Value::Object(values)) = parse(&json) else {
            self.fail(RequestError::Body);
            return lines;
        };
        for field in fields {
            let own = values.iter().find(|(key, _)| key == field.name).map(|(_, value)| value);
            let Some(value) = own.filter(|value| **value != Value::Null) else { continue };
            match write_part_header(field, value) {
                Ok(Wire::Header(text)) => lines.push_str(&format!("{}: {text}\r\n", field.name)),
                Ok(_) => self.fail(RequestError::Body),
                Err(error) => self.fail(RequestError::Parameter(error)),
            }
        }
        lines
    }
}
