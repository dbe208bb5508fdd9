//! The pages with their content, and the frame around each.

use std::ops::Range;

use super::access;
use super::links::{Layout, Links, SchemaPage, TagPage};
use super::markdown;
use super::operation::{self, Entry};
use super::part::{Frame, Part};
use super::schema;
use super::shared::Shared;
use super::since::{self, Since};
use super::templates::{Engine, Html, View, view};
use super::{trees, try_it};
use crate::model::Api;
use crate::model::outgoing::Origin;
use crate::model::schema::{TypeId, TypeRef};
use crate::threads;
use crate::values::Values;

/// The seed of examples: pages are the same in every run.
const SEED: u64 = 1;

/// Which files the reference has.
#[derive(Debug)]
pub struct Form {
    /// The name of the single file, if it is not a folder.
    pub single: Option<String>,
    /// Whether the pages can call operations.
    pub has_try: bool,
}

/// What the reference shows in addition to the model.
#[derive(Debug)]
pub struct Extras {
    /// The head and the rows of the access matrix.
    pub matrix: Vec<Vec<String>>,
    /// For each operation, its call with the generated client.
    pub calls: Vec<String>,
    /// Whether the pages can call operations.
    pub has_try: bool,
    /// The changes since an older version.
    pub since: Option<Since>,
    /// The address of the OpenAPI document, if it is next to the pages.
    pub document: Option<&'static str>,
}

/// A page.
pub struct Page {
    /// Its address.
    pub page: String,
    /// Its title.
    pub title: String,
    /// Its main part.
    pub content: Html,
}

/// The pages of an API.
pub struct Pages<'a> {
    api: &'a Api,
    links: &'a Links,
    /// Whether the pages can call operations.
    pub has_try: bool,
    /// The pages, the first one is the home page.
    pub list: Vec<Page>,
    /// The trees to which the pages refer, if all of them are one file.
    pub trees: Html,
}

/// A page to be rendered.
enum Kind<'a> {
    Home,
    Access,
    Changes(&'a Since),
    Tag(&'a TagPage),
    Outgoing(&'a (String, String, Range<usize>)),
    Schemas(&'a SchemaPage),
}

impl Kind<'_> {
    /// Whether the page is about webhooks and callbacks, which have their own types.
    fn is_outgoing(&self) -> bool {
        matches!(self, Self::Outgoing(_))
    }
}

/// What the content of pages is made from.
struct Sources<'a> {
    api: &'a Api,
    frame: Frame<'a>,
    /// The values of operations.
    values: Values<'a>,
    /// The values of webhooks and callbacks.
    of_outgoing: Values<'a>,
    extras: &'a Extras,
}

impl Sources<'_> {
    /// The pages of a group, and the trees to which they refer.
    fn group(&self, kinds: &[Kind<'_>]) -> (Vec<Page>, Html) {
        let (shared, of_webhooks) = (Shared::new(""), Shared::new("sent-"));
        let part = Part::api(self.api, &self.values, &shared, self.frame);
        let outgoing = Part::outgoing(self.api, &self.of_outgoing, &of_webhooks, self.frame);
        let Extras { matrix, calls, has_try, document, .. } = self.extras;
        let tried = has_try.then_some(self.api);
        let page = |kind: &Kind<'_>| match kind {
            Kind::Home => home(self.api, part, *document),
            Kind::Access => access_page(self.api, part, matrix),
            Kind::Changes(since) => Page {
                page: "changes".to_owned(),
                title: "Changes".to_owned(),
                content: since::content(self.api, part, since),
            },
            Kind::Tag(tag) => tag_page(self.api, part, tag, (calls, tried)),
            Kind::Outgoing(page) => webhooks(self.api, outgoing, page),
            Kind::Schemas(page) => schemas(part, page),
        };
        let pages = kinds.iter().map(page).collect();
        (pages, Html::join([trees::of_page(part), trees::of_page(outgoing)]))
    }
}

