//! The rules for requests: constraints of schemas besides types.
//!
//! A rule is made for each schema that a parameter or a body reaches; those without constraints are removed.

mod choice;
mod hints;
mod limits;
mod maker;
mod pattern;
mod prune;
mod required_choice;
mod share;
#[cfg(test)]
mod tests;
mod texts;
mod values;

use super::constrained::{Constrained, ConstrainedUse};
use super::source::Source;
use crate::model::operation::{Content, Operation, Parameter, ParameterStyle};
use crate::model::rule::Rules;
pub(super) use limits::UNCHECKED;
use maker::{Maker, Placement};
pub(super) use maker::{kind, limits_of};

/// The rules for the schemas that the requests of these operations use.
pub(super) fn lower<'d>(source: &mut Source<'d>, operations: &[Operation], constrained: &[Constrained<'d>]) -> Rules {
    let mut maker = Maker::new(source);
    let mut rules = Rules::default();
    for Constrained { of, located } in constrained {
        match *of {
            ConstrainedUse::Parameter { operation, index } => {
                let parameter = &operations[operation].parameters[index];
                if matches!(parameter.style, ParameterStyle::Path(_)) && maker.defines_texts(located, 0) {
                    rules.any_texts.insert((operation, index));
                }
                if is_idempotency_key(parameter) && maker.takes_uuids(located) {
                    rules.idempotency_keys.insert((operation, index));
                }
                let placement = if parameter.is_spread() { Placement::Spread } else { Placement::Alone };
                if let Some(id) = maker.rule(located, placement) {
                    let longer = format!("{} {}", operations[operation].id, parameter.name);
                    maker.set_words(id, &parameter.name, longer);
                    rules.parameters.insert((operation, index), id);
                }
            }
            ConstrainedUse::Body { operation, index } => {
                let body = operations[operation].body.as_ref();
                let is_checked =
                    body.and_then(|body| body.forms.iter().nth(index)).is_some_and(|form| match form.content {
                        Content::Json(_) | Content::Form(_) | Content::Multipart(_) => true,
                        Content::Text => maker.is_scalar(located),
                        Content::Stream(_) | Content::Bytes => false,
                    });
                if is_checked && let Some(id) = maker.rule(located, Placement::Alone) {
                    let words = format!("{} body", operations[operation].id);
                    maker.set_words(id, &words, words.clone());
                    rules.bodies.insert((operation, index), id);
                }
            }
            ConstrainedUse::PartHeader => maker.warn_unchecked(located),
            ConstrainedUse::Response { .. } | ConstrainedUse::Header { .. } => {}
        }
    }
    let (list, enums) = maker.finish();
    rules.list = list;
    prune::keep_needed(&mut source.report, &mut rules, enums);
    share::merge_equal(&mut rules);
    hints::set_all_words(&mut rules.list);
    rules
}

/// Whether it is the header `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header).
fn is_idempotency_key(parameter: &Parameter) -> bool {
    parameter.style == ParameterStyle::Header && parameter.name.eq_ignore_ascii_case("Idempotency-Key")
}
