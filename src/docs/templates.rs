//! The template engine of the pages. It escapes every text for HTML; only [`Html`] is printed verbatim.

use std::collections::BTreeMap;

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};

/// The templates by name.
const TEMPLATES: &[(&str, &str)] = &[
    ("page", include_str!("../../templates/docs/page.html.j2")),
    ("home", include_str!("../../templates/docs/home.html.j2")),
    ("access", include_str!("../../templates/docs/access.html.j2")),
    ("changes", include_str!("../../templates/docs/changes.html.j2")),
    ("tag", include_str!("../../templates/docs/tag.html.j2")),
    ("operation", include_str!("../../templates/docs/operation.html.j2")),
    ("schemas", include_str!("../../templates/docs/schemas.html.j2")),
    ("redirect", include_str!("../../templates/docs/redirect.html.j2")),
    ("trees", include_str!("../../templates/docs/trees.html.j2")),
    ("fields", include_str!("../../templates/docs/fields.html.j2")),
];

/// HTML made by a template or from Markdown: every text of the document in it is escaped.
#[derive(Debug, Clone, Default)]
pub struct Html(String);

impl Html {
    /// HTML in which every text of the document is escaped already.
    pub(super) fn escaped_already(text: String) -> Self {
        Self(text)
    }

    /// The text of an element. Quotes are escaped only in attributes; examples consist of them.
    pub fn of_text(text: &str) -> Self {
        Self(visible(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
    }

    /// Consecutive parts.
    pub fn join(parts: impl IntoIterator<Item = Self>) -> Self {
        Self(parts.into_iter().map(|part| part.0).collect())
    }

    /// The text.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// The values that a template prints, made for that template.
#[derive(Debug, Clone)]
pub enum View {
    /// Printed with HTML escapes.
    Text(String),
    /// Printed verbatim.
    Html(Html),
    /// For `for`.
    List(Vec<View>),
    /// For `name.part`.
    Map(BTreeMap<&'static str, View>),
    /// For `if`.
    Flag(bool),
}

impl From<&str> for View {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for View {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Html> for View {
    fn from(html: Html) -> Self {
        Self::Html(html)
    }
}

impl From<bool> for View {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<Vec<View>> for View {
    fn from(items: Vec<View>) -> Self {
        Self::List(items)
    }
}

impl From<Vec<String>> for View {
    fn from(items: Vec<String>) -> Self {
        Self::List(items.into_iter().map(Self::Text).collect())
    }
}

/// A map of named views.
macro_rules! view {
    ($($name:ident: $value:expr),* $(,)?) => {
        $crate::docs::templates::View::Map(std::collections::BTreeMap::from([
            $((stringify!($name), $crate::docs::templates::View::from($value))),*
        ]))
    };
}
pub(super) use view;

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
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        environment.set_syntax(syntax.expect("the default syntax is valid"));
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
    pub fn render(&self, name: &'static str, view: View) -> Html {
        let template = self.environment.get_template(name).expect("the template is in the list above");
        match template.render(value(view)) {
            Ok(text) => Html(text),
            Err(error) => panic!("template `{name}` does not match its view: {error:#}"),
        }
    }
}

fn value(view: View) -> Value {
    match view {
        View::Text(text) => Value::from(visible(&text)),
        View::Html(html) => Value::from_safe_string(html.0),
        View::Flag(flag) => Value::from(flag),
        View::List(items) => Value::from(items.into_iter().map(value).collect::<Vec<Value>>()),
        View::Map(parts) => {
            let parts: BTreeMap<&'static str, Value> =
                parts.into_iter().map(|(name, part)| (name, value(part))).collect();
            Value::from(parts)
        }
    }
}

/// The text with U+FFFD in place of control characters and of characters that reorder text, so that a snippet that is
/// copied is the snippet that was read.
pub fn visible(text: &str) -> String {
    let is_hidden = |c: char| {
        let is_control = c.is_control() && c != '\n' && c != '\t';
        is_control || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.replace("\r\n", "\n").replace(is_hidden, "\u{fffd}")
}
