//! The choices of a schema, and what distinguishes their alternatives.

use super::maker::{Maker, Placement, kind, limits_of};
use crate::diag::Report;
use crate::lower::flat_schema::{FlatSchema, Located};
use crate::lower::schema::choice::is_null;
use crate::lower::schema::tags;
use crate::model::rule::{ChoiceKind, Limit, RuleChoice, RuleKind};

/// How many schemas are searched for a `readOnly` property.
const MOST_PARTS: usize = 64;

impl<'d> Maker<'_, 'd> {
    /// The choice among these alternatives: `oneOf` or `anyOf` of the schema.
    pub(super) fn choice(
        &mut self,
        flat: &FlatSchema<'d>,
        parts: &[Located<'d>],
        placement: Placement,
    ) -> Option<RuleChoice> {
        let seen = |part| Some((part, self.source.view(part)?));
        let mut alternatives: Vec<(&Located<'d>, FlatSchema<'d>)> = parts.iter().filter_map(seen).collect();
        alternatives.retain(|(_, alternative)| !is_of_other_kind(flat, alternative) && !self.is_null(alternative));
        let rules: Vec<_> = alternatives.iter().filter_map(|(part, _)| self.rule(part, placement)).collect();
        if rules.is_empty() {
            return None;
        }
        let Some(discriminator) = &flat.data.discriminator else {
            let rules = rules.into_iter().map(|id| (Vec::new(), id)).collect();
            return Some(RuleChoice { kind: ChoiceKind::Typed, property: None, rules });
        };
        let tags = tags::of_choice(self.source, &alternatives, discriminator);
        Some(RuleChoice {
            kind: ChoiceKind::Typed,
            property: Some(discriminator.property_name.clone()),
            rules: tags.into_iter().zip(rules).collect(),
        })
    }

    /// Whether the alternative only allows `null`, which is not checked against the choice. Its rule would allow any value.
    fn is_null(&self, flat: &FlatSchema<'d>) -> bool {
        let is_unlimited = || limits_of(&mut Report::new(), self.keywords(flat), flat).is_empty();
        is_null(flat) && flat.required.is_empty() && is_unlimited()
    }

    /// The properties that a writer must send; `readOnly` properties are not required.
    pub(super) fn required(&mut self, flat: &FlatSchema<'d>) -> Option<Limit> {
        if flat.required.is_empty() {
            return None;
        }
        let parts = self.with_parts(flat);
        let mut names = flat.required.to_vec();
        names.retain(|name| !parts.iter().any(|part| self.is_read_only(part, name)));
        (!names.is_empty()).then_some(Limit::Required(names))
    }

    pub(super) fn is_read_only(&mut self, flat: &FlatSchema<'d>, name: &str) -> bool {
        let property = flat.properties.iter().find(|(own, _)| *own == name);
        property.and_then(|(_, located)| self.source.view(located)).is_some_and(|property| property.data.read_only)
    }

    /// The schema and the schemas that it extends by `allOf`, up to a limit.
    pub(super) fn with_parts(&mut self, flat: &FlatSchema<'d>) -> Vec<FlatSchema<'d>> {
        let mut all = vec![flat.clone()];
        let mut next = 0;
        while let Some(parts) = all.get(next).map(|flat| flat.all_of.clone()) {
            next += 1;
            let room = MOST_PARTS.saturating_sub(all.len());
            all.extend(parts.iter().take(room).filter_map(|part| self.source.view(part)));
        }
        all
    }
}

/// Whether no value of the whole is a value of the alternative.
fn is_of_other_kind(whole: &FlatSchema<'_>, alternative: &FlatSchema<'_>) -> bool {
    let family = |flat: &FlatSchema<'_>| match kind(flat) {
        RuleKind::Integer => RuleKind::Number,
        other @ (RuleKind::Any
        | RuleKind::Text
        | RuleKind::Number
        | RuleKind::Bool
        | RuleKind::Array
        | RuleKind::Object) => other,
    };
    let (whole, alternative) = (family(whole), family(alternative));
    whole != RuleKind::Any && alternative != RuleKind::Any && whole != alternative
}
