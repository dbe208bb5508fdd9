//! A request that matched an operation: credentials are read first, then parameters, and the body last.

use std::fmt;

use axum::body::Body as RawBody;
use axum::http::request::Parts as RequestParts;
use bytes::Bytes;

use super::accept::preferred;
use super::body::{Body, Check};
use super::credentials::Credentials;
use super::header_read::first_accepted;
use super::json::{self, Decode, DecodeError, Encode, Value};
use super::operation::{Operation, Scheme};
use super::parameter::Style;
use super::parameter_read::{Sources, forms};
use super::problem::Failure;
use super::request_parts::{AddedHeaders, RequestParts as HeadParts};

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
        response_headers: &'a AddedHeaders,
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

    /// Reads the whole body, up to its limit. The call still has it.
    #[allow(dead_code)] // for signatures of webhooks, which are optional
    pub(super) async fn buffered(self) -> Result<(Self, Bytes), Failure> {
        let Self { head, body } = self;
        let bytes = Body::new(&head.parts, body).all().await?;
        Ok((Self { head, body: RawBody::from(bytes.clone()) }, bytes))
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
    #[allow(dead_code)] // for spans and signatures, which are optional
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

    /// Reads the required parameter with this index, which has a single value or a list or object: the form that
    /// satisfies `check` and has this type.
    ///
    /// # Errors
    ///
    /// If it is missing, or no form is valid.
    pub fn required_form<T: Decode + Encode>(&self, index: usize, check: Check) -> Result<T, Failure> {
        let name = self.0.operation.parameters[index].name;
        self.optional_form(index, check)?.ok_or_else(|| DecodeError::new(format!("missing parameter `{name}`")).into())
    }

    /// As [`Self::required_form`], of an optional parameter.
    ///
    /// # Errors
    ///
    /// If no form is valid.
    pub fn optional_form<T: Decode + Encode>(&self, index: usize, check: Check) -> Result<Option<T>, Failure> {
        self.with(index, |value| {
            let typed: T = json::read(value)?;
            match value {
                Value::Text(_) => check_single(&json::to_vec(&typed).unwrap_or_default(), |value| check(value.node()))?,
                _ => check(value.node())?,
            }
            Ok(typed)
        })
    }

    /// As [`Self::optional_form`]; if the parameter is missing, returns the document's default.
    ///
    /// # Errors
    ///
    /// If no form is valid.
    pub fn form_or_default<T: Decode + Encode>(
        &self,
        index: usize,
        check: Check,
        default: impl FnOnce() -> T,
    ) -> Result<T, Failure> {
        Ok(self.optional_form(index, check)?.unwrap_or_else(default))
    }

    /// Checks the parameter with this index, if it is present.
    ///
    /// # Errors
    ///
    /// If the value violates a constraint of the document.
    pub fn check(&self, index: usize, check: Check) -> Result<(), Failure> {
        self.with(index, |value| check(value.node())).map(Option::unwrap_or_default)
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

    /// The result of the first form of the parameter that `look` accepts; `None` if the parameter is absent.
    ///
    /// # Errors
    ///
    /// If its text is malformed, or `look` rejects every form.
    pub fn with<T>(
        &self,
        index: usize,
        look: impl Fn(&Value<'_>) -> Result<T, DecodeError>,
    ) -> Result<Option<T>, Failure> {
        let parameter = &self.0.operation.parameters[index];
        let query = self.0.parts.uri.query().unwrap_or_default();
        let sources = Sources { captures: &self.0.captures, query, headers: &self.0.parts.headers };
        // An empty object has no pairs.
        let is_empty_object = parameter.required && (parameter.is_spread() || parameter.style == Style::DeepObject);
        let value = forms(parameter, index, &sources).and_then(|mut values| {
            if values.is_empty() && is_empty_object {
                values.push(Value::Object(Vec::new()));
            }
            first_accepted(&values, look)
        });
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

/// Checks what a single text was read as. The rules of lists and objects also accept a text, so they must see the value of
/// its type; a list or object is another form of the parameter.
///
/// # Errors
///
/// If it is a list or object, or violates a constraint.
pub fn check_single(json: &[u8], check: impl Fn(&Value<'_>) -> Result<(), DecodeError>) -> Result<(), DecodeError> {
    match json::parse(json)? {
        // A violated constraint is reported first.
        other @ (Value::Array(_) | Value::Object(_)) => {
            check(&other).and(Err(DecodeError::new("a list or object is another form of the parameter")))
        }
        single => check(&single),
    }
}

fn keys(value: &Value<'_>) -> Result<Vec<String>, DecodeError> {
    let Value::Object(fields) = value else { return Ok(Vec::new()) };
    Ok(fields.iter().map(|(key, _)| key.clone().into_owned()).collect())
}
