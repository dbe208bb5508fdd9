//! The filters, tests and functions of templates of a pack.

use std::fmt::{self, Write};
use std::sync::Arc;

use minijinja::value::{Kwargs, Rest};
use minijinja::{Environment, Error, ErrorKind, Value, filters, tests};

use super::language::{Known, Language};
use super::{literal, quote};
use crate::names::case::casings;
use crate::rust::docs;

/// The filters that print a text of the document.
pub const QUOTING: &str = "`string`, `comment`, `doc`, `markdown`, `code`, `commonmark`, `html`, `identifier` or `raw`";

/// Adds everything.
pub fn add(environment: &mut Environment<'_>, language: &Arc<Language>) {
    add_quoting(environment, language);
    add_markup(environment, language);
    add_lists(environment);
    add_tests(environment);
    environment.add_function("fail", |parts: Rest<Value>| -> Result<Value, Error> { Err(failed(beginning(&parts))) });
}

/// The longest message of `fail`, in bytes.
const LONGEST: usize = 1000;

/// The beginning of a text, of [`LONGEST`] bytes.
struct Beginning(String);

impl fmt::Write for Beginning {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let rest = LONGEST.saturating_sub(self.0.len());
        let end = (0..=rest.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
        self.0.push_str(&text[..end]);
        if end < text.len() { Err(fmt::Error) } else { Ok(()) }
    }
}

/// The text of the values, as far as a message has it. Lists may be much longer.
fn beginning(parts: &[Value]) -> String {
    let mut text = Beginning(String::new());
    if parts.iter().try_for_each(|part| write!(text, "{part}")).is_err() {
        text.0.push('…');
    }
    text.0
}

fn failed(message: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, message)
}

fn safe(text: Result<String, String>) -> Result<Value, Error> {
    text.map(Value::from_safe_string).map_err(failed)
}

/// The text, if the value is one.
fn text<'v>(filter: &str, value: &'v Value) -> Result<&'v str, Error> {
    value.as_str().ok_or_else(|| failed(format!("`{filter}` needs a text, found {}", value.kind())))
}

fn indent(kwargs: &Kwargs) -> Result<usize, Error> {
    let indent = kwargs.get::<Option<usize>>("indent")?.unwrap_or_default();
    kwargs.assert_all_used()?;
    if indent > 200 { Err(failed("`indent` is at most 200".to_owned())) } else { Ok(indent) }
}

fn add_quoting(environment: &mut Environment<'_>, language: &Arc<Language>) {
    let own = Arc::clone(language);
    environment.add_filter("string", move |value: &Value| safe(own.string(text("string", value)?)));
    let own = Arc::clone(language);
    environment.add_filter("literal", move |value: &Value| safe(literal::literal(&own, value)));
    let own = Arc::clone(language);
    environment.add_filter("comment", move |value: &Value, kwargs: Kwargs| {
        safe(own.comment(text("comment", value)?, indent(&kwargs)?))
    });
    let own = Arc::clone(language);
    environment
        .add_filter("doc", move |value: &Value, kwargs: Kwargs| safe(own.doc(text("doc", value)?, indent(&kwargs)?)));
    let own = Arc::clone(language);
    environment.add_filter("identifier", move |value: &Value| {
        let name = text("identifier", value)?;
        let name = if value.is_safe() { name.to_owned() } else { casings(name).snake };
        safe(Ok(own.identifier(&name)))
    });
    environment.add_filter("raw", |value: &Value| safe(Ok(text("raw", value)?.to_owned())));
    environment.add_filter("json", |value: &Value| literal::json(value).map_err(failed));
}

fn add_markup(environment: &mut Environment<'_>, language: &Arc<Language>) {
    let mut add = |name: &'static str, expected: Known, filter: fn(&str) -> String| {
        let own = Arc::clone(language);
        environment.add_filter(name, move |value: &Value| {
            check(&own, expected, name)?;
            safe(Ok(filter(text(name, value)?)))
        });
    };
    add("markdown", Known::Markdown, quote::markdown);
    add("code", Known::Markdown, quote::code);
    add("commonmark", Known::Markdown, |text| docs::markdown(text).join("\n"));
    add("html", Known::Html, quote::html);
}

fn check(language: &Language, expected: Known, filter: &str) -> Result<(), Error> {
    match language {
        Language::Known(known) if *known == expected => Ok(()),
        other => Err(failed(format!("`{filter}` does not quote for `{}`", other.name()))),
    }
}

fn add_lists(environment: &mut Environment<'_>) {
    environment.add_filter("length", filters::length);
    environment.add_filter("first", filters::first);
    environment.add_filter("last", filters::last);
    environment.add_filter("reverse", filters::reverse);
    environment.add_filter("sort", filters::sort);
    environment.add_filter("unique", filters::unique);
    environment.add_filter("list", filters::list);
    environment.add_filter("map", filters::map);
    environment.add_filter("select", filters::select);
    environment.add_filter("reject", filters::reject);
    environment.add_filter("selectattr", filters::selectattr);
    environment.add_filter("rejectattr", filters::rejectattr);
    environment.add_filter("groupby", filters::groupby);
    environment.add_filter("join", join);
}

/// The items with a text between them. Each item is printed as it is alone, so texts of the document need quoting first.
fn join(value: &Value, separator: Option<String>) -> Result<Value, Error> {
    let separator = separator.unwrap_or_default();
    let mut joined = String::new();
    for (at, item) in value.try_iter()?.enumerate() {
        if at > 0 {
            joined.push_str(&separator);
        }
        match item.as_str() {
            Some(text) if item.is_safe() => joined.push_str(text),
            None if item.is_integer() => joined.push_str(&item.to_string()),
            _ => return Err(failed(format!("`join` needs quoted texts; use `map` with one of the filters {QUOTING}"))),
        }
    }
    Ok(Value::from_safe_string(joined))
}

fn add_tests(environment: &mut Environment<'_>) {
    environment.add_test("defined", tests::is_defined);
    environment.add_test("undefined", tests::is_undefined);
    environment.add_test("none", tests::is_none);
    environment.add_test("eq", tests::is_eq);
    environment.add_test("ne", tests::is_ne);
    environment.add_test("in", tests::is_in);
    environment.add_test("true", tests::is_true);
    environment.add_test("false", tests::is_false);
    environment.add_test("startingwith", tests::is_startingwith);
    environment.add_test("endingwith", tests::is_endingwith);
}
