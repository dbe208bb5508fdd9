//! What a run finds.

use super::check::CheckId;
use super::probe::Verdict;

/// What a check found about an operation.
#[derive(Debug)]
pub(crate) struct Finding {
    pub check: CheckId,
    /// What is varied: a scheme, a scope, a parameter.
    pub part: Option<String>,
    /// The index of the operation.
    pub operation: usize,
    pub verdict: Verdict,
    /// What was sent, without secrets.
    pub sent: String,
    /// What the response should have been.
    pub expected: String,
    /// What it was, or why the verdict is not known.
    pub got: String,
    /// A command that repeats the request, with variables in place of secrets.
    pub curl: Option<String>,
}

impl Finding {
    /// The name of the check with the part.
    pub fn name(&self) -> String {
        let id = self.check.check().id;
        self.part.as_ref().map_or_else(|| id.to_owned(), |part| format!("{id}:{part}"))
    }
}

/// How far an operation was tested.
#[derive(Debug)]
pub(crate) struct Coverage {
    /// The index of the operation.
    pub operation: usize,
    /// What was called: its alternatives, or the operation without credentials.
    pub calls: Vec<Call>,
    /// Why nothing was called.
    pub skipped: Option<String>,
}

/// A call with valid credentials.
#[derive(Debug)]
pub(crate) struct Call {
    /// The schemes of the alternative; empty if none are needed.
    pub schemes: Vec<String>,
    /// Its status, or why there is none.
    pub outcome: Result<u16, String>,
}

impl Call {
    /// Whether it succeeded, so that other responses can be compared with it.
    pub fn is_success(&self) -> bool {
        matches!(self.outcome, Ok(200..=299))
    }
}

/// The result of a run.
#[derive(Debug)]
pub(crate) struct TestReport {
    pub findings: Vec<Finding>,
    /// In the order of the document.
    pub coverage: Vec<Coverage>,
    /// How many requests were sent.
    pub requests: usize,
    /// Whether the limits of the run ended it.
    pub is_cut: bool,
    /// What else should be known.
    pub notes: Vec<String>,
    /// The requests and responses, as entries of a HAR log without secrets.
    pub exchanges: Vec<serde_json::Value>,
}

impl TestReport {
    /// How many findings have this verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.findings.iter().filter(|finding| finding.verdict == verdict).count()
    }

    /// Whether some call with valid credentials succeeded. A call without credentials only counts if no operation that was called
    /// requires them.
    pub fn is_conclusive(&self) -> bool {
        let calls = || self.coverage.iter().flat_map(|coverage| &coverage.calls);
        let is_guarded = calls().any(|call| !call.schemes.is_empty());
        calls().any(|call| call.is_success() && !(is_guarded && call.schemes.is_empty()))
    }
}
