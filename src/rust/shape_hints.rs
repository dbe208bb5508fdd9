//! The hints by which the runtime distinguishes the variants of a union without a discriminator.

use std::collections::BTreeMap;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::presence::is_expected;
use super::{Context, Side};
use crate::model::schema::{Enum, Field, Literal, Scalar, Shape, Struct, Tag, TypeDef, TypeRef, Union};

/// The maximum number of values in a hint. A larger set would be duplicated for little use.
const MOST_FIXED: usize = 16;

/// The maximum depth of nested unions and aliases that are followed.
const MAX_DEPTH: usize = 8;

/// The hints of a type: what its values have in common.
#[derive(Debug, Clone, Default, PartialEq)]
struct Hints<'a> {
    kind: Kind,
    required: Vec<&'a str>,
    named: Vec<&'a str>,
    fixed: BTreeMap<&'a str, Vec<Literal>>,
    texts: Vec<&'a str>,
    keeps_others: bool,
}

/// How narrow a type is. Narrow types are tried first, since a wide type would accept their values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// Integers, strings with a format, closed enums.
    #[default]
    Narrow,
    /// Open string enums.
    Open,
    /// Any number, any string.
    Wide,
    /// An object.
    Object,
    /// Any value.
    Anything,
}

/// Whether some union has no discriminator.
pub fn has_choices(context: &Context<'_>) -> bool {
    choices(context).next().is_some()
}

fn choices<'a>(context: &Context<'a>) -> impl Iterator<Item = &'a Union> {
    context.api.types.iter().filter_map(|def| match &def.shape {
        Shape::Union(union) if matches!(union.tag, Tag::Looks) => Some(union),
        Shape::Union(_) | Shape::Struct(_) | Shape::Tuple(_) | Shape::Enum(_) | Shape::Alias(_) => None,
    })
}

