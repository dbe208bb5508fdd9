//! The choices of a schema, and what distinguishes their alternatives.

use std::collections::BTreeMap;

use super::maker::{Maker, Placement};
use crate::diag::Pointer;
use crate::document::tree::{Node, Object};
use crate::lower::component_name::component_name;
use crate::model::rule::{Limit, RuleChoice, RuleId};

/// How many schemas are searched for a `readOnly` property.
const MOST_PARTS: usize = 64;

impl<'d> Maker<'_, 'd> {
    /// The choice at `at`: `oneOf` or `anyOf` of the schema.
    pub(super) fn choice(&mut self, schema: &'d Object, at: &Pointer, placement: Placement) -> Option<RuleChoice> {
        let ids = self.parts(schema, at, placement);
        if ids.is_empty() {
            return None;
        }
        let discriminator = schema.get("discriminator");
        let property = discriminator.and_then(|object| object.get("propertyName")?.as_str());
        let mut rules: Vec<(Vec<String>, RuleId)> = ids.into_iter().map(|id| (Vec::new(), id)).collect();
        if property.is_some() {
            let tags = self.tags(discriminator.and_then(|object| object.get("mapping")?.as_object()));
            for (own, id) in &mut rules {
                let at = &self.rules[id.0].at;
                own.extend(tags.get(at).cloned().unwrap_or_else(|| vec![component_name(at)]));
            }
        }
        Some(RuleChoice { property: property.map(str::to_owned), rules })
    }

    /// The discriminator values by the schemas that they select (OpenAPI 3.0.3, section 4.7.25).
    fn tags(&self, mapping: Option<&Object>) -> BTreeMap<Pointer, Vec<String>> {
        let mut tags: BTreeMap<Pointer, Vec<String>> = BTreeMap::new();
        for (tag, target) in mapping.into_iter().flatten() {
            let Some(target) = target.as_str() else { continue };
            let named = Pointer::from_tokens(["components", "schemas", target]);
            let found = self.source.document.target(target, &Pointer::root()).ok();
            let meant = if self.node(&named).is_some() { Some(named) } else { found };
            meant.into_iter().for_each(|at| tags.entry(at).or_default().push(tag.clone()));
        }
        tags
    }

    /// The properties that a writer must send; `readOnly` properties are not required.
    pub(super) fn required(&self, schema: &'d Object, at: &Pointer) -> Option<Limit> {
        let Some(Node::Array(names)) = schema.get("required") else { return None };
        let parts = self.with_parts(schema, at);
        let is_asked = |name: &&str| !parts.iter().any(|(at, part)| self.is_read_only(part, at, name));
        let names: Vec<String> = names.iter().filter_map(Node::as_str).filter(is_asked).map(str::to_owned).collect();
        (!names.is_empty()).then_some(Limit::Required(names))
    }

    fn is_read_only(&self, schema: &Object, at: &Pointer, name: &str) -> bool {
        let has_property = schema.get("properties").is_some_and(|properties| properties.get(name).is_some());
        let property = has_property.then(|| self.resolved(at.child("properties").child(name))).flatten();
        property.is_some_and(|(_, property)| property.get("readOnly") == Some(&Node::Bool(true)))
    }

    /// The schema and the schemas that it extends by `allOf`, up to a limit.
    fn with_parts(&self, schema: &'d Object, at: &Pointer) -> Vec<(Pointer, &'d Object)> {
        let mut all = vec![(at.clone(), schema)];
        let mut next = 0;
        while let Some((at, schema)) = all.get(next).cloned() {
            next += 1;
            let Some(Node::Array(parts)) = schema.get("allOf") else { continue };
            for index in (0..parts.len()).take(MOST_PARTS.saturating_sub(all.len())) {
                let part = self.resolved(at.child("allOf").index(index));
                all.extend(part.and_then(|(at, part)| Some((at, part.as_object()?))));
            }
        }
        all
    }

    /// The schema at `at`, after resolving a reference.
    pub(super) fn resolved(&self, at: Pointer) -> Option<(Pointer, &'d Node)> {
        let reference = self.node(&at)?.reference();
        let at = reference.and_then(|reference| self.source.document.target(reference, &at).ok()).unwrap_or(at);
        let node = self.node(&at)?;
        Some((at, node))
    }
}
