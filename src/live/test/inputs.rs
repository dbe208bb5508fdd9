//! The values of requests: given ones, those of objects that exist, and generated ones.

use std::collections::BTreeMap;

use keystub_server_runtime::Value as Received;
use serde_json::Value;

use crate::live::call::{Input, Sent, generated_parts};
use crate::live::request_text::parameter_value;
use crate::model::Api;
use crate::model::operation::{Content, Method, Operation, Parameter, ParameterStyle, Segment};
use crate::values::{Presets, ValueError, ValueUse, Values};

/// The ids of objects, by the path of their collection.
#[derive(Debug, Default)]
pub(super) struct Inputs {
    ids: BTreeMap<String, String>,
    /// The ids that are used even if the user gave others: those of objects that the run created, and reads and deletes.
    preferred: BTreeMap<String, String>,
    given: Vec<(String, String)>,
    /// Whether optional parameters are sent.
    has_optional: bool,
}

impl Inputs {
    pub fn new(given: Vec<(String, String)>, has_optional: bool) -> Self {
        Self { given, has_optional, ..Self::default() }
    }

    /// From now on uses the id of this object of a collection, whatever the user gave.
    pub fn prefer(&mut self, collection: &str, id: String) {
        self.preferred.insert(collection.to_owned(), id);
    }

    /// Remembers the id of an object of a collection.
    pub fn remember(&mut self, collection: &str, id: String) {
        self.ids.insert(collection.to_owned(), id);
    }

    /// Remembers an object of a list, or an object that was created.
    pub fn learn(&mut self, api: &Api, at: usize, body: &[u8]) {
        let operation = &api.operations[at];
        let is_producer = matches!(operation.method, Method::Get | Method::Post);
        let Some(id) = serde_json::from_slice(body).ok().filter(|_| is_producer).and_then(|value| first_id(&value))
        else {
            return;
        };
        let is_collection =
            api.operations.iter().any(|other| last_collection(other).as_deref() == Some(&operation.path.text));
        if is_collection {
            self.remember(&operation.path.text, id);
        }
    }

    /// The values of a valid request: required parameters, optional ones if they are wanted, and the body.
    ///
    /// # Errors
    ///
    /// Why there is none.
    pub fn valid(&self, api: &Api, values: &Values<'_>, at: usize) -> Result<Input, String> {
        let operation = &api.operations[at];
        let mut input = Input::default();
        for (index, parameter) in operation.parameters.iter().enumerate() {
            let is_given = self.given.iter().any(|(name, _)| *name == parameter.name);
            if parameter.is_required || is_given || self.has_optional {
                input.parameters.push((index, self.parameter(api, values, (at, index))?));
            }
        }
        if let Some(body) = &operation.body {
            let form = body.forms.first();
            let value = values.value(ValueUse::Body { operation: at, index: 0 }, &Presets::default());
            let value = value.map_err(|error| error.to_string())?;
            let sent = match form.content {
                Content::Multipart(id) => Sent::Parts(generated_parts(api, form, id, value)),
                Content::Json(_) | Content::Form(_) | Content::Text | Content::Stream(_) | Content::Bytes => {
                    Sent::Value(value)
                }
            };
            input.body = Some((0, sent));
        }
        Ok(input)
    }

