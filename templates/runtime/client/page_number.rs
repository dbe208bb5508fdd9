//! Pages that are requested by a number: that of the page, or that of the items before it.

use bytes::Bytes;

use super::json::{DecodeError, Value};
use super::json_parse::parse;
use super::pages::{Place, at, found};
use super::reply::Reply;
use super::request::Draft;

/// How pages are requested by a number.
#[derive(Debug)]
pub struct PageNumber {
    /// The index of the parameter in the query.
    pub parameter: usize,
    /// Its value for the first page.
    pub first: u64,
    /// What it counts.
    pub counts: Counted,
    /// The JSON pointer of the items in the body.
    pub items: &'static str,
    /// What says that there are no more pages. A page without items is the end in any case.
    pub end: Option<End>,
}

/// What the number counts.
#[derive(Debug, Clone, Copy)]
pub enum Counted {
    /// The items before the page.
    Items,
    /// The pages.
    Pages,
}

/// What says that there are no more pages.
#[derive(Debug, Clone, Copy)]
pub enum End {
    /// The number of all items.
    Items(Place),
    /// The number of all pages.
    Pages(Place),
    /// Whether there is another page.
    More(Place),
}

/// The body of the previous page, and the number of items that were read with it.
pub(super) type Previous = (Bytes, u64);

impl PageNumber {
    /// Sets the number of the first page, unless the call sets another.
    pub(super) fn start(&self, draft: &mut Draft) {
        if draft.query_value(self.parameter).is_none() {
            draft.set(self.parameter, &self.first);
        }
    }

    /// This page, for the next one.
    pub(super) fn read(&self, reply: &Reply, previous: Option<&Previous>) -> Previous {
        let count = parse(&reply.body).ok().as_ref().and_then(|body| self.list(body)).map_or(0, <[Value<'_>]>::len);
        (reply.body.clone(), previous.map_or(0, |(_, count)| *count) + count as u64)
    }

    fn list<'v>(&self, body: &'v Value<'v>) -> Option<&'v [Value<'v>]> {
        match at(body, self.items) {
            Some(Value::Array(items)) => Some(items),
            _ => None,
        }
    }

    /// The number of the page after this response; `None` if it is the last one.
    pub(super) fn after(
        &self,
        draft: &Draft,
        reply: &Reply,
        previous: Option<&Previous>,
    ) -> Result<Option<u64>, DecodeError> {
        let body = parse(&reply.body).ok();
        let items = match body.as_ref().and_then(|body| at(body, self.items)) {
            Some(Value::Array(items)) => items,
            None | Some(Value::Null) => return Ok(None),
            Some(_) => return Err(DecodeError::new("the items of the page are not a list")),
        };
        if items.is_empty() {
            return Ok(None);
        }
        let number = draft.query_value(self.parameter).and_then(|text| text.parse::<u64>().ok());
        let number = number.ok_or_else(|| DecodeError::new("the parameter for the page is not an integer"))?;
        let step = match self.counts {
            Counted::Items => items.len() as u64,
            Counted::Pages => 1,
        };
        let next = number.checked_add(step).ok_or_else(|| DecodeError::new("the number of the page is too large"))?;
        let read = previous.map_or(0, |(_, count)| *count) + items.len() as u64;
        let has_more = self.has_more(reply, next.saturating_sub(self.first), read)?;
        if has_more == Some(false) {
            return Ok(None);
        }
        let is_repeated = previous.is_some_and(|(body, _)| {
            *body == reply.body || parse(body).ok().as_ref().and_then(|body| self.list(body)) == Some(items.as_slice())
        });
        match (is_repeated, has_more) {
            (false, _) => Ok(Some(next)),
            // A server may send the last page for every number beyond it.
            (true, None) => Ok(None),
            (true, Some(_)) => {
                Err(DecodeError::new("the server sent the same page twice, and says that there are more"))
            }
        }
    }

    /// Whether the response says that there is another page, if it says so. `before` is what the number of the next page
    /// counts, `read` the number of items that were read.
    fn has_more(&self, reply: &Reply, before: u64, read: u64) -> Result<Option<bool>, DecodeError> {
        let count = |place| {
            let text = found(reply, place)?;
            let number = text.map(|text| text.trim().parse::<u64>());
            number.transpose().map_err(|_| DecodeError::new("the number of items or pages is not an integer"))
        };
        Ok(match (self.end, self.counts) {
            (None, _) => None,
            (Some(End::Items(place)), Counted::Items) => count(place)?.map(|all| before < all),
            // If the first pages were left out, the end is a page without items.
            (Some(End::Items(place)), Counted::Pages) => count(place)?.map(|all| read < all),
            (Some(End::Pages(place)), _) => count(place)?.map(|all| before < all),
            (Some(End::More(place)), _) => more(reply, place)?,
        })
    }
}

/// Whether there is another page, as the response says.
fn more(reply: &Reply, place: Place) -> Result<Option<bool>, DecodeError> {
    if let Place::Body(pointer) = place {
        return match parse(&reply.body).ok().as_ref().and_then(|body| at(body, pointer)) {
            Some(Value::Bool(more)) => Ok(Some(*more)),
            None | Some(Value::Null) => Ok(None),
            Some(_) => Err(DecodeError::new("whether there is another page is neither true nor false")),
        };
    }
    match found(reply, place)?.as_deref().map(str::trim) {
        None => Ok(None),
        Some(text) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
        Some(text) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
        Some(_) => Err(DecodeError::new("whether there is another page is neither true nor false")),
    }
}
