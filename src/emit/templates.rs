//! The template engine. It prints [`Code`](crate::rust::Code) verbatim and any other string as a Rust string literal; other
//! values are errors. Templates in a folder of the user replace embedded ones of the same name.

mod error;
pub(super) mod folder;
pub(super) mod guard;
mod views;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value};
use proc_macro2::Literal;

use super::view::View;
use crate::rust::format::NotRust;
pub use error::TemplateError;
pub use folder::VIEW_VERSION;

/// The templates by name.
const TEMPLATES: &[(&str, &str)] = &[
    ("client_reqwest/lib.rs", include_str!("../../templates/client_reqwest/lib.rs.j2")),
    ("client_reqwest/client.rs", include_str!("../../templates/client_reqwest/client.rs.j2")),
    ("client_reqwest/groups.rs", include_str!("../../templates/client_reqwest/groups.rs.j2")),
    ("client_reqwest/operations.rs", include_str!("../../templates/client_reqwest/operations.rs.j2")),
    ("client_reqwest/README.md", include_str!("../../templates/client_reqwest/README.md.j2")),
    ("server_axum/mod.rs", include_str!("../../templates/server_axum/mod.rs.j2")),
    ("server_axum/api.rs", include_str!("../../templates/server_axum/api.rs.j2")),
    ("server_axum/authentication.rs", include_str!("../../templates/server_axum/authentication.rs.j2")),
    ("server_axum/docs.rs", include_str!("../../templates/server_axum/docs.rs.j2")),
    ("server_axum/router.rs", include_str!("../../templates/server_axum/router.rs.j2")),
    ("server_axum/lib.rs", include_str!("../../templates/server_axum/lib.rs.j2")),
    ("server_axum/main.rs", include_str!("../../templates/server_axum/main.rs.j2")),
    ("server_axum/app.rs", include_str!("../../templates/server_axum/app.rs.j2")),
    ("server_axum/handlers.rs", include_str!("../../templates/server_axum/handlers.rs.j2")),
    ("server_axum/operations.rs", include_str!("../../templates/server_axum/operations.rs.j2")),
    ("server_axum/tests_authentication.rs", include_str!("../../templates/server_axum/tests_authentication.rs.j2")),
    ("server_axum/README.md", include_str!("../../templates/server_axum/README.md.j2")),
    ("shared/auth.rs", include_str!("../../templates/shared/auth.rs.j2")),
    ("shared/runtime_mod.rs", include_str!("../../templates/shared/runtime_mod.rs.j2")),
];

/// How many steps a template may take. The templates of keystub need less than a million for the largest documents. A step also
/// pays for 64 bytes of text, so this is 512 MB of text.
const STEPS: u64 = 8_000_000;

/// How deep templates may nest calls, includes and loops.
const DEPTH: usize = 100;

/// The largest text that a template may make, in bytes.
const LARGEST: usize = 64 << 20;

/// The names of the embedded templates with their sources.
#[cfg(feature = "cli")]
pub fn embedded() -> impl Iterator<Item = (&'static str, &'static str)> {
    TEMPLATES.iter().copied()
}

fn names() -> Vec<&'static str> {
    TEMPLATES.iter().map(|(name, _)| *name).collect()
}

/// The sections of docs/TEMPLATES.md that list the views.
pub fn page() -> String {
    views::page(&names(), VIEW_VERSION)
}

/// The engine with all templates.
#[derive(Debug)]
pub struct Engine {
    environment: Arc<Environment<'static>>,
    /// The files of the templates that the user replaced.
    replaced: BTreeMap<&'static str, PathBuf>,
}

impl Engine {
    /// An engine with all templates, those in this folder instead of the embedded ones of the same name.
    ///
    /// # Errors
    ///
    /// If the folder cannot be read, was made for another version of the views, has a file that is not a template of this
    /// version, or has a template with a syntax error.
    pub fn new(folder: Option<&Path>) -> Result<Self, TemplateError> {
        let (mut environment, mut replaced) = (environment(), BTreeMap::new());
        for (name, source) in TEMPLATES {
            environment.add_template(name, source).expect("all templates are well formed");
        }
        for file in folder.map(|folder| folder::read(folder, &names())).transpose()?.unwrap_or_default() {
            let added = environment.add_template_owned(file.name, file.source.clone());
            added.map_err(|error| TemplateError::located(&error, file.name, Some(&file.path), &file.source))?;
            replaced.insert(file.name, file.path);
        }
        Ok(Self { environment: Arc::new(environment), replaced })
    }

