//! Default values from the document as Rust expressions.

use proc_macro2::TokenStream;
use quote::quote;

use super::Context;
use super::presence::{Presence, Property};
use super::types::{Standing, named};
use crate::model::schema::{Enum, Literal, Scalar, Shape, Struct, TypeId, TypeRef};

/// The expression for a default of this type; `None` if the type has no literals, such as bytes.
pub fn default(context: &Context<'_>, literal: &Literal, ty: &TypeRef, standing: Standing) -> Option<TokenStream> {
    match (context.resolved(ty), literal) {
        (TypeRef::Nullable(_), Literal::Null) => Some(quote!(None)),
        (TypeRef::Nullable(inner), literal) => {
            let value = default(context, literal, inner, standing)?;
            Some(quote!(Some(#value)))
        }
        (TypeRef::Scalar(scalar), literal) => scalar_default(*scalar, literal),
        (TypeRef::List(_), Literal::List(items)) if items.is_empty() => Some(quote!(Vec::new())),
        (TypeRef::List(item), Literal::List(items)) => {
            let items = items.iter().map(|literal| default(context, literal, item, standing));
            let items: Vec<TokenStream> = items.collect::<Option<_>>()?;
            Some(quote!(vec![#(#items),*]))
        }
        (TypeRef::Map(inner), Literal::Object(entries)) => map(context, entries.iter(), inner, standing),
        (TypeRef::Boxed(id), literal) => {
            let value = of_named(context, *id, literal, standing)?;
            Some(quote!(Box::new(#value)))
        }
        (TypeRef::Named(id), literal) => of_named(context, *id, literal, standing),
        (TypeRef::List(_) | TypeRef::Map(_), _) => None,
    }
}

fn map<'l>(
    context: &Context<'_>,
    entries: impl Iterator<Item = &'l (String, Literal)>,
    ty: &TypeRef,
    standing: Standing,
) -> Option<TokenStream> {
    let entry = |(name, literal): &(String, Literal)| {
        let value = default(context, literal, ty, standing)?;
        Some(quote!((#name.to_owned(), #value)))
    };
    let entries: Vec<TokenStream> = entries.map(entry).collect::<Option<_>>()?;
    Some(if entries.is_empty() {
        quote!(std::collections::BTreeMap::new())
    } else {
        quote!(std::collections::BTreeMap::from([#(#entries),*]))
    })
}

fn of_named(context: &Context<'_>, id: TypeId, literal: &Literal, standing: Standing) -> Option<TokenStream> {
    let ty = named(context, id, standing);
    match (&context.api.type_def(id).shape, literal) {
        (Shape::Enum(shape), literal) => {
            let at = match (shape, literal) {
                (Enum::Text(values), Literal::Text(text)) => values.iter().position(|value| value.wire == *text)?,
                (Enum::Integer(values), Literal::Integer(n)) => values.iter().position(|value| value.wire == *n)?,
                (Enum::Text(_) | Enum::Integer(_), _) => return None,
            };
            let variant = context.names.ty(id).members[at].token();
            Some(quote!(#ty::#variant))
        }
        (Shape::Struct(shape), Literal::Object(entries)) => structure(context, id, shape, entries, standing),
        (Shape::Struct(_) | Shape::Tuple(_) | Shape::Union(_) | Shape::Alias(_), _) => None,
    }
}

fn structure(
    context: &Context<'_>,
    id: TypeId,
    shape: &Struct,
    entries: &[(String, Literal)],
    standing: Standing,
) -> Option<TokenStream> {
    let names = context.names.ty(id);
    let properties = Property::all(context, id, &shape.fields, &names.members);
    let mut fields = Vec::with_capacity(properties.len());
    for property in properties {
        let given = entries.iter().find(|(name, _)| *name == property.field.wire);
        let value = match given {
            // A property whose `null` is read as absent.
            Some((_, Literal::Null)) if *property.value != property.field.ty => None,
            Some((_, literal)) => Some(default(context, literal, property.value, standing)?),
            None => None,
        };
        let own = |literal| default(context, literal, &property.field.ty, Standing::Types);
        let value = match (property.presence.with_default(own), value) {
            (Presence::Required | Presence::Defaulted(_), Some(value)) => value,
            (Presence::Required, None) => return None,
            (Presence::Defaulted(own), None) => own,
            (Presence::Optional | Presence::OptionalNullable | Presence::OneWay(_), Some(value)) => {
                quote!(Some(#value))
            }
            (Presence::Optional | Presence::OptionalNullable | Presence::OneWay(_), None) => quote!(None),
        };
        let name = &property.ident;
        fields.push(quote!(#name: #value));
    }
    if let Some(ty) = &shape.additional {
        let is_other = |entry: &&(String, Literal)| shape.fields.iter().all(|field| field.wire != entry.0);
        let name = names.additional.token();
        let value = map(context, entries.iter().filter(is_other), ty, standing)?;
        fields.push(quote!(#name: #value));
    }
    let ty = named(context, id, standing);
    Some(quote!(#ty { #(#fields),* }))
}

fn scalar_default(scalar: Scalar, literal: &Literal) -> Option<TokenStream> {
    Some(match (scalar, literal) {
        (Scalar::Any, literal) => any(literal),
        (Scalar::Bool, Literal::Bool(value)) => quote!(#value),
        (Scalar::Text, Literal::Text(text)) => quote!(#text.to_owned()),
        (Scalar::Password, Literal::Text(text)) => quote!(rt::password::Password::from(#text)),
        // Lowering has checked these strings, so the fallback is never used.
        (Scalar::DateTime, Literal::Text(text)) => {
            quote!(rt::chrono::DateTime::parse_from_rfc3339(#text).unwrap_or_default())
        }
        (Scalar::Date, Literal::Text(text)) => quote!(#text.parse::<rt::chrono::NaiveDate>().unwrap_or_default()),
        (Scalar::Uuid, Literal::Text(text)) => quote!(rt::uuid::Uuid::parse_str(#text).unwrap_or_default()),
        (Scalar::Int64, Literal::Integer(n)) => quote!(#n),
        (Scalar::Int32, Literal::Integer(n)) => {
            let n = i32::try_from(*n).ok()?;
            quote!(#n)
        }
        (Scalar::UInt32, Literal::Integer(n)) => {
            let n = u32::try_from(*n).ok()?;
            quote!(#n)
        }
        (Scalar::UInt64, Literal::Integer(n)) => {
            let n = u64::try_from(*n).ok()?;
            quote!(#n)
        }
        (Scalar::UInt64, Literal::Unsigned(n)) => quote!(#n),
        (Scalar::Float64, Literal::Number(n)) => quote!(#n),
        #[allow(clippy::cast_possible_truncation)] // the field is an f32: this is its nearest value
        (Scalar::Float32, Literal::Number(n)) => {
            let n = *n as f32;
            quote!(#n)
        }
        #[allow(clippy::cast_precision_loss)] // a default written as an integer for a field that is a float
        (Scalar::Float64, Literal::Integer(n)) => {
            let n = *n as f64;
            quote!(#n)
        }
        #[allow(clippy::cast_precision_loss)]
        (Scalar::Float32, Literal::Integer(n)) => {
            let n = *n as f32;
            quote!(#n)
        }
        _ => return None,
    })
}

fn any(literal: &Literal) -> TokenStream {
    match literal {
        Literal::Null => quote!(rt::serde_json::Value::Null),
        Literal::Bool(value) => quote!(rt::serde_json::Value::from(#value)),
        Literal::Integer(value) => quote!(rt::serde_json::Value::from(#value)),
        Literal::Unsigned(value) => quote!(rt::serde_json::Value::from(#value)),
        Literal::Number(value) => quote!(rt::serde_json::Value::from(#value)),
        Literal::Text(value) => quote!(rt::serde_json::Value::from(#value)),
        Literal::List(items) if items.is_empty() => quote!(rt::serde_json::Value::Array(Vec::new())),
        Literal::List(items) => {
            let items = items.iter().map(any);
            quote!(rt::serde_json::Value::Array(vec![#(#items),*]))
        }
        Literal::Object(entries) if entries.is_empty() => {
            quote!(rt::serde_json::Value::Object(rt::serde_json::Map::new()))
        }
        Literal::Object(entries) => {
            let entries = entries.iter().map(|(name, value)| {
                let value = any(value);
                quote!((#name.to_owned(), #value))
            });
            quote!([#(#entries),*].into_iter().collect::<rt::serde_json::Value>())
        }
    }
}
