//! The pages, and the address of everything that has one. Addresses consist of ASCII letters, digits and hyphens.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::model::Api;
use crate::model::schema::{TypeHint, TypeId};

/// How pages are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// A folder with a page for each tag.
    Folder,
    /// A single file.
    Single,
}

/// A page of operations.
#[derive(Debug)]
pub struct TagPage {
    /// The tag; `None` for operations without one.
    pub tag: Option<String>,
    /// Its address.
    pub page: String,
    /// The indexes of its operations: those that have this tag first.
    pub operations: Vec<usize>,
}

/// The addresses.
#[derive(Debug)]
pub struct Links {
    layout: Layout,
    /// The pages of operations: declared tags in document order, then others by first use.
    pub tags: Vec<TagPage>,
    /// The pages of schemas with their titles.
    pub schema_pages: Vec<SchemaPage>,
    /// The pages of webhooks and callbacks with their titles, and the range of their indexes.
    pub outgoing_pages: Vec<(String, String, Range<usize>)>,
    operations: Vec<(String, String)>,
    schemas: BTreeMap<TypeId, (String, String)>,
}

/// A page of schemas.
#[derive(Debug)]
pub struct SchemaPage {
    /// Its title.
    pub title: String,
    /// Its address.
    pub page: String,
    /// The types, by name.
    pub types: Vec<TypeId>,
}

/// The number of schemas from which there is a page for each letter.
const SCHEMAS_OF_A_PAGE: usize = 80;

/// The number of webhooks and callbacks of a page.
const OUTGOING_OF_A_PAGE: usize = 30;

impl Links {
    /// The addresses of an API.
    pub fn new(api: &Api, layout: Layout) -> Self {
        let tags = tag_pages(api);
        let mut taken = BTreeSet::new();
        let mut operations = vec![(String::new(), String::new()); api.operations.len()];
        for page in &tags {
            for &index in &page.operations {
                let anchor = unique("op", &api.operations[index].id, &mut taken);
                operations[index] = (page.page.clone(), anchor);
            }
        }
        let schema_pages = schema_pages(api, layout);
        let mut schemas = BTreeMap::new();
        for page in &schema_pages {
            for &id in &page.types {
                let name = component(api, id).expect("only components have an entry");
                schemas.insert(id, (page.page.clone(), unique("schema", name, &mut taken)));
            }
        }
        let outgoing_pages = outgoing_pages(api, layout);
        let mut links = Self { layout, tags, schema_pages, outgoing_pages, operations, schemas };
        links.complete();
        links
    }

    /// Replaces the pages of the targets by complete addresses.
    fn complete(&mut self) {
        let layout = self.layout;
        for (page, anchor) in self.operations.iter_mut().chain(self.schemas.values_mut()) {
            *page = address(layout, page, Some(anchor));
        }
    }

    /// How pages are written.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// The address of a page.
    pub fn page(&self, page: &str) -> String {
        address(self.layout, page, None)
    }

    /// The address of a part of a page.
    pub fn part(&self, page: &str, anchor: &str) -> String {
        address(self.layout, page, Some(anchor))
    }

    /// The address of an operation.
    pub fn operation(&self, index: usize) -> &str {
        &self.operations[index].0
    }

    /// The id of the element of an operation.
    pub fn operation_id(&self, index: usize) -> &str {
        &self.operations[index].1
    }

    /// The address of a webhook or callback.
    pub fn outgoing(&self, index: usize) -> String {
        let page = self.outgoing_pages.iter().find(|(_, _, range)| range.contains(&index));
        let (_, page, _) = page.expect("each is on a page");
        self.part(page, &Self::outgoing_id(index))
    }

    /// The id of the element of a webhook or callback.
    pub fn outgoing_id(index: usize) -> String {
        format!("webhook-{}", index + 1)
    }

    /// The address of a schema, if it has an entry.
    pub fn schema(&self, id: TypeId) -> Option<&str> {
        self.schemas.get(&id).map(|(address, _)| address.as_str())
    }

    /// The id of the element of a schema with an entry.
    pub fn schema_id(&self, id: TypeId) -> &str {
        &self.schemas[&id].1
    }
}

fn address(layout: Layout, page: &str, anchor: Option<&str>) -> String {
    match (layout, anchor) {
        (Layout::Folder, None) => format!("{page}.html"),
        (Layout::Folder, Some(anchor)) => format!("{page}.html#{anchor}"),
        (Layout::Single, None) => format!("#page-{page}"),
        (Layout::Single, Some(anchor)) => format!("#{anchor}"),
    }
}

