//! Makes a rule for every schema that is reached.

use std::collections::BTreeMap;

use super::limits;
use crate::diag::{Code, Pointer, Report};
use crate::document::tree::{Node, Object};
use crate::lower::source::Source;
use crate::model::operation::Parameter;
use crate::model::rule::{Further, Rule, RuleId, RuleKind};

/// The position of a schema. For example, a part of an `allOf` does not forbid the properties of the other parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Placement {
    Alone,
    Part,
    /// An alternative of a choice, which is distinguished by its required properties.
    Alternative,
    /// An alternative next to properties of the whole, which it does not forbid.
    OpenAlternative,
    /// A parameter whose properties are among other parameters, so their number and names cannot be checked.
    Spread,
}

pub(super) type SchemaUse = (Pointer, Placement);

/// The rules while they are made.
pub(super) struct Maker<'l, 'd> {
    pub(super) source: &'l mut Source<'d>,
    pub(super) rules: Vec<Rule>,
    pub(super) ids: BTreeMap<SchemaUse, RuleId>,
    pub(super) waiting: Vec<(RuleId, SchemaUse)>,
}

impl<'l, 'd> Maker<'l, 'd> {
    pub(super) fn new(source: &'l mut Source<'d>) -> Self {
        Self { source, rules: Vec::new(), ids: BTreeMap::new(), waiting: Vec::new() }
    }

    pub(super) fn node(&self, at: &Pointer) -> Option<&'d Node> {
        self.source.document.node(at)
    }

    /// The schema of a parameter; `None` if it is only named in the path.
    pub(super) fn parameter(&self, at: &Pointer) -> Option<Pointer> {
        let node = self.node(at)?;
        node.get("in")?;
        if node.get("schema").is_some() {
            return Some(at.child("schema"));
        }
        let (media, content) = node.get("content")?.as_object()?.first()?;
        content.get("schema").map(|_| at.child("content").child(media).child("schema"))
    }

    /// Whether the schema at `at`, after resolving references, defines which texts are allowed.
    pub(super) fn is_scalar(&self, at: &Pointer) -> bool {
        let schema = self.resolved(at.clone()).and_then(|(_, node)| node.as_object());
        schema.is_some_and(|schema| match kind(schema) {
            RuleKind::Text | RuleKind::Number | RuleKind::Integer | RuleKind::Bool => true,
            RuleKind::Any | RuleKind::Array | RuleKind::Object => false,
        })
    }

    /// Warns about constraints of a header field of a part.
    pub(super) fn warn_unchecked(&mut self, at: Pointer) {
        let schema = self.resolved(at).and_then(|(at, node)| Some((at, node.as_object()?)));
        let Some((at, schema)) = schema else { return };
        let items = self.resolved(at.child("items")).and_then(|(at, node)| Some((at, node.as_object()?)));
        for (at, schema) in [(at, schema)].into_iter().chain(items) {
            if !limits::of(&mut Report::new(), schema, &at, kind(schema)).is_empty() {
                let message = "constraints of header fields of parts are not checked";
                self.source.report.warning(Code::IgnoredKeyword, &at, message);
            }
        }
    }

    /// The rule of the schema at `at`, after resolving references.
    pub(super) fn rule(&mut self, at: Pointer, placement: Placement) -> RuleId {
        let reference = self.node(&at).and_then(Node::reference);
        let target = reference.and_then(|reference| self.source.document.target(reference, &at).ok());
        let is_named = target.is_some();
        let at = target.unwrap_or(at);
        let key = (at.clone(), self.placement(&at, placement));
        if let Some(id) = self.ids.get(&key) {
            return *id;
        }
        let id = RuleId(self.rules.len());
        self.rules.push(Rule {
            kind: RuleKind::Any,
            is_nullable: false,
            limits: Vec::new(),
            properties: Vec::new(),
            further: Further::Any,
            items: None,
            all_of: Vec::new(),
            choices: Vec::new(),
            is_named,
            hint: String::new(),
            longer: String::new(),
            at: key.0.clone(),
            others: 0,
        });
        self.ids.insert(key.clone(), id);
        self.waiting.push((id, key));
        id
    }

    /// The position of a schema, as far as it changes the meaning of its keywords.
    pub(super) fn placement(&self, at: &Pointer, placement: Placement) -> Placement {
        let node = self.node(at);
        let keyword = |key: &str| node.and_then(|node| node.get(key));
        let has = |key: &str| keyword(key).is_some();
        // A choice in it must not forbid the properties of the whole either.
        let is_open = keyword("additionalProperties") == Some(&Node::Bool(false)) || has("oneOf") || has("anyOf");
        let matters = match placement {
            Placement::Alone | Placement::Spread => true,
            Placement::Part => is_open || has("format"),
            Placement::Alternative => has("required"),
            Placement::OpenAlternative => is_open || has("required"),
        };
        if matters { placement } else { Placement::Alone }
    }

    pub(super) fn drain(&mut self) {
        let mut next = 0;
        while let Some((id, (at, placement))) = self.waiting.get(next).cloned() {
            next += 1;
            if let Some(Node::Object(schema)) = self.node(&at) {
                self.fill(id, schema, &at, placement);
            }
        }
    }

    pub(super) fn fill(&mut self, id: RuleId, schema: &'d Object, at: &Pointer, placement: Placement) {
        let mut limits = match is_binary(schema) {
            true => Vec::new(),
            false => limits::of(&mut self.source.report, schema, at, kind(schema)),
        };
        match placement {
            Placement::Alternative | Placement::OpenAlternative => limits.extend(self.required(schema, at)),
            Placement::Spread => limits.clear(),
            Placement::Alone | Placement::Part => {}
        }
        // The type of the whole may differ from that of its part.
        if placement != Placement::Part {
            limits.retain(|limit| !limits::is_of_type(limit, schema));
        }
        let properties = self.properties(schema, at);
        let further = self.further(schema, at, placement);
        let items = schema.get("items").filter(|items| items.as_object().is_some());
        let items = items.map(|_| self.rule(at.child("items"), Placement::Alone));
        let (part, alternative) = placement.inside(schema);
        let all_of = self.parts(schema, &at.child("allOf"), part);
        let choices = ["oneOf", "anyOf"];
        let choices = choices.into_iter().filter_map(|key| self.choice(schema, &at.child(key), alternative)).collect();
        let rule = &mut self.rules[id.0];
        rule.kind = kind(schema);
        rule.is_nullable = is_nullable(schema);
        rule.limits = limits;
        rule.properties = properties;
        rule.further = further;
        rule.items = items;
        rule.all_of = all_of;
        rule.choices = choices;
    }

    pub(super) fn properties(&mut self, schema: &'d Object, at: &Pointer) -> Vec<(String, Option<RuleId>)> {
        let at = at.child("properties");
        let names = schema.get("properties").and_then(Node::as_object).into_iter().flat_map(Object::keys);
        let mut rules: Vec<_> =
            names.map(|name| (name.clone(), Some(self.rule(at.child(name), Placement::Alone)))).collect();
        rules.sort();
        rules
    }

    pub(super) fn further(&mut self, schema: &'d Object, at: &Pointer, placement: Placement) -> Further {
        // A schema that extends it by `allOf` has its own properties, and a discriminator selects which one applies.
        let has_parts = ["allOf", "oneOf", "anyOf", "discriminator"].iter().any(|key| schema.contains_key(*key));
        match schema.get("additionalProperties") {
            Some(Node::Bool(false)) if matches!(placement, Placement::Alone | Placement::Alternative) && !has_parts => {
                Further::None
            }
            Some(Node::Object(_)) if placement != Placement::Spread => {
                Further::Each(self.rule(at.child("additionalProperties"), Placement::Alone))
            }
            _ => Further::Any,
        }
    }

    pub(super) fn parts(&mut self, schema: &'d Object, at: &Pointer, placement: Placement) -> Vec<RuleId> {
        let Some(Node::Array(parts)) = at.last().and_then(|key| schema.get(&key)) else { return Vec::new() };
        (0..parts.len()).map(|index| self.rule(at.index(index), placement)).collect()
    }
}

