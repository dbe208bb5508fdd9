//! The operations of a document.

use super::credentials::Credentials;
use super::report::unknown;
use crate::diag::escaped;
use crate::live::call::Caller;
use crate::model::Api;
use crate::model::access_text::access_text;

/// The index of an operation, by its `operationId` or by method and path.
///
/// # Errors
///
/// If there is none.
pub(super) fn operation(api: &Api, wanted: &str) -> Result<usize, String> {
    let is_it = |operation: &crate::model::operation::Operation| operation.id == wanted || operation.title() == wanted;
    api.operations.iter().position(is_it).ok_or_else(|| {
        let known: Vec<&str> = api.operations.iter().map(|operation| operation.id.as_str()).collect();
        unknown("operation", wanted, &known)
    })
}

/// All operations with what they require, and where the credentials are read from.
pub(super) fn listed(caller: &Caller, credentials: &Credentials, variables: &[Option<String>]) -> String {
    let mut text = String::new();
    for (at, operation) in caller.api.operations.iter().enumerate() {
        let access = access_text(&caller.api.schemes, &operation.access);
        let state = match caller.chosen(at) {
            Ok(schemes) if schemes.is_empty() => String::new(),
            Ok(schemes) => format!("   sends {}", schemes.join(" and ")),
            Err(_) => "   credentials are missing".to_owned(),
        };
        let (id, method, path) = (escaped(&operation.id), operation.method.as_str(), escaped(&operation.path.text));
        text.push_str(&format!("{id}   {method} {path}   {access}{state}\n"));
    }
    for (index, (scheme, variable)) in caller.api.schemes.iter().zip(variables).enumerate() {
        if let Some(place) = credentials.describe(index, variable.as_deref()) {
            text.push_str(&format!("{} {place}\n", escaped(&scheme.name)));
        }
    }
    text
}