impl<'a> Pages<'a> {
    /// Renders the content of all pages, on all processors.
    pub fn new(api: &'a Api, engine: &'a Engine, links: &'a Links, extras: &Extras) -> Self {
        let sources = Sources {
            api,
            frame: Frame { engine, links },
            values: Values::new(api, SEED),
            of_outgoing: Values::of_outgoing(&api.outgoing, SEED),
            extras,
        };
        let mut kinds = vec![Kind::Home, Kind::Access];
        kinds.extend(extras.since.as_ref().map(Kind::Changes));
        kinds.extend(links.tags.iter().map(Kind::Tag));
        kinds.extend(links.outgoing_pages.iter().map(Kind::Outgoing));
        kinds.extend(links.schema_pages.iter().map(Kind::Schemas));
        // Pages of a single file have trees and examples in common.
        let is_joined = |one: &Kind<'_>, next: &Kind<'_>| match links.layout() {
            Layout::Folder => false,
            Layout::Single => one.is_outgoing() == next.is_outgoing(),
        };
        let groups: Vec<&[Kind<'_>]> = kinds.chunk_by(is_joined).collect();
        let (lists, trees): (Vec<Vec<Page>>, Vec<Html>) =
            threads::map(&groups, |group| sources.group(group)).into_iter().unzip();
        let list = lists.into_iter().flatten().collect();
        Self { api, links, has_try: extras.has_try, list, trees: Html::join(trees) }
    }

    /// The frame of a page. In a folder, the operations of other tags are not listed, so that pages stay small.
    pub fn view(&self, shown: &Page, policy: &str) -> View {
        let is_single = shown.title.is_empty();
        let tags = self.links.tags.iter().map(|tag| {
            let is_open = is_single || tag.page == shown.page;
            let operations =
                tag.operations.iter().chain(&tag.others).filter(|_| is_open).map(|index| self.operation_link(*index));
            view! {
                name: tag.title.clone(),
                href: self.links.page(&tag.page),
                is_open: is_open,
                operations: operations.collect::<Vec<View>>(),
            }
        });
        let tags: Vec<View> = tags.collect();
        let is_tag = |page: &&Page| self.links.tags.iter().any(|tag| tag.page == page.page);
        let other = |page: &Page| {
            let is_current = page.page == shown.page && !is_single;
            view! { name: page.title.clone(), href: self.links.page(&page.page), is_current: is_current }
        };
        let first = self.list.iter().take_while(|page| !is_tag(page)).map(other);
        let last = self.list.iter().skip_while(|page| !is_tag(page)).filter(|page| !is_tag(page)).map(other);
        let (first, last): (Vec<View>, Vec<View>) = (first.collect(), last.collect());
        view! {
            policy: policy,
            title: shown.title.clone(),
            api: self.api.title.clone(),
            version: self.api.version.clone(),
            home: self.links.page("index"),
            tags: tags,
            first: first,
            last: last,
            content: shown.content.clone(),
            script: Html::default(),
            style: Html::default(),
            search: Html::default(),
            has_try: self.has_try,
            try_data: Html::default(),
        }
    }

    fn operation_link(&self, index: usize) -> View {
        let operation = &self.api.operations[index];
        view! {
            method: operation.method.as_str(),
            text: operation.doc.summary.clone().unwrap_or_else(|| operation.path.text.clone()),
            href: self.links.operation(index),
            is_deprecated: operation.is_deprecated,
        }
    }
}

fn home(api: &Api, part: Part<'_>, document: Option<&str>) -> Page {
    let servers = api.servers.iter().map(|server| {
        let variables = server.variables.iter().map(|variable| {
            let values = variable.values.join(", ");
            view! { name: variable.name.clone(), default: variable.default.clone(), values: values }
        });
        view! {
            url: server.template.clone(),
            doc: server.description.as_deref().map(markdown::html).unwrap_or_default(),
            variables: variables.collect::<Vec<View>>(),
        }
    });
    let tags = part.links.tags.iter().map(|tag| {
        let operations = tag.operations.iter().chain(&tag.others).map(|index| listed(api, part, *index));
        view! { name: tag.title.clone(), href: part.links.page(&tag.page), operations: operations.collect::<Vec<View>>() }
    });
    let content = view! {
        title: api.title.clone(),
        version: api.version.clone(),
        doc: api.description.as_deref().map(markdown::html).unwrap_or_default(),
        document: document.unwrap_or_default(),
        servers: servers.collect::<Vec<View>>(),
        relative_server: api.relative_server.clone().unwrap_or_default(),
        tags: tags.collect::<Vec<View>>(),
    };
    Page { page: "index".to_owned(), title: "Overview".to_owned(), content: part.engine.render("home", content) }
}

/// An operation in a list, with its link.
fn listed(api: &Api, part: Part<'_>, index: usize) -> View {
    let operation = &api.operations[index];
    view! {
        method: operation.method.as_str(),
        path: operation.path.text.clone(),
        summary: operation.doc.summary.clone().unwrap_or_default(),
        href: part.links.operation(index),
        badge: access::badge(&operation.access),
        is_deprecated: operation.is_deprecated,
    }
}

fn access_page(api: &Api, part: Part<'_>, matrix: &[Vec<String>]) -> Page {
    let mut schemes = access::schemes(&api.schemes, true);
    schemes.extend(access::schemes(&api.unused_schemes, false));
    let (head, rows) = access::matrix(matrix);
    let content = part.engine.render("access", view! { schemes: schemes, head: head, rows: rows });
    Page { page: "access".to_owned(), title: "Access".to_owned(), content }
}

fn tag_page(api: &Api, part: Part<'_>, tag: &TagPage, (calls, tried): (&[String], Option<&Api>)) -> Page {
    let declared = api.tags.iter().find(|declared| Some(&declared.name) == tag.tag.as_ref());
    let docs_url = declared.and_then(|tag| tag.docs_url.clone()).filter(|url| markdown::is_allowed(url));
    let base_url = api.servers.first().map(|server| server.url.as_str());
    let articles = tag.operations.iter().map(|&index| {
        let operation = &api.operations[index];
        let base_url = operation.servers.first().map(|server| server.url.as_str()).or(base_url);
        let id = part.links.operation_id(index);
        let rust = &calls[index];
        let entry = Entry { id, at: index, index: Some(index), base_url, rust, cause: String::new(), tried };
        operation::article(part, operation, &entry)
    });
    let content = view! {
        page: tag.page.clone(),
        title: tag.title.clone(),
        doc: declared.and_then(|tag| tag.description.as_deref()).map(markdown::html).unwrap_or_default(),
        docs_url: docs_url.unwrap_or_default(),
        others: tag.others.iter().map(|index| listed(api, part, *index)).collect::<Vec<View>>(),
        articles: with_trees(part, articles.collect()),
    };
    Page { page: tag.page.clone(), title: tag.title.clone(), content: part.engine.render("tag", content) }
}

/// The articles of a page with the trees to which they refer. A single file has the trees once, at its end.
fn with_trees(part: Part<'_>, mut articles: Vec<Html>) -> Html {
    match part.links.layout() {
        Layout::Folder => articles.push(trees::of_page(part)),
        Layout::Single => {}
    }
    Html::join(articles)
}

/// A page of webhooks and callbacks.
fn webhooks(api: &Api, part: Part<'_>, (title, page, range): &(String, String, Range<usize>)) -> Page {
    let article = |at: usize| {
        let outgoing = &api.outgoing.operations[at];
        let cause = match &outgoing.origin {
            Origin::Webhook { .. } => "Webhook".to_owned(),
            Origin::Callback { name, of, .. } => {
                let caller = &api.operations[*of];
                format!("Callback {name} of {} {}", caller.method.as_str(), caller.path.text)
            }
        };
        let id = Links::outgoing_id(at);
        operation::article(
            part,
            &outgoing.operation,
            &Entry { id: &id, at, index: None, base_url: None, rust: "", cause, tried: None },
        )
    };
    let content = view! {
        page: page.clone(),
        title: title.clone(),
        doc: markdown::html("Requests that the API sends to a server of its user."),
        docs_url: "",
        others: Vec::<View>::new(),
        articles: with_trees(part, range.clone().map(article).collect()),
    };
    Page { page: page.clone(), title: title.clone(), content: part.engine.render("tag", content) }
}

/// The page to which authorization servers redirect.
pub fn redirect(engine: &Engine) -> Page {
    let title = "Authorization".to_owned();
    Page {
        page: try_it::REDIRECT_PAGE.to_owned(),
        content: engine.render("redirect", view! { title: title.clone() }),
        title,
    }
}

fn schemas(part: Part<'_>, page: &SchemaPage) -> Page {
    let entry = |id: &TypeId| {
        let ty = &part.types[id.0];
        view! {
            id: part.links.schema_id(*id),
            name: part.type_name(*id).unwrap_or_default(),
            ty: schema::form_text(part, ty, 0),
            is_deprecated: ty.is_deprecated,
            notes: schema::values(part, &TypeRef::Named(*id)).into_iter().collect::<Vec<String>>(),
            doc: schema::doc(&ty.doc),
            fields: schema::entry(part, *id),
        }
    };
    let entries: Vec<View> = page.types.iter().map(entry).collect();
    let content = view! { page: page.page.clone(), title: page.title.clone(), schemas: entries };
    Page { page: page.page.clone(), title: page.title.clone(), content: part.engine.render("schemas", content) }
}
