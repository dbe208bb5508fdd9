//! The pages of a list: calls that follow the next page of each response, as the document describes it.

use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;

use reqwest::Url;
use reqwest::header::{HeaderMap, LINK};

use super::auth_error::{AuthError, AuthReason};
use super::call::{Call, Endpoint, finish};
use super::core::Core;
use super::error::{Error, Failure, Unexpected};
use super::header_text::decode;
use super::json::{DecodeError, Value};
use super::json_parse::parse;
use super::operation::Operation;
use super::page_number::{PageNumber, Previous};
use super::parameter;
use super::reply::{Reply, Response};
use super::request::Draft;

/// An operation whose responses name the next page.
pub trait Paged: Endpoint {
    /// Where the next page is named.
    const NEXT: NextPage;
}

/// How the next page is requested.
#[derive(Debug, Clone, Copy)]
pub enum NextPage {
    /// By the target of the `Link` header with the relation `next` (RFC 8288).
    Link,
    /// By the same call with these parameters, each from a place in the response.
    Parameters(&'static [(usize, Place)]),
    /// By the same call with a larger number in a parameter.
    Number(&'static PageNumber),
}

/// A place in a response.
#[derive(Debug, Clone, Copy)]
pub enum Place {
    /// The value at this JSON pointer of the body (RFC 6901).
    Body(&'static str),
    /// The header with this name.
    Header(&'static str),
}

/// The most pages of one list.
const MOST: usize = 100_000;

/// The pages of a call, requested one by one.
#[must_use = "a page is requested by `next`"]
pub struct Pages<'c, E> {
    walk: Walk<'c>,
    endpoint: PhantomData<fn() -> E>,
}

impl<E> fmt::Debug for Pages<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pages(…)")
    }
}

impl<'c, E: Paged> Pages<'c, E> {
    /// The pages, beginning with that of this call.
    pub fn new(call: Call<'c, E>) -> Self {
        let Call { core, draft, .. } = call;
        Self { walk: Walk::new(core, E::OPERATION, E::NEXT, draft), endpoint: PhantomData }
    }

    /// The next page; `None` after the last one, which does not name another, or names one that was requested before. After
    /// an error, the same page is requested again.
    ///
    /// # Errors
    ///
    /// Same as `.await` of a call. A next page of another origin is [`AuthReason::OtherOrigin`]: it is not requested. If a
    /// response names the next page by something that is not a URL, a text or an integer, or after 100,000 pages,
    /// [`Error::Decode`].
    pub async fn next(&mut self) -> Result<Option<Response<E::Output>>, Error<E::Error>> {
        let Some((reply, step)) = self.walk.page().await? else { return Ok(None) };
        let page = finish::<E>(reply)?;
        self.walk.accept(step);
        Ok(Some(page))
    }
}

/// The pages of an operation, without its types.
pub(super) struct Walk<'c> {
    core: &'c Core,
    operation: &'static Operation,
    next: NextPage,
    following: Following,
    /// What named the pages that were requested.
    seen: BTreeSet<Vec<String>>,
    /// The previous page and the number of items before it, if pages have numbers.
    previous: Option<Previous>,
}

/// What follows the pages that were read.
enum Following {
    Page(Box<Draft>),
    /// The next page has another origin.
    OtherOrigin,
    /// The last response names a next page in a way that cannot be followed.
    Invalid(Box<(Unexpected, DecodeError)>),
    Nothing,
}

/// What follows a page, with what names it, and the page for the next one.
#[derive(Default)]
pub(super) struct Step {
    following: Option<(Vec<String>, Following)>,
    read: Option<Previous>,
}

impl<'c> Walk<'c> {
    /// The pages, beginning with that of this request.
    pub(super) fn new(core: &'c Core, operation: &'static Operation, next: NextPage, mut draft: Draft) -> Self {
        if let NextPage::Number(own) = next {
            own.start(&mut draft);
        }
        // A call that cannot be sent fails when it is sent.
        let first = draft.target(&core.0.base).ok().map(|url| vec![url.into()]);
        let seen = first.into_iter().collect();
        Self { core, operation, next, following: Following::Page(Box::new(draft)), seen, previous: None }
    }

