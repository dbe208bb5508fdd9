//! `--all`: the pages of a list.
//!
//! The next page is what the document says (`links`, `x-pagination`). If it says nothing, it is that of `Link: <…>;
//! rel="next"` (RFC 8288), else the URL in the member `next` of the body, else the same call with the cursor of the body: a
//! member such as `nextCursor` for a parameter `cursor`.

use std::collections::BTreeSet;
use std::io::{IsTerminal, Write};

use keystub_client_runtime as rt;
use rt::core::Core;
use rt::dynamic::RawResponse;
use rt::pages::next_link;
use rt::reqwest::Url;
use serde_json::Value;

use super::arguments::field_type;
use super::end::End;
use super::jq::Filter;
use super::report;
use crate::live::call::{Caller, Input, Sent};
use crate::model::Api;
use crate::model::operation::{Content, Method, Operation, Response, Status};
use crate::model::schema::{Shape, TypeRef};

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
    /// What is printed of each item.
    pub filter: Option<&'a Filter>,
}

/// What was printed.
enum Printed {
    /// The items of this page.
    Page(Value),
    /// Something after which no page is read.
    End(End),
}

/// Where the next page is.
enum Next {
    Url(String),
    /// The index of a parameter, and its value.
    Cursor(usize, Value),
}

/// Checks that the operation may be called repeatedly.
///
/// # Errors
///
/// If its method may change something: the URLs of the next pages are chosen by the server.
pub(super) fn check(operation: &Operation) -> Result<(), String> {
    match &operation.method {
        Method::Get | Method::Head | Method::Query => Ok(()),
        Method::Put
        | Method::Post
        | Method::Delete
        | Method::Options
        | Method::Patch
        | Method::Trace
        | Method::Other(_) => Err(format!(
            "`--all` repeats the request, so it is only for GET, HEAD and QUERY; the method is {}",
            operation.method.as_str()
        )),
    }
}

impl Pages<'_> {
    /// Prints the items of all pages, one to a line.
    ///
    /// # Errors
    ///
    /// If an argument is wrong, and nothing was sent.
    pub async fn print(&self, first: &Input) -> Result<End, String> {
        let mut read = 0;
        let ended = self.follow(first, &mut read).await;
        match (ended, read) {
            (ended, 0) => ended,
            // The other ends would mean that nothing was sent.
            (Err(message) | Ok(End::Usage(message) | End::Auth(message)), _) => Ok(End::Failed(message)),
            (ended, _) => ended,
        }
    }

    /// Prints the items of all pages, and counts the pages that were read.
    async fn follow(&self, first: &Input, read: &mut usize) -> Result<End, String> {
        let Some(mut pages) = self.caller.pages(self.core, self.at, first)? else {
            return self.guess(first, read).await;
        };
        loop {
            match pages.next().await {
                Ok(Some(answer)) => {
                    *read += 1;
                    if let Printed::End(end) = self.printed(&answer)? {
                        return Ok(end);
                    }
                }
                Ok(None) => return Ok(End::Printed),
                Err(error) => return Ok(error.into()),
            }
        }
    }

    /// As [`Self::follow`], if the document does not say what the next page is.
    async fn guess(&self, first: &Input, read: &mut usize) -> Result<End, String> {
        let operation = &self.caller.api.operations[self.at];
        let mut parameters = first.parameters.clone();
        // A server that names a page again would never end.
        let mut seen: BTreeSet<String> = parameters.iter().map(|(index, value)| cursor_name(*index, value)).collect();
        let mut url: Option<Url> = None;
        while *read < MOST {
            let input = Input { parameters: parameters.clone(), body: first.body.as_ref().map(copy) };
            let page = match &url {
                Some(url) => url.clone(),
                None => self.url(&input)?,
            };
            seen.insert(page.to_string());
            let call = self.caller.prepare(self.at, &input)?;
            let sent = match url.take() {
                Some(url) => call.send_at(self.core, url).await,
                None => call.send(self.core).await,
            };
            let answer = match sent {
                Ok(answer) => answer,
                Err(error) => return Ok(error.into()),
            };
            *read += 1;
            let value = match self.printed(&answer)? {
                Printed::Page(value) => value,
                Printed::End(end) => return Ok(end),
            };
            let name = match next(operation, &answer, &value) {
                None => return Ok(End::Printed),
                Some(Next::Url(text)) => {
                    let next = page.join(&text).map_err(|_| "the URL of the next page is not valid".to_owned())?;
                    url.insert(without_fragment(next)).to_string()
                }
                Some(Next::Cursor(index, value)) => {
                    let name = cursor_name(index, &value);
                    parameters.retain(|(own, _)| *own != index);
                    parameters.push((index, value));
                    name
                }
            };
            if !seen.insert(name) {
                return Err("the server names a page twice as the next one".to_owned());
            }
        }
        Err(format!("there are more than {MOST} pages"))
    }

    /// Prints a page.
    fn printed(&self, answer: &RawResponse) -> Result<Printed, String> {
        if self.include {
            eprint!("{}", report::head(answer));
        }
        let value: Option<Value> = serde_json::from_slice(&answer.body).ok();
        let (Some(value), true) = (value, answer.status.is_success()) else {
            return Ok(Printed::End(match report::body(answer, false) {
                Ok(()) => End::Status(answer.status.as_u16()),
                Err(message) => End::Failed(message),
            }));
        };
        Ok(match self.written(&value, answer.status.as_u16())? {
            true => Printed::Page(value),
            false => Printed::End(End::Printed),
        })
    }

    /// The URL of the call, without credentials.
    fn url(&self, input: &Input) -> Result<Url, String> {
        let call = self.caller.prepare(self.at, input)?;
        let request = call.unauthenticated(self.core).map_err(|error| error.to_string())?;
        Ok(request.url().clone())
    }

    /// Prints the items; returns whether anybody reads more.
    fn written(&self, page: &Value, status: u16) -> Result<bool, String> {
        let api = self.caller.api;
        let schema = schema(&api.operations[self.at], status);
        let property = |name: &str| schema.and_then(|schema| field_type(api, schema, name));
        let described = api.operations[self.at].page_items.as_deref().and_then(|pointer| page.pointer(pointer));
        let items = match described.and_then(Value::as_array) {
            Some(items) => items,
            None => items(page, |name| property(name).is_some_and(|ty| is_list(api, ty))),
        };
        if let Some(filter) = self.filter {
            let is_terminal = std::io::stdout().is_terminal();
            for item in items {
                if !filter.print(item.to_string().as_bytes(), is_terminal)? {
                    return Ok(false);
                }
            }
            return Ok(true);
        }
        let lines: String = items.iter().map(|item| format!("{item}\n")).collect();
        let mut output = std::io::stdout().lock();
        match output.write_all(lines.as_bytes()).and_then(|()| output.flush()) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(false),
            Err(error) => Err(format!("cannot write the response: {error}")),
        }
    }
}

