//! `docs.rs` with the page and the document that it serves, if the user wants them.

use super::super::Draft;
use super::super::base_path::base_path;
use super::super::served_docs::ServedDocs;
use super::super::target::Job;
use super::super::templates::TemplateError;
use super::super::view::view;
use super::free_paths::{Mount, is_free};
use crate::model::Api;
use crate::output::INCLUDED;

/// The paths of the page and of the document, in the order in which they are tried. The page has a relative link to the
/// document.
const PATHS: [(&str, &str); 2] = [("/docs", "/openapi.json"), ("/-/docs", "/-/openapi.json")];

/// Adds the files.
pub fn add(job: &Job<'_>, draft: &mut Draft) -> Result<(), TemplateError> {
    let Some(docs) = &job.settings.docs else { return Ok(()) };
    let (page_path, document_path) = paths(job.context.api, job.settings.is_crate()).expect("`check` found free paths");
    let ServedDocs { page, page_policy, page_tag, document, document_tag } = docs;
    let view = view! {
        page_path: page_path,
        document_path: document_path,
        page_policy: page_policy.as_str(),
        page_tag: page_tag.as_str(),
        document_tag: document_tag.as_str(),
    };
    draft.rust("docs.rs", "server_axum/docs.rs", job.engine.render("server_axum/docs.rs", view)?);
    for (name, text) in INCLUDED.into_iter().zip([page, document]) {
        draft.asset(name, text.clone());
    }
    Ok(())
}

/// The paths of the page and of the document. Those of operations stay operations: if one of them can match, other paths
/// are taken.
pub fn paths(api: &Api, is_crate: bool) -> Option<(&'static str, &'static str)> {
    let base_path = base_path(api);
    // The user of a module decides where its router is.
    let mount = if is_crate { Mount::Below(&base_path) } else { Mount::Anywhere };
    let is_free = |path: &str| is_free(path, mount, &api.operations);
    PATHS.into_iter().find(|(page, document)| is_free(page) && is_free(document))
}

/// Checks that there are paths.
///
/// # Errors
///
/// If operations take all of them.
pub fn check(api: &Api, is_crate: bool) -> Result<(), String> {
    let all: Vec<String> = PATHS.iter().map(|(page, document)| format!("`{page}` and `{document}`")).collect();
    match paths(api, is_crate) {
        Some(_) => Ok(()),
        None => Err(format!(
            "`docs` needs paths that no operation can match, but operations of the document match {}; generate the server \
             without `docs`, and serve the page that `keystub docs --single` writes",
            all.join(" as well as ")
        )),
    }
}
