//! The hints by which the runtime distinguishes the variants of a union without a discriminator.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::presence::is_expected;
use super::{Context, Side};
use crate::model::schema::{
    Enum, Field, Literal, Mapped, MappedBase, Scalar, Shape, Struct, Tag, TypeDef, TypeRef, Union,
};

/// The maximum number of values in a hint. A larger set would be duplicated for little use.
const MOST_FIXED: usize = 16;

/// The maximum depth of nested unions and aliases that are followed.
const MAX_DEPTH: usize = 8;

/// How much of that depth one nested object uses, so that constants are found two objects deep.
const NESTING: usize = 4;

/// The maximum number of nested objects that are searched for constants.
const MOST_NESTED: usize = 500;

/// The hints of a type: what its values have in common.
#[derive(Debug, Clone, Default, PartialEq)]
struct Hints<'a> {
    kind: Kind,
    required: Vec<&'a str>,
    named: Vec<&'a str>,
    /// The values of properties that have few, by the names that lead to each.
    fixed: BTreeMap<Vec<&'a str>, Vec<Literal>>,
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

/// Whether some union is read by the structure of its values.
pub fn has_choices(context: &Context<'_>) -> bool {
    context.api.types.iter().any(|def| match &def.shape {
        Shape::Union(union) => {
            matches!(union.tag, Tag::Looks)
                || by_tag(union).iter().any(|(variants, _)| variants.len() > 1)
                || not_objects(context, union).len() > 1
        }
        Shape::Struct(_) | Shape::Tuple(_) | Shape::Enum(_) | Shape::Alias(_) => false,
    })
}

/// The discriminator values of a union, by the variants that they select, in document order.
pub fn by_tag(union: &Union) -> Vec<(Vec<usize>, Vec<&str>)> {
    let mut variants: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut order: Vec<&str> = Vec::new();
    for (index, variant) in union.variants.iter().enumerate() {
        for tag in &variant.tags {
            let known = variants.entry(tag).or_default();
            if known.is_empty() {
                order.push(tag);
            }
            known.push(index);
        }
    }
    let mut groups: Vec<(Vec<usize>, Vec<&str>)> = Vec::new();
    for tag in order {
        match groups.iter_mut().find(|(group, _)| *group == variants[tag]) {
            Some((_, tags)) => tags.push(tag),
            None => groups.push((variants[tag].clone(), vec![tag])),
        }
    }
    groups
}

/// The variants of a union with a discriminator whose values are not objects.
pub fn not_objects(context: &Context<'_>, union: &Union) -> Vec<usize> {
    let is_other = |index: &usize| {
        let variant = &union.variants[*index];
        let mut hinter = Hinter::new(context);
        variant.tags.is_empty() && !matches!(hinter.hint(&variant.ty, 0).kind, Kind::Object | Kind::Anything)
    };
    (0..union.variants.len()).filter(is_other).collect()
}

