//! The collections that a document shows: `POST /pets` creates what `GET /pets/{id}` returns.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Api;
use crate::model::operation::{Method, Operation, Segment};

/// What an operation does with a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// `POST` on the collection.
    Create,
    /// `GET` on the collection.
    List,
    /// `GET` or `HEAD` on an item.
    Read,
    /// `PUT` on an item.
    Replace,
    /// `PATCH` on an item.
    Update,
    /// `DELETE` on an item.
    Delete,
}

/// The role of an operation. The path of an item is that of its collection and one parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Resource {
    pub role: Role,
    /// The index of the parameter that identifies an item.
    pub id: Option<usize>,
    /// The operation that reads an item.
    pub reader: usize,
}

/// An item below which an operation is: `/pets/{id}` of `/pets/{id}/photo`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ancestor {
    /// How many segments the path of its collection has.
    length: usize,
    /// The index of the parameter that identifies it.
    pub id: usize,
}

/// The items below which operations are, by the index of the operation.
pub(super) fn ancestors(api: &Api) -> BTreeMap<usize, Vec<Ancestor>> {
    let items: BTreeSet<String> = resources(api)
        .iter()
        .filter(|(_, resource)| resource.role == Role::Read)
        .map(|(at, _)| shape(&api.operations[*at]))
        .collect();
    let of = |operation: &Operation| {
        let segments = operation.path.segments.as_slice();
        let inner = segments.iter().enumerate().take(segments.len().saturating_sub(1));
        let ancestor = |(length, segment): (usize, &Segment)| match segment {
            Segment::Parameter(id) => {
                let item = path(&segments[..=length], |_| "{}".to_owned());
                items.contains(&item).then_some(Ancestor { length, id: *id })
            }
            Segment::Text(_) => None,
        };
        inner.filter_map(ancestor).collect::<Vec<_>>()
    };
    let all = api.operations.iter().enumerate().map(|(at, operation)| (at, of(operation)));
    all.filter(|(_, ancestors)| !ancestors.is_empty()).collect()
}

impl Ancestor {
    /// The path of its collection in a request.
    pub fn collection(self, operation: &Operation, value: impl Fn(usize) -> String) -> String {
        path(&operation.path.segments[..self.length], value).trim_end_matches('/').to_owned()
    }
}

/// The roles of operations, by their index. An operation on anything but a collection has none.
pub(super) fn resources(api: &Api) -> BTreeMap<usize, Resource> {
    // What can change: the collections to which items are added, and those whose items are changed.
    let changed = api.operations.iter().filter_map(|own| match own.method {
        Method::Post => Some(shape(own)),
        Method::Put | Method::Patch | Method::Delete => Some(item(own)?.0),
        Method::Get | Method::Head | Method::Options | Method::Trace | Method::Query | Method::Other(_) => None,
    });
    let changed: BTreeSet<String> = changed.collect();
    let readers = api.operations.iter().enumerate().filter(|(_, own)| own.method == Method::Get);
    // The operation that reads an item, by the path of its collection.
    let readers: BTreeMap<String, usize> = readers.filter_map(|(at, own)| Some((item(own)?.0, at))).collect();
    let reader = |collection: &String| readers.get(collection).filter(|_| changed.contains(collection)).copied();
    let role = |(at, operation): (usize, &Operation)| {
        let resource = match (reader(&shape(operation)), item(operation)) {
            (Some(reader), _) => Resource { role: on_collection(&operation.method)?, id: None, reader },
            (None, Some((collection, id))) => {
                Resource { role: on_item(&operation.method)?, id: Some(id), reader: reader(&collection)? }
            }
            (None, None) => return None,
        };
        Some((at, resource))
    };
    api.operations.iter().enumerate().filter_map(role).collect()
}

fn on_collection(method: &Method) -> Option<Role> {
    match method {
        Method::Post => Some(Role::Create),
        Method::Get => Some(Role::List),
        _ => None,
    }
}

fn on_item(method: &Method) -> Option<Role> {
    match method {
        Method::Get | Method::Head => Some(Role::Read),
        Method::Put => Some(Role::Replace),
        Method::Patch => Some(Role::Update),
        Method::Delete => Some(Role::Delete),
        _ => None,
    }
}

/// The path without the names of its parameters.
fn shape(operation: &Operation) -> String {
    path(&operation.path.segments, |_| "{}".to_owned())
}

/// The path of the collection of an item, and the index of the parameter that identifies the item.
fn item(operation: &Operation) -> Option<(String, usize)> {
    let (Segment::Parameter(id), rest) = operation.path.segments.split_last()? else { return None };
    let collection = path(rest, |_| "{}".to_owned());
    Some((collection.strip_suffix('/')?.to_owned(), *id))
}

/// The path of the collection to which a request belongs.
pub(super) fn collection(operation: &Operation, resource: Resource, value: impl Fn(usize) -> String) -> String {
    let segments = operation.path.segments.as_slice();
    let rest = match (resource.id, segments.split_last()) {
        (Some(_), Some((_, rest))) => rest,
        _ => segments,
    };
    path(rest, value).trim_end_matches('/').to_owned()
}

fn path(segments: &[Segment], parameter: impl Fn(usize) -> String) -> String {
    let parts = segments.iter().map(|segment| match segment {
        Segment::Text(text) => text.clone(),
        Segment::Parameter(index) => parameter(*index),
    });
    parts.collect()
}
