//! The rules for requests: constraints of schemas besides types, read from the tree.
//!
//! A rule is made for each schema that a parameter or a body reaches; those without constraints are removed.

mod choice;
mod hints;
mod limits;
mod maker;
mod pattern;
mod prune;
mod share;
#[cfg(test)]
mod tests;
mod texts;

use super::source::Source;
use crate::model::operation::{Content, Operation, ParameterStyle};
use crate::model::rule::Rules;
use maker::{Maker, Placement, placement};

/// The rules for the requests of these operations.
pub(super) fn lower(source: &mut Source<'_>, operations: &[Operation]) -> Rules {
    let mut maker = Maker::new(source);
    let mut rules = Rules::default();
    for (index, operation) in operations.iter().enumerate() {
        for (at, parameter) in operation.parameters.iter().enumerate() {
            if let Some(schema) = maker.parameter(&parameter.at) {
                if matches!(parameter.style, ParameterStyle::Path(_)) && maker.defines_texts(schema.clone(), 0) {
                    rules.any_texts.insert((index, at));
                }
                let id = maker.rule(schema, placement(parameter));
                maker.set_words(id, &parameter.name, format!("{} {}", operation.id, parameter.name));
                rules.parameters.insert((index, at), id);
            }
        }
        let Some(body) = &operation.body else { continue };
        for (at, form) in body.forms.iter().enumerate() {
            let schema = body.at.child("content").child(&form.media_type).child("schema");
            let is_checked = match form.content {
                Content::Json(_) | Content::Form(_) | Content::Multipart(_) => maker.node(&schema).is_some(),
                Content::Text => maker.is_scalar(&schema),
                Content::Bytes => false,
            };
            for field in form.part_headers().flat_map(|(_, headers)| &headers.fields) {
                maker.warn_unchecked(field.at.child("schema"));
            }
            if is_checked {
                let words = format!("{} body", operation.id);
                let id = maker.rule(schema, Placement::Alone);
                maker.set_words(id, &words, words.clone());
                rules.bodies.insert((index, at), id);
            }
        }
    }
    maker.drain();
    rules.list = maker.rules;
    prune::keep_needed(&mut maker.source.report, &mut rules);
    share::merge_equal(&mut rules);
    hints::set_all_words(&mut rules.list);
    rules
}