fn tag_pages<'a>(api: &'a Api) -> Vec<TagPage> {
    let declared = api.tags.iter().map(|tag| Some(tag.name.as_str()));
    let used = api.operations.iter().map(|operation| operation.tags.first().map(String::as_str));
    let mut by_tag: Vec<Option<&str>> = Vec::new();
    let mut seen = BTreeSet::new();
    for tag in declared.chain(used.clone().filter(Option::is_some)).chain([None]) {
        if seen.insert(tag) {
            by_tag.push(tag);
        }
    }
    let mut operations: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
    for (index, tag) in used.enumerate() {
        operations.entry(tag).or_default().push(index);
    }
    let mut taken = BTreeSet::new();
    let page = |tag: Option<&'a str>| {
        let operations = operations.remove(&tag)?;
        Some(TagPage {
            tag: tag.map(str::to_owned),
            page: unique("tag", tag.unwrap_or("none"), &mut taken),
            operations,
        })
    };
    by_tag.into_iter().filter_map(page).collect()
}

fn schema_pages(api: &Api, layout: Layout) -> Vec<SchemaPage> {
    let ids = (0..api.types.len()).map(TypeId);
    let mut types: Vec<(&str, TypeId)> = ids.filter_map(|id| Some((component(api, id)?, id))).collect();
    types.sort();
    if types.len() <= SCHEMAS_OF_A_PAGE || layout == Layout::Single {
        let types: Vec<TypeId> = types.into_iter().map(|(_, id)| id).collect();
        let page = SchemaPage { title: "Schemas".to_owned(), page: "schemas".to_owned(), types };
        return if page.types.is_empty() { Vec::new() } else { vec![page] };
    }
    let mut pages: BTreeMap<Option<char>, Vec<TypeId>> = BTreeMap::new();
    for (name, id) in types {
        let letter = name.chars().next().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_uppercase());
        pages.entry(letter).or_default().push(id);
    }
    let page = |(letter, types): (Option<char>, Vec<TypeId>)| match letter {
        Some(c) => {
            SchemaPage { title: format!("Schemas: {c}"), page: format!("schemas-{}", c.to_ascii_lowercase()), types }
        }
        None => SchemaPage { title: "Schemas: other".to_owned(), page: "schemas-other".to_owned(), types },
    };
    pages.into_iter().map(page).collect()
}

fn outgoing_pages(api: &Api, layout: Layout) -> Vec<(String, String, Range<usize>)> {
    let count = api.outgoing.operations.len();
    let title = "Webhooks and callbacks";
    if count <= OUTGOING_OF_A_PAGE || layout == Layout::Single {
        return if count == 0 { Vec::new() } else { vec![(title.to_owned(), "webhooks".to_owned(), 0..count)] };
    }
    let page = |(first, number): (usize, usize)| {
        let range = first..(first + OUTGOING_OF_A_PAGE).min(count);
        (format!("{title}: {number}"), format!("webhooks-{number}"), range)
    };
    (0..count).step_by(OUTGOING_OF_A_PAGE).zip(1..).map(page).collect()
}

fn component(api: &Api, id: TypeId) -> Option<&str> {
    match &api.type_def(id).hint {
        TypeHint::Component { name, .. } => Some(name),
        TypeHint::Within { .. } | TypeHint::Operation { .. } | TypeHint::Shared { .. } | TypeHint::Equal { .. } => None,
    }
}

/// An address that is not taken: the letters and digits of the name, then a number if necessary.
fn unique(kind: &str, name: &str, taken: &mut BTreeSet<String>) -> String {
    let mut slug = String::new();
    for c in name.chars() {
        match c.is_ascii_alphanumeric() {
            true => slug.push(c.to_ascii_lowercase()),
            false if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            false => {}
        }
        if slug.len() >= 60 {
            break;
        }
    }
    let base = format!("{kind}-{}", slug.trim_end_matches('-'));
    let base = base.trim_end_matches('-').to_owned();
    let numbered = (2..).map(|number| format!("{base}-{number}"));
    let free = std::iter::once(base.clone()).chain(numbered).find(|name| !taken.contains(name));
    let free = free.expect("numbers do not end");
    taken.insert(free.clone());
    free
}
