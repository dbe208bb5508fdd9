//! Changes of `oneOf` and `anyOf`.

use super::super::kind::Kind;
use super::form::{Form, named, resolve};
use super::kinds::{
    DISCRIMINATOR, REQUEST_CHANGED, REQUEST_VARIANT_ADDED, REQUEST_VARIANT_REMOVED, RESPONSE_CHANGED,
    RESPONSE_VARIANT_ADDED, RESPONSE_VARIANT_REMOVED,
};
use super::site::{Compared, Direction, Side, Site, Value, only_alternative};
use crate::model::rule::{RuleChoice, RuleId};
use crate::model::schema::{Tag, TypeHint, TypeRef, Variant};

/// One alternative.
struct Choice<'a> {
    /// Its component, if it is one.
    component: Option<&'a str>,
    /// Its word in messages.
    hint: String,
    /// The values of the discriminator that select it.
    tags: &'a [String],
    value: Value<'a>,
}

/// Compares two values of which at least one is a union; another value is a union with one alternative.
pub fn compare<'a>(direction: Direction, sides: [Side<'a>; 2], site: &Site<'a>) -> Compared<'a> {
    let mut compared = Compared::default();
    let forms = [resolve(sides[0], site.old.ty).form, resolve(sides[1], site.new.ty).form];
    let mut left = choices(sides[0], &site.old, forms[0]);
    let mut unmatched = Vec::new();
    let mut both = Vec::new();
    for choice in choices(sides[1], &site.new, forms[1]) {
        match left.iter().position(|before| is_same(sides, before, &choice)) {
            Some(at) => both.push((left.remove(at), choice)),
            None => unmatched.push(choice),
        }
    }
    let are_unions = matches!(forms, [Form::Union(_), Form::Union(_)]);
    if are_unions && left.len() == unmatched.len() {
        both.extend(left.drain(..).zip(unmatched.drain(..)));
    }
    if both.is_empty() {
        both.extend(only_objects(sides, &mut left, &mut unmatched));
    }
    if both.is_empty() {
        let kind = match direction {
            Direction::Request => &REQUEST_CHANGED,
            Direction::Response => &RESPONSE_CHANGED,
        };
        let message = format!("`{}` was `{}`, is `{}`", site.label, forms[0].word(), forms[1].word());
        compared.found.push(site.found(kind, message));
        return compared;
    }
    let (removed, added): (&Kind, &Kind) = match direction {
        Direction::Request => (&REQUEST_VARIANT_REMOVED, &REQUEST_VARIANT_ADDED),
        Direction::Response => (&RESPONSE_VARIANT_REMOVED, &RESPONSE_VARIANT_ADDED),
    };
    let message = |choice: &Choice<'_>, verb| format!("`{}`: the alternative `{}` was {verb}", site.label, choice.hint);
    compared.found.extend(left.iter().map(|choice| site.found(removed, message(choice, "removed"))));
    compared.found.extend(unmatched.iter().map(|choice| site.found(added, message(choice, "added"))));
    if let Some(message) = discriminator(forms, &both) {
        compared.found.push(site.found(&DISCRIMINATOR, format!("`{}`: {message}", site.label)));
    }
    compared.below = both.into_iter().map(|pair| below(site, pair)).collect();
    compared
}

fn below<'a>(site: &Site<'a>, (old, new): (Choice<'a>, Choice<'a>)) -> Site<'a> {
    Site { old: old.value, new: new.value, label: site.label.clone(), depth: site.depth + 1 }
}

fn choices<'a>(side: Side<'a>, value: &Value<'a>, form: Form<'a>) -> Vec<Choice<'a>> {
    let Form::Union(union) = form else {
        let component = component(side, value.ty);
        let hint = component.unwrap_or_else(|| form.word()).to_owned();
        let value = Value { ty: without_null(value.ty), ..value.clone() };
        return vec![Choice { component, hint, tags: &[], value }];
    };
    let rules = choice_rules(side, value, union.variants.len());
    // The words for the names of types are not those of documents, except for objects with a name or a title.
    let hint = |variant: &Variant| match resolve(side, &variant.ty).form {
        Form::Object { .. } if !variant.hint.starts_with("variant ") => variant.hint.clone(),
        form => form.word().to_owned(),
    };
    let mut outer = [value.rules.as_slice(), &value.outer].concat();
    outer.sort_unstable();
    outer.dedup();
    let of = |(index, variant): (usize, &'a Variant)| Choice {
        component: component(side, &variant.ty),
        hint: component(side, &variant.ty).map_or_else(|| hint(variant), str::to_owned),
        tags: &variant.tags,
        value: Value {
            ty: without_null(&variant.ty),
            rules: rules.get(index).copied().into_iter().collect(),
            outer: outer.clone(),
            at: value.at.clone(),
        },
    };
    union.variants.iter().enumerate().map(of).collect()
}

