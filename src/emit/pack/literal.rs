//! Values of a document (defaults, constants, examples) as literals of a language.

use minijinja::Value;
use minijinja::value::ValueKind;

use super::language::{Known, Language};

/// How deep values may be.
const DEPTH: usize = 100;

/// The value as a literal.
///
/// # Errors
///
/// If the language has no literal for it.
pub fn literal(language: &Language, value: &Value) -> Result<String, String> {
    of(language, value, 0)
}

/// The value as JSON text.
///
/// # Errors
///
/// If the value is not data.
pub fn json(value: &Value) -> Result<String, String> {
    of(&Language::Known(Known::Json), value, 0)
}

fn of(language: &Language, value: &Value, depth: usize) -> Result<String, String> {
    if depth > DEPTH {
        return Err(format!("the value is nested more than {DEPTH} levels deep"));
    }
    let missing = |what: &str| format!("`{}` has no literal for {what} that keystub knows", language.name());
    match value.kind() {
        ValueKind::String => language.string(value.as_str().unwrap_or_default()),
        ValueKind::Bool => {
            boolean(language, value.is_true()).map(str::to_owned).ok_or_else(|| missing("true and false"))
        }
        ValueKind::Number => number(value),
        ValueKind::None => null(language).map(str::to_owned).ok_or_else(|| missing("null")),
        ValueKind::Seq | ValueKind::Iterable if has_collections(language) => {
            let items = value.try_iter().map_err(|error| error.to_string())?;
            let items: Result<Vec<String>, String> = items.map(|item| of(language, &item, depth + 1)).collect();
            Ok(format!("[{}]", items?.join(", ")))
        }
        ValueKind::Map if has_collections(language) => {
            let keys = value.try_iter().map_err(|error| error.to_string())?;
            let entry = |key: Value| -> Result<String, String> {
                let item = value.get_item(&key).map_err(|error| error.to_string())?;
                let separator = if matches!(language, Language::Known(Known::Toml)) { " = " } else { ": " };
                Ok(format!("{}{separator}{}", language.string(&key.to_string())?, of(language, &item, depth + 1)?))
            };
            let entries: Result<Vec<String>, String> = keys.map(entry).collect();
            Ok(format!("{{{}}}", entries?.join(", ")))
        }
        other => Err(missing(&format!("a {other}"))),
    }
}

fn boolean(language: &Language, value: bool) -> Option<&'static str> {
    match language {
        Language::Known(Known::Python) => Some(if value { "True" } else { "False" }),
        Language::Known(Known::Markdown | Known::Html) | Language::Described(_) => None,
        Language::Known(Known::Rust | Known::TypeScript | Known::Json | Known::Toml | Known::Yaml) => {
            Some(if value { "true" } else { "false" })
        }
    }
}

fn null(language: &Language) -> Option<&'static str> {
    match language {
        Language::Known(Known::Python) => Some("None"),
        Language::Known(Known::TypeScript | Known::Json | Known::Yaml) => Some("null"),
        Language::Known(Known::Rust | Known::Toml | Known::Markdown | Known::Html) | Language::Described(_) => None,
    }
}

fn has_collections(language: &Language) -> bool {
    match language {
        Language::Known(Known::Python | Known::TypeScript | Known::Json | Known::Yaml | Known::Toml) => true,
        Language::Known(Known::Rust | Known::Markdown | Known::Html) | Language::Described(_) => false,
    }
}

/// An integer, or a number with a point or an exponent. Documents have finite numbers only, but templates can calculate.
fn number(value: &Value) -> Result<String, String> {
    if value.is_integer() {
        return Ok(value.to_string());
    }
    let number = f64::try_from(value.clone()).ok().and_then(serde_json::Number::from_f64);
    number.map(|number| number.to_string()).ok_or_else(|| format!("`{value}` has no literal"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_literals_of_their_language() {
        let inner = Value::from_pairs([("a\"", Value::from(1.5)), ("b", Value::from(()))]);
        let value: Value = [Value::from(true), Value::from("x\n"), Value::from(3), inner].into_iter().collect();
        let of = |known| literal(&Language::Known(known), &value);
        assert_eq!(of(Known::Python).unwrap(), r#"[True, "x\n", 3, {"a\"": 1.5, "b": None}]"#);
        assert_eq!(of(Known::Json).unwrap(), r#"[true, "x\n", 3, {"a\"": 1.5, "b": null}]"#);
        assert!(of(Known::Toml).unwrap_err().contains("null"));
        assert!(of(Known::Rust).is_err());
        for calculated in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
            assert!(literal(&Language::Known(Known::Python), &Value::from(calculated)).is_err(), "{calculated}");
        }
    }
}
