//! `keystub call`: calls one operation with the runtime of generated clients.

mod multipart;
mod pages;
mod upload;

use keystub_client_runtime as rt;

use rt::auth_error::AuthReason;
use rt::core::{Core, CoreBuilder};
use rt::dynamic::DynamicCall;
use rt::form_write::encode_with;
use serde_json::Value;

use super::client::tables::{Tables, parameter};
use crate::diag::escaped;
use crate::model::Api;
use crate::model::operation::{Content, Operation, Representation};
use crate::tables;
use crate::values::{ValueUse, Values};
pub(crate) use multipart::{FileContent, Part, generated_parts};
pub(crate) use upload::Upload;

/// The `User-Agent` of requests.
const AGENT: &str = concat!("keystub/", env!("CARGO_PKG_VERSION"));

/// What is sent to an operation.
#[derive(Debug, Default)]
pub(crate) struct Input {
    /// The values of parameters, by their index.
    pub parameters: Vec<(usize, Value)>,
    /// The body, with the index of its representation.
    pub body: Option<(usize, Sent)>,
}

/// A request body.
#[derive(Debug)]
pub(crate) enum Sent {
    /// A value that is encoded.
    Value(Value),
    /// Bytes that are sent as they are.
    Bytes(Vec<u8>),
    /// A large file that is sent as it is.
    File(Upload),
    /// The parts of a multipart body with their names.
    Parts(Vec<(String, Part)>),
}

/// The client of a document. Its tables live as long as the process.
#[derive(Debug)]
pub(crate) struct Caller {
    /// The model.
    pub api: &'static Api,
    /// The credentials and the server.
    pub builder: CoreBuilder,
    tables: Tables,
}

impl Input {
    /// The large files that are sent. A call with one of them can be prepared again, but not sent twice.
    pub fn uploads(&self) -> Vec<&Upload> {
        match &self.body {
            Some((_, Sent::File(upload))) => vec![upload],
            Some((_, Sent::Parts(parts))) => parts.iter().filter_map(|(_, part)| part.upload()).collect(),
            Some((_, Sent::Value(_) | Sent::Bytes(_))) | None => Vec::new(),
        }
    }
}

impl Caller {
    /// A client without credentials of the server with this URL.
    pub fn new(api: Api, server: &str) -> Self {
        let api: &'static Api = Box::leak(Box::new(api));
        let tables = Tables::new(api);
        Self { api, builder: CoreBuilder::new(tables.schemes, server, AGENT), tables }
    }

    /// Another builder without credentials.
    pub fn new_builder(&self, server: &str) -> CoreBuilder {
        CoreBuilder::new(self.tables.schemes, server, AGENT)
    }

    /// The row of an operation.
    pub fn row(&self, at: usize) -> &'static rt::Operation {
        &self.tables.operations[at]
    }

    /// The schemes whose credentials a call of this operation sends.
    ///
    /// # Errors
    ///
    /// What is missing.
    pub fn chosen(&self, at: usize) -> Result<Vec<&'static str>, AuthReason> {
        self.builder.chosen(&self.tables.operations[at])
    }

    /// Checks the values against the document.
    ///
    /// # Errors
    ///
    /// The first value that is invalid or missing, and why.
    pub fn check(&self, at: usize, input: &Input) -> Result<(), String> {
        let operation = &self.api.operations[at];
        let values = Values::new(self.api, 0);
        for (index, parameter) in operation.parameters.iter().enumerate() {
            match input.parameters.iter().find(|(own, _)| *own == index) {
                None if parameter.is_required => return Err(format!("`--{}` is required", escaped(&parameter.name))),
                None => {}
                Some((_, value)) => values
                    .check(ValueUse::Parameter { operation: at, index }, value)
                    .map_err(|error| escaped(&format!("`--{}`: {error}", parameter.name)))?,
            }
        }
        match (&input.body, &operation.body) {
            (None, Some(body)) if body.is_required => Err("the operation requires a body".to_owned()),
            (Some((index, Sent::Value(value))), _) => values
                .check(ValueUse::Body { operation: at, index: *index }, value)
                .map_err(|error| escaped(&format!("the body: {error}"))),
            (Some((index, Sent::Parts(parts))), _) => match representation(operation, *index) {
                Some(form) => multipart::check(self.api, form, parts).map_err(|error| escaped(&error)),
                None => Ok(()),
            },
            (None | Some((_, Sent::Bytes(_) | Sent::File(_))), _) => Ok(()),
        }
    }

    /// The call.
    ///
    /// # Errors
    ///
    /// If the body cannot be encoded.
    pub fn prepare(&self, at: usize, input: &Input) -> Result<DynamicCall, String> {
        self.prepare_as(&self.tables.operations[at], at, input)
    }

    /// The call with the row of this operation, which may differ from that of the document in its access.
    ///
    /// # Errors
    ///
    /// If the body cannot be encoded.
    pub fn prepare_as(&self, row: &'static rt::Operation, at: usize, input: &Input) -> Result<DynamicCall, String> {
        let operation = &self.api.operations[at];
        let mut call = DynamicCall::new(row);
        input.parameters.iter().for_each(|(index, value)| call.set(*index, value));
        if let Some((index, sent)) = &input.body
            && let Some(form) = representation(operation, *index)
        {
            match sent {
                Sent::Bytes(bytes) => call.body(form.sent_as(), bytes.clone()),
                Sent::File(upload) => call.body(form.sent_as(), upload.body()),
                Sent::Value(value) => call.body(form.sent_as(), self.encoded(form, value)),
                Sent::Parts(parts) => {
                    let (media_type, body) = multipart::encoded(form, parts)?;
                    call.body(&media_type, body);
                }
            }
        }
        Ok(call)
    }

    fn encoded(&self, form: &Representation, value: &Value) -> Vec<u8> {
        match (&form.content, value) {
            (Content::Form(_), value) => {
                let fields: Vec<rt::Parameter> =
                    form.fields().map(|field| parameter(&tables::row(self.api, field))).collect();
                encode_with(value, &fields).map(|(_, bytes)| bytes.to_vec()).unwrap_or_default()
            }
            (Content::Text | Content::Stream(_) | Content::Bytes, Value::String(text)) => text.clone().into_bytes(),
            (Content::Json(_) | Content::Multipart(_) | Content::Text | Content::Stream(_) | Content::Bytes, value) => {
                value.to_string().into_bytes()
            }
        }
    }

    /// The client. Afterwards, the builder has no credentials.
    ///
    /// # Errors
    ///
    /// If the server is not an http or https URL.
    pub fn core(&mut self) -> Result<Core, rt::error::BuildError> {
        let empty = self.new_builder("");
        std::mem::replace(&mut self.builder, empty).build()
    }
}

/// Whether the builder has a credential for the scheme with this index.
pub(crate) fn has_credential(builder: &CoreBuilder, scheme: usize) -> bool {
    let alternative: &'static [rt::SchemeUse] = Vec::leak(vec![rt::SchemeUse::new(scheme, &[])]);
    let access = rt::Access::Guarded { any_of: Vec::leak(vec![alternative]), or_anonymous: false };
    let row = rt::Operation { id: "", method: "GET", path: &[], query: "", parameters: &[], access, accept: "" };
    builder.chosen(&row).is_ok()
}

/// A representation of the body.
pub(crate) fn representation(operation: &Operation, index: usize) -> Option<&Representation> {
    operation.body.as_ref()?.forms.iter().nth(index)
}
