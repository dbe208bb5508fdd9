//! Choices among sets of required properties: `{anyOf: [{required: [id]}, {required: [name]}]}`.
//!
//! No type has such alternatives, so rules check them.

use std::collections::BTreeSet;

use super::limits::UNCHECKED;
use super::maker::{Keyword, Maker, Placement, limits_of};
use crate::diag::{Code, Pointer, Report};
use crate::document::tree::Node;
use crate::document::{Document, PATTERNED};
use crate::lower::flat_schema::{FlatSchema, Located, SchemaOrRef};
use crate::model::rule::{ChoiceKind, RuleChoice};

impl<'d> Maker<'_, 'd> {
    /// The choice among alternatives that only require properties, in a schema with this placement, and the placement of the
    /// alternatives. What is not checked is reported.
    pub(super) fn required_choice(
        &mut self,
        flat: &FlatSchema<'d>,
        (keyword, parts): (Keyword, &[Located<'d>]),
        (own, placement): (Placement, Placement),
    ) -> Option<RuleChoice> {
        let reason = if placement == Placement::Spread {
            Some("the properties of this parameter are among other parameters")
        } else if self.requires_read_only(flat, parts) {
            Some("it requires `readOnly` properties")
        } else if own.is_within() && self.may_require_read_only(parts) {
            Some("it requires properties that are `readOnly` in a schema of this document")
        } else if parts.iter().any(|part| self.is_unlimited(part)) {
            Some("an alternative has other constraints, which are not checked")
        } else {
            None
        };
        let name = keyword.as_str();
        let at = flat.at.child(name);
        if let Some(reason) = reason {
            let message = format!("`{name}` with `required` is not checked: {reason}");
            self.source.report.warning(Code::UnsupportedSchema, &at, message);
            return None;
        }
        let is_whole = parts.iter().all(|part| self.is_checked(part));
        if !is_whole {
            let message = format!("of `{name}`, only `required` is checked: an alternative has other constraints");
            self.source.report.warning(Code::UnsupportedSchema, &at, message);
        }
        let kind = match (keyword, is_whole) {
            (Keyword::OneOf, true) => ChoiceKind::ExactlyOne,
            // Without some of its constraints, more than one alternative may apply to a valid value.
            (Keyword::OneOf, false) | (Keyword::AnyOf, _) => ChoiceKind::AtLeastOne,
        };
        let rules = parts.iter().filter_map(|part| Some((Vec::new(), self.rule(part, placement)?))).collect();
        Some(RuleChoice { kind, property: None, rules })
    }

    /// Whether an alternative requires a property that requests do not contain.
    fn requires_read_only(&mut self, flat: &FlatSchema<'d>, parts: &[Located<'d>]) -> bool {
        let mut names = Vec::new();
        parts.iter().for_each(|part| add_required(part, &mut names));
        let wholes = self.with_parts(flat);
        names.iter().any(|name| wholes.iter().any(|whole| self.is_read_only(whole, name)))
    }

    /// Whether an alternative of a choice within another schema, which may have any properties, requires one with the name of a
    /// property that requests do not contain.
    fn may_require_read_only(&mut self, parts: &[Located<'d>]) -> bool {
        let mut names = Vec::new();
        parts.iter().for_each(|part| add_required(part, &mut names));
        let document = self.source.document;
        let read_only = self.read_only.get_or_insert_with(|| read_only_names(document));
        names.iter().any(|name| read_only.contains(name))
    }

    /// Whether rules check nothing of the alternative, as in `{not: {required: [id]}}`.
    fn is_unlimited(&self, part: &Located<'d>) -> bool {
        let Some(flat) = inline(part) else { return true };
        let has_limits = !limits_of(&mut Report::new(), self.keywords(&flat), &flat).is_empty();
        let is_any = |parts: &Vec<Located<'d>>| parts.is_empty() || parts.iter().any(|part| self.is_unlimited(part));
        !has_limits
            && flat.required.is_empty()
            && flat.all_of.iter().all(|part| self.is_unlimited(part))
            && is_any(&flat.one_of)
            && is_any(&flat.any_of)
    }

    /// Whether rules check all of the alternative.
    fn is_checked(&self, part: &Located<'d>) -> bool {
        let Some(flat) = inline(part) else { return false };
        let keywords = self.keywords(&flat);
        let has = |key: &str| keywords.is_some_and(|keywords| keywords.contains_key(key));
        let mut report = Report::new();
        limits_of(&mut report, keywords, &flat);
        let is_unchecked = flat.not.is_some() || UNCHECKED.iter().chain([&PATTERNED]).any(|key| has(key));
        let parts = [&flat.all_of, &flat.one_of, &flat.any_of];
        !is_unchecked && report.iter().next().is_none() && parts.into_iter().flatten().all(|part| self.is_checked(part))
    }
}

/// The schema of an alternative, which is not a reference.
fn inline<'d>(part: &Located<'d>) -> Option<FlatSchema<'d>> {
    match part.part {
        SchemaOrRef::Schema(schema) => Some(FlatSchema::new(schema, &part.at)),
        SchemaOrRef::Reference(_) => None,
    }
}