/// What identifies a page that is requested by a cursor.
fn cursor_name(index: usize, value: &Value) -> String {
    format!("{index}={value}")
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
        Sent::File(upload) => Sent::File(upload.clone()),
        Sent::Parts(parts) => Sent::Parts(parts.clone()),
    };
    (*index, sent)
}

/// The items of a page: those of an array; of the only array in an object; of the only one that is an array in the
/// schema (`is_list`), if there are several; else the whole value.
fn items(page: &Value, is_list: impl Fn(&str) -> bool) -> &[Value] {
    let whole = std::slice::from_ref(page);
    match page {
        Value::Array(items) => items,
        Value::Object(members) => {
            let arrays = members.iter().filter_map(|(name, value)| Some((name.as_str(), value.as_array()?.as_slice())));
            let arrays: Vec<(&str, &[Value])> = arrays.collect();
            let described: Vec<&[Value]> =
                arrays.iter().filter(|(name, _)| is_list(name)).map(|(_, items)| *items).collect();
            match (arrays.as_slice(), described.as_slice()) {
                ([(_, only)], _) | (_, [only]) => only,
                _ => whole,
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => whole,
    }
}

/// The JSON schema of the response with this status.
fn schema(operation: &Operation, status: u16) -> Option<&TypeRef> {
    let is_it = |response: &&Response| match response.status {
        Status::Code(code) => code == status,
        Status::Range(first) => u16::from(first) == status / 100,
        Status::Default => true,
    };
    let response = operation.responses.iter().find(is_it)?;
    response.forms.iter().find_map(|form| if let Content::Json(ty) = &form.content { Some(ty) } else { None })
}

fn is_list(api: &Api, ty: &TypeRef) -> bool {
    match ty {
        TypeRef::List(_) => true,
        TypeRef::Nullable(inner) => is_list(api, inner),
        TypeRef::Named(id) | TypeRef::Boxed(id) => match &api.type_def(*id).shape {
            Shape::Alias(target) => is_list(api, target),
            Shape::Struct(_) | Shape::Enum(_) | Shape::Tuple(_) | Shape::Union(_) => false,
        },
        TypeRef::Map(_) | TypeRef::Scalar(_) => false,
    }
}

fn next(operation: &Operation, answer: &RawResponse, page: &Value) -> Option<Next> {
    if let Some(url) = next_link(&answer.headers) {
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

#[cfg(test)]
mod tests {
    use super::*;

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
    fn items_are_those_of_the_only_array() {
        let page = serde_json::json!({ "total": 2, "items": [1, 2] });
        assert_eq!(items(&page, |_| false).len(), 2);
        assert_eq!(items(&serde_json::json!([1, 2]), |_| false).len(), 2);
        assert_eq!(items(&serde_json::json!({ "a": 1 }), |_| true).len(), 1);
    }

    #[test]
    fn of_several_arrays_the_schema_decides() {
        let page = serde_json::json!({ "errors": [], "items": [1, 2] });
        assert_eq!(items(&page, |name| name == "items").len(), 2);
        for is_list in [true, false] {
            assert_eq!(items(&page, |_| is_list), vec![page.clone()]);
        }
    }
}
