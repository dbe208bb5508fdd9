//! Parameters whose schemas define which texts are allowed. Of those in paths, only these accept path separators, control
//! characters, `.` and `..` on a server.

use serde_json::Value;

use super::maker::{Maker, is_binary, kind, limits_of};
use super::pattern;
use crate::diag::Report;
use crate::document::tree::Node;
use crate::lower::flat_schema::{FlatSchema, Located};
use crate::model::rule::{Limit, RuleKind};

/// How deep nested schemas are searched.
const DEPTH: usize = 8;

/// The formats of texts with slashes (RFC 3986, RFC 3987).
const WITH_SLASHES: [&str; 4] = ["uri", "uri-reference", "iri", "iri-reference"];

impl<'d> Maker<'_, 'd> {
    /// Whether every UUID is a value of the schema, as far as this is seen without evaluating patterns.
    pub(super) fn takes_uuids(&mut self, located: &Located<'d>) -> bool {
        const LENGTH: u64 = 36;
        let Some(flat) = self.source.view(located) else { return false };
        let is_text = matches!(kind(&flat), RuleKind::Text | RuleKind::Any);
        let is_plain =
            flat.values.is_empty() && !flat.has_parts() && flat.format.as_deref().is_none_or(|format| format == "uuid");
        let keywords = self.keywords(&flat);
        let has_pattern = keywords.is_some_and(|keywords| keywords.contains_key("pattern"));
        // What is wrong with them is reported elsewhere.
        let limits = limits_of(&mut Report::default(), keywords, &flat);
        let allow = |limit: &Limit| match limit {
            Limit::MinLength(least) => *least <= LENGTH,
            Limit::MaxLength(most) => *most >= LENGTH,
            _ => false,
        };
        is_text && is_plain && !has_pattern && limits.iter().all(allow)
    }

    /// Whether the schema defines which texts are allowed: by a pattern that the server checks, by an `enum` with such a
    /// text, or by a URI format.
    pub(super) fn defines_texts(&mut self, located: &Located<'d>, depth: usize) -> bool {
        let Some(flat) = self.source.view(located) else { return false };
        if depth > DEPTH || is_binary(&flat) {
            return false;
        }
        let is_defined = match kind(&flat) {
            RuleKind::Text | RuleKind::Any => self.applies_to_text(&flat),
            RuleKind::Array => flat.items.as_ref().is_some_and(|items| self.defines_texts(items, depth + 1)),
            RuleKind::Number | RuleKind::Integer | RuleKind::Bool | RuleKind::Object => false,
        };
        let mut defines = |part: &Located<'d>| self.defines_texts(part, depth + 1);
        is_defined
            || flat.all_of.iter().any(&mut defines)
            || [&flat.one_of, &flat.any_of].iter().any(|parts| !parts.is_empty() && parts.iter().all(&mut defines))
    }

    fn applies_to_text(&self, flat: &FlatSchema<'d>) -> bool {
        let pattern = self.keywords(flat).and_then(|keywords| keywords.get("pattern")).and_then(Node::as_str);
        let has_format = flat.format.as_deref().is_some_and(|format| WITH_SLASHES.contains(&format));
        pattern.is_some_and(|text| pattern::translated(text).is_ok())
            || has_format
            || flat.values.iter().filter_map(Value::as_str).any(is_special)
    }
}

/// Whether a text is accepted only if the schema lists it.
fn is_special(text: &str) -> bool {
    matches!(text, "." | "..") || text.contains(|c: char| c.is_control() || "/\\".contains(c))
}
