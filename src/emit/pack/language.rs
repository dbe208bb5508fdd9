//! The language of an output file: how it quotes text and writes comments, and which words are reserved.

use proc_macro2::Literal;

use super::quote::{self, Quoting, Wide};
use crate::rust::docs;

/// A language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Language {
    /// One that keystub knows.
    Known(Known),
    /// One that `pack.toml` describes.
    Described(Box<Described>),
}

/// The languages that keystub knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// Rust.
    Rust,
    /// Python.
    Python,
    /// TypeScript and JavaScript.
    TypeScript,
    /// JSON.
    Json,
    /// TOML.
    Toml,
    /// YAML.
    Yaml,
    /// Markdown.
    Markdown,
    /// HTML.
    Html,
}

/// A language of `pack.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// Its name.
    pub name: String,
    /// How text is quoted; `None` if it has no strings.
    pub quoting: Option<Quoting>,
    /// The start of a comment that ends with the line.
    pub comment: Option<String>,
    /// The reserved words.
    pub keywords: Vec<String>,
}

impl Known {
    const ALL: [(&str, &[&str], Self); 8] = [
        ("rust", &["rs"], Self::Rust),
        ("python", &["py", "pyi"], Self::Python),
        ("typescript", &["ts", "tsx", "mts", "js", "jsx", "mjs"], Self::TypeScript),
        ("json", &["json"], Self::Json),
        ("toml", &["toml"], Self::Toml),
        ("yaml", &["yaml", "yml"], Self::Yaml),
        ("markdown", &["md"], Self::Markdown),
        ("html", &["html", "htm"], Self::Html),
    ];

    /// The names of all languages.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Self::ALL.iter().map(|(name, ..)| *name)
    }

    /// The language with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(own, ..)| *own == name).map(|(.., language)| *language)
    }

    /// The language of files with this ending.
    pub fn of_ending(ending: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, endings, _)| endings.contains(&ending)).map(|(.., language)| *language)
    }

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(.., own)| *own == self).map(|(name, ..)| *name).expect("every language has a name")
    }

    fn comment(self) -> Comment<'static> {
        match self {
            Self::Rust | Self::TypeScript => Comment::Line("//"),
            Self::Python | Self::Toml | Self::Yaml => Comment::Line("#"),
            Self::Markdown | Self::Html => Comment::Markup,
            Self::Json => Comment::None,
        }
    }

    fn keywords(self) -> &'static [&'static str] {
        match self {
            Self::Python => &PYTHON,
            Self::TypeScript => &TYPESCRIPT,
            Self::Rust | Self::Json | Self::Toml | Self::Yaml | Self::Markdown | Self::Html => &[],
        }
    }
}

enum Comment<'l> {
    Line(&'l str),
    Markup,
    None,
}

impl Language {
    /// Its name in `pack.toml`.
    pub fn name(&self) -> &str {
        match self {
            Self::Known(known) => known.name(),
            Self::Described(described) => &described.name,
        }
    }

    /// The text as a string literal, with its quotes.
    ///
    /// # Errors
    ///
    /// If the language has no strings, or `pack.toml` does not say how it quotes.
    pub fn string(&self, text: &str) -> Result<String, String> {
        match self {
            Self::Known(Known::Rust) => Ok(Literal::string(text).to_string()),
            Self::Known(Known::Json | Known::TypeScript) => Ok(quote::double_quoted(text, Wide::Utf16)),
            Self::Known(Known::Python | Known::Toml | Known::Yaml) => Ok(quote::double_quoted(text, Wide::Long)),
            Self::Known(Known::Html) => Ok(format!("\"{}\"", quote::html(text).replace('\n', "&#10;"))),
            Self::Known(Known::Markdown) => Err("Markdown has no string literals; use `markdown` or `code`".to_owned()),
            Self::Described(described) => match &described.quoting {
                Some(quoting) => Ok(quoting.quoted(text)),
                None => {
                    let name = &described.name;
                    Err(format!("`[languages.{name}]` does not say how to quote; add `quote` and `unicode`"))
                }
            },
        }
    }

    /// The text as a comment; each line after the first is indented.
    ///
    /// # Errors
    ///
    /// If the language has no comments, or `pack.toml` does not say how it writes them.
    pub fn comment(&self, text: &str, indent: usize) -> Result<String, String> {
        let comment = match self {
            Self::Known(known) => known.comment(),
            Self::Described(described) => described.comment.as_deref().map_or(Comment::None, Comment::Line),
        };
        match comment {
            Comment::Line(start) if matches!(self, Self::Described(_)) => Ok(lines(&harmless(text), start, indent)),
            Comment::Line(start) => Ok(lines(text, start, indent)),
            Comment::Markup => {
                let text = docs::visible(text).replace("--", "- -").replace("--", "- -");
                Ok(format!("<!-- {} -->", text.replace('<', "&lt;").replace('>', "&gt;").trim()))
            }
            Comment::None => Err(format!("`{}` has no comments", self.name())),
        }
    }