    fn parameter(&self, api: &Api, values: &Values<'_>, (at, index): (usize, usize)) -> Result<Value, String> {
        let operation = &api.operations[at];
        let parameter = &operation.parameters[index];
        let given = self.given.iter().find(|(name, _)| *name == parameter.name).map(|(_, value)| value);
        let of_collection = |ids: &BTreeMap<String, String>| {
            let id = collection(operation, parameter).and_then(|path| ids.get(&path).cloned());
            id.filter(|id| !id.contains('/'))
        };
        let preferred = of_collection(&self.preferred);
        let is_checked = preferred.is_none() && given.is_none();
        let text = preferred.or_else(|| given.cloned()).or_else(|| of_collection(&self.ids));
        let of = ValueUse::Parameter { operation: at, index };
        // The ids of objects need not satisfy the schema of the parameter.
        if let Some(text) = &text
            && let Ok(value) = parameter_value(api, &Received::Text(text.as_str().into()), &parameter.ty)
            && (!is_checked || values.check(of, &value).is_ok())
        {
            return Ok(value);
        }
        let failed = |error: ValueError| format!("parameter `{}`: {error}", parameter.name);
        let value = values.value(of, &Presets::default()).map_err(failed)?;
        if can_be_sent(parameter, &value) {
            return Ok(value);
        }
        let others =
            (1..=OTHER_SEEDS).filter_map(|seed| Values::new(api, seed).generated(of, &Presets::default()).ok());
        Ok(others.into_iter().find(|other| can_be_sent(parameter, other)).unwrap_or(value))
    }
}

/// How many other values are tried if one cannot be sent.
const OTHER_SEEDS: u64 = 8;

/// Whether a value keeps its meaning in its place: servers refuse or change `/` and dot segments in a path, and recipients
/// remove spaces around a header field (RFC 9110, section 5.5).
fn can_be_sent(parameter: &Parameter, value: &Value) -> bool {
    let Value::String(text) = value else { return true };
    match parameter.style {
        ParameterStyle::Path(_) => !text.contains(['/', '\\']) && !matches!(text.as_str(), "" | "." | ".."),
        ParameterStyle::Header => text.trim() == text && !text.contains(['\r', '\n', '\0']),
        ParameterStyle::Query(_) | ParameterStyle::Cookie | ParameterStyle::CookieJson | ParameterStyle::HeaderJson => {
            true
        }
    }
}

/// The path of the collection whose objects a path parameter identifies: the path before it.
pub(super) fn collection(operation: &Operation, parameter: &Parameter) -> Option<String> {
    if !matches!(parameter.style, ParameterStyle::Path(_)) {
        return None;
    }
    let (before, _) = operation.path.text.split_once(&format!("/{{{}}}", parameter.name))?;
    Some(before.to_owned())
}

/// The collection of the objects of an operation whose path ends with a parameter.
pub(super) fn last_collection(operation: &Operation) -> Option<String> {
    match operation.path.segments.last()? {
        Segment::Parameter(index) => collection(operation, &operation.parameters[*index]),
        Segment::Text(_) => None,
    }
}

/// The ids of the objects of a list: an array, or the first array of an object.
pub(super) fn ids(value: &Value) -> Vec<String> {
    let items = match value {
        Value::Array(items) => Some(items),
        Value::Object(members) => members.values().find_map(Value::as_array),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    };
    items.into_iter().flatten().filter_map(id).collect()
}

/// The id of an object: `id`, else the first member whose name ends with it.
pub(super) fn id(value: &Value) -> Option<String> {
    let members = value.as_object()?;
    let named = || members.iter().find(|(name, _)| name.ends_with("Id") || name.ends_with("_id")).map(|(_, id)| id);
    match members.get("id").or_else(named)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn first_id(value: &Value) -> Option<String> {
    ids(value).into_iter().next().or_else(|| id(value))
}

/// The collection and the id of what a response says was created: by `Location`, else by its body.
pub(super) fn created(operation: &Operation, location: Option<&str>, body: &[u8]) -> Option<(String, String)> {
    if operation.method != Method::Post {
        return None;
    }
    let in_body = || serde_json::from_slice(body).ok().and_then(|value| id(&value));
    let in_location = || {
        let last = location?.split(['?', '#']).next()?.trim_end_matches('/').rsplit('/').next()?;
        percent_encoding::percent_decode_str(last).decode_utf8().ok().map(std::borrow::Cow::into_owned)
    };
    Some((operation.path.text.clone(), in_body().or_else(in_location)?))
}
