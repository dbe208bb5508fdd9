//! The requests that an entry of `paths` matches, and whether an operation at another entry would receive some of them.

use super::path::{self, Piece};
use crate::document::QUERY;
use crate::model::operation::{Method, Operation, Segment};

/// The keys of a path item that are methods (OpenAPI 3.0.3, section 4.7.9.1).
pub(in crate::lower) const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// The method for a key of a path item.
pub(in crate::lower) fn method(key: &str) -> Option<Method> {
    Some(match key {
        "get" => Method::Get,
        "put" => Method::Put,
        "post" => Method::Post,
        "delete" => Method::Delete,
        "options" => Method::Options,
        "head" => Method::Head,
        "patch" => Method::Patch,
        "trace" => Method::Trace,
        QUERY => Method::Query,
        _ => return None,
    })
}

/// The requests that an entry of `paths` matches.
pub(in crate::lower) struct Route {
    /// `None` if any method is possible.
    method: Option<Method>,
    forms: Vec<PathForm>,
    /// Method and path for messages.
    pub(in crate::lower) text: String,
}

impl Route {
    pub(in crate::lower) fn new(method: Option<Method>, path: &str) -> Self {
        let text = match &method {
            Some(method) => format!("{} {path}", method.as_str()),
            None => path.to_owned(),
        };
        Self { method, forms: PathForm::of_key(path), text }
    }

    /// The method; `None` if any method is possible.
    pub(in crate::lower) fn method(&self) -> Option<&Method> {
        self.method.as_ref()
    }

    /// Whether an operation at `other` would receive some of the requests.
    pub(in crate::lower) fn may_reach_route(&self, other: &Route) -> bool {
        let Some(method) = other.method() else { return true };
        other.forms.iter().any(|form| self.may_reach(method, form))
    }

    /// Whether an operation with this method and path form would receive some of the requests.
    pub(in crate::lower) fn may_reach(&self, method: &Method, form: &PathForm) -> bool {
        let is_method = self.method.as_ref().is_none_or(|own| serves(own, method));
        is_method && self.forms.iter().any(|own| own.meets(form))
    }
}

/// The requests that an operation receives.
#[derive(Debug)]
pub struct Requests<'a> {
    operation: &'a Operation,
    form: PathForm,
}

impl<'a> Requests<'a> {
    /// Those of this operation.
    pub fn of(operation: &'a Operation) -> Self {
        Self { operation, form: PathForm::of(operation) }
    }

    /// Whether another operation would receive some of them if this one did not exist.
    pub fn may_reach(&self, other: &Requests<'_>) -> bool {
        let (own, other_method) = (&self.operation.method, &other.operation.method);
        serves(own, other_method) && self.form.meets(&other.form)
    }
}

/// Whether requests with one method may reach an operation with the other: GET also serves HEAD requests if the path has no
/// HEAD operation.
fn serves(one: &Method, other: &Method) -> bool {
    one == other || matches!((one, other), (Method::Get, Method::Head) | (Method::Head, Method::Get))
}

/// The placeholder of a parameter in a segment; literal text has no braces.
const PARAMETER: &str = "{}";

/// The segments of the paths that a template matches.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::lower) struct PathForm {
    segments: Vec<String>,
    /// Whether more segments may follow, because the rest of the template is malformed.
    is_open: bool,
}

impl PathForm {
    /// The form of the path of an operation.
    pub(in crate::lower) fn of(operation: &Operation) -> Self {
        let text = operation.path.segments.iter().map(|segment| match segment {
            Segment::Text(text) => text.as_str(),
            Segment::Parameter(_) => PARAMETER,
        });
        Self { segments: segments(&text.collect::<String>()), is_open: false }
    }

    /// The forms that a key of `paths` may have. A key without a leading slash may be relative to the root, or start at
    /// any later slash if a method or a host precedes it.
    fn of_key(key: &str) -> Vec<Self> {
        let rooted = if key.starts_with('/') { key.to_owned() } else { format!("/{key}") };
        let end = rooted.find(['?', '#']).unwrap_or(rooted.len());
        let is_one_segment = |piece: &Piece| !matches!(piece, Piece::Name(name) if name.contains('/'));
        let (segments, is_open) = match path::parse(&rooted[..end]) {
            Ok(pieces) if pieces.iter().all(is_one_segment) => {
                (segments(&pieces.iter().map(text).collect::<String>()), false)
            }
            Ok(_) | Err(_) => (segments_before_braces(&rooted[..end]), true),
        };
        let starts = if key.starts_with('/') { 1 } else { segments.len().max(1) };
        (0..starts).map(|start| Self { segments: segments[start..].to_vec(), is_open }).collect()
    }

    /// Whether a path can match both forms.
    fn meets(&self, other: &PathForm) -> bool {
        let (own, others) = (self.segments.len(), other.segments.len());
        let is_length = own == others || (self.is_open && own < others) || (other.is_open && others < own);
        is_length && self.segments.iter().zip(&other.segments).all(|(one, other)| segments_meet(one, other))
    }
}

