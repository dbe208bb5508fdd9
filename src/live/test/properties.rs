//! Properties that clients must not set: `readOnly` ones of requests.

use super::check::CheckId;
use super::contract::Observation;
use super::probe::{Connection, Verdict};
use super::runner::{Control, Runner};
use crate::model::Api;
use crate::model::operation::{Content, Method};
use crate::model::schema::{Direction, Scalar, Shape, TypeRef};
use keystub_client_runtime::reqwest::Request;
use keystub_client_runtime::reqwest::header::CONTENT_LENGTH;
use serde_json::Value;

/// Sends an object with another value of a `readOnly` property, and reads it again.
pub(super) async fn probe(runner: &mut Runner<'_>, control: &Control, controls: &[Control]) {
    let operation = &runner.api.operations[control.operation];
    let is_change = matches!(operation.method, Method::Put | Method::Patch);
    if !is_change || !runner.options.selection.contains(CheckId::PropertyOfOther) {
        return;
    }
    let is_reader = |other: &&Control| {
        let other = &runner.api.operations[other.operation];
        other.method == Method::Get && other.path.text == operation.path.text
    };
    let Some(reader) = controls.iter().find(is_reader) else { return };
    let Some(request) = reader.request.try_clone() else { return };
    for name in read_only(runner.api, control.operation) {
        let Some(before) = member(runner, &request, &name).await else { continue };
        let Some((changed, value)) = changed(&control.request, &name, &before) else { continue };
        let Ok(response) = runner.send(Connection::Account(0), &changed).await else { return };
        let Some(after) = member(runner, &request, &name).await else { continue };
        let verdict = if after == value { Verdict::Broken } else { Verdict::Kept };
        let got = format!("{}, and then `{name}` is {after}", response.status.as_u16());
        let expected = format!("`{name}` stays {before}");
        let observation =
            Observation { check: CheckId::PropertyOfOther, part: Some(name.clone()), verdict, expected, got };
        runner.observe(control.operation, observation, &format!("`{name}`: {value}"), Some(&changed));
    }
}

/// The text and number properties of the body that are `readOnly`.
fn read_only(api: &Api, at: usize) -> Vec<String> {
    let Some(body) = &api.operations[at].body else { return Vec::new() };
    let Content::Json(ty) = &body.forms.first().content else { return Vec::new() };
    let mut ty = ty;
    loop {
        ty = match ty {
            TypeRef::Nullable(inner) => inner,
            TypeRef::Named(id) | TypeRef::Boxed(id) => match &api.type_def(*id).shape {
                Shape::Alias(target) => target,
                Shape::Struct(shape) => {
                    let own = shape.fields.iter().filter(|field| field.direction == Direction::ReadOnly);
                    let is_plain = |ty: &TypeRef| {
                        matches!(ty, TypeRef::Scalar(Scalar::Text | Scalar::Int32 | Scalar::Int64 | Scalar::Float64))
                    };
                    return own.filter(|field| is_plain(&field.ty)).map(|field| field.wire.clone()).collect();
                }
                Shape::Enum(_) | Shape::Tuple(_) | Shape::Union(_) => return Vec::new(),
            },
            TypeRef::Scalar(_) | TypeRef::List(_) | TypeRef::Map(_) => return Vec::new(),
        };
    }
}

/// The member of the object that the request reads.
async fn member(runner: &mut Runner<'_>, request: &Request, name: &str) -> Option<Value> {
    let response = runner.send(Connection::Account(0), request).await.ok()?;
    let value: Value = serde_json::from_slice(&response.body).ok().filter(|_| response.status.is_success())?;
    value.get(name).cloned()
}

/// The valid request with another value of the property.
fn changed(request: &Request, name: &str, before: &Value) -> Option<(Request, Value)> {
    let value = match before {
        Value::String(text) => Value::from(format!("{text}-keystub")),
        Value::Number(number) => Value::from(number.as_i64()?.checked_add(1)?),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    let mut changed = request.try_clone()?;
    let mut body: Value = serde_json::from_slice(request.body()?.as_bytes()?).ok()?;
    body.as_object_mut()?.insert(name.to_owned(), value.clone());
    changed.headers_mut().remove(CONTENT_LENGTH);
    *changed.body_mut() = Some(body.to_string().into());
    Some((changed, value))
}
