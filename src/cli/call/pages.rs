//! `--all`: the pages of a list.
//!
//! The next page is that of `Link: <…>; rel="next"` (RFC 8288), else the URL in the member `next` of the body, else the
//! same call with the cursor of the body: a member such as `nextCursor` for a parameter `cursor`.

use std::collections::BTreeSet;
use std::io::Write;

use keystub_client_runtime as rt;
use rt::core::Core;
use rt::dynamic::RawResponse;
use rt::header_text::decode;
use rt::reqwest::Url;
use serde_json::Value;

use super::end::End;
use super::report;
use crate::live::call::{Caller, Input, Sent};
use crate::model::operation::Operation;

/// The most pages that are read.
const MOST: usize = 100_000;

/// A list of several pages.
pub(super) struct Pages<'a> {
    pub caller: &'a Caller,
    pub core: &'a Core,
    /// The index of the operation.
    pub at: usize,
    /// Whether status and header fields are printed.
    pub include: bool,
}

/// Where the next page is.
#[derive(Debug, PartialEq)]
enum Next {
    Url(String),
    /// The index of a parameter, and its value.
    Cursor(usize, Value),
}

impl Pages<'_> {
    /// Prints the items of all pages, one to a line.
    ///
    /// # Errors
    ///
    /// If an argument is wrong.
    pub async fn print(&self, first: &Input) -> Result<End, String> {
        let operation = &self.caller.api.operations[self.at];
        let mut parameters = first.parameters.clone();
        let (mut url, mut seen) = (None, BTreeSet::new());
        for _ in 0..MOST {
            let input = Input { parameters: parameters.clone(), body: first.body.as_ref().map(copy) };
            let call = self.caller.prepare(self.at, &input)?;
            let request = match call.authenticated_at(self.core, url.take()).await {
                Ok(request) => request,
                Err(error) => return Ok(error.into()),
            };
            let page = request.url().clone();
            let answer = match self.core.execute(request).await {
                Ok(answer) => answer,
                Err(error) => return Ok(error.into()),
            };
            if self.include {
                eprint!("{}", report::head(&answer));
            }
            let value: Option<Value> = serde_json::from_slice(&answer.body).ok();
            let (Some(value), true) = (value, answer.status.is_success()) else {
                return Ok(match report::body(&answer, false) {
                    Ok(()) => End::Status(answer.status.as_u16()),
                    Err(message) => End::Failed(message),
                });
            };
            if !written(&value)? {
                return Ok(End::Printed);
            }
            // A server that names a page again would never end.
            match next(operation, &answer, &value) {
                Some(next) if seen.insert(format!("{next:?}")) => match next {
                    Next::Url(text) => match page.join(&text) {
                        Ok(next) => url = Some(without_fragment(next)),
                        Err(_) => return Ok(End::Failed("the URL of the next page is not valid".to_owned())),
                    },
                    Next::Cursor(index, value) => {
                        parameters.retain(|(own, _)| *own != index);
                        parameters.push((index, value));
                    }
                },
                Some(_) => return Ok(End::Failed("the server names a page twice as the next one".to_owned())),
                None => return Ok(End::Printed),
            }
        }
        Ok(End::Failed(format!("there are more than {MOST} pages")))
    }
}

/// The URL as it is sent.
fn without_fragment(mut url: Url) -> Url {
    url.set_fragment(None);
    url
}

fn copy((index, sent): &(usize, Sent)) -> (usize, Sent) {
    let sent = match sent {
        Sent::Value(value) => Sent::Value(value.clone()),
        Sent::Bytes(bytes) => Sent::Bytes(bytes.clone()),
        Sent::Parts(parts) => Sent::Parts(parts.clone()),
    };
    (*index, sent)
}

/// The items of a page: those of an array, else of the first array of an object, else the whole value.
fn items(page: &Value) -> &[Value] {
    match page {
        Value::Array(items) => items,
        Value::Object(members) => match members.values().find_map(Value::as_array) {
            Some(items) => items,
            None => std::slice::from_ref(page),
        },
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => std::slice::from_ref(page),
    }
}

