//! A difference between a server and its document.

use keystub_server_runtime::axum::http::request::Parts;

/// What a difference is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Target {
    /// The operation with this index.
    Operation(usize),
    /// The method and the path of a request that matches none.
    Request(String, String),
}

impl Target {
    /// The target of a request that matches no operation.
    pub(super) fn of_request(head: &Parts) -> Self {
        Self::Request(head.method.to_string(), head.uri.path().to_owned())
    }
}

/// A difference. No text has a credential of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    /// The check: one of `keystub test`, `operation-undocumented` or `no-response`.
    pub check: &'static str,
    /// What of the response it is about, such as a header field.
    pub part: Option<String>,
    pub target: Target,
    /// Why the request is not as documented, if it is not.
    pub sent: Option<String>,
    /// What the response should have been.
    pub expected: String,
    /// What it was.
    pub got: String,
}

impl Difference {
    pub(super) fn new(check: &'static str, target: Target, expected: String, got: String) -> Self {
        Self { check, part: None, target, sent: None, expected, got }
    }

    /// The name of the check with the part.
    pub fn name(&self) -> String {
        self.part.as_ref().map_or_else(|| self.check.to_owned(), |part| format!("{}:{part}", self.check))
    }
}
