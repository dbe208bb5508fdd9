//! Checks of Rust code that the user writes in options.

/// Checks the path of a trait that types derive.
///
/// # Errors
///
/// If it is not a path without generic arguments, or names a trait that keystub implements itself.
pub fn derive_path(text: &str) -> Result<(), String> {
    let is_word = |word: &str| syn::parse_str::<syn::Ident>(word).is_ok();
    let path = text.strip_prefix("::").unwrap_or(text);
    if !path.split("::").all(is_word) {
        let text = text.escape_debug();
        return Err(format!("`{text}` is not the path of a trait; expected a path such as `my_crate::Trait`"));
    }
    match path.rsplit("::").next() {
        Some(name @ ("Serialize" | "Deserialize")) => {
            Err(format!("`{name}` cannot be derived; set `serde = true`, which uses the names of the document"))
        }
        _ => Ok(()),
    }
}

/// Checks an attribute of a type.
///
/// # Errors
///
/// If it is not the content of an attribute, or derives traits.
pub fn attribute(text: &str) -> Result<(), String> {
    let shown = text.escape_debug();
    match syn::parse_str::<syn::Meta>(text) {
        Ok(meta) if meta.path().is_ident("derive") => Err(format!("`{shown}` belongs in `derives`")),
        Ok(_) => Ok(()),
        Err(_) => Err(format!("`{shown}` is not an attribute; expected one without `#[…]`, such as `non_exhaustive`")),
    }
}

/// Checks a Rust name that the user chooses.
///
/// # Errors
///
/// If it is not an identifier.
pub fn rust_name(text: &str) -> Result<(), String> {
    match syn::parse_str::<syn::Ident>(text) {
        Ok(_) => Ok(()),
        Err(_) => Err(format!("`{}` is not a Rust identifier", text.escape_debug())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_traits_are_paths_and_not_those_of_serde() {
        for path in ["Hash", "std::hash::Hash", "::a::B", "schemars::JsonSchema"] {
            assert_eq!(derive_path(path), Ok(()));
        }
        for path in ["", "::", "a::", "a b", "A<B>", "A)] struct X; #[derive(B", "fn", "a:b", "A, B"] {
            assert!(derive_path(path).unwrap_err().contains("is not the path of a trait"), "{path}");
        }
        assert!(derive_path("serde::Serialize").unwrap_err().contains("set `serde = true`"));
    }
}
