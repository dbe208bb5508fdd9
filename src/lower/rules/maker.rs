//! Makes a rule for every schema that is reached.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::limits;
use crate::diag::{Code, Pointer, Report};
use crate::document::tree::Object;
use crate::lower::flat_schema::{Additional, FlatSchema, Located, SchemaOrRef};
use crate::lower::schema::merger::only_requires;
use crate::lower::source::Source;
use crate::model::rule::{AdditionalProperties, Limit, Rule, RuleId, RuleKind};

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

/// The keyword of a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keyword {
    OneOf,
    AnyOf,
}

impl Keyword {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::OneOf => "oneOf",
            Self::AnyOf => "anyOf",
        }
    }
}

/// The values of alternatives that have an `enum`, by their rules.
pub(super) type Enums = BTreeMap<RuleId, Vec<Value>>;

/// The rules while they are made.
pub(super) struct Maker<'s, 'd> {
    pub(super) source: &'s mut Source<'d>,
    pub(super) rules: Vec<Rule>,
    enums: Enums,
    ids: BTreeMap<(Pointer, Placement), RuleId>,
    waiting: Vec<(RuleId, FlatSchema<'d>, Placement)>,
    /// The names of all `readOnly` properties, once they are needed.
    pub(super) read_only: Option<BTreeSet<&'d str>>,
}

impl<'s, 'd> Maker<'s, 'd> {
    pub(super) fn new(source: &'s mut Source<'d>) -> Self {
        Self {
            source,
            rules: Vec::new(),
            enums: Enums::new(),
            ids: BTreeMap::new(),
            waiting: Vec::new(),
            read_only: None,
        }
    }

    /// Whether the schema, after resolving references, defines which texts are allowed.
    pub(super) fn is_scalar(&mut self, located: &Located<'d>) -> bool {
        self.source.view(located).is_some_and(|flat| match kind(&flat) {
            RuleKind::Text | RuleKind::Number | RuleKind::Integer | RuleKind::Bool => true,
            RuleKind::Any | RuleKind::Array | RuleKind::Object => false,
        })
    }

    /// Warns about constraints of a header field of a part.
    pub(super) fn warn_unchecked(&mut self, located: &Located<'d>) {
        let Some(flat) = self.source.view(located) else { return };
        let items = flat.items.as_ref().and_then(|items| self.source.view(items));
        for flat in [flat].iter().chain(&items) {
            if !limits::of(&mut Report::new(), self.keywords(flat), flat, kind(flat)).is_empty() {
                let message = "constraints of header fields of parts are not checked";
                self.source.report.warning(Code::IgnoredKeyword, &flat.at, message);
            }
        }
    }

    /// The rule of a schema, after resolving references; `None` if a reference cannot be resolved.
    pub(super) fn rule(&mut self, located: &Located<'d>, placement: Placement) -> Option<RuleId> {
        let flat = self.source.view(located)?;
        let values = if placement.can_be_alternative() { self.values(&flat) } else { None };
        let placement = if values.is_some() { placement } else { effective(&flat, placement) };
        if let Some(id) = self.ids.get(&(flat.at.clone(), placement)) {
            return Some(*id);
        }
        let id = RuleId(self.rules.len());
        let is_named = matches!(located.part, SchemaOrRef::Reference(_));
        self.rules.push(Rule { is_named, ..Rule::any(flat.at.clone()) });
        self.enums.extend(values.map(|values| (id, values)));
        self.ids.insert((flat.at.clone(), placement), id);
        self.waiting.push((id, flat, placement));
        Some(id)
    }

    /// Fills all rules, including those that are added meanwhile, in the order in which they are reached. Returns them with
    /// the values of alternatives.
    pub(super) fn finish(mut self) -> (Vec<Rule>, Enums) {
        while !self.waiting.is_empty() {
            for (id, flat, placement) in std::mem::take(&mut self.waiting) {
                self.fill(id, &flat, placement);
            }
        }
        (self.rules, self.enums)
    }

    fn fill(&mut self, id: RuleId, flat: &FlatSchema<'d>, placement: Placement) {
        let keywords = self.keywords(flat);
        let mut limits = limits_of(&mut self.source.report, keywords, flat);
        match placement {
            Placement::Alternative | Placement::OpenAlternative => limits.extend(self.required(flat)),
            Placement::Spread => {
                limits.retain(|limit| !matches!(limit, Limit::MinProperties(_) | Limit::MaxProperties(_)));
            }
            Placement::Alone | Placement::Part => {}
        }
        // The type of the whole may differ from that of its part.
        if placement != Placement::Part {
            limits.retain(|limit| !limits::is_of_type(limit, flat));
        }
        let properties = self.properties(flat);
        let additional_properties = self.additional_properties(flat, placement);
        let items = flat.items.as_ref().and_then(|items| self.rule(items, Placement::Alone));
        let (part, alternative) = placement.inside(flat);
        // The parts of an alternative that only requires properties are such alternatives too.
        let part = if placement.is_alternative() && is_of_requirements(&flat.all_of) { alternative } else { part };
        let all_of = self.parts(&flat.all_of, part);
        let choices = [(Keyword::OneOf, &flat.one_of), (Keyword::AnyOf, &flat.any_of)].into_iter();
        let choices = choices.filter_map(|(keyword, parts)| match is_of_requirements(parts) {
            true => self.required_choice(flat, (keyword, parts), (placement, alternative)),
            false => self.choice(flat, parts, alternative),
        });
        let choices = choices.collect();
        let rule = &mut self.rules[id.0];
        rule.kind = kind(flat);
        rule.is_nullable = flat.data.nullable || flat.values.iter().any(Value::is_null);
        rule.limits = limits;
        rule.properties = properties;
        rule.additional_properties = additional_properties;
        rule.items = items;
        rule.all_of = all_of;
        rule.choices = choices;
    }

