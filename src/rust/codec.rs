//! `Decode` and `Encode` for structs, tuples and unions: rows for the macros of the runtime.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::discriminators::is_string;
use super::fields::{FieldPlan, Row, row};
use super::{Context, shape_hints};
use crate::model::schema::{Direction, Shape, Tag, Tuple, TypeRef, Union};

/// Both impls of a struct, and that of `Eq` if it has one. Consecutive properties that are read and written in the same way
/// are listed together.
pub fn structure(
    context: &Context<'_>,
    (ident, is_eq): (&Ident, bool),
    plans: &[FieldPlan<'_>],
    additional: Option<Ident>,
) -> TokenStream {
    let rows: Vec<Row<'_>> = plans.iter().map(|plan| row(context, plan)).collect();
    let runs = rows.chunk_by(|one, other| one.how == other.how && one.is_plain() == other.is_plain());
    let runs = runs.map(|rows| {
        let how = format_ident!("{}", rows[0].how);
        let how = if rows[0].is_required { quote!(#how!) } else { quote!(#how) };
        let fields = rows.iter().map(|row| &row.field);
        if rows[0].is_plain() {
            return quote!(#how(#(#fields),*););
        }
        let entries = rows.iter().map(|Row { field, key, default, .. }| {
            let default = default.map(|value| quote!(= #value));
            quote!(#field #key #default)
        });
        quote!(#how { #(#entries),* };)
    });
    let rest = additional.map(|name| quote!(rest #name;));
    let eq = is_eq.then(|| quote!(: Eq));
    quote!(rt::json_object::json_object! { for #ident #eq; #rest #(#runs)* })
}

/// Both impls of a tuple.
pub fn tuple(ident: &Ident, shape: &Tuple) -> TokenStream {
    let how = |at: usize| if at < shape.needed { quote!(required) } else { quote!(optional) };
    let hows = (0..shape.places.len()).map(how).chain(shape.rest.iter().map(|_| quote!(rest)));
    let lines = hows.enumerate().map(|(at, how)| {
        let place = Literal::usize_unsuffixed(at);
        quote!(#how #place,)
    });
    quote!(rt::json_tuple::json_tuple! { for #ident; #(#lines)* })
}

/// Both impls of a union.
pub fn union(
    context: &Context<'_>,
    ident: &Ident,
    shape: &Union,
    members: &[crate::names::Ident],
    is_open: bool,
) -> TokenStream {
    let members: Vec<Ident> = members.iter().map(crate::names::Ident::token).collect();
    let decode = match &shape.tag {
        Tag::Looks => {
            let rows = shape_hints::rows(context, shape, &members);
            return quote!(rt::json_choice::json_choice! { for #ident; #(#rows);*; });
        }
        Tag::Property { name, absent } => {
            let tagged = Tagged { union: shape, members: &members, property: name, absent: *absent };
            tagged.reading(context, is_open)
        }
    };
    let unknown = is_open.then(|| quote!(Self::Unknown(value) => rt::Encode::encode(value, json),));
    let writes = (0..shape.variants.len()).map(|at| write(context, shape, at));
    quote! {
        impl rt::Decode for #ident {
            fn decode(value: rt::Node<'_>) -> Result<Self, rt::DecodeError> {
                #decode
            }
        }
        impl rt::Encode for #ident {
            fn encode(&self, json: &mut rt::Writer<'_>) {
                match self { #(Self::#members(value) => #writes,)* #unknown }
            }
        }
    }
}

/// The expression that writes a variant. The discriminator always has a value of this variant, even if the type has a
/// field for it with another value.
fn write(context: &Context<'_>, union: &Union, at: usize) -> TokenStream {
    let variant = &union.variants[at];
    let plain = quote!(rt::Encode::encode(value, json));
    let Tag::Property { name, absent } = &union.tag else { return plain };
    let (TypeRef::Named(id) | TypeRef::Boxed(id)) = context.resolved(&variant.ty) else { return plain };
    let Shape::Struct(shape) = &context.api.type_def(*id).shape else { return plain };
    let tags = &variant.tags;
    let Some(tag) = tags.first() else { return plain };
    let field = shape.fields.iter().find(|field| field.wire == *name);
    let has_field = field.is_some() && !context.discriminators.omits(*id, name);
    let can_be_absent = *absent == Some(at);
    match field {
        Some(field) if field.direction != Direction::Both || !is_string(context.api, &field.ty) => plain,
        Some(_) | None if has_field || shape.additional.is_some() => {
            let method = if can_be_absent { quote!(optional_variant) } else { quote!(variant) };
            quote!(json.#method(#name, &[#(#tags),*], value))
        }
        Some(_) | None if can_be_absent => plain,
        Some(_) | None => quote!(json.tagged(#name, #tag, value)),
    }
}

/// A union with a discriminator.
struct Tagged<'a> {
    union: &'a Union,
    members: &'a [Ident],
    property: &'a str,
    absent: Option<usize>,
}

impl Tagged<'_> {
    /// The statements that read the union: values that are not objects by their JSON type, objects by the
    /// discriminator, and those of several variants with one value of it by their structure.
    fn reading(&self, context: &Context<'_>, is_open: bool) -> TokenStream {
        let Self { union, members, property, absent } = self;
        let others = shape_hints::not_objects(context, union);
        let others = (!others.is_empty()).then(|| {
            let reading = shape_hints::reading(context, union, members, &others);
            quote!(if !value.is_object() { return #reading; })
        });
        let without = absent.map(|at| {
            let member = &members[at];
            quote! {
                if !value.object()?.has(#property) {
                    return rt::Decode::decode(value).map(Self::#member);
                }
            }
        });
        let arms = shape_hints::by_tag(union).into_iter().map(|(variants, tags)| {
            let reading = shape_hints::reading(context, union, members, &variants);
            quote!(#(#tags)|* => #reading,)
        });
        let other = if is_open {
            quote!(_ => rt::Decode::decode(value).map(Self::Unknown),)
        } else {
            let all = shape_hints::by_tag(union).into_iter().flat_map(|(_, tags)| tags);
            quote!(other => Err(rt::DecodeError::unknown_value(other, &[#(#all),*])),)
        };
        quote! {
            #others
            #without
            match value.discriminator(#property)?.as_ref() { #(#arms)* #other }
        }
    }
}
