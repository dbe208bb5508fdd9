//! `pack.toml`: the files of a pack, the language of each, and how unknown languages quote.

use std::path::{Path, PathBuf};

use toml_edit::{Document, Item, Table, TableLike};

use super::language::{Described, Known, Language};
use super::quote::Quoting;
use crate::diag::escaped;
use crate::document::nearest;
use crate::emit::templates::TemplateError;
use crate::emit::templates::folder::{paths, template, text};

/// The version of the view.
pub const VIEW_VERSION: i64 = 1;

/// The file that describes a pack.
const MANIFEST: &str = "pack.toml";

/// The ending of templates.
const ENDING: &str = ".j2";

/// A pack.
#[derive(Debug)]
pub struct Manifest {
    /// The path of `pack.toml`.
    pub path: PathBuf,
    /// Its name.
    pub name: String,
    /// The files that are made, in the order of `pack.toml`.
    pub files: Vec<FileRule>,
    /// All templates of the folder; they can include each other.
    pub templates: Vec<Template>,
}

/// A template of the folder.
#[derive(Debug)]
pub struct Template {
    /// Its path below the folder, separated by `/`.
    pub name: String,
    /// Its file.
    pub path: PathBuf,
    /// Its text.
    pub source: String,
}

/// A `[[file]]`.
#[derive(Debug)]
pub struct FileRule {
    /// What the files are made of.
    pub source: Source,
    /// The path below the output folder, with placeholders.
    pub output: String,
    /// What there is a file for.
    pub each: Each,
    /// The language.
    pub language: Language,
    /// Whether the file is written once and then belongs to the user.
    pub is_once: bool,
    manifest: PathBuf,
    text: String,
    line: usize,
}

/// What files are made of.
#[derive(Debug)]
pub enum Source {
    /// The template with this name.
    Template(String),
    /// A file that is copied.
    Copy {
        /// Its path.
        path: PathBuf,
        /// Its text.
        text: String,
    },
}

/// What there is a file for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Each {
    /// The document.
    Document,
    /// Each operation.
    Operation,
    /// Each tag.
    Tag,
    /// Each type.
    Type,
}

impl Each {
    const ALL: [(&str, Self); 4] =
        [("document", Self::Document), ("operation", Self::Operation), ("tag", Self::Tag), ("type", Self::Type)];
}

impl FileRule {
    /// An error about this rule.
    pub fn error(&self, message: String) -> TemplateError {
        TemplateError::of_line(&self.manifest, &self.text, self.line, &message)
    }
}

impl Manifest {
    /// Reads `pack.toml` and all files that it names.
    ///
    /// # Errors
    ///
    /// If a file cannot be read, or `pack.toml` has an unknown key, an invalid value, or another version of the view.
    pub fn read(folder: &Path) -> Result<Self, TemplateError> {
        let path = folder.join(MANIFEST);
        if !path.is_file() {
            let message = format!("the folder is not a pack: it has no `{MANIFEST}`");
            return Err(TemplateError::of_file(folder, &message));
        }
        let source = text(&path)?;
        let document = Document::parse(source.as_str()).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            Failure(at, format!("invalid TOML: {}", error.message())).located(&path, &source)
        })?;
        let reader = Reader { folder, path: &path, source: &source };
        let templates = templates(folder)?;
        let (name, files) = reader.files(document.as_table(), &templates)?;
        Ok(Self { path: path.clone(), name, files, templates })
    }
}

fn templates(folder: &Path) -> Result<Vec<Template>, TemplateError> {
    let mut templates = Vec::new();
    for path in paths(folder, 0)? {
        let name = path.strip_prefix(folder).unwrap_or(&path);
        let name = name.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
        if name.ends_with(ENDING) {
            templates.push(Template { name, source: template(&path)?, path });
        }
    }
    Ok(templates)
}

/// The offset of an error and its message.
struct Failure(usize, String);

impl Failure {
    fn located(self, path: &Path, source: &str) -> TemplateError {
        TemplateError::of_line(path, source, line(source, self.0), &self.1)
    }
}

fn line(source: &str, at: usize) -> usize {
    source.as_bytes()[..at.min(source.len())].iter().filter(|byte| **byte == b'\n').count() + 1
}

fn start(item: &Item) -> usize {
    item.span().map_or(0, |span| span.start)
}

struct Reader<'r> {
    folder: &'r Path,
    path: &'r Path,
    source: &'r str,
}

