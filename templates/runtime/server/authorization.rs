//! Authorization after authentication: rules of the application that no OpenAPI document can express.

use std::any::Any;
use std::fmt;
use std::time::Duration;

use super::auth::Denial;
use super::call::Head;
use super::json::{Encode, Value, parse, to_vec};
use super::operation::Operation;
use super::parameter::Place;

/// The value of a parameter, as the function of the operation receives it.
pub trait ParameterValue: Send + Sync {
    /// The value itself.
    fn as_any(&self) -> &dyn Any;
    /// The value, for encoding.
    fn as_encode(&self) -> &dyn Encode;
}

impl<T: Any + Encode + Send + Sync> ParameterValue for T {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_encode(&self) -> &dyn Encode {
        self
    }
}

/// An authenticated call, whose parameters and body are not read yet.
pub struct AuthenticatedCall<'c, P> {
    operation: &'static Operation,
    /// The authenticated caller, by scheme of the alternative that was met.
    pub principals: &'c P,
}

impl<P> fmt::Debug for AuthenticatedCall<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuthenticatedCall({})", self.operation())
    }
}

impl<'c, P> AuthenticatedCall<'c, P> {
    /// A call of these principals.
    pub fn new(call: &Head, principals: &'c P) -> Self {
        Self { operation: call.operation(), principals }
    }

    /// The `operationId`, or the name generated from method and path.
    pub fn operation(&self) -> &'static str {
        self.operation.id
    }
}

/// A call that is authenticated and whose parameters are read and validated. Its body is not read yet.
pub struct Authorization<'c, P> {
    operation: &'static Operation,
    values: &'c [&'c dyn ParameterValue],
    /// The authenticated caller, by scheme of the alternative that was met.
    pub principals: &'c P,
}

impl<P> fmt::Debug for Authorization<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authorization({})", self.operation())
    }
}

impl<'c, P> Authorization<'c, P> {
    /// Creates the authorization request from the values of the parameters, in the order of the operation.
    pub fn new(call: &'c Head, principals: &'c P, values: &'c [&'c dyn ParameterValue]) -> Self {
        Self { operation: call.operation(), values, principals }
    }

    /// The `operationId`, or the name generated from method and path.
    pub fn operation(&self) -> &'static str {
        self.operation.id
    }

    /// The value of a parameter, by its name in the document. It is the same value that the function of the operation
    /// receives.
    ///
    /// `T` is the type of the field in that function's request: `i64`, `types::Status`, or `Option<String>` if the
    /// parameter is optional. If a path parameter and another parameter have the same name, this returns the path
    /// parameter.
    ///
    /// ```text
    /// let id = call.parameter::<i64>("petId")?;
    /// ```
    ///
    /// # Errors
    ///
    /// If the operation has no parameter of this name and type. The error converts to [`Forbidden`], so a mistake here
    /// denies access.
    pub fn parameter<T: Any>(&self, name: &str) -> Result<&'c T, UnknownParameter> {
        let found = self.named(name, |_| true).and_then(|value| value.as_any().downcast_ref());
        found.ok_or_else(|| UnknownParameter {
            operation: self.operation.id,
            name: name.to_owned(),
            ty: std::any::type_name::<T>(),
        })
    }

    /// The text of a path parameter, by its name in the document; `None` if the path has no such parameter.
    ///
    /// The text is made from the value that the function of the operation receives, so equal values have equal texts:
    /// `42` for an integer sent as `42`, `042` or `%34%32`. Lists and objects are written as JSON. A date-time keeps
    /// the offset that it was sent with: use [`Self::parameter`] to compare times.
    pub fn path_parameter(&self, name: &str) -> Option<String> {
        let json = to_vec(self.named(name, |place| place == Place::Path)?.as_encode()).ok()?;
        match parse(&json).ok()? {
            Value::String(text) => Some(text.into_owned()),
            // Zero is the only number with two texts (`0.0` and `-0.0`).
            Value::Float(0.0) => Some("0.0".to_owned()),
            _ => String::from_utf8(json).ok(),
        }
    }

    fn named(&self, name: &str, is_there: fn(Place) -> bool) -> Option<&'c dyn ParameterValue> {
        let mut parameters = self.operation.parameters.iter().zip(self.values);
        parameters.find(|(parameter, _)| parameter.name == name && is_there(parameter.place)).map(|(_, value)| *value)
    }
}

/// The operation has no parameter of this name and type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownParameter {
    operation: &'static str,
    name: String,
    ty: &'static str,
}

impl fmt::Display for UnknownParameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "operation `{}` has no parameter `{}` of type `{}`", self.operation, self.name, self.ty)
    }
}

impl std::error::Error for UnknownParameter {}

impl From<UnknownParameter> for Forbidden {
    fn from(_: UnknownParameter) -> Self {
        Self
    }
}

/// The caller may not make this call. The response is a 403 without a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forbidden;

impl From<Forbidden> for Denial {
    fn from(_: Forbidden) -> Self {
        Self::forbidden()
    }
}

/// The caller has made too many calls. The response is a 429 with `Retry-After` (RFC 6585, section 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManyRequests {
    /// When the caller may try again. Sent in whole seconds, rounded up.
    pub retry_after: Duration,
}

impl From<TooManyRequests> for Denial {
    fn from(error: TooManyRequests) -> Self {
        Self::too_many_requests(error.retry_after)
    }
}