/// A type without `null`, which is compared for all alternatives together.
fn without_null(ty: &TypeRef) -> &TypeRef {
    match ty {
        TypeRef::Nullable(inner) => without_null(inner),
        TypeRef::Scalar(_) | TypeRef::List(_) | TypeRef::Map(_) | TypeRef::Named(_) | TypeRef::Boxed(_) => ty,
    }
}

/// The rules of the alternatives, if the rules have just one choice with as many. Choices with a single alternative, such as one
/// next to `null`, may contain it.
fn choice_rules(side: Side<'_>, value: &Value<'_>, count: usize) -> Vec<RuleId> {
    let rules = side.closure(&value.rules);
    let is_choice = |choice: &&RuleChoice| count == 1 || only_alternative(choice).is_none();
    let mut choices = rules.iter().flat_map(|rule| &rule.choices).filter(is_choice);
    match (choices.next(), choices.next()) {
        (Some(choice), None) if choice.rules.len() == count => choice.rules.iter().map(|(_, id)| *id).collect(),
        _ => Vec::new(),
    }
}

fn component<'a>(side: Side<'a>, ty: &TypeRef) -> Option<&'a str> {
    match &side.definition(named(ty)?).hint {
        TypeHint::Component { name, .. } => Some(name),
        TypeHint::Within { .. } | TypeHint::Operation { .. } | TypeHint::Shared { .. } | TypeHint::Equal { .. } => None,
    }
}

/// The only object of each list, taken out of it.
fn only_objects<'a>(
    sides: [Side<'a>; 2],
    old: &mut Vec<Choice<'a>>,
    new: &mut Vec<Choice<'a>>,
) -> Option<(Choice<'a>, Choice<'a>)> {
    let only = |side: Side<'a>, choices: &[Choice<'a>]| {
        let is_object = |choice: &Choice<'a>| matches!(resolve(side, choice.value.ty).form, Form::Object { .. });
        let mut objects = choices.iter().enumerate().filter(|(_, choice)| is_object(choice)).map(|(at, _)| at);
        objects.next().filter(|_| objects.next().is_none())
    };
    let (before, after) = (only(sides[0], old)?, only(sides[1], new)?);
    Some((old.remove(before), new.remove(after)))
}

/// Whether two alternatives are the same one: by component, by a value of the discriminator, or by a scalar type.
fn is_same(sides: [Side<'_>; 2], old: &Choice<'_>, new: &Choice<'_>) -> bool {
    if old.component.is_some() && old.component == new.component {
        return true;
    }
    if old.tags.iter().any(|tag| new.tags.contains(tag)) {
        return true;
    }
    let is_plain = |form: Form<'_>| !matches!(form, Form::Object { .. } | Form::Union(_));
    let (before, after) = (resolve(sides[0], old.value.ty).form, resolve(sides[1], new.value.ty).form);
    is_plain(before) && is_plain(after) && before.word() == after.word()
}

/// How the distinction by a property changed.
fn discriminator(forms: [Form<'_>; 2], both: &[(Choice<'_>, Choice<'_>)]) -> Option<String> {
    let [Form::Union(old), Form::Union(new)] = forms else { return None };
    let (Tag::Property { name: before, .. }, Tag::Property { name: after, .. }) = (&old.tag, &new.tag) else {
        return None;
    };
    if before != after {
        return Some(format!("the alternatives were distinguished by `{before}`, are distinguished by `{after}`"));
    }
    let changed = both.iter().find(|(old, new)| old.tags.iter().any(|tag| !new.tags.contains(tag)));
    changed.map(|(old, new)| {
        let text = |tags: &[String]| tags.iter().map(|tag| format!("`{tag}`")).collect::<Vec<_>>().join(", ");
        format!("`{}` was selected by {}, is selected by {}", new.hint, text(old.tags), text(new.tags))
    })
}