impl Reader<'_> {
    fn files(&self, top: &Table, templates: &[Template]) -> Result<(String, Vec<FileRule>), TemplateError> {
        let head = check_keys(top, &["name", "description", "view", "file", "languages"], "").and_then(|()| {
            let name = required_text(top, "name", 0)?;
            optional_text(top, "description")?;
            check_version(top)?;
            Ok((name, languages(top)?))
        });
        let (name, languages) = head.map_err(|failure| self.located(failure))?;
        let tables = top.get("file").and_then(Item::as_array_of_tables).filter(|tables| !tables.is_empty());
        let missing =
            || Failure(0, "expected at least one `[[file]]` with `template` or `copy`, and `output`".to_owned());
        let mut files = Vec::new();
        for table in tables.ok_or_else(|| self.located(missing()))? {
            files.push(self.file(table, templates, &languages)?);
        }
        Ok((name, files))
    }

    fn located(&self, failure: Failure) -> TemplateError {
        failure.located(self.path, self.source)
    }

    fn file(&self, table: &Table, templates: &[Template], languages: &[Described]) -> Result<FileRule, TemplateError> {
        let at = table.span().map_or(0, |span| span.start);
        let rule = self.rule(table, at, templates, languages);
        let (mut rule, copy) = rule.map_err(|failure| self.located(failure))?;
        if let Some(path) = copy {
            rule.source = Source::Copy { text: text(&path)?, path };
        }
        Ok(rule)
    }

    /// The rule, and the path of a file to copy.
    fn rule(
        &self,
        table: &Table,
        at: usize,
        templates: &[Template],
        languages: &[Described],
    ) -> Result<(FileRule, Option<PathBuf>), Failure> {
        check_keys(table, &["template", "copy", "output", "each", "language", "once"], " in `[[file]]`")?;
        let output = required_text(table, "output", at)?;
        let (template, copy) = (optional_text(table, "template")?, optional_text(table, "copy")?);
        let (source, copy) = match (template, copy) {
            (Some(name), None) => (Source::Template(self.template(table, &name, templates)?), None),
            (None, Some(name)) => (Source::Template(String::new()), Some(self.copied(table, &name)?)),
            _ => return Err(Failure(at, "`[[file]]` must have either `template` or `copy`".to_owned())),
        };
        let is_once = match table.get("once") {
            None => false,
            Some(item) => {
                item.as_bool().ok_or_else(|| Failure(start(item), "`once` must be true or false".to_owned()))?
            }
        };
        let rule = FileRule {
            source,
            each: each(table)?,
            language: language(table, &output, languages)?,
            output,
            is_once,
            manifest: self.path.to_owned(),
            text: self.source.to_owned(),
            line: line(self.source, at),
        };
        Ok((rule, copy))
    }

    fn template(&self, table: &Table, name: &str, templates: &[Template]) -> Result<String, Failure> {
        if templates.iter().any(|template| template.name == name) {
            return Ok(name.to_owned());
        }
        let near = nearest(name, templates.iter().map(|template| template.name.as_str()));
        let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        let message = format!("the pack has no template `{}`{near}", escaped(name));
        Err(Failure(table.get("template").map_or(0, start), message))
    }

    /// A file of the pack.
    fn copied(&self, table: &Table, name: &str) -> Result<PathBuf, Failure> {
        match crate::output::RelPath::new(name) {
            Ok(path) => Ok(path.within(self.folder)),
            Err(error) => Err(Failure(table.get("copy").map_or(0, start), error.to_string())),
        }
    }
}

fn check_keys(table: &dyn TableLike, known: &[&str], place: &str) -> Result<(), Failure> {
    let Some((key, item)) = table.iter().find(|(key, _)| !known.contains(key)) else { return Ok(()) };
    let near = match nearest(key, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("expected one of {}", known.join(", ")),
    };
    Err(Failure(start(item), format!("unknown key `{}`{place}; {near}", escaped(key))))
}

fn optional_text(table: &dyn TableLike, key: &str) -> Result<Option<String>, Failure> {
    let Some(item) = table.get(key) else { return Ok(None) };
    match item.as_str() {
        Some(text) if !text.is_empty() => Ok(Some(text.to_owned())),
        _ => Err(Failure(start(item), format!("`{key}` must be a string that is not empty"))),
    }
}

fn required_text(table: &dyn TableLike, key: &str, at: usize) -> Result<String, Failure> {
    optional_text(table, key)?.ok_or_else(|| Failure(at, format!("expected `{key}`")))
}