    /// Requests the next page. It is requested again until [`Self::accept`] is called with what follows it.
    pub(super) async fn page<X>(&self) -> Result<Option<(Reply, Step)>, Error<X>> {
        let draft = match &self.following {
            Following::Page(draft) => draft,
            Following::Nothing => return Ok(None),
            Following::OtherOrigin => {
                let error = AuthError { operation: self.operation.id, reason: AuthReason::OtherOrigin };
                return Err(Failure::from(error).into());
            }
            Following::Invalid(invalid) => return Err(Error::Decode(invalid.0.clone(), invalid.1.clone())),
        };
        let reply = self.core.send(self.operation, draft.again()).await?;
        let following = self.after(draft, &reply).unwrap_or_else(|error| {
            let unexpected =
                Unexpected { status: reply.status, headers: Box::new(reply.headers.clone()), body: reply.body.clone() };
            Some((Vec::new(), Following::Invalid(Box::new((unexpected, error)))))
        });
        let read = match self.next {
            NextPage::Number(own) => Some(own.read(&reply, self.previous.as_ref())),
            NextPage::Link | NextPage::Parameters(_) => None,
        };
        Ok(Some((reply, Step { following, read })))
    }

    /// Goes on after a page.
    pub(super) fn accept(&mut self, Step { following, read }: Step) {
        self.previous = read;
        let is_new = |(name, _): &(Vec<String>, Following)| self.seen.insert(name.clone());
        self.following = following.filter(is_new).map_or(Following::Nothing, |(_, following)| following);
    }

    /// What follows this response, with what names it: the URL, and parameters that are not part of it.
    fn after(&self, draft: &Draft, reply: &Reply) -> Result<Option<(Vec<String>, Following)>, DecodeError> {
        let base = &self.core.0.base;
        let mut next = draft.again();
        let mut name = Vec::new();
        match self.next {
            NextPage::Link => {
                let Some(target) = next_link(&reply.headers) else { return Ok(None) };
                let url = draft.target(base).ok().and_then(|url| url.join(&target).ok());
                let url =
                    url.ok_or_else(|| DecodeError::new("the target of the link to the next page is not a URL"))?;
                let is_own = url.origin() == base.origin() && url.username().is_empty() && url.password().is_none();
                if !is_own {
                    return Ok(Some((vec![url.into()], Following::OtherOrigin)));
                }
                next.redirect(without_fragment(url));
            }
            NextPage::Number(own) => match own.after(draft, reply, self.previous.as_ref())? {
                Some(number) => next.set(own.parameter, &number),
                None => return Ok(None),
            },
            NextPage::Parameters(parameters) => {
                for (index, place) in parameters {
                    let Some(value) = found(reply, *place)? else { return Ok(None) };
                    next.set(*index, &value);
                    if self.operation.parameters[*index].place != parameter::Place::Query {
                        name.push(value);
                    }
                }
            }
        }
        if self.seen.len() > MOST {
            return Err(DecodeError::new("the list has more than 100,000 pages"));
        }
        if let Ok(url) = next.target(base) {
            name.insert(0, url.into());
        }
        Ok(Some((name, Following::Page(Box::new(next)))))
    }
}

fn without_fragment(mut url: Url) -> Url {
    url.set_fragment(None);
    url
}

/// The value at a place of the response; `None` if there is none, or if it is `null` or empty.
pub(super) fn found(reply: &Reply, place: Place) -> Result<Option<String>, DecodeError> {
    let text = match place {
        Place::Header(name) => reply.headers.get(name).map(|value| decode(value.as_bytes()).into_owned()),
        Place::Body(pointer) => match parse(&reply.body).ok().as_ref().and_then(|body| at(body, pointer)) {
            Some(Value::String(text) | Value::Text(text)) => Some(text.clone().into_owned()),
            Some(Value::Integer(number)) => Some(number.to_string()),
            None | Some(Value::Null) => None,
            Some(Value::Bool(_) | Value::Float(_) | Value::Array(_) | Value::Object(_) | Value::Opaque(_)) => {
                return Err(DecodeError::new("what names the next page is not a text or an integer"));
            }
        },
    };
    Ok(text.filter(|text| !text.is_empty()))
}

