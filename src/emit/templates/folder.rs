//! A folder with templates of the user: which embedded templates they replace, and whether they are for this version of the
//! views.

use std::fs;
use std::path::{Path, PathBuf};

use toml_edit::{Document, Item};

use super::error::TemplateError;
use crate::diag::escaped;
use crate::document::nearest;

/// The version of the views. It changes when a value is removed from a view or gets another meaning.
pub const VIEW_VERSION: i64 = 1;

/// What changed in each version of the views after the first.
const CHANGES: &[(i64, &str)] = &[];

/// The file that has the version of the views.
const MANIFEST: &str = "templates.toml";

/// The ending of the files of templates.
const ENDING: &str = ".j2";

/// The largest file, in bytes.
const LARGEST: u64 = 4 << 20;

/// The largest template, in bytes. Its values are nested as deep as it is long.
const LARGEST_TEMPLATE: usize = 256 << 10;

/// A template that replaces an embedded one.
pub struct TemplateFile {
    pub name: &'static str,
    pub path: PathBuf,
    pub source: String,
}

/// The templates of a folder, in the order of their paths.
///
/// # Errors
///
/// If the folder is for another version of the views, or has a file that is not named like one of these templates.
pub fn read(folder: &Path, names: &[&'static str]) -> Result<Vec<TemplateFile>, TemplateError> {
    check_version(folder)?;
    let mut files = Vec::new();
    for path in paths(folder, 0)? {
        let relative = path.strip_prefix(folder).unwrap_or(&path);
        let relative =
            relative.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
        if relative == MANIFEST {
            continue;
        }
        let known = names.iter().find(|name| relative.strip_suffix(ENDING) == Some(name));
        let name = known.ok_or_else(|| TemplateError::of_file(&path, &unknown(&relative, names)))?;
        files.push(TemplateFile { name, source: template(&path)?, path });
    }
    if files.is_empty() {
        return Err(TemplateError::of_file(folder, "the folder has no templates"));
    }
    Ok(files)
}

fn unknown(relative: &str, names: &[&str]) -> String {
    let relative = escaped(relative);
    let files: Vec<String> = names.iter().map(|name| format!("{name}{ENDING}")).collect();
    match nearest(&relative, files.iter().map(String::as_str)) {
        Some(near) => format!("`{relative}` is not a template; did you mean `{near}`?"),
        None => format!("`{relative}` is not a template; `keystub templates list` prints their names"),
    }
}

/// Every file below a folder, except hidden ones.
///
/// # Errors
///
/// If the folder cannot be read, or is too deep.
pub fn paths(folder: &Path, depth: usize) -> Result<Vec<PathBuf>, TemplateError> {
    let failed = |error: std::io::Error| TemplateError::of_file(folder, &format!("cannot read the folder: {error}"));
    if depth > 4 {
        return Err(TemplateError::of_file(folder, "folders of templates are not nested this deep"));
    }
    let mut entries = fs::read_dir(folder).map_err(failed)?.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    let mut found = Vec::new();
    for entry in entries.iter().filter(|entry| !entry.file_name().to_string_lossy().starts_with('.')) {
        let path = entry.path();
        if path.is_dir() {
            found.extend(paths(&path, depth + 1)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}

/// The text of a file.
///
/// # Errors
///
/// If it cannot be read, or is too large.
pub fn text(path: &Path) -> Result<String, TemplateError> {
    let failed = |message: String| TemplateError::of_file(path, &message);
    let cannot = |error: std::io::Error| failed(format!("cannot read the file: {error}"));
    let found = fs::metadata(path).map_err(cannot)?;
    if !found.is_file() || found.len() > LARGEST {
        return Err(failed(format!("expected a file of at most {LARGEST} bytes")));
    }
    fs::read_to_string(path).map_err(cannot)
}

/// The text of a template.
///
/// # Errors
///
/// If it cannot be read, or is too large.
pub fn template(path: &Path) -> Result<String, TemplateError> {
    let source = text(path)?;
    if source.len() > LARGEST_TEMPLATE {
        return Err(TemplateError::of_file(path, &format!("expected a template of at most {LARGEST_TEMPLATE} bytes")));
    }
    Ok(source)
}

/// Checks that the templates are for this version of the views.
fn check_version(folder: &Path) -> Result<(), TemplateError> {
    let path = folder.join(MANIFEST);
    if !path.exists() {
        let message = format!("the folder has no `{MANIFEST}`; expected one with `view = {VIEW_VERSION}`");
        return Err(TemplateError::of_file(folder, &message));
    }
    let source = text(&path)?;
    let line = |at: usize| source.as_bytes()[..at.min(source.len())].iter().filter(|byte| **byte == b'\n').count() + 1;
    let failed = |at: usize, message: &str| TemplateError::of_line(&path, &source, line(at), message);
    let document = Document::parse(source.as_str()).map_err(|error| {
        failed(error.span().map_or(0, |span| span.start), &format!("invalid TOML: {}", error.message()))
    })?;
    let start = |item: &Item| item.span().map_or(0, |span| span.start);
    if let Some((key, item)) = document.iter().find(|(key, _)| *key != "view") {
        return Err(failed(start(item), &format!("unknown key `{}`; expected `view`", escaped(key))));
    }
    let item = document.get("view").ok_or_else(|| failed(0, &format!("expected `view = {VIEW_VERSION}`")))?;
    let version = item.as_integer().ok_or_else(|| failed(start(item), "`view` must be an integer"))?;
    version_error(version, VIEW_VERSION, CHANGES).map_or(Ok(()), |message| Err(failed(start(item), &message)))
}

/// Why templates for a version of the views cannot be used with another one.
fn version_error(version: i64, current: i64, changes: &[(i64, &str)]) -> Option<String> {
    if version == current {
        return None;
    }
    let mut message =
        format!("the templates are for version {version} of the views, this keystub has version {current}");
    let since: Vec<_> = changes.iter().filter(|(changed, _)| *changed > version).collect();
    if version > current {
        message.push_str("; use a newer keystub");
    } else if !since.is_empty() {
        message.push_str("; adapt them and set `view` to the new version. What changed:");
    } else {
        message.push_str("; there is no such version");
    }
    since.iter().for_each(|(changed, what)| message.push_str(&format!("\n  version {changed}: {what}")));
    Some(message)
}

#[cfg(test)]
mod tests {
    use super::version_error;

    #[test]
    fn templates_for_an_older_version_are_refused_with_what_changed() {
        let changes = [(2, "`a` is a list"), (3, "`b` was removed")];
        assert_eq!(version_error(3, 3, &changes), None);
        let message = version_error(2, 3, &changes).unwrap();
        assert!(message.ends_with("What changed:\n  version 3: `b` was removed"), "{message}");
        assert!(version_error(1, 3, &changes).unwrap().contains("version 2: `a` is a list\n  version 3"));
        assert!(version_error(4, 3, &changes).unwrap().contains("use a newer keystub"));
    }
}
