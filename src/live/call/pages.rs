//! The pages of a list, as generated code requests them.

use keystub_client_runtime as rt;
use rt::core::Core;
use rt::dynamic::DynamicPages;
use rt::{page_number, pages};

use super::{Caller, Input};
use crate::live::client::tables::{list, text};
use crate::model::operation::{Counted, NextPage, NextParameter, Operation, PageEnd, PageNumber, ResponsePlace};

impl Caller {
    /// The pages, beginning with that of this call; `None` if the document does not say how they are requested, or the call
    /// has a body.
    ///
    /// # Errors
    ///
    /// If a value cannot be encoded.
    pub fn pages<'c>(&self, core: &'c Core, at: usize, input: &Input) -> Result<Option<DynamicPages<'c>>, String> {
        let Some(next) = next(&self.api.operations[at]).filter(|_| input.body.is_none()) else { return Ok(None) };
        Ok(Some(DynamicPages::new(core, self.prepare(at, input)?, next)))
    }
}

fn next(operation: &Operation) -> Option<pages::NextPage> {
    Some(match operation.next.as_ref()? {
        NextPage::Link => pages::NextPage::Link,
        NextPage::Parameters(parameters) => {
            let parameters = parameters.iter().map(|NextParameter { index, place }| (*index, self::place(place)));
            pages::NextPage::Parameters(list(parameters))
        }
        NextPage::Number(own) => {
            let items = operation.page_items.as_deref().unwrap_or_default();
            pages::NextPage::Number(Box::leak(Box::new(number(own, items))))
        }
    })
}

fn number(number: &PageNumber, items: &str) -> page_number::PageNumber {
    page_number::PageNumber {
        parameter: number.index,
        first: number.first,
        counts: match number.counts {
            Counted::Items => page_number::Counted::Items,
            Counted::Pages => page_number::Counted::Pages,
        },
        items: text(items),
        end: number.end.as_ref().map(|end| match end {
            PageEnd::Items(at) => page_number::End::Items(place(at)),
            PageEnd::Pages(at) => page_number::End::Pages(place(at)),
            PageEnd::More(at) => page_number::End::More(place(at)),
        }),
    }
}

fn place(place: &ResponsePlace) -> pages::Place {
    match place {
        ResponsePlace::Body(pointer) => pages::Place::Body(text(pointer)),
        ResponsePlace::Header(name) => pages::Place::Header(text(name)),
    }
}
