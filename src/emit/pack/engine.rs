//! The template engine of one file rule. A text of the document is printed only by a filter that quotes it in the language
//! of the file.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use minijinja::value::ValueKind;
use minijinja::{Environment, Error, ErrorKind, Value};

use super::filters;
use super::language::Language;
use super::manifest::{Manifest, Template};
use crate::emit::templates::guard::guarded;
use crate::emit::templates::{TemplateError, limited, rendered};

/// An engine with all templates of a pack.
#[derive(Debug)]
pub struct Engine<'m> {
    environment: Arc<Environment<'static>>,
    templates: BTreeMap<&'m str, &'m Template>,
}

impl<'m> Engine<'m> {
    /// An engine whose filters quote in this language.
    ///
    /// # Errors
    ///
    /// If a template has a syntax error.
    pub fn new(manifest: &'m Manifest, language: &Language) -> Result<Self, TemplateError> {
        let mut environment = Environment::empty();
        limited(&mut environment);
        environment.set_formatter(|out, _, value| print(value).and_then(|text| Ok(out.write_str(&text)?)));
        filters::add(&mut environment, &Arc::new(language.clone()));
        for template in &manifest.templates {
            let added = environment.add_template_owned(template.name.clone(), template.source.clone());
            added.map_err(|error| located(&error, template))?;
        }
        let templates = manifest.templates.iter().map(|template| (template.name.as_str(), template)).collect();
        Ok(Self { environment: Arc::new(environment), templates })
    }

    /// Renders a template.
    ///
    /// # Errors
    ///
    /// If template and view do not match, a text is not quoted, or the template exceeds a limit.
    pub fn render(&self, name: &str, view: Value) -> Result<String, TemplateError> {
        let own = self.templates.get(name).expect("pack.toml names templates of the folder");
        let (environment, owned) = (Arc::clone(&self.environment), name.to_owned());
        let rendered = guarded(move || rendered(&environment, &owned, view));
        rendered.map_err(|message| TemplateError::of_template(name, Some(&own.path), &message))?.map_err(|error| {
            let inner = innermost(&error);
            located(inner, inner.name().and_then(|name| self.templates.get(name)).unwrap_or(own))
        })
    }
}

/// The error in an included template or a macro, if it is the cause.
fn innermost(error: &Error) -> &Error {
    let mut inner = error;
    while let Some(cause) = std::error::Error::source(inner).and_then(|cause| cause.downcast_ref::<Error>()) {
        if cause.name().is_none() {
            break;
        }
        inner = cause;
    }
    inner
}

fn located(error: &Error, template: &Template) -> TemplateError {
    let path: &Path = &template.path;
    TemplateError::located(error, &template.name, Some(path), &template.source)
}

fn print(value: &Value) -> Result<String, Error> {
    let message = match value.as_str() {
        Some(text) if value.is_safe() => return Ok(text.to_owned()),
        Some(_) => {
            format!("a text of the document is printed without quoting; use one of the filters {}", filters::QUOTING)
        }
        None if value.is_integer() => return Ok(value.to_string()),
        None if value.kind() == ValueKind::Undefined => "the value is undefined".to_owned(),
        None => format!("found a value of the kind {}; use the filter `literal` for values", value.kind()),
    };
    Err(Error::new(ErrorKind::InvalidOperation, message))
}
