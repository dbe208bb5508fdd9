//! Types of the user that take the place of generated ones, by format or by component.

use std::fmt;

use super::dependency::AddedDependency;

/// What is mapped.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum MappedSource {
    /// The strings, integers and numbers with this `format`.
    Format(String),
    /// The schema with this key in `components/schemas`.
    Component(String),
}

impl MappedSource {
    /// The source that a key of `[types]` names: `components.Money`, else a format.
    pub fn of_key(key: &str) -> Self {
        match key.strip_prefix("components.") {
            Some(name) => Self::Component(name.to_owned()),
            None => Self::Format(key.to_owned()),
        }
    }

    /// The format or the key of the component.
    pub fn name(&self) -> &str {
        let (Self::Format(name) | Self::Component(name)) = self;
        name
    }
}

impl fmt::Display for MappedSource {
    /// The key in `[types]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Format(name) => f.write_str(&name.escape_debug().to_string()),
            Self::Component(name) => write!(f, "components.{}", name.escape_debug()),
        }
    }
}

/// How values of a mapped type are written and read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MappedCodec {
    /// As a string, by `Display` and `FromStr`.
    Text,
    /// By serde's traits.
    Serde,
    /// By the functions `serialize` and `deserialize` of a module, as in `#[serde(with = "…")]`.
    With(String),
}

/// A type that takes the place of a generated one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedType {
    /// What it takes the place of.
    pub source: MappedSource,
    /// `type`: its path.
    pub path: String,
    /// `via` or `with`: how it is written and read.
    pub codec: MappedCodec,
    /// `implements`: whether it implements `Eq` and `Hash`.
    pub has_hash: bool,
    /// `dependency`: the dependency that it needs.
    pub dependency: Option<AddedDependency>,
}

/// A type that needs no other setting than its path.
struct Known {
    path: &'static str,
    codec: fn() -> MappedCodec,
    name: &'static str,
    requirement: &'static str,
}

const JIFF: &str = r#"{ version = "0.2", default-features = false, features = ["std"] }"#;
const TIME: &str = r#"{ version = "0.3", features = ["serde-human-readable", "serde-well-known"] }"#;

const KNOWN: &[Known] = &[
    Known { path: "jiff::Timestamp", codec: || MappedCodec::Text, name: "jiff", requirement: JIFF },
    Known { path: "jiff::civil::Date", codec: || MappedCodec::Text, name: "jiff", requirement: JIFF },
    Known {
        path: "time::OffsetDateTime",
        codec: || MappedCodec::With("time::serde::rfc3339".to_owned()),
        name: "time",
        requirement: TIME,
    },
    Known { path: "time::Date", codec: || MappedCodec::Serde, name: "time", requirement: TIME },
    Known { path: "rust_decimal::Decimal", codec: || MappedCodec::Text, name: "rust_decimal", requirement: "\"1\"" },
    Known { path: "url::Url", codec: || MappedCodec::Text, name: "url", requirement: "\"2\"" },
];

/// The type of strings, which generated code uses itself.
pub const STRING: &str = "String";

impl MappedType {
    /// The type at `path` with its default settings: `Display` and `FromStr` for a format, serde for a component, and
    /// for the types of some well-known crates what they need.
    ///
    /// # Errors
    ///
    /// If the path is not that of a type.
    pub fn new(source: MappedSource, path: &str) -> Result<Self, String> {
        let path = type_path(path)?;
        let known = KNOWN.iter().find(|known| known.path == path);
        let codec = match (known, &source) {
            (Some(known), _) => (known.codec)(),
            (None, MappedSource::Format(_)) => MappedCodec::Text,
            (None, MappedSource::Component(_)) => MappedCodec::Serde,
        };
        let dependency = known
            .map(|known| AddedDependency { name: known.name.to_owned(), requirement: known.requirement.to_owned() });
        Ok(Self { source, has_hash: known.is_some() || path == STRING, path, codec, dependency })
    }

    /// Whether the type belongs to the crate with the generated code.
    pub fn is_local(&self) -> bool {
        self.path.starts_with("crate::")
    }
}

/// The path of a type, without a leading `::`.
fn type_path(text: &str) -> Result<String, String> {
    let path = text.strip_prefix("::").unwrap_or(text);
    let is_path = syn::parse_str::<syn::Path>(path).is_ok_and(|parsed| {
        let first = parsed.segments.first().map(|first| first.ident.to_string()).unwrap_or_default();
        parsed.segments.len() > 1
            && !matches!(first.as_str(), "self" | "super" | "Self")
            && parsed.leading_colon.is_none()
    });
    if is_path || path == STRING {
        return Ok(path.to_owned());
    }
    let text = text.escape_debug();
    Err(format!("`{text}` is not the path of a type; expected a path such as `jiff::Timestamp` or `crate::Money`"))
}

/// The path of a module with the functions `serialize` and `deserialize`.
///
/// # Errors
///
/// If it is not a path, or has generic arguments.
pub fn module_path(text: &str) -> Result<String, String> {
    let path = text.strip_prefix("::").unwrap_or(text);
    let is_word = |word: &str| word == "crate" || syn::parse_str::<syn::Ident>(word).is_ok();
    if path.contains("::") && path.split("::").all(is_word) {
        return Ok(path.to_owned());
    }
    let text = text.escape_debug();
    Err(format!("`{text}` is not the path of a module; expected a path such as `time::serde::rfc3339`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mapped_types_are_absolute_paths() {
        for path in ["jiff::Timestamp", "::jiff::Timestamp", "crate::Money", "chrono::DateTime<chrono::Utc>", "String"]
        {
            assert!(type_path(path).is_ok(), "{path}");
        }
        for path in ["", "Timestamp", "self::A", "super::A", "a::", "a::B; struct X", "(a::B)", "&a::B", "a::B>", "i64"]
        {
            assert!(type_path(path).unwrap_err().contains("is not the path of a type"), "{path}");
        }
        assert!(module_path("time::serde::rfc3339").is_ok());
        for path in ["", "time", "a::B<C>", "a::b c", "a::b)"] {
            assert!(module_path(path).is_err(), "{path}");
        }
    }

    #[test]
    fn types_of_known_crates_bring_their_codec_and_dependency() {
        let format = || MappedSource::of_key("date-time");
        let jiff = MappedType::new(format(), "jiff::Timestamp").unwrap();
        assert_eq!(jiff.codec, MappedCodec::Text);
        assert!(jiff.dependency.unwrap().to_string().starts_with("jiff = { version = \"0.2\""));
        let time = MappedType::new(format(), "time::OffsetDateTime").unwrap();
        assert_eq!(time.codec, MappedCodec::With("time::serde::rfc3339".to_owned()));
        let other = MappedType::new(MappedSource::of_key("components.Money"), "money::Money").unwrap();
        assert_eq!((other.codec, other.dependency, other.has_hash), (MappedCodec::Serde, None, false));
    }
}
