//! The table of keys in `docs/configuration.md`.

use std::fmt::Write;

use super::key::{Form, KIND, PACK, Place};
use super::keys::KEYS;
use crate::limits::{LimitKind, Limits};
use crate::options::Options;

/// The tables of keys and limits, in Markdown.
pub fn page() -> String {
    let defaults = Options::default();
    let mut text = "| key | value | default | meaning |\n| --- | --- | --- | --- |\n".to_owned();
    for key in KEYS {
        let default = match (key.place, (key.value)(&defaults)) {
            (Place::Api, _) if [KIND, PACK].contains(&key.name) => "one of `kind` and `pack` in `[[api]]`".to_owned(),
            (Place::Api, _) => "required in `[[api]]`".to_owned(),
            (Place::Anywhere, Some(value)) => format!("`{value}`"),
            (Place::Anywhere, None) => String::new(),
        };
        let _ = writeln!(text, "| `{}` | {} | {default} | {} |", key.name, form(key.form), key.doc);
    }
    text.push_str("\n| limit | default | meaning |\n| --- | --- | --- |\n");
    let mut limits = Limits::default();
    for limit in LimitKind::ALL {
        let _ = writeln!(text, "| `{}` | {} | {} |", limit.name(), limits.of_mut(limit), limit.doc());
    }
    text
}

fn form(form: Form) -> String {
    match form {
        Form::Text => "string".to_owned(),
        Form::Path => "path".to_owned(),
        Form::Boolean => "`true` or `false`".to_owned(),
        Form::Choice(names) => names.iter().map(|name| format!("`\"{name}\"`")).collect::<Vec<_>>().join(" or "),
        Form::Texts => "list of strings".to_owned(),
        Form::Limits | Form::Types | Form::Names | Form::Pagination | Form::Dependencies | Form::Audit => {
            "table".to_owned()
        }
    }
}
