//! Reports operations that document no successful response.

use crate::diag::print::excerpt;
use crate::diag::{Code, Diagnostic, Report};
use crate::model::Api;
use crate::model::operation::{Operation, Status};

/// Warns of each operation whose responses are errors only, or that has none.
pub fn check(api: &Api, report: &mut Report) {
    for operation in api.operations.iter().filter(|operation| !documents_success(operation)) {
        let message = format!("operation `{}` documents no success", excerpt(&operation.id));
        let help = "clients accept any 2xx response and servers send 204; add the response to `responses`";
        report.push(Diagnostic::warning(Code::NoDocumentedSuccess, &operation.at, message).on_key().help(help));
    }
}

/// Whether a response of the operation is not an error; `default` describes every status.
fn documents_success(operation: &Operation) -> bool {
    operation.responses.iter().any(|response| match response.status {
        Status::Code(code) => code < 400,
        Status::Range(digit) => digit < 4,
        Status::Default => true,
    })
}
