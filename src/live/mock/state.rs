//! What the state of collections changes in a response.

use serde_json::{Map, Value as Json};

use super::app::App;
use super::exchange::Exchange;
use super::resource::{Resource, Role, collection};
use super::store::State;
use crate::model::operation::{Content, Operation, Segment, Status};
use crate::values::{Presets, ValueError, ValueUse, Values};

/// The most items that a list shows.
const MOST_ITEMS: usize = 100;

impl App {
    /// Why the item of a request does not exist.
    pub(super) fn missing(&self, exchange: &Exchange) -> Option<String> {
        if self.has_deleted_ancestor(exchange) {
            return Some("the item to which it belongs was deleted".to_owned());
        }
        let (resource, collection) = self.resource(exchange)?;
        let id = self.id(exchange, resource)?;
        let is_deleted = self.store.get(&collection, &id) == Some(State::Deleted);
        // `PUT` may create an item again.
        (is_deleted && resource.role != Role::Replace).then(|| "the item was deleted".to_owned())
    }

    fn has_deleted_ancestor(&self, exchange: &Exchange) -> bool {
        let ancestors = self.ancestors.get(&exchange.operation).filter(|_| !self.is_stateless);
        let operation = &self.api.operations[exchange.operation];
        let text = |index: usize| exchange.text(index).unwrap_or_default();
        ancestors.into_iter().flatten().any(|ancestor| {
            let collection = ancestor.collection(operation, text);
            self.store.get(&collection, &text(ancestor.id)) == Some(State::Deleted)
        })
    }

    /// The value of a response. A success takes part in the state of its collection.
    pub(super) fn value(&self, exchange: &Exchange, of: ValueUse, status: u16) -> Result<Json, ValueError> {
        let operation = &self.api.operations[exchange.operation];
        let presets = presets(operation, exchange);
        if !(200..300).contains(&status) {
            // Problem documents and the like repeat the status.
            return self.values.value(of, &presets.with("status", &status.to_string()));
        }
        let Some((resource, collection)) = self.resource(exchange) else { return self.values.value(of, &presets) };
        match resource.role {
            Role::List => Ok(self.list(exchange, (resource, &collection), of, self.values.value(of, &presets)?)),
            Role::Create => self.create(exchange, (resource, &collection), of),
            Role::Read | Role::Replace | Role::Update | Role::Delete => {
                let base = self.values.value(of, &presets)?;
                self.change(exchange, status);
                let id = self.id(exchange, resource).unwrap_or_default();
                Ok(match self.store.get(&collection, &id) {
                    Some(State::Present { properties, .. }) => self.merged(of, base, &properties),
                    Some(State::Deleted) | None => base,
                })
            }
        }
    }

    /// Records what a successful request changes.
    pub(super) fn change(&self, exchange: &Exchange, status: u16) {
        let Some((resource, collection)) = self.resource(exchange).filter(|_| (200..300).contains(&status)) else {
            return;
        };
        let id = self.id(exchange, resource);
        let body = exchange.body.as_ref().and_then(Json::as_object);
        match (resource.role, id, body) {
            (Role::Delete, Some(id), _) => self.store.delete(&collection, &id),
            (Role::Replace, Some(id), Some(body)) => self.store.change(&collection, &id, body, false),
            (Role::Update, Some(id), Some(body)) => self.store.change(&collection, &id, body, true),
            (Role::Create, None, body) => {
                let number = self.new_number();
                let id = self.identifier(resource, &number.into(), number);
                self.store.create(&collection, &id, body.cloned().unwrap_or_default());
            }
            _ => {}
        }
    }

    fn create(
        &self,
        exchange: &Exchange,
        (resource, collection): (Resource, &str),
        of: ValueUse,
    ) -> Result<Json, ValueError> {
        let operation = &self.api.operations[exchange.operation];
        let number = self.new_number();
        let id = self.identifier(resource, &number.into(), number);
        let presets = presets(operation, exchange).with("id", &id);
        let presets = match self.path_parameter(resource) {
            Some(index) => presets.with(&self.api.operations[resource.reader].parameters[index].name, &id),
            None => presets,
        };
        let base = self.values.generated(of, &presets)?;
        let body = exchange.body.as_ref().and_then(Json::as_object).cloned().unwrap_or_default();
        let value = self.merged(of, base, &body);
        let mut properties = body;
        properties.extend(value.as_object().cloned().unwrap_or_default());
        let id = self.id_property(resource, &value).map_or(id, plain);
        self.store.create(collection, &id, properties);
        Ok(value)
    }

    /// The list with each item as the operation on items returns it, with those that callers created, and without those
    /// that they deleted.
    fn list(&self, exchange: &Exchange, (resource, collection): (Resource, &str), of: ValueUse, value: Json) -> Json {
        let mut list = value.clone();
        let Some(shown) = items(&mut list) else { return value };
        let identified = (1..).zip(&*shown).filter_map(|(number, item)| {
            let own = self.id_property(resource, item)?;
            Some(self.identifier(resource, own, number))
        });
        let known: Vec<String> = identified.collect();
        let created = self.store.created(collection).into_iter().filter(|id| !known.contains(id));
        let ids: Vec<String> = known.iter().cloned().chain(created).take(MOST_ITEMS).collect();
        if known.len() != shown.len() {
            return value;
        }
        *shown = ids.iter().filter_map(|id| self.item(exchange, (resource, collection), id)).collect();
        if self.values.check(of, &list).is_ok() { list } else { value }
    }