/// Prints the items; whether anybody reads more.
fn written(page: &Value) -> Result<bool, String> {
    let mut output = std::io::stdout().lock();
    let lines: String = items(page).iter().map(|item| format!("{item}\n")).collect();
    match output.write_all(lines.as_bytes()).and_then(|()| output.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(format!("cannot write the response: {error}")),
    }
}

fn next(operation: &Operation, answer: &RawResponse, page: &Value) -> Option<Next> {
    let fields = answer.headers.get_all("link").iter().map(|value| decode(value.as_bytes()).into_owned());
    if let Some(url) = fields.into_iter().find_map(|field| link(&field)) {
        return Some(Next::Url(url));
    }
    let members = page.as_object()?;
    if let Some(Value::String(url)) = members.get("next")
        && (url.starts_with('/') || url.starts_with('?') || url.contains("://"))
    {
        return Some(Next::Url(url.clone()));
    }
    let cursors = members.iter().filter(|(name, value)| {
        let is_text = value.as_str().is_some_and(|text| !text.is_empty());
        name.to_lowercase().starts_with("next") && (is_text || value.is_number())
    });
    cursors.into_iter().find_map(|(name, value)| {
        let is_it = |own: &crate::model::operation::Parameter| meaning(&own.name) == meaning(name);
        Some(Next::Cursor(operation.parameters.iter().position(is_it)?, value.clone()))
    })
}

/// `nextPageToken`, `page_token` and `page-token` mean the same.
fn meaning(name: &str) -> String {
    let plain = name.replace(['-', '_'], "").to_lowercase();
    plain.strip_prefix("next").map(str::to_owned).unwrap_or(plain)
}

/// The target of the relation `next` (RFC 8288, section 3).
fn link(field: &str) -> Option<String> {
    let mut rest = field;
    while let Some((_, after)) = rest.split_once('<') {
        let (target, after) = after.split_once('>')?;
        let (parameters, following) = parameters(after);
        let is_next = parameters.iter().any(|(name, value)| {
            name.eq_ignore_ascii_case("rel") && value.split_whitespace().any(|own| own.eq_ignore_ascii_case("next"))
        });
        if is_next {
            return Some(target.to_owned());
        }
        rest = following;
    }
    None
}

/// The parameters of a link, and the links that follow it. A comma within quotes belongs to a parameter.
fn parameters(text: &str) -> (Vec<(&str, &str)>, &str) {
    let mut is_quoted = false;
    let end = text.find(|c: char| {
        is_quoted ^= c == '"';
        c == ',' && !is_quoted
    });
    let (own, rest) = text.split_at(end.unwrap_or(text.len()));
    let pairs = own.split(';').filter_map(|pair| pair.split_once('='));
    (pairs.map(|(name, value)| (name.trim(), value.trim().trim_matches('"'))).collect(), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_link_is_found_among_others() {
        let cases = [
            ("</pets?page=2>; rel=\"next\"", Some("/pets?page=2")),
            ("</a>; rel=prev, </b>; title=\"a, b\"; rel=next", Some("/b")),
            ("</a>; rel=\"last next\"", Some("/a")),
            ("</a>; REL=Next", Some("/a")),
            ("</a>; title=\"rel=next\"", None),
            ("</a>; rel=nextpage", None),
            ("/a; rel=next", None),
            ("</a; rel=next", None),
            ("", None),
        ];
        for (field, expected) in cases {
            assert_eq!(link(field).as_deref(), expected, "{field}");
        }
    }

    #[test]
    fn cursors_belong_to_parameters_with_the_same_meaning() {
        for (member, parameter, is_same) in [
            ("nextCursor", "cursor", true),
            ("next_page_token", "pageToken", true),
            ("nextToken", "nextToken", true),
            ("nextCursor", "offset", false),
        ] {
            assert_eq!(meaning(member) == meaning(parameter), is_same, "{member}");
        }
    }

    #[test]
    fn items_are_those_of_the_first_array() {
        let page = serde_json::json!({ "total": 2, "items": [1, 2] });
        assert_eq!(items(&page).len(), 2);
        assert_eq!(items(&serde_json::json!({ "a": 1 })).len(), 1);
    }
}