/// The names of all `readOnly` properties of a document.
fn read_only_names(document: &Document) -> BTreeSet<&str> {
    let is_read_only = |node: &Node| {
        let target = node.reference().and_then(|text| document.target(text, &Pointer::root()).ok());
        let schema = target.as_ref().and_then(|at| document.node(at)).unwrap_or(node);
        schema.get("readOnly") == Some(&Node::Bool(true))
    };
    let mut names = BTreeSet::new();
    let mut waiting: Vec<&Node> = document.node(&Pointer::root()).into_iter().collect();
    while let Some(node) = waiting.pop() {
        match node {
            Node::Object(object) => {
                let properties = object.get("properties").and_then(Node::as_object).into_iter().flatten();
                names.extend(properties.filter(|(_, node)| is_read_only(node)).map(|(name, _)| name.as_str()));
                waiting.extend(object.values());
            }
            Node::Array(items) => waiting.extend(items),
            Node::Null | Node::Bool(_) | Node::Integer(_) | Node::Float(_) | Node::String(_) => {}
        }
    }
    names
}

/// Adds the names that an alternative requires.
fn add_required<'d>(part: &Located<'d>, names: &mut Vec<&'d str>) {
    let Some(flat) = inline(part) else { return };
    names.extend(flat.required.iter().map(String::as_str));
    [&flat.all_of, &flat.one_of, &flat.any_of].into_iter().flatten().for_each(|part| add_required(part, names));
}

#[cfg(test)]
mod tests {
    use crate::diag::Report;
    use crate::document::{Document, Input};
    use crate::limits::Limits;
    use crate::model::rule::{ChoiceKind, Limit, Rule};

    /// The rules of a body or an exploded parameter with this schema, and the warnings.
    fn of(place: &str, schema: &str) -> (Vec<Rule>, Vec<String>) {
        let text = format!(
            "openapi: 3.1.0\n\
             info: {{title: Choices, version: '1'}}\n\
             paths: {{/a: {{post: {{operationId: a, responses: {{'204': {{description: x}}}}, {}}}}}}}\n",
            place.replace("SCHEMA", schema)
        );
        let input = Input::Memory { name: "choices.yaml".to_owned(), bytes: text.into_bytes() };
        let document = Document::load(&input, &Limits::default()).unwrap();
        let mut report = Report::new();
        let rules = crate::lower::lower(&document, &mut report).unwrap().rules.list;
        (rules, report.iter().map(|one| format!("{}: {}", one.code, one.message)).collect())
    }

    const BODY: &str = "requestBody: {content: {application/json: {schema: SCHEMA}}}";
    const PARAMETER: &str = "parameters: [{name: p, in: query, schema: SCHEMA}]";
    const PROPERTIES: &str = "type: object, properties: {a: {type: string}, b: {type: string}, \
                              r: {type: string, readOnly: true}}";

    /// The choices of all rules: their kinds, and the names that each alternative requires itself.
    fn choices(rules: &[Rule]) -> Vec<(ChoiceKind, Vec<Vec<String>>)> {
        let names = |rule: &Rule| match rule.limits.as_slice() {
            [Limit::Required(names)] => names.clone(),
            _ => Vec::new(),
        };
        let all = rules.iter().flat_map(|rule| &rule.choices);
        all.map(|choice| (choice.kind, choice.rules.iter().map(|(_, id)| names(&rules[id.0])).collect())).collect()
    }