impl Placement {
    /// The positions of the parts and the alternatives of a schema in this position.
    pub(super) fn inside(self, schema: &Object) -> (Self, Self) {
        match self {
            Self::Spread => (Self::Spread, Self::Spread),
            Self::Part | Self::OpenAlternative => (Self::Part, Self::OpenAlternative),
            Self::Alone | Self::Alternative if schema.contains_key("properties") => (Self::Part, Self::OpenAlternative),
            Self::Alone | Self::Alternative => (Self::Part, Self::Alternative),
        }
    }
}

pub(super) fn placement(parameter: &Parameter) -> Placement {
    if parameter.is_spread() { Placement::Spread } else { Placement::Alone }
}

pub(super) fn kind(schema: &Object) -> RuleKind {
    // The content of a file is not a string, and is not in the JSON that rules check.
    if is_binary(schema) {
        return RuleKind::Any;
    }
    match schema.get("type").and_then(Node::as_str) {
        Some("string") => RuleKind::Text,
        Some("number") => RuleKind::Number,
        Some("integer") => RuleKind::Integer,
        Some("boolean") => RuleKind::Bool,
        Some("array") => RuleKind::Array,
        Some("object") => RuleKind::Object,
        _ => RuleKind::Any,
    }
}

pub(super) fn is_binary(schema: &Object) -> bool {
    schema.get("format").and_then(Node::as_str) == Some("binary")
}

pub(super) fn is_nullable(schema: &Object) -> bool {
    let has_null = |node: &Node| matches!(node, Node::Array(values) if values.contains(&Node::Null));
    schema.get("nullable") == Some(&Node::Bool(true)) || schema.get("enum").is_some_and(has_null)
}