/// The value at a JSON pointer (RFC 6901, section 4).
pub(super) fn at<'v>(value: &'v Value<'v>, pointer: &str) -> Option<&'v Value<'v>> {
    pointer.split('/').skip(1).try_fold(value, |value, key| {
        let key = key.replace("~1", "/").replace("~0", "~");
        match value {
            Value::Object(members) => members.iter().find(|(name, _)| *name == key).map(|(_, value)| value),
            Value::Array(items) => items.get(key.parse::<usize>().ok()?),
            _ => None,
        }
    })
}

/// The target of the first link with the relation `next` (RFC 8288, section 3).
pub fn next_link(headers: &HeaderMap) -> Option<String> {
    headers.get_all(LINK).iter().find_map(|value| {
        let text = decode(value.as_bytes());
        let mut rest = text.as_ref();
        while let Some((target, is_next, after)) = link(rest) {
            if is_next {
                return Some(target.to_owned());
            }
            rest = after;
        }
        None
    })
}

/// The target of the first link of a list, whether it is the next page, and the rest of the list; `None` if there is no
/// link, or it is malformed.
fn link(text: &str) -> Option<(&str, bool, &str)> {
    let text = text.trim_start_matches([' ', '\t', ',']);
    let (target, mut rest) = text.strip_prefix('<')?.split_once('>')?;
    let (mut relation, mut has_anchor) = (None, false);
    loop {
        rest = rest.trim_start();
        let Some(after) = rest.strip_prefix(';') else { break };
        let after = after.trim_start();
        let end = after.find(['=', ';', ',']).unwrap_or(after.len());
        let (name, after) = (after[..end].trim_end(), &after[end..]);
        let (value, after) = match after.strip_prefix('=') {
            Some(after) => parameter_value(after.trim_start())?,
            None => (String::new(), after),
        };
        // Only the first `rel` counts (section 3.3), and an anchor makes it a link of something else (section 3.2).
        match name.to_ascii_lowercase().as_str() {
            "rel" => relation = relation.or(Some(value)),
            "anchor" => has_anchor = true,
            _ => {}
        }
        rest = after;
    }
    let is_next =
        relation.is_some_and(|relation| relation.split_whitespace().any(|one| one.eq_ignore_ascii_case("next")));
    Some((target, is_next && !has_anchor, rest))
}

/// A token or a quoted string, and what is after it.
fn parameter_value(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([';', ',', ' ', '\t']).unwrap_or(text.len());
        return Some((text[..end].to_owned(), &text[end..]));
    };
    let (mut value, mut characters) = (String::new(), quoted.char_indices());
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value, &quoted[at + 1..])),
            '\\' => value.push(characters.next()?.1),
            other => value.push(other),
        }
    }
    None
}

/// The items of all pages. `I` is the list of a page.
#[must_use = "an item is read by `next`"]
pub struct Items<'c, E: Endpoint, I: IntoIterator> {
    pages: Pages<'c, E>,
    list: fn(E::Output) -> I,
    page: Option<I::IntoIter>,
}

impl<E: Endpoint, I: IntoIterator> fmt::Debug for Items<'_, E, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Items(…)")
    }
}

impl<'c, E: Paged, I: IntoIterator> Items<'c, E, I> {
    /// The items of these pages. The function returns the list of a page.
    pub fn new(pages: Pages<'c, E>, list: fn(E::Output) -> I) -> Self {
        Self { pages, list, page: None }
    }

    /// The next item; requests the next page if all items of the previous one were read. `None` at the end.
    ///
    /// # Errors
    ///
    /// As [`Pages::next`].
    pub async fn next(&mut self) -> Result<Option<I::Item>, Error<E::Error>> {
        loop {
            if let Some(item) = self.page.as_mut().and_then(Iterator::next) {
                return Ok(Some(item));
            }
            match self.pages.next().await? {
                Some(page) => self.page = Some((self.list)(page.into_body()).into_iter()),
                None => return Ok(None),
            }
        }
    }
}
