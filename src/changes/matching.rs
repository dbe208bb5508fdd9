//! Which parts of two versions of an operation belong together.

use std::collections::BTreeMap;

use super::versions::{Pair, route};
use crate::model::operation::{Operation, Response, Status};
use crate::model::parameter::{Parameter, ParameterStyle};

/// An element of a list, with its index.
pub type Indexed<'a, T> = (usize, &'a T);

/// The elements of two lists by whether both have them.
pub struct Matched<'a, T> {
    /// The elements that both have, in the order of the newer list.
    pub both: Vec<(Indexed<'a, T>, Indexed<'a, T>)>,
    /// The elements that only the older list has.
    pub removed: Vec<Indexed<'a, T>>,
    /// The elements that only the newer list has.
    pub added: Vec<Indexed<'a, T>>,
}

/// Matches the elements of two lists by a key. Of elements with the same key the first counts.
pub fn matched<'a, T, K: Ord>(
    old: impl IntoIterator<Item = &'a T>,
    new: impl IntoIterator<Item = &'a T>,
    key: impl Fn(usize, &T) -> K,
) -> Matched<'a, T> {
    let mut left: BTreeMap<K, Indexed<'a, T>> = BTreeMap::new();
    for (index, item) in old.into_iter().enumerate() {
        left.entry(key(index, item)).or_insert((index, item));
    }
    let (mut both, mut added) = (Vec::new(), Vec::new());
    for (index, item) in new.into_iter().enumerate() {
        match left.remove(&key(index, item)) {
            Some(before) => both.push((before, (index, item))),
            None => added.push((index, item)),
        }
    }
    let mut removed: Vec<Indexed<'a, T>> = left.into_values().collect();
    removed.sort_by_key(|(index, _)| *index);
    Matched { both, removed, added }
}

/// The parameters by location and name; those of one path by their order in it.
pub fn parameters<'a>(pair: &Pair<'a>) -> Matched<'a, Parameter> {
    let has_same_path = route(pair.old).1 == route(pair.new).1;
    matched(&pair.old.parameters, &pair.new.parameters, |index, parameter| {
        let name = match parameter.style {
            ParameterStyle::Path(_) if has_same_path => index.to_string(),
            ParameterStyle::Header | ParameterStyle::HeaderJson => parameter.name.to_ascii_lowercase(),
            ParameterStyle::Path(_)
            | ParameterStyle::Query(_)
            | ParameterStyle::Cookie
            | ParameterStyle::CookieJson => parameter.name.clone(),
        };
        (location(parameter.style), name)
    })
}

/// The header fields of a response; their names are case-insensitive.
pub fn headers<'a>(old: &'a Response, new: &'a Response) -> Matched<'a, Parameter> {
    matched(&old.headers, &new.headers, |_, header| header.name.to_ascii_lowercase())
}

/// The responses of two versions of an operation.
pub struct Responses<'a> {
    /// Those that belong together. A status that only one version lists belongs to the range or the default that covers it
    /// in the other.
    pub both: Vec<(&'a Response, &'a Response)>,
    /// Those of the older version without a counterpart.
    pub removed: Vec<&'a Response>,
    /// Those of the newer version without a counterpart.
    pub added: Vec<&'a Response>,
}

/// Matches the responses of two versions of an operation.
pub fn responses<'a>(pair: &Pair<'a>) -> Responses<'a> {
    let mut responses = Responses { both: Vec::new(), removed: Vec::new(), added: Vec::new() };
    for old in &pair.old.responses {
        match response(pair.new, old.status) {
            Some(new) => responses.both.push((old, new)),
            None => responses.removed.push(old),
        }
    }
    for new in pair.new.responses.iter().filter(|new| listed(pair.old, new.status).is_none()) {
        match response(pair.old, new.status) {
            Some(old) => responses.both.push((old, new)),
            None => responses.added.push(new),
        }
    }
    responses
}

/// The response that an operation lists under `status`.
fn listed(operation: &Operation, status: Status) -> Option<&Response> {
    operation.responses.iter().find(|response| response.status == status)
}

/// The response of an operation for what another version lists under `status`: the same status, or else the range or
/// the default that covers it. Next to a response of success, a default describes errors.
fn response(operation: &Operation, status: Status) -> Option<&Response> {
    let range = match status {
        Status::Code(code) => u8::try_from(code / 100).ok().map(Status::Range),
        Status::Range(_) | Status::Default => None,
    };
    let has_success = || operation.responses.iter().any(|response| !is_error(response.status));
    let default = (is_error(status) || !has_success()).then_some(Status::Default);
    let covering = [Some(status), range, default];
    covering.into_iter().flatten().find_map(|status| listed(operation, status))
}

/// Whether a status is not one of success. A default usually describes errors.
pub fn is_error(status: Status) -> bool {
    match status {
        Status::Code(code) => code >= 400,
        Status::Range(digit) => digit >= 4,
        Status::Default => true,
    }
}

/// `404`, `4XX` or `default`.
pub fn status_text(status: Status) -> String {
    match status {
        Status::Code(code) => code.to_string(),
        Status::Range(digit) => format!("{digit}XX"),
        Status::Default => "default".to_owned(),
    }
}

/// The value of `in`.
pub fn location(style: ParameterStyle) -> &'static str {
    match style {
        ParameterStyle::Path(_) => "path",
        ParameterStyle::Query(_) => "query",
        ParameterStyle::Header | ParameterStyle::HeaderJson => "header",
        ParameterStyle::Cookie | ParameterStyle::CookieJson => "cookie",
    }
}