/// The expression that reads some of the variants of the union by their structure.
pub fn reading(context: &Context<'_>, union: &Union, members: &[Ident], variants: &[usize]) -> TokenStream {
    if let (Tag::Property { .. }, [only]) = (&union.tag, variants) {
        let member = &members[*only];
        return quote!(rt::Decode::decode(value).map(Self::#member));
    }
    let mut candidates: Vec<(Kind, TokenStream)> = hints(context, union, variants)
        .iter()
        .zip(variants.iter().map(|index| &members[*index]))
        .map(|(hint, member)| {
            (hint.kind, candidate(hint, &quote!(|value| rt::Decode::decode(value).map(Self::#member))))
        })
        .collect();
    candidates.sort_by_key(|(kind, _)| *kind);
    let candidates = candidates.into_iter().map(|(_, candidate)| candidate);
    quote!(value.one_of(&[#(#candidates),*]))
}

/// The hints of some variants. An object needs none if it is the only object.
fn hints<'a>(context: &Context<'a>, union: &'a Union, variants: &[usize]) -> Vec<Hints<'a>> {
    let mut hints: Vec<Hints<'a>> =
        variants.iter().map(|index| Hinter::new(context).hint(&union.variants[*index].ty, 0)).collect();
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
    keep_distinguishing(&mut hints);
    hints
}

/// Removes the values of nested properties that are the same in all variants that have them.
fn keep_distinguishing(hints: &mut [Hints<'_>]) {
    let mut differing: BTreeSet<Vec<&str>> = BTreeSet::new();
    let mut known: BTreeMap<Vec<&str>, &Vec<Literal>> = BTreeMap::new();
    for (path, values) in hints.iter().flat_map(|hint| &hint.fixed) {
        if *known.entry(path.clone()).or_insert(values) != values {
            differing.insert(path.clone());
        }
    }
    for hint in hints {
        hint.fixed.retain(|path, _| path.len() == 1 || differing.contains(path));
    }
}

fn candidate(hint: &Hints<'_>, reading: &TokenStream) -> TokenStream {
    let list = |method: TokenStream, names: &[&str]| (!names.is_empty()).then(|| quote!(.#method(&[#(#names),*])));
    let required = list(quote!(required), &hint.required);
    let named = list(quote!(named), &hint.named);
    let texts = list(quote!(texts), &hint.texts);
    let rows = hint.fixed.iter().map(|(path, values)| {
        let values = values.iter().filter_map(fixed);
        quote!((&[#(#path),*], &[#(#values),*]))
    });
    let fixed = (!hint.fixed.is_empty()).then(|| quote!(.fixed(&[#(#rows),*])));
    let keeps = match (hint.kind, hint.keeps_others) {
        (Kind::Anything, _) => Some(quote!(.anything())),
        (Kind::Object, true) => Some(quote!(.keeps_others())),
        (Kind::Narrow | Kind::Open | Kind::Wide | Kind::Object, _) => None,
    };
    quote!(rt::json_choice::Candidate::new(#reading) #required #named #fixed #texts #keeps)
}

fn fixed(literal: &Literal) -> Option<TokenStream> {
    match literal {
        Literal::Text(text) => Some(quote!(rt::json_choice::Fixed::Text(#text))),
        Literal::Integer(number) => {
            let number = proc_macro2::Literal::i64_unsuffixed(*number);
            Some(quote!(rt::json_choice::Fixed::Integer(#number)))
        }
        Literal::Bool(value) => Some(quote!(rt::json_choice::Fixed::Bool(#value))),
        Literal::Null | Literal::Unsigned(_) | Literal::Number(_) | Literal::List(_) | Literal::Object(_) => None,
    }
}

/// Collects the hints of a type.
struct Hinter<'c, 'a> {
    context: &'c Context<'a>,
    /// How many nested properties are still visited.
    budget: usize,
}

impl<'c, 'a> Hinter<'c, 'a> {
    fn new(context: &'c Context<'a>) -> Self {
        Self { context, budget: MOST_NESTED }
    }

    fn hint(&mut self, ty: &TypeRef, depth: usize) -> Hints<'a> {
        let of_kind = |kind| Hints { kind, ..Hints::default() };
        match ty {
            TypeRef::Scalar(scalar) => of_kind(kind(*scalar)),
            TypeRef::List(_) => of_kind(Kind::Narrow),
            TypeRef::Map(_) => Hints { kind: Kind::Object, keeps_others: true, ..Hints::default() },
            TypeRef::Nullable(inner) => self.hint(inner, depth),
            TypeRef::Named(id) | TypeRef::Boxed(id) => {
                let def = self.context.api.type_def(*id);
                match &def.shape {
                    Shape::Struct(shape) => self.structure(def, shape, depth),
                    Shape::Enum(values) => set(self.context, def, values),
                    Shape::Tuple(_) => of_kind(Kind::Narrow),
                    Shape::Alias(_) | Shape::Union(_) if depth >= MAX_DEPTH => of_kind(Kind::Anything),
                    Shape::Alias(target) => self.hint(target, depth + 1),
                    Shape::Union(union) => self.choice(union, depth + 1),
                }
            }
        }
    }

    fn structure(&mut self, def: &TypeDef, shape: &'a Struct, depth: usize) -> Hints<'a> {
        let context = self.context;
        let expected = shape.fields.iter().filter(|field| is_expected(context, def.usage, field));
        Hints {
            kind: Kind::Object,
            required: expected.map(|field| field.wire.as_str()).collect(),
            named: shape.fields.iter().map(|field| field.wire.as_str()).collect(),
            fixed: shape.fields.iter().flat_map(|field| self.fixed(field, depth)).collect(),
            texts: Vec::new(),
            keeps_others: shape.additional.is_some(),
        }
    }

    /// The values of a property, or of the properties of its value.
    fn fixed(&mut self, field: &'a Field, depth: usize) -> Vec<(Vec<&'a str>, Vec<Literal>)> {
        let name = field.wire.as_str();
        if let Some(values) = constants(self.context, field) {
            return vec![(vec![name], values)];
        }
        let is_object = match self.context.resolved(&field.ty) {
            TypeRef::Named(id) | TypeRef::Boxed(id) => {
                matches!(self.context.api.type_def(*id).shape, Shape::Struct(_) | Shape::Union(_))
            }
            TypeRef::Scalar(_) | TypeRef::List(_) | TypeRef::Map(_) | TypeRef::Nullable(_) => false,
        };
        if !is_object || self.budget == 0 || depth + NESTING > MAX_DEPTH {
            return Vec::new();
        }
        self.budget -= 1;
        let inner = self.hint(&field.ty, depth + NESTING).fixed;
        inner.into_iter().map(|(path, values)| ([vec![name], path].concat(), values)).collect()
    }

    /// The hints that all variants have in common.
    fn choice(&mut self, union: &'a Union, depth: usize) -> Hints<'a> {
        let hints = union.variants.iter().map(|variant| self.hint(&variant.ty, depth));
        let mut common = hints.reduce(joined).unwrap_or_default();
        if let Tag::Property { name, absent: None } = &union.tag {
            if !common.required.contains(&name.as_str()) {
                common.required.push(name);
            }
            let tags = union.variants.iter().flat_map(|variant| &variant.tags);
            // A tag is the text of a string or of an integer.
            let literals = |tag: &String| {
                std::iter::once(Literal::Text(tag.clone())).chain(tag.parse().ok().map(Literal::Integer))
            };
            let tags: Vec<Literal> = tags.flat_map(literals).collect();
            if tags.len() <= MOST_FIXED {
                common.fixed.insert(vec![name], tags);
            }
        }
        common
    }
}

fn kind(scalar: Scalar) -> Kind {
    match scalar {
        Scalar::Any => Kind::Anything,
        Scalar::Bool | Scalar::Int32 | Scalar::Int64 | Scalar::UInt32 | Scalar::UInt64 => Kind::Narrow,
        Scalar::DateTime | Scalar::Date | Scalar::Uuid => Kind::Narrow,
        Scalar::Mapped(Mapped { base: MappedBase::Text | MappedBase::Number, .. }) => Kind::Narrow,
        Scalar::Mapped(Mapped { base: MappedBase::Any, .. }) => Kind::Anything,
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
