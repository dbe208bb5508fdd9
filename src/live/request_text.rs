//! Texts that a person writes, as values of their types.

use keystub_server_runtime::Value as Received;
use serde_json::Value;

use super::server::dynamic::Reader;
use crate::model::Api;
use crate::model::schema::TypeRef;

/// The value of a text or of a list of texts, by the rules by which a generated server reads parameters.
///
/// # Errors
///
/// If it does not have this type.
pub(crate) fn parameter_value(api: &Api, received: &Received<'_>, ty: &TypeRef) -> Result<Value, String> {
    Reader::new(api).read(received, ty).map_err(|error| error.to_string())
}
