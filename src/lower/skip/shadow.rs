//! Operations that would answer requests for something that was left out. On a server, such a request reaches the next
//! path that matches; an operation there with other security requirements is left out too, so that nobody gets in who
//! was kept out before.

use super::written::Written;
use crate::diag::print::excerpt;
use crate::diag::{Code, Diagnostic, Report};
use crate::lower::path::{self, Piece};
use crate::model::Api;
use crate::model::operation::{Method, Operation, Segment};
use crate::model::security::{Access, SchemeId};
use crate::spec::Document;

/// The alternatives of an operation with their scopes, by the names of its schemes; none if it is public.
#[derive(PartialEq, Eq)]
pub(super) struct Named {
    alternatives: Vec<Vec<(String, Vec<String>)>>,
    or_anonymous: bool,
}

impl Named {
    pub(super) fn of<'a>(access: &'a Access, name: impl Fn(SchemeId) -> &'a str) -> Self {
        match access {
            Access::Open => Self { alternatives: Vec::new(), or_anonymous: true },
            Access::Guarded { any_of, or_anonymous } => {
                let alternatives = any_of.iter().map(|requirement| {
                    let uses = requirement.iter().map(|used| (name(used.scheme).to_owned(), used.scopes.clone()));
                    uses.collect()
                });
                Self { alternatives: alternatives.collect(), or_anonymous: *or_anonymous }
            }
        }
    }
}

/// An error at each remaining operation that would answer for something that was left out.
pub(super) fn of_what_went(written: &[Written], document: &Document, api: &Api) -> Report {
    let mut report = Report::new();
    let gone: Vec<&Written> = written.iter().filter(|written| !written.is_in(&document.tree)).collect();
    if gone.is_empty() {
        return report;
    }
    for operation in &api.operations {
        let form = Form::of(operation);
        let access = Named::of(&operation.access, |id| &api.scheme(id).name);
        let is_other = |gone: &&&Written| gone.access.as_ref() != Some(&access);
        let is_answered = |gone: &&&Written| gone.route.may_reach(&operation.method, &form);
        if let Some(gone) = gone.iter().filter(is_other).find(is_answered) {
            report.push(Diagnostic::error(Code::DuplicateOperation, &operation.at, message(gone)).on_key());
        }
    }
    report
}

fn message(gone: &Written) -> String {
    let line = excerpt(&gone.route.text).to_string();
    let why = match gone.access {
        Some(_) => "and has other security requirements",
        None => "and whose security requirements cannot be read",
    };
    format!("this operation would answer requests for `{line}`, which is left out {why}")
}

/// The requests that something under `paths` is for.
pub(super) struct Route {
    /// `None` if any method is possible.
    method: Option<Method>,
    forms: Vec<Form>,
    /// Method and path for messages.
    text: String,
}

impl Route {
    pub(super) fn new(method: Option<Method>, path: &str) -> Self {
        let text = match &method {
            Some(method) => format!("{} {path}", method.as_str()),
            None => path.to_owned(),
        };
        Self { method, forms: Form::of_key(path), text }
    }

    /// Whether an operation of this method and form would get some of the requests.
    fn may_reach(&self, method: &Method, form: &Form) -> bool {
        let is_method = match (&self.method, method) {
            (None, _) => true,
            // HEAD is answered as GET where there is no HEAD.
            (Some(Method::Get), Method::Head) | (Some(Method::Head), Method::Get) => true,
            (Some(own), other) => own == other,
        };
        is_method && self.forms.iter().any(|own| own.meets(form))
    }
}

/// What stands for a parameter in a segment; no literal text has braces.
const PARAMETER: &str = "{}";

/// The segments of the paths that a template matches.
#[derive(Debug, PartialEq, Eq)]
struct Form {
    segments: Vec<String>,
    /// Whether any segments may follow: the rest of the template is malformed.
    is_open: bool,
}

impl Form {
    fn of(operation: &Operation) -> Self {
        let text = operation.path.segments.iter().map(|segment| match segment {
            Segment::Text(text) => text.as_str(),
            Segment::Parameter(_) => PARAMETER,
        });
        Self { segments: segments(&text.collect::<String>()), is_open: false }
    }

    /// The forms that a key of `paths` may mean. One without a leading slash may mean itself below the root, or its end
    /// from any slash on, if a method or a host is in front.
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

    /// Whether one path may have both forms.
    fn meets(&self, other: &Form) -> bool {
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

/// The segments of a path. What clients and proxies take out of paths does not count: empty and dot segments.
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

/// Whether one text may have both forms; one with an escape may be any text.
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
    use super::{Form, Route};
    use crate::model::operation::Method;

    /// Whether an operation with this path would get requests for `key`.
    fn reaches(path: &str, key: &str) -> bool {
        let forms = Form::of_key(path);
        forms.iter().any(|form| Route::new(None, key).may_reach(&Method::Get, form))
    }

    #[test]
    fn paths_that_one_request_may_have_meet() {
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
    fn paths_that_no_request_has_both_do_not_meet() {
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
    fn head_and_get_answer_for_each_other_and_an_unknown_method_is_any() {
        let (get, head, put) = (Method::Get, Method::Head, Method::Put);
        for (own, other, is_reached) in [
            (Some(get.clone()), &get, true),
            (Some(get.clone()), &head, true),
            (Some(head.clone()), &get, true),
            (Some(get.clone()), &put, false),
            (Some(put.clone()), &get, false),
            (None, &put, true),
        ] {
            let forms = Form::of_key("/a");
            assert_eq!(Route::new(own, "/a").may_reach(other, &forms[0]), is_reached, "{other:?}");
        }
    }
}
