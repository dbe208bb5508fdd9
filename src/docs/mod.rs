//! The reference of an API as HTML: pages that are complete without a script, and need no network. A pure function of the
//! model.
//!
//! Every text of the document is escaped (`templates`) or is Markdown without raw HTML (`markdown`).

mod access;
mod bounds;
mod curl;
mod examples;
mod links;
mod markdown;
mod operation;
mod pages;
mod part;
mod policy;
mod schema;
mod search;
mod templates;

pub use pages::Extras;

use crate::model::Api;
use crate::output::{FileKind, FileSet, OutputError, RelPath};
use links::{Layout, Links};
use pages::Pages;
use templates::{Engine, Html, View};

const SCRIPT: &str = include_str!("../../templates/docs/docs.js");
const STYLE: &str = include_str!("../../templates/docs/docs.css");

/// The pages as a folder.
pub fn folder(api: &Api, extras: Extras) -> FileSet {
    let (engine, links) = (Engine::new(), Links::new(api, Layout::Folder));
    let pages = Pages::new(api, &engine, &links, extras);
    let policy = policy::of_files();
    let mut files = FileSet::new();
    for page in &pages.list {
        let html = engine.render("page", pages.view(page, &policy));
        add(&mut files, &format!("{}.html", page.page), html.into_string());
    }
    add(&mut files, "docs.css", STYLE.to_owned());
    add(&mut files, "docs.js", SCRIPT.to_owned());
    add(&mut files, "search.js", search::script(api, &links));
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
    let (engine, links) = (Engine::new(), Links::new(api, Layout::Single));
    let pages = Pages::new(api, &engine, &links, extras);
    let content = pages.list.iter().map(|page| page.content.clone());
    let shown = pages::Page { page: "index".to_owned(), title: String::new(), content: Html::join(content) };
    let View::Map(mut parts) = pages.view(&shown, &policy::of_texts(SCRIPT, STYLE)) else { unreachable!() };
    parts.insert("script", Html::escaped_already(SCRIPT.to_owned()).into());
    parts.insert("style", Html::escaped_already(STYLE.to_owned()).into());
    parts.insert("search", Html::escaped_already(search::json(api, &links)).into());
    let mut files = FileSet::new();
    files.insert(path, FileKind::Generated, engine.render("page", View::Map(parts)).into_string())?;
    Ok(files)
}