fn text(piece: &Piece) -> &str {
    match piece {
        Piece::Text(text) => text,
        Piece::Name(_) => PARAMETER,
    }
}

fn segments_before_braces(path: &str) -> Vec<String> {
    let literal = &path[..path.find(['{', '}']).unwrap_or(path.len())];
    segments(&literal[..literal.rfind('/').map_or(0, |slash| slash + 1)])
}

/// The segments of a path. Empty and dot segments are ignored, since clients and proxies remove them.
fn segments(path: &str) -> Vec<String> {
    let mut segments: Vec<String> = Vec::new();
    for segment in path.split('/') {
        match segment.to_ascii_lowercase().replace("%2e", ".").as_str() {
            "" | "." => {}
            ".." => drop(segments.pop()),
            _ => segments.push(segment.to_owned()),
        }
    }
    segments
}

/// Whether a text can match both segments; one with an escape can be any text.
fn segments_meet(one: &str, other: &str) -> bool {
    if one.contains('%') || other.contains('%') || one == other {
        return true;
    }
    let has_parameter = |segment: &str| segment.contains(PARAMETER);
    let start = |segment: &str| segment.split(PARAMETER).next().unwrap_or_default().to_owned();
    let end = |segment: &str| segment.rsplit(PARAMETER).next().unwrap_or_default().to_owned();
    let (starts, ends) = ((start(one), start(other)), (end(one), end(other)));
    let is_start = starts.0.starts_with(&starts.1) || starts.1.starts_with(&starts.0);
    let is_end = ends.0.ends_with(&ends.1) || ends.1.ends_with(&ends.0);
    (has_parameter(one) || has_parameter(other)) && is_start && is_end
}

#[cfg(test)]
mod tests {
    use super::{PathForm, Route};
    use crate::model::operation::Method;

    /// Whether an operation with this path would receive requests for `key`.
    fn reaches(path: &str, key: &str) -> bool {
        let forms = PathForm::of_key(path);
        forms.iter().any(|form| Route::new(None, key).may_reach(&Method::Get, form))
    }

    #[test]
    fn overlapping_path_forms_meet() {
        for (path, key) in [
            ("/a/{x}", "/a/mine"),
            ("/a/{x}", "/a/{y}"),
            ("/a/{x}", "/a/mine/"),
            ("/a/{x}/", "/a/mine"),
            ("/a/{x}", "//a//mine"),
            ("/a/{x}", "/a/./mine"),
            ("/a/{x}", "/b/%2E%2e/a/mine"),
            ("/a", "/a?b=1"),
            ("/a", "/a#b"),
            ("/a/%6Dine", "/a/mine"),
            ("/a/mine", "/a/m%69ne"),
            ("/a/{x}", "/a/ä"),
            ("/a/{x}.{y}", "/a/{z}"),
            ("/a/{x}:cancel", "/a/b:cancel"),
            ("/a/{x}:cancel", "/a/{y}"),
            ("/a/v{x}", "/a/{y}.json"),
            ("/a/b.c", "/{x}/b.{y}"),
            ("/{x}/{y}", "/a/mine"),
            ("/a/{x}", "a/mine"),
            ("/a/{x}", "GET /a/mine"),
            ("/a/{x}", "https://api.test/v1/a/mine"),
            ("/a/{x}", " /a/mine"),
            ("/a/{x}", "/a/{mine"),
            ("/a/{x}", "/a/}mine"),
            ("/a/{x}/b", "/a/{mine?}"),
            ("/a", "/a{/b}"),
            ("/a/{x}", "/a{/b}"),
            ("/", ""),
        ] {
            assert!(reaches(path, key), "{path} {key}");
        }
    }

    #[test]
    fn disjoint_path_forms_do_not_meet() {
        for (path, key) in [
            ("/a/{x}", "/b/mine"),
            ("/a", "/a/b"),
            ("/a/b", "/a/c"),
            ("/a/{x}:cancel", "/a/mine"),
            ("/a/{x}:cancel", "/a/{y}:start"),
            ("/a/v{x}", "/a/mine"),
            ("/b/{x}", "a/mine"),
            ("/b/{x}", "/a/{mine"),
            ("/a", "/a/b/{c"),
        ] {
            assert!(!reaches(path, key), "{path} {key}");
        }
    }

    #[test]
    fn get_serves_head_and_unknown_method_matches_any() {
        let (get, head, put) = (Method::Get, Method::Head, Method::Put);
        for (own, other, is_reached) in [
            (Some(get.clone()), &get, true),
            (Some(get.clone()), &head, true),
            (Some(head.clone()), &get, true),
            (Some(get.clone()), &put, false),
            (Some(put.clone()), &get, false),
            (None, &put, true),
        ] {
            let forms = PathForm::of_key("/a");
            assert_eq!(Route::new(own, "/a").may_reach(other, &forms[0]), is_reached, "{other:?}");
        }
    }
}