    /// The item as the operation on items returns it; `None` if it was deleted.
    fn item(&self, exchange: &Exchange, (resource, collection): (Resource, &str), id: &str) -> Option<Json> {
        let reader = &self.api.operations[resource.reader];
        let response = reader.responses.iter().position(|own| matches!(own.status, Status::Code(200..=299)))?;
        let of = ValueUse::Response { operation: resource.reader, response, index: 0 };
        let is_json = matches!(reader.responses[response].forms.first()?.content, Content::Json(_));
        let presets = self.presets_of_item(exchange, reader, id);
        let base = self.values.value(of, &presets).ok().filter(|_| is_json)?;
        match self.store.get(collection, id) {
            Some(State::Deleted) => None,
            Some(State::Present { properties, .. }) => Some(self.merged(of, base, &properties)),
            None => Some(base),
        }
    }

    /// The value with these properties, as far as it stays valid.
    pub(super) fn merged(&self, of: ValueUse, base: Json, properties: &Map<String, Json>) -> Json {
        let mut value = base;
        for (name, sent) in properties {
            let mut changed = value.clone();
            if let Json::Object(object) = &mut changed {
                match sent {
                    Json::Null => drop(object.remove(name)),
                    sent => drop(object.insert(name.clone(), sent.clone())),
                }
            }
            if self.values.check(of, &changed).is_ok() {
                value = changed;
            }
        }
        value
    }

    /// The values of the path of an item: those of its collection in the same order, and the identifier.
    fn presets_of_item(&self, exchange: &Exchange, reader: &Operation, id: &str) -> Presets {
        let own = path_parameters(&self.api.operations[exchange.operation]);
        let of_reader: Vec<usize> = path_parameters(reader).collect();
        let values: Vec<String> =
            own.map(|index| exchange.text(index).unwrap_or_default()).chain([id.to_owned()]).collect();
        let value = |index: usize| values.get(of_reader.iter().position(|own| *own == index)?).cloned();
        Presets::of_path(reader, value)
    }

    fn resource(&self, exchange: &Exchange) -> Option<(Resource, String)> {
        let resource = *self.resources.get(&exchange.operation).filter(|_| !self.is_stateless)?;
        let operation = &self.api.operations[exchange.operation];
        Some((resource, collection(operation, resource, |index| exchange.text(index).unwrap_or_default())))
    }

    /// The parameter of the operation that reads an item, by which the item is identified.
    fn path_parameter(&self, resource: Resource) -> Option<usize> {
        path_parameters(&self.api.operations[resource.reader]).last()
    }

    /// The property that identifies an item: the one with the name of the parameter in its path, else one of a usual name.
    fn id_property<'v>(&self, resource: Resource, item: &'v Json) -> Option<&'v Json> {
        let object = item.as_object()?;
        let reader = &self.api.operations[resource.reader];
        let parameter = self.path_parameter(resource).map(|index| reader.parameters[index].name.as_str());
        let names = parameter.into_iter().chain(["id", "uuid", "_id", "key", "slug", "name"]);
        names.into_iter().find_map(|name| object.get(name))
    }

    /// This identifier as text, if the path of an item may contain it, else another one for this number.
    fn identifier(&self, resource: Resource, own: &Json, number: u64) -> String {
        let text = plain(own);
        let Some(index) = self.path_parameter(resource) else { return text };
        let of = ValueUse::Parameter { operation: resource.reader, index };
        let forms = [Some(own.clone()), Some(Json::String(text.clone())), text.parse::<i64>().ok().map(Json::from)];
        if forms.into_iter().flatten().any(|form| self.values.check(of, &form).is_ok()) {
            return text;
        }
        let values = Values::new(self.api, self.seed.wrapping_add(number));
        values.value(of, &Presets::default()).map_or(text, |value| plain(&value))
    }

    fn id(&self, exchange: &Exchange, resource: Resource) -> Option<String> {
        exchange.text(resource.id?)
    }
}

impl Exchange {
    /// The value of a parameter as text.
    fn text(&self, parameter: usize) -> Option<String> {
        self.parameters.get(parameter)?.as_ref().map(plain)
    }
}

/// The values of the path, by which the value of a response is made.
fn presets(operation: &Operation, exchange: &Exchange) -> Presets {
    Presets::of_path(operation, |index| exchange.text(index))
}

/// The indexes of the parameters of a path, in its order.
fn path_parameters(operation: &Operation) -> impl Iterator<Item = usize> {
    operation.path.segments.iter().filter_map(|segment| match segment {
        Segment::Parameter(index) => Some(*index),
        Segment::Text(_) => None,
    })
}

/// The items of a list: the value itself, or its only property that is one.
fn items(value: &mut Json) -> Option<&mut Vec<Json>> {
    match value {
        Json::Array(items) => Some(items),
        Json::Object(object) => {
            let mut lists =
                object.values_mut().filter_map(Json::as_array_mut).filter(|items| items.iter().all(Json::is_object));
            lists.next()
        }
        _ => None,
    }
}

/// The text of a value in a path.
fn plain(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}
