//! What an application may still refuse when the credentials are good: rules that no document can express.

use std::any::Any;
use std::fmt;

use super::auth::Denial;
use super::call::Head;
use super::json::{Encode, Value, parse, to_vec};
use super::operation::{Operation, Place};

/// A parameter, as the function of its operation receives it.
pub trait Given: Send + Sync {
    /// The value itself.
    fn as_any(&self) -> &dyn Any;
    /// The value, to be written.
    fn as_encode(&self) -> &dyn Encode;
}

impl<T: Any + Encode + Send + Sync> Given for T {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_encode(&self) -> &dyn Encode {
        self
    }
}

/// A call whose credentials are good and whose parameters are read and checked. Nothing of its body is read yet.
pub struct Authorization<'c, P> {
    operation: &'static Operation,
    given: &'c [&'c dyn Given],
    /// Who calls, by each scheme that was granted.
    pub principals: &'c P,
}

impl<P> fmt::Debug for Authorization<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authorization({})", self.operation())
    }
}

impl<'c, P> Authorization<'c, P> {
    /// The call of these principals, with the values of its parameters in the order of the operation.
    pub fn new(call: &'c Head, principals: &'c P, given: &'c [&'c dyn Given]) -> Self {
        Self { operation: call.operation(), given, principals }
    }

    /// The operation: its `operationId`, or the name made from method and path.
    pub fn operation(&self) -> &'static str {
        self.operation.id
    }

    /// The value of a parameter, by its name in the document: the very value that the function of the operation receives.
    ///
    /// `T` is the type of the field in the request of that function: `i64`, `types::Status`, or `Option<String>` if the
    /// parameter may be left out. If a path and another place have a parameter of one name, it is that of the path.
    ///
    /// ```text
    /// let id = call.parameter::<i64>("petId")?;
    /// ```
    ///
    /// # Errors
    ///
    /// When the operation has no parameter of this name, or its type is another one. The error becomes [`Forbidden`]: a
    /// mistake here lets nobody in.
    pub fn parameter<T: Any>(&self, name: &str) -> Result<&'c T, UnknownParameter> {
        let found = self.named(name, |_| true).and_then(|given| given.as_any().downcast_ref());
        found.ok_or_else(|| UnknownParameter {
            operation: self.operation.id,
            name: name.to_owned(),
            ty: std::any::type_name::<T>(),
        })
    }

    /// The text of a path parameter, by its name in the document; `None` if the path has no such parameter.
    ///
    /// It is made from the value that the function of the operation receives, so that equal values have equal texts: `42`
    /// for the integer that came as `42`, `042` or `%34%32`. Lists and objects are written as JSON. A date-time keeps the
    /// offset that it came with: compare times by [`Self::parameter`].
    pub fn path_parameter(&self, name: &str) -> Option<String> {
        let json = to_vec(self.named(name, |place| place == Place::Path)?.as_encode()).ok()?;
        match parse(&json).ok()? {
            Value::String(text) => Some(text.into_owned()),
            // The one number with two texts.
            Value::Float(0.0) => Some("0.0".to_owned()),
            _ => String::from_utf8(json).ok(),
        }
    }

    fn named(&self, name: &str, is_there: fn(Place) -> bool) -> Option<&'c dyn Given> {
        let mut parameters = self.operation.parameters.iter().zip(self.given);
        parameters.find(|(parameter, _)| parameter.name == name && is_there(parameter.place)).map(|(_, given)| *given)
    }
}

/// An operation has no parameter of this name and type.
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

/// The caller may not do this: 403, with no word on why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forbidden;

impl From<Forbidden> for Denial {
    fn from(_: Forbidden) -> Self {
        Self::forbidden()
    }
}
