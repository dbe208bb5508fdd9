//! Extension keys (`x-…`).

/// The string under an extension key.
pub(super) fn text_of(extensions: &indexmap::IndexMap<String, serde_json::Value>, key: &str) -> Option<String> {
    extensions.get(key)?.as_str().map(str::to_owned)
}
