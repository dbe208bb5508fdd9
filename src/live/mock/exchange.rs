//! One request: credentials, parameters, body, response, in the order of generated servers.

use std::sync::Arc;

use keystub_server_runtime as rt;

use rt::axum::http::HeaderMap;
use rt::axum::response::Response;
use rt::body::Body;
use rt::call::{Call, Parameters, check_single};
use rt::multipart_read::{FromMultipart, Parts};
use rt::problem::Failure;
use rt::refusal::Refusal;
use rt::request_parts::ResponseHeaders;
use rt::{DecodeError, Value};
use serde_json::Value as Json;

use super::app::App;
use super::guard::Refused;
use super::prefer::Prefer;
use crate::live::server::dynamic::{Received, literal};
use crate::model::operation::{Content, Operation};

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
    let headers = ResponseHeaders::default();
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
            app.logged(&line, app.refused(app.index(operation), refusal, detail.as_deref()), detail.as_deref())
        }
        Err(Stop::Refused(Refused { denial, reason })) => {
            let refusal = Refusal::new(Some(operation), Failure::Denied(denial));
            app.logged(&line, app.refused(app.index(operation), refusal, Some(&reason)), Some(&reason))
        }
    }
}

async fn steps(app: &App, call: Call) -> Result<Response, Stop> {
    app.guard.check(call.head()).await.map_err(Stop::Refused)?;
    let at = app.index(call.head().operation());
    let operation = &app.api.operations[at];
    let headers = call.request_parts(app.tables.schemes, &ResponseHeaders::default()).headers();
    let (parameters, body) = call.read()?;
    let parameters = app.parameters(at, &parameters)?;
    let prefer = Prefer::of(&headers);
    let body = app.body(at, operation, body).await?;
    if let Some(wait) = prefer.wait {
        tokio::time::sleep(wait).await;
    }
    Ok(app.answer(&Exchange { operation: at, parameters, body, prefer, headers })?)
}

impl App {
    fn parameters(&self, at: usize, parameters: &Parameters) -> Result<Vec<Option<Json>>, Failure> {
        let rows = self.tables.operations[at].parameters.iter().enumerate();
        rows.map(|(index, row)| {
            let model = &self.api.operations[at].parameters[index];
            let rule = self.api.rules.parameters.get(&(at, index)).map(|id| self.rules.get(*id));
            let read = parameters.with(index, |value| {
                // An exploded object is absent if it has no pair.
                if !row.required && row.is_spread() && is_empty(value) {
                    return Ok(None);
                }
                let check = |value: &Value<'_>| rule.map_or(Ok(()), |rule| rule.check(value));
                let json = self.reader.read(value, &model.ty)?;
                match value {
                    Value::Text(_) if row.or_scalar => check_single(json.to_string().as_bytes(), check)?,
                    _ => check(value)?,
                }
                Ok(Some(json))
            });
            match read?.flatten() {
                Some(value) => Ok(Some(value)),
                None if row.required => Err(DecodeError::new(format!("missing parameter `{}`", row.name)).into()),
                None => Ok(model.default.as_ref().map(literal)),
            }
        })
        .collect()
    }

    async fn body(&self, at: usize, operation: &Operation, body: Body) -> Result<Option<Json>, Failure> {
        let Some(described) = &operation.body else { return Ok(None) };
        let media_types: Vec<&str> = described.forms.iter().map(|form| form.media_type.as_str()).collect();
        let index = match described.is_required {
            _ if is_typed_by_default(&described.forms.first().content) && media_types.len() == 1 => Some(0),
            true => Some(body.one_of(&media_types)?),
            false => body.optional_one_of(&media_types)?,
        };
        let Some(index) = index else { return Ok(None) };
        let Some(form) = described.forms.iter().nth(index) else { return Ok(None) };
        let value = match &form.content {
            Content::Json(_) => body.optional_json::<Received>().await?.map(|Received(value)| value),
            Content::Form(_) => {
                let fields = self.fields[&(at, index)];
                body.optional_form_with::<Received>(fields).await?.map(|Received(value)| value)
            }
            Content::Text => {
                let text = body.optional_text(&form.media_type).await?;
                text.map(|text| Value::Text(text.into()))
            }
            Content::Multipart(_) => {
                // The parts are read within the limits of the runtime; their types are not checked.
                let is_present = body.optional_multipart::<AnyParts>().await?.is_some();
                return required(is_present.then_some(Json::Null), described.is_required);
            }
            Content::Bytes => {
                let stream = body.optional_stream(&form.media_type)?;
                if let Some(mut stream) = stream {
                    while stream.chunk().await.map_err(|_| Failure::TooLarge)?.is_some() {}
                }
                return Ok(None);
            }
        };
        let Some(value) = required(value, described.is_required)? else { return Ok(None) };
        if let Some(rule) = self.api.rules.bodies.get(&(at, index)) {
            self.rules.get(*rule).check(&value)?;
        }
        match &form.content {
            Content::Json(ty) | Content::Form(ty) => Ok(Some(self.reader.read(&value, ty)?)),
            Content::Text | Content::Multipart(_) | Content::Bytes => Ok(None),
        }
    }
}

/// Whether a request without `Content-Type` is read as this content.
fn is_typed_by_default(content: &Content) -> bool {
    matches!(content, Content::Text | Content::Bytes)
}

fn required<T>(value: Option<T>, is_required: bool) -> Result<Option<T>, Failure> {
    match value {
        None if is_required => Err(DecodeError::new("empty body").into()),
        value => Ok(value),
    }
}

fn is_empty(value: &Value<'_>) -> bool {
    matches!(value, Value::Object(fields) if fields.is_empty())
}

/// The parts of a multipart body, of any name and type.
struct AnyParts;

impl FromMultipart for AnyParts {
    fn from_parts(_: &Parts) -> Result<Self, DecodeError> {
        Ok(Self)
    }
}