    /// The keywords of a schema as written, of which a [`FlatSchema`] only has those that determine its type.
    pub(super) fn keywords(&self, flat: &FlatSchema<'_>) -> Option<&'d Object> {
        self.source.document.node(&flat.at)?.as_object()
    }

    fn properties(&mut self, flat: &FlatSchema<'d>) -> Vec<(String, Option<RuleId>)> {
        let rule = |(name, located): &(&str, Located<'d>)| ((*name).to_owned(), self.rule(located, Placement::Alone));
        let mut rules: Vec<_> = flat.properties.iter().map(rule).collect();
        rules.sort();
        rules
    }

    fn additional_properties(&mut self, flat: &FlatSchema<'d>, placement: Placement) -> AdditionalProperties {
        // A schema that extends it by `allOf` has its own properties, and a discriminator selects which one applies.
        let is_open = flat.has_parts() || flat.data.discriminator.is_some();
        match &flat.additional {
            Additional::None if matches!(placement, Placement::Alone | Placement::Alternative) && !is_open => {
                AdditionalProperties::None
            }
            Additional::Schema(values) if placement != Placement::Spread => {
                self.rule(values, Placement::Alone).map_or(AdditionalProperties::Any, AdditionalProperties::Each)
            }
            Additional::None | Additional::Schema(_) | Additional::Any | Additional::Absent => {
                AdditionalProperties::Any
            }
        }
    }

    pub(super) fn parts(&mut self, parts: &[Located<'d>], placement: Placement) -> Vec<RuleId> {
        parts.iter().filter_map(|part| self.rule(part, placement)).collect()
    }
}

/// Whether all alternatives of a choice only require properties.
fn is_of_requirements(parts: &[Located<'_>]) -> bool {
    !parts.is_empty() && parts.iter().all(only_requires)
}

/// The position of a schema, as far as it changes the meaning of its keywords.
fn effective(flat: &FlatSchema<'_>, placement: Placement) -> Placement {
    // A choice in it must not forbid the properties of the whole either.
    let has_choice = !flat.one_of.is_empty() || !flat.any_of.is_empty();
    let is_open = matches!(flat.additional, Additional::None) || has_choice;
    let has_required = !flat.required.is_empty() || is_of_requirements(&flat.all_of);
    let matters = match placement {
        Placement::Alone | Placement::Spread => true,
        Placement::Part => is_open || flat.format.is_some(),
        Placement::Alternative => has_required,
        Placement::OpenAlternative => is_open || has_required,
    };
    if matters { placement } else { Placement::Alone }
}

impl Placement {
    /// Whether the schema is a part of another one for the same value.
    pub(super) fn is_within(self) -> bool {
        match self {
            Self::Part | Self::Alternative | Self::OpenAlternative => true,
            Self::Alone | Self::Spread => false,
        }
    }

    fn is_alternative(self) -> bool {
        match self {
            Self::Alternative | Self::OpenAlternative => true,
            Self::Alone | Self::Part | Self::Spread => false,
        }
    }

    fn can_be_alternative(self) -> bool {
        match self {
            Self::Alternative | Self::OpenAlternative | Self::Spread => true,
            Self::Alone | Self::Part => false,
        }
    }

    /// The positions of the parts and the alternatives of a schema in this position.
    fn inside(self, flat: &FlatSchema<'_>) -> (Self, Self) {
        match self {
            Self::Spread => (Self::Spread, Self::Spread),
            Self::Part | Self::OpenAlternative => (Self::Part, Self::OpenAlternative),
            Self::Alone | Self::Alternative if !flat.properties.is_empty() => (Self::Part, Self::OpenAlternative),
            Self::Alone | Self::Alternative => (Self::Part, Self::Alternative),
        }
    }
}

pub(in crate::lower) fn kind(flat: &FlatSchema<'_>) -> RuleKind {
    // The content of a file is not a string, and is not in the JSON that rules check.
    if is_binary(flat) {
        return RuleKind::Any;
    }
    match flat.kind {
        Some("string") => RuleKind::Text,
        Some("number") => RuleKind::Number,
        Some("integer") => RuleKind::Integer,
        Some("boolean") => RuleKind::Bool,
        Some("array") => RuleKind::Array,
        Some("object") => RuleKind::Object,
        _ => RuleKind::Any,
    }
}

/// The limits of a schema alone.
pub(in crate::lower) fn limits_of(report: &mut Report, keywords: Option<&Object>, flat: &FlatSchema<'_>) -> Vec<Limit> {
    if is_binary(flat) { Vec::new() } else { limits::of(report, keywords, flat, kind(flat)) }
}

pub(super) fn is_binary(flat: &FlatSchema<'_>) -> bool {
    flat.format.as_deref() == Some("binary")
}