    fn required(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn alternatives_that_only_require_properties_are_checked() {
        use ChoiceKind::{AtLeastOne, ExactlyOne};
        for (choice, kind) in [
            ("anyOf: [{required: [a]}, {required: [b]}]", AtLeastOne),
            ("oneOf: [{required: [a]}, {required: [b]}]", ExactlyOne),
            ("oneOf: [{type: object, required: [a]}, {required: [b]}]", ExactlyOne),
            ("allOf: [{oneOf: [{required: [a]}, {required: [b]}]}]", ExactlyOne),
        ] {
            for whole in [PROPERTIES, "type: object", "title: any"] {
                let (rules, warnings) = of(BODY, &format!("{{{whole}, {choice}}}"));
                let expected = [(kind, vec![required(&["a"]), required(&["b"])])];
                assert_eq!(choices(&rules), expected, "{whole} {choice}: {rules:?}");
                assert!(warnings.is_empty(), "{choice}: {warnings:?}");
            }
        }
    }

    #[test]
    fn nested_alternatives_are_checked() {
        let nested =
            "oneOf: [{allOf: [{required: [a]}, {required: [b]}]}, {anyOf: [{required: [c]}, {required: [d]}]}]";
        let (rules, warnings) = of(BODY, &format!("{{type: object, {nested}}}"));
        let of_kind = |kind| choices(&rules).into_iter().filter(|(own, _)| *own == kind).count();
        assert_eq!((of_kind(ChoiceKind::ExactlyOne), of_kind(ChoiceKind::AtLeastOne)), (1, 1), "{rules:?}");
        for name in ["a", "b", "c", "d"] {
            assert!(rules.iter().any(|rule| rule.limits == [Limit::Required(required(&[name]))]), "{name}: {rules:?}");
        }
        assert!(warnings.is_empty(), "{warnings:?}");
    }

    #[test]
    fn constraints_of_alternatives_that_are_not_checked_are_reported() {
        let both = vec![required(&["a"]), required(&["b"])];
        for (place, choice, expected, warning) in [
            // More than one alternative may apply to a valid value without `not`.
            (BODY, "oneOf: [{required: [a], not: {required: [b]}}, {required: [b]}]", Some(&both), "of `oneOf`, only"),
            (BODY, "anyOf: [{required: [a], dependentRequired: {a: [b]}}, {required: [b]}]", Some(&both), "of `anyOf`"),
            (BODY, "anyOf: [{not: {required: [a]}}, {required: [b]}]", None, "`anyOf` with `required` is not checked"),
            (BODY, "oneOf: [{not: {required: [a]}}, {not: {required: [b]}}]", None, "`oneOf` with `required` is not"),
            (BODY, "oneOf: [{required: [r]}, {required: [a]}]", None, "it requires `readOnly` properties"),
            // The properties may be those of another part.
            (
                BODY,
                "allOf: [{anyOf: [{required: [r]}, {required: [a]}]}]",
                None,
                "`readOnly` in a schema of this document",
            ),
            (PARAMETER, "oneOf: [{required: [a]}, {required: [b]}]", None, "among other parameters"),
        ] {
            let (rules, warnings) = of(place, &format!("{{{PROPERTIES}, {choice}}}"));
            let expected: Vec<_> = expected.map(|names| (ChoiceKind::AtLeastOne, names.clone())).into_iter().collect();
            assert_eq!(choices(&rules), expected, "{choice}: {rules:?}");
            let is_found = |one: &String| one.starts_with("unsupported-schema") && one.contains(warning);
            assert!(warnings.iter().any(is_found), "{choice}: {warnings:?}");
        }
    }

    #[test]
    fn alternatives_with_types_are_not_exclusive() {
        let typed = "oneOf: [{type: object, required: [a], properties: {a: {type: string, maxLength: 3}}}, \
                     {type: object, required: [b], properties: {b: {type: string}}}]";
        let (rules, _) = of(BODY, &format!("{{{typed}}}"));
        assert!(choices(&rules).iter().all(|(kind, _)| *kind == ChoiceKind::Typed), "{rules:?}");
    }
}