    /// Renders a template with its view.
    ///
    /// # Errors
    ///
    /// If template and view do not match, or the template exceeds a limit.
    pub fn render(&self, name: &'static str, view: View) -> Result<String, TemplateError> {
        views::check(name, &view);
        let rendered = if self.replaced.is_empty() {
            rendered(&self.environment, name, value(view))
        } else {
            let (environment, view) = (Arc::clone(&self.environment), value(view));
            let file = self.replaced.get(name);
            guard::guarded(move || rendered(&environment, name, view))
                .map_err(|message| TemplateError::of_template(name, file.map(PathBuf::as_path), &message))?
        };
        rendered.map_err(|error| {
            let source = self.environment.get_template(name).map(|template| template.source().to_owned());
            let file = self.replaced.get(name).map(PathBuf::as_path);
            TemplateError::located(&error, name, file, &source.unwrap_or_default())
        })
    }

    /// The error for text that is not Rust, if it was made by a template of the user.
    pub fn not_rust(&self, error: &NotRust) -> Option<TemplateError> {
        let file = self.replaced.get(error.template())?;
        Some(TemplateError::of_file(file, &error.to_string()))
    }
}

/// The text of a template.
pub(super) fn rendered(environment: &Environment<'_>, name: &str, view: Value) -> Result<String, Error> {
    let mut text = Bounded::default();
    environment.get_template(name)?.render_captured_to(view, &mut text)?;
    Ok(text.text())
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    limited(&mut environment);
    environment.set_formatter(|out, _, value| print(value).and_then(|text| Ok(out.write_str(&text)?)));
    // Only values that keystub made are printed verbatim.
    // The last four would cut the quotes of a literal and still print it verbatim.
    for filter in ["safe", "escape", "e", "trim", "split", "lines", "replace"] {
        environment.remove_filter(filter);
    }
    // Its values could contain themselves, or be nested without end.
    environment.remove_global("namespace");
    environment
}

/// Sets the syntax and the limits. Undefined values are errors.
pub(super) fn limited(environment: &mut Environment<'_>) {
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    // With a name, text that a template collects in a variable stays printed text, and what is joined with it goes through
    // the formatter.
    environment.set_auto_escape_callback(|_| AutoEscape::Custom("keystub".into()));
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build();
    environment.set_syntax(syntax.expect("the default syntax is valid"));
    environment.set_fuel(Some(STEPS));
    environment.set_recursion_limit(DEPTH);
}

/// A text of at most [`LARGEST`] bytes.
#[derive(Default)]
pub(super) struct Bounded(Vec<u8>);

impl Bounded {
    /// What was written.
    pub(super) fn text(self) -> String {
        String::from_utf8(self.0).expect("templates print text")
    }
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.len() + bytes.len() > LARGEST {
            return Err(std::io::Error::other(format!("the text is longer than {LARGEST} bytes")));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn print(value: &Value) -> Result<String, Error> {
    match value.as_str() {
        Some(text) if value.is_safe() => Ok(text.to_owned()),
        Some(text) => Ok(Literal::string(text).to_string()),
        None => {
            let message = format!("templates can print only code or text, found {}", value.kind());
            Err(Error::new(ErrorKind::InvalidOperation, message))
        }
    }
}

fn value(view: View) -> Value {
    match view {
        View::Code(code) => Value::from_safe_string(code.as_str().to_owned()),
        View::Prose(text) => Value::from_safe_string(text),
        View::Text(text) => Value::from(text),
        View::Flag(flag) => Value::from(flag),
        View::List(items) => Value::from(items.into_iter().map(value).collect::<Vec<Value>>()),
        View::Map(parts) => {
            let parts: BTreeMap<&'static str, Value> =
                parts.into_iter().map(|(name, part)| (name, value(part))).collect();
            Value::from(parts)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_printed_as_literal_and_other_values_are_rejected() {
        assert_eq!(print(&Value::from("a\"; evil()")).unwrap(), r#""a\"; evil()""#);
        assert_eq!(print(&Value::from_safe_string("x + 1".to_owned())).unwrap(), "x + 1");
        for value in [Value::UNDEFINED, Value::from(1), Value::from(vec![Value::from("a")]), Value::from(true)] {
            assert!(print(&value).is_err(), "{value:?}");
        }
    }
}