fn check_version(top: &Table) -> Result<(), Failure> {
    let Some(item) = top.get("view") else { return Err(Failure(0, format!("expected `view = {VIEW_VERSION}`"))) };
    match item.as_integer() {
        Some(VIEW_VERSION) => Ok(()),
        Some(version) if version > VIEW_VERSION => {
            let message = format!(
                "the pack is for version {version} of the view, this keystub has version {VIEW_VERSION}; use a newer keystub"
            );
            Err(Failure(start(item), message))
        }
        Some(version) => Err(Failure(
            start(item),
            format!("there is no version {version} of the view; expected `view = {VIEW_VERSION}`"),
        )),
        None => Err(Failure(start(item), "`view` must be an integer".to_owned())),
    }
}

fn each(table: &Table) -> Result<Each, Failure> {
    let Some(name) = optional_text(table, "each")? else { return Ok(Each::Document) };
    let found = Each::ALL.iter().find(|(own, _)| *own == name);
    found.map(|(_, each)| *each).ok_or_else(|| {
        let message =
            format!("unknown `each`: `{}`; expected `document`, `operation`, `tag` or `type`", escaped(&name));
        Failure(table.get("each").map_or(0, start), message)
    })
}

/// The language of a file: by name, or by the ending of the output.
fn language(table: &Table, output: &str, languages: &[Described]) -> Result<Language, Failure> {
    let described = |name: &str| languages.iter().find(|language| language.name == name);
    if let Some(name) = optional_text(table, "language")? {
        let known = Known::named(&name).map(Language::Known);
        let found = known.or_else(|| described(&name).map(|own| Language::Described(Box::new(own.clone()))));
        return found.ok_or_else(|| {
            let names: Vec<&str> = Known::names().collect();
            let name = escaped(&name);
            let message = format!("keystub does not know how `{name}` quotes text; add `[languages.{name}]` with `quote` and `unicode`, or use one of {}", names.join(", "));
            Failure(table.get("language").map_or(0, start), message)
        });
    }
    let ending = output.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map_or("", |(_, ending)| ending);
    Known::of_ending(ending).map(Language::Known).ok_or_else(|| {
        let message = format!("keystub does not know the language of `{}`; set `language`, and add `[languages.NAME]` with `quote` and `unicode` if keystub does not know it", escaped(output));
        Failure(table.get("output").map_or(0, start), message)
    })
}

/// `[languages]`.
fn languages(top: &Table) -> Result<Vec<Described>, Failure> {
    let Some(item) = top.get("languages") else { return Ok(Vec::new()) };
    let tables = item.as_table_like().ok_or_else(|| Failure(start(item), "`languages` must be a table".to_owned()))?;
    tables.iter().map(|(name, item)| described(name, item)).collect()
}

/// Languages that replace `\u` escapes before they read strings and comments.
const UNICODE_FIRST: [&str; 3] = ["groovy", "java", "scala"];

fn described(name: &str, item: &Item) -> Result<Described, Failure> {
    let fail = |message: String| Failure(start(item), message);
    if Known::named(name).is_some() {
        return Err(fail(format!("keystub knows the language `{name}`; choose another name")));
    }
    let table = item.as_table_like().ok_or_else(|| fail(format!("`languages.{}` must be a table", escaped(name))))?;
    check_keys(table, &["quote", "unicode", "comment", "keywords"], " of a language")?;
    let quoting = match (optional_text(table, "quote")?, optional_text(table, "unicode")?) {
        // Even in comments and before quotes are looked for (Java Language Specification, section 3.3).
        (_, Some(unicode)) if UNICODE_FIRST.contains(&name) && unicode.starts_with("\\u") => {
            let message =
                format!("`{name}` replaces `\\u` escapes before it reads strings, so they do not quote a text");
            return Err(fail(message));
        }
        (Some(quote), Some(unicode)) => {
            Some(Quoting::new(&quote, &unicode).map_err(|message| fail(message.to_owned()))?)
        }
        (None, None) => None,
        _ => return Err(fail("`quote` and `unicode` belong together".to_owned())),
    };
    let keywords = match table.get("keywords").map(|item| (item, item.as_array())) {
        None => Vec::new(),
        Some((item, None)) => return Err(Failure(start(item), "`keywords` must be a list of strings".to_owned())),
        Some((item, Some(list))) => {
            let word = |value: &toml_edit::Value| value.as_str().map(str::to_owned);
            let words: Option<Vec<String>> = list.iter().map(word).collect();
            words.ok_or_else(|| Failure(start(item), "`keywords` must be a list of strings".to_owned()))?
        }
    };
    Ok(Described { name: name.to_owned(), quoting, comment: optional_text(table, "comment")?, keywords })
}
