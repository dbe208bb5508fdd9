//! Named types with their codec: structs, tuples, unions and aliases. Enums are in `enums`.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::derives::Derives;
use super::docs;
use super::fields::FieldPlan;
use super::multipart::Multipart;
use super::presence::{Presence, Way};
use super::types::{Standing, owned};
use super::{Context, Side, codec, enums};
use crate::model::operation::Content;
use crate::model::schema::{Enum, Scalar, Shape, Struct, Tag, Tuple, TypeDef, TypeId, TypeRef, Union};
use crate::options::TypeOptions;

/// The maximum number of arguments of a constructor (`clippy::too_many_arguments`).
const MOST_ARGUMENTS: usize = 7;

/// Checks the traits that the user adds to types.
///
/// # Errors
///
/// If a type cannot derive one.
pub fn check_derives(context: &Context<'_>, options: &TypeOptions) -> Result<(), String> {
    Derives::of(context, &multipart_types(context)).check(context, options)
}

/// The items of `types.rs`: the types in the order of the model, then the other names.
#[derive(Debug)]
pub struct Items<'c> {
    context: &'c Context<'c>,
    forms: BTreeSet<TypeId>,
    derives: Derives<'c>,
    types: Vec<TypeId>,
    names: Vec<TypeId>,
}

impl<'c> Items<'c> {
    /// All items.
    pub fn of(context: &'c Context<'c>) -> Self {
        let forms = multipart_types(context);
        let derives = Derives::of(context, &forms);
        let (names, types) =
            (0..context.api.types.len()).map(TypeId).partition(|id| context.api.type_def(*id).is_other_name());
        Self { context, forms, derives, types, names }
    }

    /// How many there are; the other names are one.
    pub fn count(&self) -> usize {
        self.types.len() + 1
    }

    /// The item at this index.
    pub fn item(&self, at: usize) -> TokenStream {
        match self.types.get(at) {
            Some(id) => {
                let gates = self.context.gates;
                gates.items(gates.ty(*id), item(self.context, *id, self.forms.contains(id), &self.derives))
            }
            None => other_names(self.context, &self.names),
        }
    }
}

