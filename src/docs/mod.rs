//! The reference of an API as HTML: pages that can be read without a script, and load nothing from the network. With a
//! script they show in place what they have once (`shared`), and call operations (`try_it`). A pure function of the model.
//!
//! Every text of the document is escaped (`templates`) or is Markdown without raw HTML (`markdown`).

mod access;
mod bounds;
mod curl;
mod examples;
mod links;
mod markdown;
mod operation;
mod origins;
mod pages;
mod part;
mod policy;
mod python;
mod schema;
mod search;
mod shared;
mod since;
mod snippet;
mod snippets;
mod templates;
mod trees;
mod try_it;

pub use pages::Extras;
#[cfg(feature = "cli")]
pub use pages::Form;
pub use policy::entity_tag;
#[cfg(feature = "cli")]
pub use since::{Group, Since, SinceChange, Uncompared};

use crate::model::Api;
use crate::output::{FileKind, FileSet, OutputError, RelPath};
use crate::threads;
use links::{Layout, Links};
use origins::Origins;
use pages::Pages;
use templates::{Engine, Html, View};

const SCRIPT: &str = include_str!("../../templates/docs/docs.js");
const TRY_SCRIPT: &str = include_str!("../../templates/docs/try.js");
const STYLE: &str = include_str!("../../templates/docs/docs.css");

/// The pages as a folder.
pub fn folder(api: &Api, extras: Extras) -> FileSet {
    let (engine, links) = (Engine::new(), Links::new(api, Layout::Folder));
    let pages = Pages::new(api, &engine, &links, &extras);
    let origins = pages.has_try.then(|| Origins::of(api));
    let policy = policy::of_files(origins.as_ref());
    let mut files = FileSet::new();
    let framed = threads::map(&pages.list, |page| engine.render("page", pages.view(page, &policy)));
    for (page, html) in pages.list.iter().zip(framed) {
        add(&mut files, &format!("{}.html", page.page), html.into_string());
    }
    add(&mut files, "docs.css", STYLE.to_owned());
    add(&mut files, "docs.js", SCRIPT.to_owned());
    add(&mut files, "search.js", search::script(api, &links));
    if let Some(origins) = origins {
        let page = engine.render("page", pages.view(&pages::redirect(&engine), &policy));
        add(&mut files, &format!("{}.html", try_it::REDIRECT_PAGE), page.into_string());
        add(&mut files, "api.js", try_it::script(api, &links, &origins));
        add(&mut files, "try.js", TRY_SCRIPT.to_owned());
    }
    files
}

fn add(files: &mut FileSet, path: &str, text: String) {
    let path = RelPath::new(path).expect("pages have safe names");
    files.insert(path, FileKind::Generated, text).expect("pages have different names and the header");
}

/// All pages as a single file.
///
/// # Errors
///
/// If the name of the file is not safe on every file system.
pub fn single(api: &Api, extras: Extras, name: &str) -> Result<FileSet, OutputError> {
    let path = RelPath::new(name)?;
    let mut files = FileSet::new();
    files.insert(path, FileKind::Generated, whole(api, extras).html)?;
    Ok(files)
}

/// All pages as a page that a server sends.
pub struct WholePage {
    /// The page.
    pub html: String,
    /// Its content security policy.
    pub policy: String,
}

/// All pages as one.
pub fn whole(api: &Api, extras: Extras) -> WholePage {
    let (engine, links) = (Engine::new(), Links::new(api, Layout::Single));
    let pages = Pages::new(api, &engine, &links, &extras);
    let content = pages.list.iter().map(|page| page.content.clone()).chain([pages.trees.clone()]);
    let shown = pages::Page { page: "index".to_owned(), title: String::new(), content: Html::join(content) };
    let origins = pages.has_try.then(|| Origins::of(api));
    let script = if pages.has_try { format!("{SCRIPT}{TRY_SCRIPT}") } else { SCRIPT.to_owned() };
    let policy = policy::of_texts(&script, STYLE, origins.as_ref());
    let View::Map(mut parts) = pages.view(&shown, &policy) else { unreachable!() };
    let data = origins.map(|origins| try_it::json(api, &links, &origins)).unwrap_or_default();
    parts.insert("try_data", Html::escaped_already(data).into());
    parts.insert("script", Html::escaped_already(script).into());
    parts.insert("style", Html::escaped_already(STYLE.to_owned()).into());
    parts.insert("search", Html::escaped_already(search::json(api, &links)).into());
    WholePage { html: engine.render("page", View::Map(parts)).into_string(), policy }
}
