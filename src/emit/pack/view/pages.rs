//! Pages in the view: how the next page of a list is requested.

use minijinja::Value;

use super::parts::{list, optional, word};
use super::table::object;
use crate::model::operation::{Counted, NextPage, NextParameter, Operation, PageEnd, PageNumber, ResponsePlace};

/// How the next page is requested; none if the document does not say it. `parameters` are those of the operation.
pub fn pages(operation: &Operation, parameters: &[Value]) -> Value {
    let Some(next) = &operation.next else { return Value::from(()) };
    let (kind, next, number) = match next {
        NextPage::Link => ("link", [].as_slice(), None),
        NextPage::Parameters(next) => ("parameters", next.as_slice(), None),
        NextPage::Number(number) => ("number", [].as_slice(), Some(number)),
    };
    object(
        "pages",
        [
            ("kind", word(kind)),
            ("parameters", list(next.iter().map(|next| next_parameter(next, parameters)))),
            ("number", number.map(|number| page_number(number, parameters)).into()),
            ("items", optional(operation.page_items.as_deref())),
        ],
    )
}

fn next_parameter(next: &NextParameter, parameters: &[Value]) -> Value {
    object("next parameter", [("parameter", parameters[next.index].clone()), ("place", place(&next.place))])
}

fn page_number(number: &PageNumber, parameters: &[Value]) -> Value {
    let counts = match number.counts {
        Counted::Items => "items",
        Counted::Pages => "pages",
    };
    let end = number.end.as_ref().map(|end| match end {
        PageEnd::Items(place) => ("items", place),
        PageEnd::Pages(place) => ("pages", place),
        PageEnd::More(place) => ("more", place),
    });
    object(
        "page number",
        [
            ("parameter", parameters[number.index].clone()),
            ("first", Value::from(number.first)),
            ("counts", word(counts)),
            ("end", end.map(|(kind, _)| word(kind)).into()),
            ("end_place", end.map(|(_, found)| place(found)).into()),
        ],
    )
}

fn place(place: &ResponsePlace) -> Value {
    let (body, header) = match place {
        ResponsePlace::Body(pointer) => (Some(pointer.as_str()), None),
        ResponsePlace::Header(name) => (None, Some(name.as_str())),
    };
    object("response place", [("body", optional(body)), ("header", optional(header))])
}