    /// The text as the documentation of what follows (in Python, of what contains it).
    ///
    /// # Errors
    ///
    /// If the language has no form of documentation that keystub knows.
    pub fn doc(&self, text: &str, indent: usize) -> Result<String, String> {
        let next = format!("\n{}", " ".repeat(indent));
        match self {
            Self::Known(Known::Rust) => {
                let lines: Vec<String> = docs::markdown(text).iter().map(|line| format!("/// {line}")).collect();
                Ok(lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join(&next))
            }
            Self::Known(Known::Python) => {
                let text = docs::visible(text).replace('\\', "\\\\");
                let lines: Vec<&str> = text.trim().lines().map(str::trim_end).collect();
                let text = lines.join(&next).replace(&format!("{next}\n"), "\n\n");
                // The last quote is escaped first, or it would be one with those that end the text.
                let (text, end) = text.strip_suffix('"').map_or((text.as_str(), ""), |text| (text, "\\\""));
                let text = text.replace("\"\"\"", "\\\"\\\"\\\"");
                Ok(format!("\"\"\"{text}{end}\"\"\""))
            }
            Self::Known(Known::TypeScript) => {
                let text = docs::visible(text).replace("*/", "*\\/");
                let lines: Vec<String> =
                    text.trim().lines().map(|line| format!(" * {line}").trim_end().to_owned()).collect();
                Ok(format!("/**{next}{}{next} */", lines.join(&next)))
            }
            Self::Known(Known::Json | Known::Toml | Known::Yaml | Known::Markdown | Known::Html)
            | Self::Described(_) => Err(format!("`doc` is not available for `{}`; use `comment`", self.name())),
        }
    }

    /// The name, with a `_` at its end if the language reserves it.
    pub fn identifier(&self, name: &str) -> String {
        let is_reserved = match self {
            Self::Known(Known::Rust) => syn::parse_str::<syn::Ident>(name).is_err(),
            Self::Known(known) => known.keywords().contains(&name),
            Self::Described(described) => described.keywords.iter().any(|word| word == name),
        };
        if is_reserved { format!("{name}_") } else { name.to_owned() }
    }
}

/// The text without signs that can end a comment in a language that keystub does not know, such as `?>`, `*/` and `\`.
fn harmless(text: &str) -> String {
    let is_harmless = |c: char| c.is_alphanumeric() || c.is_whitespace() || "-_.,:;()[]'\"!?=+/@#%&$".contains(c);
    text.chars().map(|c| if is_harmless(c) { c } else { ' ' }).collect()
}

fn lines(text: &str, start: &str, indent: usize) -> String {
    let text = docs::visible(text);
    // In C and its relatives, a backslash at the end continues the comment in the next line.
    let line = |line: &str| format!("{start} {}", line.trim_end_matches(['\\', ' '])).trim_end().to_owned();
    let lines: Vec<String> = text.trim().lines().map(line).collect();
    match lines.as_slice() {
        [] => start.to_owned(),
        lines => lines.join(&format!("\n{}", " ".repeat(indent))),
    }
}

/// The keywords of Python 3.14 with the soft ones, and the first arguments of methods.
const PYTHON: [&str; 41] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "cls", "continue", "def",
    "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "match",
    "case", "nonlocal", "not", "or", "pass", "raise", "return", "self", "try", "type", "while", "with", "yield",
    "print",
];

/// The reserved words of TypeScript in strict mode, and the names that it gives a meaning to.
const TYPESCRIPT: [&str; 66] = [
    "any",
    "arguments",
    "as",
    "async",
    "await",
    "bigint",
    "boolean",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "constructor",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "eval",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "never",
    "new",
    "null",
    "number",
    "object",
    "of",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "static",
    "string",
    "super",
    "switch",
    "symbol",
    "this",
    "throw",
    "true",
    "try",
    "type",
    "typeof",
    "undefined",
    "unknown",
    "var",
    "void",
    "while",
    "with",
    "yield",
    "Record",
    "Array",
    "Promise",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_end_where_they_should() {
        let of = |known, text| Language::Known(known).comment(text, 2).unwrap();
        assert_eq!(of(Known::Python, "a\nimport os\r\rb\\"), "# a\n  # import os\n  #\n  # b");
        assert_eq!(of(Known::Rust, "a\u{2028}evil()"), "// a\n  // evil()");
        assert_eq!(of(Known::Html, "--><script>--->"), "<!-- - -&gt;&lt;script&gt;- - -&gt; -->");
        assert!(Language::Known(Known::Json).comment("a", 0).is_err());
    }

    #[test]
    fn documentation_ends_where_it_should() {
        let of = |known, text| Language::Known(known).doc(text, 0).unwrap();
        assert_eq!(of(Known::Python, r#"a """ b\ c"#), r#""""a \"\"\" b\\ c""""#);
        assert_eq!(of(Known::Python, "a \"\"\""), "\"\"\"a \"\"\\\"\"\"\"");
        assert_eq!(of(Known::Python, "a\""), "\"\"\"a\\\"\"\"\"");
        assert_eq!(of(Known::Python, "\"\"\"\"\""), "\"\"\"\\\"\\\"\\\"\"\\\"\"\"\"");
        assert_eq!(of(Known::TypeScript, "a */ evil()"), "/**\n * a *\\/ evil()\n */");
        assert_eq!(of(Known::Rust, "<b>"), "/// &lt;b>");
    }

    #[test]
    fn reserved_words_get_a_sign() {
        assert_eq!(Language::Known(Known::Python).identifier("class"), "class_");
        assert_eq!(Language::Known(Known::Rust).identifier("type"), "type_");
        assert_eq!(Language::Known(Known::TypeScript).identifier("pet"), "pet");
    }
}
