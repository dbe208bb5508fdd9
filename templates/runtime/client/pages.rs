//! The pages of a list: calls that follow the next page of each response, as the document describes it.

use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;

use reqwest::Url;
use reqwest::header::{HeaderMap, LINK};

use super::auth_error::{AuthError, AuthReason};
use super::call::{Call, Endpoint, finish};
use super::core::Core;
use super::error::{Error, Failure};
use super::header_text::decode;
use super::json::Value;
use super::json_parse::parse;
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
}

/// A place in a response.
#[derive(Debug, Clone, Copy)]
pub enum Place {
    /// The value at this JSON pointer of the body (RFC 6901).
    Body(&'static str),
    /// The header with this name.
    Header(&'static str),
}

/// The pages of a call, requested one by one.
#[must_use = "a page is requested by `next`"]
pub struct Pages<'c, E> {
    core: &'c Core,
    following: Following,
    /// What named the pages that were requested.
    seen: BTreeSet<Vec<String>>,
    endpoint: PhantomData<fn() -> E>,
}

/// What follows the pages that were read.
enum Following {
    Page(Box<Draft>),
    /// The next page has another origin.
    OtherOrigin,
    Nothing,
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
        Self { core, following: Following::Page(Box::new(draft)), seen: BTreeSet::new(), endpoint: PhantomData }
    }

    /// The next page; `None` after the last one, which does not name another, or names one that was requested before. After
    /// an error, the same page is requested again.
    ///
    /// # Errors
    ///
    /// Same as `.await` of a call. A next page of another origin is [`AuthReason::OtherOrigin`]: it is not requested.
    pub async fn next(&mut self) -> Result<Option<Response<E::Output>>, Error<E::Error>> {
        let draft = match &self.following {
            Following::Page(draft) => draft,
            Following::Nothing => return Ok(None),
            Following::OtherOrigin => {
                let error = AuthError { operation: E::OPERATION.id, reason: AuthReason::OtherOrigin };
                return Err(Failure::from(error).into());
            }
        };
        let reply = self.core.send(E::OPERATION, draft.again()).await?;
        let following = self.after(draft, &reply);
        let page = finish::<E>(reply)?;
        let is_new = |(name, _): &(Vec<String>, Following)| self.seen.insert(name.clone());
        self.following = following.filter(is_new).map_or(Following::Nothing, |(_, following)| following);
        Ok(Some(page))
    }

    /// What follows this response, with what names it.
    fn after(&self, draft: &Draft, reply: &Reply) -> Option<(Vec<String>, Following)> {
        let mut next = draft.again();
        match E::NEXT {
            NextPage::Link => {
                let base = &self.core.0.base;
                let url = draft.target(base).ok()?.join(&next_link(&reply.headers)?).ok()?;
                let name = vec![url.as_str().to_owned()];
                let is_own = url.origin() == base.origin() && url.username().is_empty() && url.password().is_none();
                if !is_own {
                    return Some((name, Following::OtherOrigin));
                }
                next.redirect(without_fragment(url));
                Some((name, Following::Page(Box::new(next))))
            }
            NextPage::Parameters(parameters) => {
                let mut name = Vec::new();
                for (index, place) in parameters {
                    let value = found(reply, *place)?;
                    next.set(*index, &value);
                    name.push(value);
                }
                Some((name, Following::Page(Box::new(next))))
            }
        }
    }
}

fn without_fragment(mut url: Url) -> Url {
    url.set_fragment(None);
    url
}

/// The value at a place of the response; `None` if there is none, if it is empty, and if it is not a text or a number.
fn found(reply: &Reply, place: Place) -> Option<String> {
    let text = match place {
        Place::Header(name) => decode(reply.headers.get(name)?.as_bytes()).into_owned(),
        Place::Body(pointer) => match at(&parse(&reply.body).ok()?, pointer)? {
            Value::String(text) | Value::Text(text) => text.clone().into_owned(),
            Value::Integer(number) => number.to_string(),
            Value::Null | Value::Bool(_) | Value::Float(_) | Value::Array(_) | Value::Object(_) | Value::Opaque(_) => {
                return None;
            }
        },
    };
    (!text.is_empty()).then_some(text)
}

/// The value at a JSON pointer (RFC 6901, section 4).
fn at<'v>(value: &'v Value<'v>, pointer: &str) -> Option<&'v Value<'v>> {
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
fn next_link(headers: &HeaderMap) -> Option<String> {
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

/// The items of all pages.
#[must_use = "an item is read by `next`"]
pub struct Items<'c, E: Paged>
where
    E::Output: IntoIterator,
{
    pages: Pages<'c, E>,
    page: Option<<E::Output as IntoIterator>::IntoIter>,
}

impl<E: Paged> fmt::Debug for Items<'_, E>
where
    E::Output: IntoIterator,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Items(…)")
    }
}

impl<'c, E: Paged> Items<'c, E>
where
    E::Output: IntoIterator,
{
    /// The items of these pages.
    pub fn new(pages: Pages<'c, E>) -> Self {
        Self { pages, page: None }
    }

    /// The next item; requests the next page if all items of the previous one were read. `None` at the end.
    ///
    /// # Errors
    ///
    /// As [`Pages::next`].
    pub async fn next(&mut self) -> Result<Option<<E::Output as IntoIterator>::Item>, Error<E::Error>> {
        loop {
            if let Some(item) = self.page.as_mut().and_then(Iterator::next) {
                return Ok(Some(item));
            }
            match self.pages.next().await? {
                Some(page) => self.page = Some(page.into_body().into_iter()),
                None => return Ok(None),
            }
        }
    }
}
