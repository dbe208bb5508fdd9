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

/// A `readOnly` property of an object.
struct Property<'r> {
    name: String,
    /// The valid request that changes the object.
    change: &'r Request,
    /// The request that reads the same object.
    read: &'r Request,
}

/// Sends an object with another value of each `readOnly` property, and reads it again. If the server takes the value,
/// sends the old one. No value is reported: what the server has may be a secret that the run does not know.
pub(super) async fn probe(runner: &mut Runner<'_>, control: &Control, controls: &[Control]) {
    let api = runner.api;
    let is_change = matches!(api.operations[control.operation].method, Method::Put | Method::Patch);
    if !is_change || !runner.options.selection.contains(CheckId::PropertyOfOther) {
        return;
    }
    let Some(read) = controls.iter().find_map(|other| reader(api, control, other)) else { return };
    for name in read_only(api, control.operation) {
        let property = Property { name, change: &control.request, read: &read };
        probe_property(runner, control.operation, &property).await;
    }
}

async fn probe_property(runner: &mut Runner<'_>, at: usize, property: &Property<'_>) {
    let name = &property.name;
    let Some(before) = property.value(runner).await else { return };
    let Some(value) = other_value(&before) else { return };
    let Some(changed) = property.changed_to(&value) else { return };
    let response = runner.send(Connection::Account(0), &changed).await;
    let after = property.value(runner).await;
    let verdict = match (&response, &after) {
        (_, Some(after)) if is_equal(after, &value) => Verdict::Broken,
        (Ok(response), Some(_)) if !matches!(response.status.as_u16(), 429 | 503) => Verdict::Kept,
        (Ok(_) | Err(_), _) => Verdict::Inconclusive,
    };
    let status = response.map_or_else(|_| "no response".to_owned(), |response| response.status.as_u16().to_string());
    let effect = match (verdict, &after) {
        (Verdict::Broken, _) => "has the value that was sent",
        (Verdict::Kept | Verdict::Inconclusive, Some(_)) => "does not have the value that was sent",
        (Verdict::Kept | Verdict::Inconclusive, None) => "cannot be read",
    };
    let got = format!("{status}, and then `{name}` {effect}");
    let expected = format!("`{name}` does not take the value that is sent");
    let observation = Observation { check: CheckId::PropertyOfOther, part: Some(name.clone()), verdict, expected, got };
    runner.observe(at, observation, &format!("the valid body with another value of `{name}`"), Some(&changed));
    // The server may have changed the property by itself, as it does with the time of the last change. Then it also
    // ignores the old value, and nothing has to be reported.
    if after.as_ref() != Some(&before) && !property.restore(runner, &before).await && verdict != Verdict::Kept {
        let operation = &runner.api.operations[at];
        let operation = operation.title();
        runner.notes.insert(format!("{operation}: `{name}` was changed and may not have its old value again"));
    }
}

impl Property<'_> {
    /// The value that the server has.
    async fn value(&self, runner: &mut Runner<'_>) -> Option<Value> {
        let response = runner.send(Connection::Account(0), self.read).await.ok()?;
        let object: Value = serde_json::from_slice(&response.body).ok().filter(|_| response.status.is_success())?;
        object.get(&self.name).cloned()
    }

    /// The valid request with a value of the property.
    fn changed_to(&self, value: &Value) -> Option<Request> {
        let mut changed = self.change.try_clone()?;
        let mut body: Value = serde_json::from_slice(self.change.body()?.as_bytes()?).ok()?;
        body.as_object_mut()?.insert(self.name.clone(), value.clone());
        changed.headers_mut().remove(CONTENT_LENGTH);
        *changed.body_mut() = Some(body.to_string().into());
        Some(changed)
    }

    /// Sends the old value, and returns whether the server has it again.
    async fn restore(&self, runner: &mut Runner<'_>, before: &Value) -> bool {
        let Some(request) = self.changed_to(before) else { return false };
        runner.send(Connection::Account(0), &request).await.is_ok()
            && self.value(runner).await.is_some_and(|value| is_equal(&value, before))
    }
}

/// The request of a call that reads objects, with the URL path of the object that is changed: the ids may differ.
fn reader(api: &Api, control: &Control, other: &Control) -> Option<Request> {
    let (change, read) = (&api.operations[control.operation], &api.operations[other.operation]);
    if read.method != Method::Get || read.path.text != change.path.text {
        return None;
    }
    let mut request = other.request.try_clone()?;
    let path = control.request.url().path();
    request.url_mut().set_path(path);
    (request.url().path() == path).then_some(request)
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

/// A value of the same type. It does not depend on the old one, except that it differs: a report may contain it.
fn other_value(before: &Value) -> Option<Value> {
    match before {
        Value::String(text) => Some(Value::from(if text == "keystub" { "keystub-2" } else { "keystub" })),
        // Not the next number either, which a server that counts changes would have by itself.
        Value::Number(number) => {
            let is_near = number.as_f64().is_some_and(|own| (own - 41.0).abs() < 2.0);
            Some(Value::from(if is_near { 44 } else { 41 }))
        }
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Whether two values are equal. A server may write an integer as `41.0`.
fn is_equal(one: &Value, other: &Value) -> bool {
    one == other || one.as_f64().is_some_and(|number| other.as_f64() == Some(number))
}
