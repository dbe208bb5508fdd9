//! How the pages of a list are requested, as a user writes it.

/// How the pages of a list are requested: `[pagination.OPERATION]` of the configuration file, or `x-pagination` of an
/// operation. One of `offset`, `page` and `cursor` is set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pagination {
    /// `offset`: the query parameter for the number of items before the page.
    pub offset: Option<String>,
    /// `page`: the query parameter for the number of the page.
    pub page: Option<String>,
    /// `cursor`: the parameter for a value that the previous page has at `next`.
    pub cursor: Option<String>,
    /// `first`: the number of the first page or item.
    pub first: Option<u64>,
    /// `items`: where the list is in the body; the body is the list if `None`.
    pub items: Option<String>,
    /// `next`: where the cursor of the next page is.
    pub next: Option<String>,
    /// `total`: where the number of all items is.
    pub total: Option<String>,
    /// `pages`: where the number of all pages is.
    pub pages: Option<String>,
    /// `more`: where it says whether there is another page, as `true` or `false`.
    pub more: Option<String>,
}

impl Pagination {
    /// The keys, in the order of the documentation.
    pub const KEYS: [&'static str; 9] =
        ["offset", "page", "cursor", "first", "items", "next", "total", "pages", "more"];

    /// The key whose value is a number.
    pub const FIRST: &'static str = "first";

    /// By the number of items before the page, in this query parameter.
    ///
    /// ```
    /// use keystub::{Generator, Pagination};
    ///
    /// let pages = Pagination::by_offset("skip").items("$response.body#/data").total("$response.header.X-Total");
    /// let generator = Generator::client("openapi.yaml").pagination("listPets", pages);
    /// ```
    pub fn by_offset(parameter: impl Into<String>) -> Self {
        Self { offset: Some(parameter.into()), ..Self::default() }
    }

    /// By the number of the page, in this query parameter.
    pub fn by_page(parameter: impl Into<String>) -> Self {
        Self { page: Some(parameter.into()), ..Self::default() }
    }

    /// By the value of this parameter that the previous page has at the place `next`.
    pub fn by_cursor(parameter: impl Into<String>, next: impl Into<String>) -> Self {
        Self { cursor: Some(parameter.into()), next: Some(next.into()), ..Self::default() }
    }

    /// Sets the number of the first page or item.
    pub fn first(self, number: u64) -> Self {
        Self { first: Some(number), ..self }
    }

    /// Sets the place of the list.
    pub fn items(self, place: impl Into<String>) -> Self {
        Self { items: Some(place.into()), ..self }
    }

    /// Sets the place of the number of all items.
    pub fn total(self, place: impl Into<String>) -> Self {
        Self { total: Some(place.into()), ..self }
    }

    /// Sets the place of the number of all pages.
    pub fn pages(self, place: impl Into<String>) -> Self {
        Self { pages: Some(place.into()), ..self }
    }

    /// Sets the place of `true` if there is another page, and else `false`.
    pub fn more(self, place: impl Into<String>) -> Self {
        Self { more: Some(place.into()), ..self }
    }

    /// The text of a key other than [`Self::FIRST`]; `None` if there is no such key.
    pub(crate) fn text_mut(&mut self, key: &str) -> Option<&mut Option<String>> {
        Some(match key {
            "offset" => &mut self.offset,
            "page" => &mut self.page,
            "cursor" => &mut self.cursor,
            "items" => &mut self.items,
            "next" => &mut self.next,
            "total" => &mut self.total,
            "pages" => &mut self.pages,
            "more" => &mut self.more,
            _ => return None,
        })
    }
}
