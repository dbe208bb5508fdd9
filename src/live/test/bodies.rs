//! Requests whose body has another media type or is too large.

use super::check::CheckId;
use super::probe::{Connection, Expected, Probe};
use super::runner::{Control, Runner};
use crate::model::operation::Content;
use keystub_client_runtime::reqwest::Request;
use keystub_client_runtime::reqwest::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};

/// A media type that no document has.
const OTHER: &str = "application/vnd.keystub.other";

/// The requests. Other bodies than JSON are not made larger, because they would not be valid then.
pub(super) fn probes(runner: &Runner<'_>, control: &Control) -> Vec<Probe> {
    let Some(body) = &runner.api.operations[control.operation].body else { return Vec::new() };
    let mut probes = Vec::new();
    // Bytes may have any media type, so servers need not reject one.
    let allows_all = body
        .forms
        .iter()
        .any(|form| form.media_type.contains('*') || form.media_type.eq_ignore_ascii_case("application/octet-stream"));
    // Nothing is read of an empty body, so servers may ignore its media type.
    let has_content = control.request.body().and_then(|body| body.as_bytes()).is_some_and(|bytes| !bytes.is_empty());
    if !allows_all && has_content {
        probes.extend(of_other_type(control));
    }
    let is_json = matches!(body.forms.first().content, Content::Json(_));
    if let Some(size) = runner.options.too_large.filter(|_| is_json) {
        probes.extend(large(control, size));
    }
    probes
}

fn probe(control: &Control, check: CheckId, sent: String, request: Request) -> Probe {
    let (operation, connection) = (control.operation, Connection::Account(0));
    Probe { check, part: None, operation, sent, request, connection, expected: Expected::ClientError }
}

fn of_other_type(control: &Control) -> Option<Probe> {
    let mut request = control.request.try_clone()?;
    request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(OTHER));
    Some(probe(control, CheckId::WrongMediaType, format!("the valid body as {OTHER}"), request))
}

/// The valid body with white space before it.
fn large(control: &Control, size: usize) -> Option<Probe> {
    let mut request = control.request.try_clone()?;
    let own = request.body()?.as_bytes()?;
    let mut body = vec![b' '; size.saturating_sub(own.len())];
    body.extend_from_slice(own);
    request.headers_mut().remove(CONTENT_LENGTH);
    // A server that does not read the whole body closes the connection, so no other request may use it.
    request.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    *request.body_mut() = Some(body.into());
    Some(probe(control, CheckId::TooLarge, format!("spaces and then the valid body, {size} bytes in all"), request))
}