/// The expression that reads the union.
pub fn reading(context: &Context<'_>, union: &Union, members: &[Ident]) -> TokenStream {
    let mut guesses: Vec<(Kind, TokenStream)> = hints(context, union)
        .iter()
        .zip(members)
        .map(|(hint, member)| (hint.kind, guess(hint, &quote!(|value| rt::Decode::decode(value).map(Self::#member)))))
        .collect();
    guesses.sort_by_key(|(kind, _)| *kind);
    let guesses = guesses.into_iter().map(|(_, guess)| guess);
    quote!(value.one_of(&[#(#guesses),*]))
}

/// The hints of the variants. An object needs none if it is the only object.
fn hints<'a>(context: &Context<'a>, union: &'a Union) -> Vec<Hints<'a>> {
    let mut hints: Vec<Hints<'a>> = union.variants.iter().map(|variant| hint(context, &variant.ty, 0)).collect();
    let objects = hints.iter().filter(|hint| matches!(hint.kind, Kind::Object | Kind::Anything)).count();
    if objects < 2 {
        for hint in hints.iter_mut().filter(|hint| hint.kind == Kind::Object) {
            *hint = Hints { kind: Kind::Object, ..Hints::default() };
        }
    }
    let others = hints.iter().filter(|hint| matches!(hint.kind, Kind::Open | Kind::Wide)).count();
    if others < 2 {
        hints.iter_mut().for_each(|hint| hint.texts.clear());
    }
    hints
}

fn guess(hint: &Hints<'_>, reading: &TokenStream) -> TokenStream {
    let list = |method: TokenStream, names: &[&str]| (!names.is_empty()).then(|| quote!(.#method(&[#(#names),*])));
    let required = list(quote!(required), &hint.required);
    let named = list(quote!(named), &hint.named);
    let texts = list(quote!(texts), &hint.texts);
    let rows = hint.fixed.iter().map(|(name, values)| {
        let values = values.iter().filter_map(fixed);
        quote!((#name, &[#(#values),*]))
    });
    let fixed = (!hint.fixed.is_empty()).then(|| quote!(.fixed(&[#(#rows),*])));
    let keeps = match (hint.kind, hint.keeps_others) {
        (Kind::Anything, _) => Some(quote!(.anything())),
        (Kind::Object, true) => Some(quote!(.keeps_others())),
        (Kind::Narrow | Kind::Open | Kind::Wide | Kind::Object, _) => None,
    };
    quote!(rt::json_choice::Guess::new(#reading) #required #named #fixed #texts #keeps)
}

fn fixed(literal: &Literal) -> Option<TokenStream> {
    match literal {
        Literal::Text(text) => Some(quote!(rt::json_choice::Fixed::Text(#text))),
        Literal::Integer(number) => {
            let number = proc_macro2::Literal::i64_unsuffixed(*number);
            Some(quote!(rt::json_choice::Fixed::Integer(#number)))
        }
        Literal::Bool(value) => Some(quote!(rt::json_choice::Fixed::Bool(#value))),
        Literal::Null | Literal::Number(_) | Literal::List(_) | Literal::Object(_) => None,
    }
}

fn hint<'a>(context: &Context<'a>, ty: &TypeRef, depth: usize) -> Hints<'a> {
    let of_kind = |kind| Hints { kind, ..Hints::default() };
    match ty {
        TypeRef::Scalar(scalar) => of_kind(kind(*scalar)),
        TypeRef::List(_) => of_kind(Kind::Narrow),
        TypeRef::Map(_) => Hints { kind: Kind::Object, keeps_others: true, ..Hints::default() },
        TypeRef::Nullable(inner) => hint(context, inner, depth),
        TypeRef::Named(id) | TypeRef::Boxed(id) => {
            let def = context.api.type_def(*id);
            match &def.shape {
                Shape::Struct(shape) => structure(context, def, shape),
                Shape::Enum(values) => set(context, def, values),
                Shape::Tuple(_) => of_kind(Kind::Narrow),
                Shape::Alias(_) | Shape::Union(_) if depth >= MAX_DEPTH => of_kind(Kind::Anything),
                Shape::Alias(target) => hint(context, target, depth + 1),
                Shape::Union(union) => choice(context, union, depth + 1),
            }
        }
    }
}

fn kind(scalar: Scalar) -> Kind {
    match scalar {
        Scalar::Any => Kind::Anything,
        Scalar::Bool | Scalar::Int32 | Scalar::Int64 | Scalar::UInt32 | Scalar::UInt64 => Kind::Narrow,
        Scalar::DateTime | Scalar::Date | Scalar::Uuid => Kind::Narrow,
        Scalar::Float32 | Scalar::Float64 | Scalar::Text | Scalar::Password | Scalar::Base64 | Scalar::File => {
            Kind::Wide
        }
    }
}

fn set<'a>(context: &Context<'a>, def: &TypeDef, values: &'a Enum) -> Hints<'a> {
    let is_open = context.side == Side::Client && context.reads(def.usage);
    let kind = if is_open { Kind::Open } else { Kind::Narrow };
    let texts = match values {
        Enum::Text(values) if is_open => values.iter().map(|value| value.wire.as_str()).collect(),
        Enum::Text(_) | Enum::Integer(_) => Vec::new(),
    };
    Hints { kind, texts, ..Hints::default() }
}

fn structure<'a>(context: &Context<'a>, def: &TypeDef, shape: &'a Struct) -> Hints<'a> {
    let asked = shape.fields.iter().filter(|field| is_expected(context, def.usage, field));
    Hints {
        kind: Kind::Object,
        required: asked.map(|field| field.wire.as_str()).collect(),
        named: shape.fields.iter().map(|field| field.wire.as_str()).collect(),
        fixed: shape
            .fields
            .iter()
            .filter_map(|field| Some((field.wire.as_str(), constants(context, field)?)))
            .collect(),
        texts: Vec::new(),
        keeps_others: shape.additional.is_some(),
    }
}

/// The values that a property can have, if they are few.
fn constants(context: &Context<'_>, field: &Field) -> Option<Vec<Literal>> {
    if let Some(constant) = &field.constant {
        return Some(vec![constant.clone()]);
    }
    let (TypeRef::Named(id) | TypeRef::Boxed(id)) = context.resolved(&field.ty) else { return None };
    let Shape::Enum(values) = &context.api.type_def(*id).shape else { return None };
    let values: Vec<Literal> = match values {
        Enum::Text(values) => values.iter().map(|value| Literal::Text(value.wire.clone())).collect(),
        Enum::Integer(values) => values.iter().map(|value| Literal::Integer(value.wire)).collect(),
    };
    (values.len() <= MOST_FIXED).then_some(values)
}

/// The hints that all variants have in common.
fn choice<'a>(context: &Context<'a>, union: &'a Union, depth: usize) -> Hints<'a> {
    let hints = union.variants.iter().map(|variant| hint(context, &variant.ty, depth));
    let mut common = hints.reduce(joined).unwrap_or_default();
    if let Tag::Property { name, absent: None } = &union.tag {
        if !common.required.contains(&name.as_str()) {
            common.required.push(name);
        }
        let tags = union.variants.iter().flat_map(|variant| &variant.tags);
        let tags: Vec<Literal> = tags.map(|tag| Literal::Text(tag.clone())).collect();
        if tags.len() <= MOST_FIXED {
            common.fixed.insert(name, tags);
        }
    }
    common
}

fn joined<'a>(mut one: Hints<'a>, other: Hints<'a>) -> Hints<'a> {
    let is_object = |hint: &Hints<'_>| hint.kind == Kind::Object;
    if !is_object(&one) && !is_object(&other) {
        return Hints { kind: one.kind.max(other.kind), ..Hints::default() };
    }
    if !is_object(&one) || !is_object(&other) {
        // Only one of them is an object. Its hints apply to values that are objects.
        let kind = one.kind.max(other.kind);
        let object = if is_object(&one) { one } else { other };
        return Hints { kind, ..object };
    }
    one.required.retain(|name| other.required.contains(name));
    one.fixed.retain(|name, _| other.fixed.contains_key(name));
    for (name, values) in &mut one.fixed {
        values.extend(other.fixed[name].iter().cloned());
    }
    one.named.extend(other.named);
    one.named.sort_unstable();
    one.named.dedup();
    one.keeps_others |= other.keeps_others;
    one
}
