//! A request that matched an operation: credentials are read first, then parameters, and the body last.

use std::fmt;

use axum::body::Body as RawBody;
use axum::http::request::Parts as RequestParts;

use super::accept::preferred;
use super::body::{Body, Check};
use super::credentials::Credentials;
use super::json::{self, Decode, DecodeError, Value};
use super::operation::{Operation, Scheme, Style};
use super::parameter_read::{Sources, read};
use super::problem::Failure;
use super::request_parts::{RequestParts as HeadParts, ResponseHeaders};

/// A request that matched an operation.
pub struct Call {
    head: Head,
    body: RawBody,
}

/// A request without its body.
pub struct Head {
    operation: &'static Operation,
    parts: RequestParts,
    captures: Vec<(usize, String)>,
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Call({})", self.head.operation.id)
    }
}

impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The header fields hold the credentials.
        write!(f, "Head({})", self.operation.id)
    }
}

impl Call {
    /// Creates a call of this operation.
    pub fn new(
        operation: &'static Operation,
        parts: RequestParts,
        body: RawBody,
        captures: Vec<(usize, String)>,
    ) -> Self {
        Self { head: Head { operation, parts, captures }, body }
    }

    /// The call without its body.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// The head of the request for the application, without the credentials of these schemes.
    pub fn request_parts<'a>(
        &'a self,
        schemes: &'static [Scheme],
        response_headers: &'a ResponseHeaders,
    ) -> HeadParts<'a> {
        HeadParts::new(self.head.operation, &self.head.parts, schemes, response_headers)
    }

    /// Checks that the request accepts one of these media types.
    ///
    /// # Errors
    ///
    /// If it accepts none of them.
    pub fn accepts(&self, media_types: &[&str]) -> Result<(), Failure> {
        match preferred(&self.head.parts.headers, media_types) {
            Some(_) => Ok(()),
            None => Err(Failure::NotAcceptable(media_types.join(", "))),
        }
    }

    /// Splits the call into its parameters and its body. The body is not read yet.
    ///
    /// # Errors
    ///
    /// Never; errors occur when a value is read.
    pub fn read(self) -> Result<(Parameters, Body), Failure> {
        let body = Body::new(&self.head.parts, self.body);
        Ok((Parameters(self.head), body))
    }
}

impl Head {
    /// The operation that was matched.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// The request itself.
    #[allow(dead_code)] // for spans of calls, which are optional
    pub(super) fn parts(&self) -> &RequestParts {
        &self.parts
    }

    /// Reads the credentials of the request for the schemes of its operation.
    pub fn credentials(&self, schemes: &'static [Scheme]) -> Credentials<'_> {
        Credentials::of(self.operation, schemes, &self.parts)
    }
}

/// The parameters of a call.
#[derive(Debug)]
pub struct Parameters(Head);

impl Parameters {
    /// The call of these parameters.
    pub fn head(&self) -> &Head {
        &self.0
    }

    /// Reads the required parameter with this index.
    ///
    /// # Errors
    ///
    /// If it is missing or does not have this type.
    pub fn required<T: Decode>(&self, index: usize) -> Result<T, Failure> {
        let name = self.0.operation.parameters[index].name;
        self.optional(index)?.ok_or_else(|| DecodeError::new(format!("missing parameter `{name}`")).into())
    }

    /// Reads the optional parameter with this index.
    ///
    /// # Errors
    ///
    /// If it does not have this type.
    pub fn optional<T: Decode>(&self, index: usize) -> Result<Option<T>, Failure> {
        self.with(index, json::read)
    }

    /// Checks the parameter with this index, if it is present.
    ///
    /// # Errors
    ///
    /// If the value violates a constraint of the document.
    pub fn check(&self, index: usize, check: Check) -> Result<(), Failure> {
        self.with(index, check).map(Option::unwrap_or_default)
    }

    /// Reads the exploded object parameter with this index, whose properties are mixed with other parameters; `None` if
    /// none of `names` is present.
    ///
    /// # Errors
    ///
    /// If it does not have this type.
    pub fn spread<T: Decode>(&self, index: usize, names: &[&str]) -> Result<Option<T>, Failure> {
        let keys = self.with(index, keys)?.unwrap_or_default();
        if keys.iter().any(|key| names.contains(&key.as_str())) { self.optional(index) } else { Ok(None) }
    }

    /// As [`Self::spread`]; if none of `names` is present, returns the document's default.
    ///
    /// # Errors
    ///
    /// If it does not have this type.
    pub fn spread_or_default<T: Decode>(
        &self,
        index: usize,
        names: &[&str],
        default: impl FnOnce() -> T,
    ) -> Result<T, Failure> {
        Ok(self.spread(index, names)?.unwrap_or_else(default))
    }

    fn with<T>(&self, index: usize, look: fn(&Value<'_>) -> Result<T, DecodeError>) -> Result<Option<T>, Failure> {
        let parameter = &self.0.operation.parameters[index];
        let query = self.0.parts.uri.query().unwrap_or_default();
        let sources = Sources { captures: &self.0.captures, query, headers: &self.0.parts.headers };
        // An empty object has no pairs.
        let is_empty_object = parameter.required && (parameter.is_spread() || parameter.style == Style::DeepObject);
        let empty = is_empty_object.then(|| Value::Object(Vec::new()));
        let value = read(parameter, index, &sources).and_then(|value| value.or(empty).as_ref().map(look).transpose());
        value.map_err(|error| error.within(parameter.name).into())
    }

    /// Reads the parameter with this index; if it is missing, returns the document's default.
    ///
    /// # Errors
    ///
    /// If it does not have this type.
    pub fn or_default<T: Decode>(&self, index: usize, default: impl FnOnce() -> T) -> Result<T, Failure> {
        Ok(self.optional(index)?.unwrap_or_else(default))
    }
}

fn keys(value: &Value<'_>) -> Result<Vec<String>, DecodeError> {
    let Value::Object(fields) = value else { return Ok(Vec::new()) };
    Ok(fields.iter().map(|(key, _)| key.clone().into_owned()).collect())
}
