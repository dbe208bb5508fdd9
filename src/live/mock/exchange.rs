//! One request: credentials, parameters, body, response, in the order of generated servers.

use std::sync::Arc;

use keystub_server_runtime as rt;

use rt::DecodeError;
use rt::axum::http::HeaderMap;
use rt::axum::response::Response;
use rt::call::Call;
use rt::problem::Failure;
use rt::refusal::Refusal;
use rt::request_parts::AddedHeaders;
use serde_json::Value as Json;

use super::app::App;
use super::guard::Refused;
use super::prefer::Prefer;

/// A request whose parameters and body are valid.
#[derive(Debug)]
pub(super) struct Exchange {
    /// The index of the operation.
    pub operation: usize,
    /// The values of the parameters; `None` if absent.
    pub parameters: Vec<Option<Json>>,
    /// A JSON or form body.
    pub body: Option<Json>,
    pub prefer: Prefer,
    pub headers: HeaderMap,
}

/// Why there is no response of the document.
enum Stop {
    Refused(Refused),
    Failed(Failure),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<DecodeError> for Stop {
    fn from(error: DecodeError) -> Self {
        Self::Failed(error.into())
    }
}

/// The response to a request.
pub(super) async fn exchange(app: Arc<App>, call: Call) -> Response {
    let operation = call.head().operation();
    let headers = AddedHeaders::default();
    let path = call.request_parts(app.tables.schemes, &headers).path().to_owned();
    let line = format!("{} {path}", operation.method);
    if let Some(fault) = app.disturbance.apply().await {
        return app.logged(&line, fault, None);
    }
    match steps(&app, call).await {
        Ok(response) => app.logged(&line, response, None),
        Err(Stop::Failed(failure)) => {
            let refusal = Refusal::new(Some(operation), failure);
            let detail = refusal.detail().map(str::to_owned);
            app.logged(&line, app.refused(app.requests.index(operation), refusal, detail.as_deref()), detail.as_deref())
        }
        Err(Stop::Refused(Refused { denial, reason, .. })) => {
            let refusal = Refusal::new(Some(operation), Failure::Denied(denial));
            app.logged(&line, app.refused(app.requests.index(operation), refusal, Some(&reason)), Some(&reason))
        }
    }
}

async fn steps(app: &App, call: Call) -> Result<Response, Stop> {
    app.guard.check(call.head()).await.map_err(Stop::Refused)?;
    let at = app.requests.index(call.head().operation());
    let headers = call.request_parts(app.tables.schemes, &AddedHeaders::default()).headers();
    let (parameters, body) = call.read()?;
    let parameters = app.requests.parameters(at, &parameters)?;
    let prefer = Prefer::of(&headers);
    let body = app.requests.body(at, body).await?;
    if let Some(wait) = prefer.wait {
        tokio::time::sleep(wait).await;
    }
    Ok(app.answer(&Exchange { operation: at, parameters, body, prefer, headers })?)
}
