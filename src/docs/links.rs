//! The pages, and the address of everything that has one. Addresses consist of ASCII letters, digits and hyphens.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::model::Api;
use crate::model::operation::Operation;
use crate::model::schema::{TypeDef, TypeHint, TypeId};

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
    /// Its title: the tag, the path that its operations have in common, or a number.
    pub title: String,
    /// Its address.
    pub page: String,
    /// The indexes of its operations: those that have this tag first.
    pub operations: Vec<usize>,
    /// The indexes of operations that have this tag too and are on the page of another one.
    pub others: Vec<usize>,
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
    /// The addresses of the entries of the same components, by the types of outgoing operations.
    outgoing_schemas: BTreeMap<TypeId, String>,
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

/// The number of operations without a tag of a page. If there are more, there is a page for each beginning of their paths.
const UNTAGGED_OF_A_PAGE: usize = 30;

/// The number of operations that these pages must have on average. Each page has links to all others, so the size of all
/// pages grows with the square of their number.
const OPERATIONS_OF_A_PATH: usize = 4;

/// The number of webhooks and callbacks of a page.
const OUTGOING_OF_A_PAGE: usize = 30;

impl Links {
    /// The addresses of an API.
    pub fn new(api: &Api, layout: Layout) -> Self {
        let tags = tag_pages(api, layout);
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
        let outgoing_schemas = BTreeMap::new();
        let mut links = Self { layout, tags, schema_pages, outgoing_pages, operations, schemas, outgoing_schemas };
        links.complete();
        Self { outgoing_schemas: links.of_outgoing(api), ..links }
    }

    /// Replaces the pages of the targets by complete addresses.
    fn complete(&mut self) {
        let layout = self.layout;
        for (page, anchor) in self.operations.iter_mut().chain(self.schemas.values_mut()) {
            *page = address(layout, page, Some(anchor));
        }
    }

    /// The addresses of the components that outgoing operations have in common with the API.
    fn of_outgoing(&self, api: &Api) -> BTreeMap<TypeId, String> {
        let entries = self.schemas.iter();
        let by_name: BTreeMap<&str, &str> = entries
            .filter_map(|(id, (address, _))| Some((component_name(api.type_def(*id))?, address.as_str())))
            .collect();
        let types = api.outgoing.types.iter().enumerate();
        let linked = types.filter_map(|(index, def)| Some((TypeId(index), by_name.get(component_name(def)?)?)));
        linked.map(|(id, address)| (id, (*address).to_owned())).collect()
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

    /// The address of the entry of the component that is this type of outgoing operations.
    pub fn outgoing_schema(&self, id: TypeId) -> Option<&str> {
        self.outgoing_schemas.get(&id).map(String::as_str)
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

/// What the operations of a page have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Tag(String),
    /// The beginning of their paths. They have no tag.
    Path(String),
    /// The number of their page. They have no tag, and few of them have the beginning of their paths in common.
    Numbered(usize),
    None,
}

fn tag_pages(api: &Api, layout: Layout) -> Vec<TagPage> {
    let declared = api.tags.iter().map(|tag| Group::Tag(tag.name.clone()));
    let groups = groups(api, layout);
    let tags = api.operations.iter().flat_map(|operation| operation.tags.iter().cloned().map(Group::Tag));
    let untagged = groups.iter().filter(|group| !matches!(group, Group::Tag(_))).cloned();
    let mut order: Vec<Group> = Vec::new();
    let mut seen = BTreeSet::new();
    for group in declared.chain(tags).chain(untagged) {
        if seen.insert(group.clone()) {
            order.push(group);
        }
    }
    let mut operations: BTreeMap<&Group, Vec<usize>> = BTreeMap::new();
    groups.iter().enumerate().for_each(|(index, group)| operations.entry(group).or_default().push(index));
    let mut taken = BTreeSet::new();
    let page = |group: Group| {
        let operations = operations.get(&group).cloned().unwrap_or_default();
        let others = others(api, &group);
        let (kind, name, title) = match &group {
            Group::Tag(tag) => ("tag", tag.clone(), tag.clone()),
            Group::Path(path) => ("path", path.clone(), path.clone()),
            Group::Numbered(number) => ("tag", format!("none-{number}"), format!("Other operations: {number}")),
            Group::None => ("tag", "none".to_owned(), "Other operations".to_owned()),
        };
        let tag = matches!(group, Group::Tag(_)).then(|| name.clone());
        let is_empty = operations.is_empty() && others.is_empty();
        (!is_empty).then(|| TagPage { tag, title, page: unique(kind, &name, &mut taken), operations, others })
    };
    order.into_iter().filter_map(page).collect()
}

/// The group of each operation: its first tag, or if many have none, the beginning of its path or the number of a page.
fn groups(api: &Api, layout: Layout) -> Vec<Group> {
    let is_untagged = |operation: &&Operation| operation.tags.is_empty();
    let untagged: Vec<&Operation> = api.operations.iter().filter(is_untagged).collect();
    let are_many = untagged.len() > UNTAGGED_OF_A_PAGE;
    let common = match are_many {
        true => common_segments(&untagged),
        false => None,
    };
    let mut rest = 0_usize;
    let group = |operation: &Operation| match (operation.tags.first(), common) {
        (Some(tag), _) => Group::Tag(tag.clone()),
        (None, Some(common)) => Group::Path(beginning(operation, common)),
        (None, None) if are_many && layout == Layout::Folder => {
            rest += 1;
            Group::Numbered(rest.div_ceil(UNTAGGED_OF_A_PAGE))
        }
        (None, None) => Group::None,
    };
    api.operations.iter().map(group).collect()
}

/// The segments of a path that all have in common, and the next one.
fn beginning(operation: &Operation, common: usize) -> String {
    let segments: Vec<&str> = operation.path.text.split('/').skip(1).take(common + 1).collect();
    format!("/{}", segments.join("/"))
}

/// The number of segments with which all paths begin; `None` if too few operations have the next one in common.
fn common_segments(operations: &[&Operation]) -> Option<usize> {
    let segments = |operation: &'_ Operation| operation.path.text.split('/').skip(1).map(str::to_owned).collect();
    let first: Vec<String> = segments(operations.first()?);
    let shared = |operation: &&Operation| {
        let own: Vec<String> = segments(operation);
        first.iter().zip(&own).take_while(|(first, own)| first == own).count()
    };
    let common = operations.iter().map(shared).min()?;
    let beginnings: BTreeSet<String> = operations.iter().map(|operation| beginning(operation, common)).collect();
    (beginnings.len() * OPERATIONS_OF_A_PATH <= operations.len()).then_some(common)
}

/// The operations that have a tag, but not first.
fn others(api: &Api, group: &Group) -> Vec<usize> {
    let Group::Tag(tag) = group else { return Vec::new() };
    let has_too = |operation: &Operation| operation.tags.iter().skip(1).any(|own| own == tag);
    let is_other = |operation: &Operation| operation.tags.first() != Some(tag) && has_too(operation);
    (0..api.operations.len()).filter(|index| is_other(&api.operations[*index])).collect()
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
    component_name(api.type_def(id))
}

fn component_name(def: &TypeDef) -> Option<&str> {
    match &def.hint {
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
