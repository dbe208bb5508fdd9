//! A configuration file that has the default of every setting, with comments.

use std::fmt::Write;
use std::path::Path;

use super::key::{Form, Key, Place, quoted};
use super::keys::KEYS;
use crate::limits::LimitKind;
use crate::options::Options;

/// What `[[api]]` of a new file describes.
#[derive(Debug, Clone)]
pub struct InitialApi<'p> {
    /// The document, relative to the file.
    pub spec: &'p Path,
    /// `client` or `server`.
    pub kind: &'p str,
    /// The output folder, relative to the file.
    pub out: &'p str,
}

/// The text of a configuration file with these APIs. Its settings are the defaults.
pub fn initial(apis: &[InitialApi<'_>]) -> String {
    let defaults = Options::default();
    let mut text = "# Settings of keystub. `keystub generate` generates every [[api]] of this file.\n\
                    # The values are the defaults. [[api]] can have each of these keys too, and takes precedence.\n\
                    # Paths are relative to this file.\n"
        .to_owned();
    let (tables, values): (Vec<&Key>, Vec<&Key>) =
        KEYS.iter().filter(|key| key.place == Place::Anywhere).partition(|key| key.form.is_table());
    for key in values {
        let _ = write!(text, "\n{}", comment(key.doc));
        let _ = match (key.value)(&defaults) {
            Some(value) => writeln!(text, "{} = {value}", key.name),
            None => writeln!(text, "# {} = \"…\"", key.name),
        };
    }
    for key in tables {
        let _ = write!(text, "\n{}[{}]\n{}", comment(key.doc), key.name, entries(key.form, &defaults));
    }
    for InitialApi { spec, kind, out } in apis {
        let spec = quoted(&spec.to_string_lossy());
        let _ = write!(text, "\n[[api]]\nspec = {spec}\nkind = {}\nout = {}\n", quoted(kind), quoted(out));
    }
    text
}

fn comment(doc: &str) -> String {
    doc.split(". ").map(|sentence| format!("# {}.\n", sentence.trim_end_matches('.'))).collect()
}

/// The entries of a table.
fn entries(form: Form, defaults: &Options) -> String {
    let mut limits = defaults.limits.clone();
    match form {
        Form::Limits => {
            LimitKind::ALL.into_iter().map(|limit| format!("{} = {}\n", limit.name(), limits.of_mut(limit))).collect()
        }
        Form::Types => "# derives = [\"my_crate::Trait\"]\n# Pet.derives = [\"schemars::JsonSchema\"]\n\
                        # date-time = \"jiff::Timestamp\"\n# \"components.Money\" = \"my_crate::Money\"\n"
            .to_owned(),
        Form::Names => "# listPets = \"all_pets\"\n".to_owned(),
        Form::Pagination => {
            "# listPets = { page = \"page\", first = 1, items = \"$response.body#/data\" }\n".to_owned()
        }
        Form::Dependencies => "# schemars = \"1\"\n".to_owned(),
        Form::Audit => {
            "# off = [\"guarded-without-401\"]\n# level = { unbounded-array = \"info\" }\n# public = [\"GET /health\", \
             \"tag:login\"]\n"
                .to_owned()
        }
        Form::Text | Form::Path | Form::Boolean | Form::Choice(_) | Form::Texts => String::new(),
    }
}
