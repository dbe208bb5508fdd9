//! Requests as generated servers read them: parameters and bodies with their types and constraints.

use std::collections::BTreeMap;

use keystub_server_runtime as rt;

use rt::body::Body;
use rt::call::{Parameters, check_single};
use rt::multipart_read::Form;
use rt::problem::Failure;
use rt::{DecodeError, Value};
use serde_json::Value as Json;

use super::dynamic::{Reader, Received, literal};
use super::forms;
use super::rules::RuleTables;
use super::tables::{Tables, list, parameter};
use crate::model::Api;
use crate::model::operation::{Content, Representation};
use crate::tables;

/// The requests of a document.
#[derive(Debug)]
pub(in crate::live) struct Requests {
    api: &'static Api,
    tables: Tables,
    rules: RuleTables,
    reader: Reader<'static>,
    /// The fields of form bodies, by operation and representation.
    fields: BTreeMap<(usize, usize), &'static [rt::Parameter]>,
    /// The parts of multipart bodies, by operation and representation.
    forms: BTreeMap<(usize, usize), Form>,
}

impl Requests {
    /// The requests of a document with these tables.
    pub fn new(api: &'static Api, tables: Tables) -> Self {
        let (rules, reader) = (RuleTables::new(&api.rules), Reader::new(api));
        Self { api, tables, rules, reader, fields: form_fields(api), forms: multipart_forms(api) }
    }

    /// The index of an operation of the tables.
    pub fn index(&self, operation: &'static rt::Operation) -> usize {
        let position = self.tables.operations.iter().position(|own| std::ptr::eq(own, operation));
        position.expect("every call has an operation of the tables")
    }

    /// The values of the parameters; `None` if absent.
    ///
    /// # Errors
    ///
    /// If a parameter is missing or invalid.
    pub fn parameters(&self, at: usize, parameters: &Parameters) -> Result<Vec<Option<Json>>, Failure> {
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

    /// The value of a JSON or form body.
    ///
    /// # Errors
    ///
    /// If the body is missing or invalid, or has another media type.
    pub async fn body(&self, at: usize, body: Body) -> Result<Option<Json>, Failure> {
        let Some(described) = &self.api.operations[at].body else { return Ok(None) };
        let media_types: Vec<&str> = described.forms.iter().map(|form| form.media_type.as_str()).collect();
        let index = match described.is_required {
            _ if is_typed_by_default(&described.forms.first().content) && media_types.len() == 1 => Some(0),
            true => Some(body.one_of(&media_types)?),
            false => body.optional_one_of(&media_types)?,
        };
        let Some(index) = index else { return Ok(None) };
        let Some(form) = described.forms.iter().nth(index) else { return Ok(None) };
        let value = match &form.content {
            Content::Multipart(id) => {
                let parts = body.optional_parts(self.forms[&(at, index)]).await?;
                let Some(parts) = required(parts, described.is_required)? else { return Ok(None) };
                let check = |value: &Value<'_>| self.check((at, index), value);
                return Ok(Some(forms::value(self.api, (&parts, form, *id), check)?));
            }
            Content::Stream(_) | Content::Bytes => {
                let stream = match described.is_required {
                    true => Some(body.stream(&form.media_type)?),
                    false => body.optional_stream(&form.media_type)?,
                };
                if let Some(mut stream) = stream {
                    while stream.chunk().await.map_err(|_| Failure::TooLarge)?.is_some() {}
                }
                return Ok(None);
            }
            // An empty text is a body if it has a media type.
            Content::Text if described.is_required => Some(Value::Text(body.text(&form.media_type).await?.into())),
            Content::Json(_) | Content::Form(_) | Content::Text => self.value(body, (at, index), form).await?,
        };
        let Some(value) = required(value, described.is_required)? else { return Ok(None) };
        self.check((at, index), &value)?;
        match &form.content {
            Content::Json(ty) | Content::Form(ty) => Ok(Some(self.reader.read(&value, ty)?)),
            Content::Text | Content::Multipart(_) | Content::Stream(_) | Content::Bytes => Ok(None),
        }
    }

    /// Checks the constraints of a body.
    fn check(&self, of: (usize, usize), value: &Value<'_>) -> Result<(), DecodeError> {
        self.api.rules.bodies.get(&of).map_or(Ok(()), |rule| self.rules.get(*rule).check(value))
    }

    /// The value of a body that is JSON, a form or text; `None` if there is no body.
    async fn value(
        &self,
        body: Body,
        of: (usize, usize),
        form: &Representation,
    ) -> Result<Option<Value<'static>>, Failure> {
        match &form.content {
            Content::Json(_) => Ok(body.optional_json::<Received>().await?.map(|Received(value)| value)),
            Content::Form(_) => {
                let read = body.optional_form_with::<Received>(self.fields[&of]).await?;
                Ok(read.map(|Received(value)| value))
            }
            Content::Text | Content::Multipart(_) | Content::Stream(_) | Content::Bytes => {
                let text = body.optional_text(&form.media_type).await?;
                Ok(text.map(|text| Value::Text(text.into())))
            }
        }
    }
}

fn multipart_forms(api: &Api) -> BTreeMap<(usize, usize), Form> {
    let mut all = BTreeMap::new();
    for (at, operation) in api.operations.iter().enumerate() {
        let forms = operation.body.iter().flat_map(|body| body.forms.iter());
        for (index, form) in forms.enumerate() {
            if let Content::Multipart(id) = form.content {
                all.insert((at, index), forms::form(api, id));
            }
        }
    }
    all
}

fn form_fields(api: &Api) -> BTreeMap<(usize, usize), &'static [rt::Parameter]> {
    let mut all = BTreeMap::new();
    for (at, operation) in api.operations.iter().enumerate() {
        let forms = operation.body.iter().flat_map(|body| body.forms.iter());
        for (index, form) in forms.enumerate() {
            let fields = form.fields().map(|field| parameter(&tables::row(api, field)));
            all.insert((at, index), list(fields));
        }
    }
    all
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
