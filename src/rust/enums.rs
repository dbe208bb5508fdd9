//! Enums of strings and integers. An enum that a client reads is open: it keeps unknown values. All others are closed.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::derives::Derives;
use super::{Context, Side, docs};
use crate::model::schema::{Doc, Enum, EnumValue, TypeDef, TypeId};

/// The enum with its conversions and its codec.
pub fn item(context: &Context<'_>, (id, def): (TypeId, &TypeDef), shape: &Enum, derives: &Derives<'_>) -> TokenStream {
    let names = context.names.ty(id);
    let is_open = context.side == Side::Client && context.reads(def.usage);
    let is_copy = !is_open || matches!(shape, Enum::Integer(_));
    let plan = Plan {
        doc: docs::of_type(def),
        derives: derives.attribute(
            context,
            id,
            if is_copy { &["Debug", "Clone", "Copy"] } else { &["Debug", "Clone"] },
        ),
        ident: names.ident.token(),
        members: names.members.iter().map(crate::names::Ident::token).collect(),
        is_open,
    };
    match shape {
        Enum::Text(values) => text(&plan, values),
        Enum::Integer(values) => integer(&plan, values),
    }
}

struct Plan {
    doc: TokenStream,
    derives: TokenStream,
    ident: Ident,
    members: Vec<Ident>,
    is_open: bool,
}

fn text(plan: &Plan, values: &[EnumValue<String>]) -> TokenStream {
    let Plan { doc, derives, ident, members, is_open } = plan;
    let wires: Vec<&str> = values.iter().map(|value| value.wire.as_str()).collect();
    let docs = values.iter().zip(members).map(|(value, member)| {
        value_doc(value.description.as_ref(), (!shows(member, &value.wire)).then_some(&value.wire))
    });
    let unknown = is_open.then(|| {
        quote!(
            #[doc = " A value that is not listed in the specification."]
            Unknown(String),
        )
    });
    let how = if *is_open { quote!(open) } else { quote!(closed) };
    quote! {
        #doc
        #derives
        pub enum #ident { #(#docs #members,)* #unknown }
        rt::json_text::json_text! { #how #ident; #(#members #wires,)* }
    }
}

fn integer(plan: &Plan, values: &[EnumValue<i64>]) -> TokenStream {
    let Plan { doc, derives, ident, members, is_open } = plan;
    let wires: Vec<Literal> = values.iter().map(|value| Literal::i64_unsuffixed(value.wire)).collect();
    let texts: Vec<String> = wires.iter().map(ToString::to_string).collect();
    let docs = values
        .iter()
        .zip(&texts)
        .map(|(value, text)| value_doc(value.description.as_ref(), value.pinned.is_some().then_some(text)));
    let unknown = is_open.then(|| {
        quote!(
            #[doc = " A value that is not listed in the specification."]
            Unknown(i64),
        )
    });
    let other_wire = is_open.then(|| quote!(Self::Unknown(other) => other,));
    let conversion = if *is_open {
        quote! {
            impl std::convert::From<i64> for #ident {
                fn from(value: i64) -> Self {
                    match value { #(#wires => Self::#members,)* other => Self::Unknown(other) }
                }
            }
            impl rt::Decode for #ident {
                fn decode(value: rt::Node<'_>) -> Result<Self, rt::DecodeError> {
                    <i64 as rt::Decode>::decode(value).map(<Self as std::convert::From<i64>>::from)
                }
            }
        }
    } else {
        quote! {
            impl std::convert::TryFrom<i64> for #ident {
                type Error = rt::DecodeError;
                fn try_from(value: i64) -> Result<Self, rt::DecodeError> {
                    match value {
                        #(#wires => Ok(Self::#members),)*
                        other => Err(rt::DecodeError::unknown_value(&other.to_string(), &[#(#texts),*])),
                    }
                }
            }
            impl rt::Decode for #ident {
                fn decode(value: rt::Node<'_>) -> Result<Self, rt::DecodeError> {
                    <i64 as rt::Decode>::decode(value).and_then(<Self as std::convert::TryFrom<i64>>::try_from)
                }
            }
        }
    };
    quote! {
        #doc
        #derives
        pub enum #ident { #(#docs #members,)* #unknown }
        impl #ident {
            #[doc = " The integer in JSON."]
            pub fn as_i64(self) -> i64 {
                match self { #(Self::#members => #wires,)* #other_wire }
            }
        }
        #conversion
        impl std::fmt::Display for #ident {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.as_i64(), f)
            }
        }
        impl rt::Encode for #ident {
            fn scalar(&self) -> Option<rt::json::Scalar<'_>> {
                Some(rt::json::Scalar::Integer(self.as_i64()))
            }
        }
    }
}

/// The documentation of a variant: its description, and its value on the wire unless the name shows it.
fn value_doc(description: Option<&String>, wire: Option<&String>) -> TokenStream {
    let doc = Doc { summary: None, description: description.cloned() };
    match wire {
        Some(wire) => docs::doc_and(&doc, &docs::code_span(wire)),
        None => docs::doc(&doc),
    }
}

/// Whether the name of a variant shows its value.
fn shows(member: &Ident, wire: &str) -> bool {
    let bare = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    wire.is_ascii() && bare(wire) == bare(&member.to_string())
}