/// The names of the places of schemas that share a type, together.
fn other_names(context: &Context<'_>, ids: &[TypeId]) -> TokenStream {
    let alias = |id: &TypeId| {
        let def = context.api.type_def(*id);
        let Shape::Alias(target) = &def.shape else { return None };
        let (doc, ident) = (docs::of_place(def), context.names.ty(*id).ident.token());
        let (gate, ty) = (context.gates.attribute(context.gates.ty(*id)), owned(context, target, Standing::Types));
        Some(quote!(#doc #gate pub type #ident = #ty;))
    };
    ids.iter().filter_map(alias).collect()
}

/// The types of multipart bodies. They are written part by part, not as JSON.
pub fn multipart_types(context: &Context<'_>) -> BTreeSet<TypeId> {
    let contents = context.api.operations.iter().flat_map(|operation| operation.contents());
    contents.filter_map(|content| if let Content::Multipart(id) = content { Some(*id) } else { None }).collect()
}

/// Whether a part of a multipart body has header fields.
pub fn has_part_headers(context: &Context<'_>) -> bool {
    let bodies = context.api.operations.iter().filter_map(|operation| operation.body.as_ref());
    bodies.flat_map(|body| body.forms.iter()).any(|form| form.part_headers().next().is_some())
}

/// Whether a type uses `json_object!`.
pub fn has_objects(context: &Context<'_>) -> bool {
    let forms = multipart_types(context);
    context.api.types.iter().enumerate().any(|(at, def)| match &def.shape {
        Shape::Struct(_) => !forms.contains(&TypeId(at)),
        Shape::Tuple(_) | Shape::Enum(_) | Shape::Union(_) | Shape::Alias(_) => false,
    })
}

/// Whether a type uses `json_tuple!`.
pub fn has_tuples(context: &Context<'_>) -> bool {
    context.api.types.iter().any(|def| matches!(def.shape, Shape::Tuple(_)))
}

/// Whether a type uses `json_text!`.
pub fn has_texts(context: &Context<'_>) -> bool {
    context.api.types.iter().any(|def| matches!(def.shape, Shape::Enum(Enum::Text(_))))
}

/// The types that implement serde's traits.
pub fn serde_types(context: &Context<'_>) -> Vec<TypeId> {
    let forms = multipart_types(context);
    let is_plain =
        |at: &usize| !matches!(context.api.types[*at].shape, Shape::Alias(_)) && !forms.contains(&TypeId(*at));
    (0..context.api.types.len()).filter(is_plain).map(TypeId).collect()
}

fn item(context: &Context<'_>, id: TypeId, is_multipart: bool, derives: &Derives<'_>) -> TokenStream {
    let def = context.api.type_def(id);
    match &def.shape {
        Shape::Struct(shape) => structure(context, (id, def), shape, is_multipart, derives),
        Shape::Tuple(shape) => tuple(context, id, shape, derives),
        Shape::Enum(shape) => enums::item(context, (id, def), shape, derives),
        Shape::Union(shape) => union(context, id, shape, derives),
        Shape::Alias(target) => alias(context, id, def, target),
    }
}

fn structure(
    context: &Context<'_>,
    (id, def): (TypeId, &TypeDef),
    shape: &Struct,
    is_multipart: bool,
    derives: &Derives<'_>,
) -> TokenStream {
    let names = context.names.ty(id);
    let ident = names.ident.token();
    let mut plans = FieldPlan::all(context, id, &shape.fields, &names.members);
    let multipart = is_multipart.then(|| Multipart::of(context, id));
    multipart.iter().for_each(|multipart| multipart.settle(&mut plans));
    let fields = plans.iter().map(|plan| field(context, def, plan));
    let rest = shape.additional.as_ref().map(|ty| {
        let name = names.additional.token();
        let ty = owned(context, ty, Standing::Types);
        quote!(#[doc = " Properties that are not listed in the specification."] pub #name: std::collections::BTreeMap<String, #ty>,)
    });
    let has_default = !plans.iter().any(FieldPlan::is_needed) && !has_own_default(&plans);
    let doc = docs::of_type(def);
    let constructor = constructor(context, def, shape, &ident, &plans, &names.additional);
    let additional = shape.additional.is_some().then(|| names.additional.token());
    let debug = debug(context, shape, &ident, &plans, additional.as_ref());
    let codec = match multipart {
        Some(multipart) => {
            let codec = multipart.codec(&ident, &plans, additional.as_ref());
            derives.eq_impl(id, &ident).into_iter().chain([codec]).collect()
        }
        None => codec::structure(context, (&ident, derives.is_eq(id)), &plans, additional),
    };
    let own = [(debug.is_none(), "Debug"), (true, "Clone"), (has_default, "Default")];
    let own: Vec<&str> = own.into_iter().filter_map(|(is_derived, name)| is_derived.then_some(name)).collect();
    let derives = derives.attribute(context, id, &own);
    quote! {
        #doc
        #derives
        pub struct #ident { #(#fields)* #rest }
        #debug
        #constructor
        #codec
    }
}

/// An implementation of `Debug` that hides secrets; `None` if the types of all secrets hide them.
fn debug(
    context: &Context<'_>,
    shape: &Struct,
    ident: &proc_macro2::Ident,
    plans: &[FieldPlan<'_>],
    additional: Option<&proc_macro2::Ident>,
) -> Option<TokenStream> {
    let is_hidden = |is_secret: bool, ty: &TypeRef| is_secret && !hides_itself(context, ty);
    let fields = plans.iter().map(|plan| (&plan.ident, is_hidden(plan.field.is_secret, &plan.field.ty)));
    let rest = shape.additional.as_ref().map(|ty| is_hidden(shape.is_additional_secret, ty));
    let fields: Vec<(&proc_macro2::Ident, bool)> = fields.chain(additional.zip(rest)).collect();
    if !fields.iter().any(|(_, is_hidden)| *is_hidden) {
        return None;
    }
    let bare = |name: &proc_macro2::Ident| name.to_string().trim_start_matches("r#").to_owned();
    let (name, lines) = (
        bare(ident),
        fields.iter().map(|(field, is_hidden)| {
            let name = bare(field);
            if *is_hidden { quote!(.field(#name, &format_args!("…"))) } else { quote!(.field(#name, &self.#field)) }
        }),
    );
    Some(quote! {
        #[doc = " Omits secret values: `writeOnly` and `format: password`."]
        impl std::fmt::Debug for #ident {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(#name) #(#lines)* .finish()
            }
        }
    })
}

/// Whether `Debug` of this type hides its values. It may show their number.
fn hides_itself(context: &Context<'_>, ty: &TypeRef) -> bool {
    match context.resolved(ty) {
        TypeRef::Scalar(scalar) => *scalar == Scalar::Password,
        TypeRef::List(inner) | TypeRef::Nullable(inner) => hides_itself(context, inner),
        // The keys of a map may be secrets as well.
        TypeRef::Map(_) | TypeRef::Named(_) | TypeRef::Boxed(_) => false,
    }
}

fn has_own_default(plans: &[FieldPlan<'_>]) -> bool {
    plans.iter().any(|plan| matches!(plan.presence, Presence::Defaulted(_)))
}

fn field(context: &Context<'_>, def: &TypeDef, plan: &FieldPlan<'_>) -> TokenStream {
    let fixed = [plan.way_note(context.side), plan.null_note(context, def.usage)];
    let mut notes: Vec<String> = fixed.into_iter().flatten().map(str::to_owned).collect();
    if plan.field.is_deprecated {
        notes.push("**Deprecated.**".to_owned());
    }
    if let Some(default) = &plan.field.default {
        notes.push(format!("Default: {}.", docs::code_span(&default.to_string())));
    }
    let doc =
        if notes.is_empty() { docs::doc(&plan.field.doc) } else { docs::doc_and(&plan.field.doc, &notes.join(" ")) };
    let ident = &plan.ident;
    let ty = plan.ty();
    quote!(#doc pub #ident: #ty,)
}

/// `new` with the required fields, if this side writes the type and some fields are optional.
fn constructor(
    context: &Context<'_>,
    def: &TypeDef,
    shape: &Struct,
    ident: &proc_macro2::Ident,
    plans: &[FieldPlan<'_>],
    additional: &crate::names::Ident,
) -> Option<TokenStream> {
    let needed: Vec<&FieldPlan<'_>> = plans.iter().filter(|plan| plan.is_needed()).collect();
    let can_leave_out = needed.len() < plans.len() || shape.additional.is_some();
    if !context.writes(def.usage) || !can_leave_out || needed.is_empty() || needed.len() > MOST_ARGUMENTS {
        return None;
    }
    let arguments = needed.iter().map(|plan| {
        let (name, ty) = (&plan.ident, &plan.inner);
        quote!(#name: #ty)
    });
    let values = plans.iter().map(|plan| {
        let name = &plan.ident;
        match &plan.presence {
            Presence::Required => quote!(#name,),
            Presence::OneWay(Way::Sent { is_required: true }) => quote!(#name: Some(#name),),
            Presence::Optional | Presence::OptionalNullable | Presence::OneWay(_) => quote!(#name: None,),
            Presence::Defaulted(value) => quote!(#name: #value,),
        }
    });
    let rest = shape.additional.as_ref().map(|_| {
        let name = additional.token();
        quote!(#name: std::collections::BTreeMap::new(),)
    });
    Some(quote! {
        impl #ident {
            #[doc = " Creates a value with the required fields."]
            pub fn new(#(#arguments),*) -> Self {
                Self { #(#values)* #rest }
            }
        }
    })
}

fn tuple(context: &Context<'_>, id: TypeId, shape: &Tuple, derives: &Derives<'_>) -> TokenStream {
    let ident = context.names.ty(id).ident.token();
    let doc = docs::of_type(context.api.type_def(id));
    let places = shape.places.iter().enumerate().map(|(at, ty)| {
        let ty = owned(context, ty, Standing::Types);
        if at < shape.needed { quote!(pub #ty) } else { quote!(pub Option<#ty>) }
    });
    let rest = shape.rest.iter().map(|ty| {
        let ty = owned(context, ty, Standing::Types);
        quote!(pub Vec<#ty>)
    });
    let members = places.chain(rest);
    let own: &[&str] = if shape.needed == 0 { &["Debug", "Clone", "Default"] } else { &["Debug", "Clone"] };
    let eq = derives.eq_impl(id, &ident);
    let derives = derives.attribute(context, id, own);
    let codec = codec::tuple(&ident, shape);
    quote! {
        #doc
        #derives
        pub struct #ident(#(#members),*);
        #eq
        #codec
    }
}

fn union(context: &Context<'_>, id: TypeId, shape: &Union, derives: &Derives<'_>) -> TokenStream {
    let names = context.names.ty(id);
    let ident = names.ident.token();
    let doc = docs::of_type(context.api.type_def(id));
    let variants: Vec<_> = shape
        .variants
        .iter()
        .zip(&names.members)
        .map(|(variant, member)| {
            let member = member.token();
            let ty = owned(context, &variant.ty, Standing::Types);
            quote!(#member(#ty))
        })
        .collect();
    // A variant that was added later must not prevent a client from reading the rest of a response.
    let is_open = context.side == Side::Client && matches!(shape.tag, Tag::Property { .. });
    let unknown = is_open.then(|| {
        quote!(
            #[doc = " A variant that is not listed in the specification, as received."]
            Unknown(rt::serde_json::Value),
        )
    });
    let eq = derives.eq_impl(id, &ident);
    let derives = derives.attribute(context, id, &["Debug", "Clone"]);
    let codec = codec::union(context, &ident, shape, &names.members, is_open);
    quote! {
        #doc
        #derives
        pub enum #ident { #(#variants,)* #unknown }
        #eq
        #codec
    }
}

fn alias(context: &Context<'_>, id: TypeId, def: &TypeDef, target: &TypeRef) -> TokenStream {
    let ident = context.names.ty(id).ident.token();
    let doc = docs::of_type(def);
    let ty = owned(context, target, Standing::Types);
    quote!(#doc pub type #ident = #ty;)
}
