//! The template engine, the only user of minijinja. It prints [`Code`](crate::rust::Code) verbatim and any other string as a
//! Rust string literal; other values are errors.

use std::collections::BTreeMap;

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value};
use proc_macro2::Literal;

use super::view::View;

/// The templates by name.
const TEMPLATES: &[(&str, &str)] = &[
    ("client_reqwest/lib.rs", include_str!("../../templates/client_reqwest/lib.rs.j2")),
    ("client_reqwest/client.rs", include_str!("../../templates/client_reqwest/client.rs.j2")),
    ("client_reqwest/operations.rs", include_str!("../../templates/client_reqwest/operations.rs.j2")),
    ("client_reqwest/README.md", include_str!("../../templates/client_reqwest/README.md.j2")),
    ("server_axum/mod.rs", include_str!("../../templates/server_axum/mod.rs.j2")),
    ("server_axum/api.rs", include_str!("../../templates/server_axum/api.rs.j2")),
    ("server_axum/authentication.rs", include_str!("../../templates/server_axum/authentication.rs.j2")),
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

/// The engine with all templates.
#[derive(Debug)]
pub struct Engine {
    environment: Environment<'static>,
}

impl Engine {
    /// An engine with all templates.
    pub fn new() -> Self {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::None);
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build();
        environment.set_syntax(syntax.expect("the default syntax is valid"));
        environment.set_formatter(|out, _, value| print(value).and_then(|text| Ok(out.write_str(&text)?)));
        for (name, source) in TEMPLATES {
            environment.add_template(name, source).expect("all templates are well formed");
        }
        Self { environment }
    }

    /// Renders a template with its view.
    ///
    /// # Panics
    ///
    /// If template and view do not match. Both are part of keystub; no document can cause it.
    pub fn render(&self, name: &'static str, view: View) -> String {
        let template = self.environment.get_template(name).expect("the template is in the list above");
        match template.render(value(view)) {
            Ok(text) => text,
            Err(error) => panic!("template `{name}` does not match its view: {error:#}"),
        }
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
