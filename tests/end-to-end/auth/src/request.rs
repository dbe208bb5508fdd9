//! The requests of the table, as a caller writes them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::credentials::presented;
use crate::table::Row;

/// A GET request.
#[derive(Debug)]
pub struct Request {
    /// The path with the query.
    pub target: String,
    /// The header fields that carry credentials.
    pub fields: Vec<(&'static str, String)>,
}

impl Request {
    /// The number of `Authorization` fields.
    pub fn authorizations(&self) -> usize {
        self.fields.iter().filter(|(name, _)| *name == "Authorization").count()
    }
}

/// The request of a row.
pub fn of(row: &Row) -> Request {
    let (mut target, mut fields) = (path(&row.operation), Vec::new());
    for (scheme, state) in &row.presented {
        let value = presented(scheme, state);
        match scheme.as_str() {
            "headerKey" => fields.push(("X-API-Key", value)),
            "queryKey" => target.push_str(&format!("?api_key={value}")),
            "cookieKey" => fields.push(("Cookie", format!("session={value}"))),
            "login" => fields.push(("Authorization", format!("Basic {}", STANDARD.encode(value)))),
            "hawk" => fields.push(("Authorization", format!("Hawk {value}"))),
            _ => fields.push(("Authorization", format!("Bearer {value}"))),
        }
    }
    Request { target, fields }
}

/// The path of an operation, from the document.
fn path(operation: &str) -> String {
    let text = include_str!("../../../../fixtures/world/matrix.yaml");
    let mut path = "";
    for line in text.lines() {
        if line.starts_with("  /") {
            path = line.trim().trim_end_matches(':');
        }
        if line.trim() == format!("operationId: {operation}") {
            return path.to_owned();
        }
    }
    panic!("the document has no operation `{operation}`")
}
