//! The parts of a multipart body, which a client writes and a server reads.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::fields::FieldPlan;
use super::presence::Presence;
use super::types::{Standing, owned};
use super::{Context, Side, operations};
use crate::model::operation::{Content, PartHeaders, Representation};
use crate::model::schema::{MappedBase, Scalar, Shape, TypeId, TypeRef};

/// A multipart body and its form in the request.
pub struct Multipart<'a> {
    context: &'a Context<'a>,
    form: Option<&'a Representation>,
}

/// The content of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    File,
    Files,
    Value,
    /// One part for each item of a list. Each has separate header fields.
    Values,
}

impl<'a> Multipart<'a> {
    /// The multipart body with this type.
    pub fn of(context: &'a Context<'a>, id: TypeId) -> Self {
        let bodies = context.api.operations.iter().filter_map(|operation| operation.body.as_ref());
        let form = bodies.flat_map(|body| body.forms.iter()).find(|form| form.content == Content::Multipart(id));
        Self { context, form }
    }

    /// Sets the types of files and of parts with header fields. A nullable part is optional, and a default has no header
    /// fields.
    pub fn settle(&self, plans: &mut [FieldPlan<'_>]) {
        for plan in plans {
            let kind = self.part(plan);
            let own = owned(self.context, self.item(plan), Standing::Types);
            let one = match (self.headers(plan), kind) {
                (Some(headers), _) => {
                    let headers = self.context.names.ty(headers.ty).ident.token();
                    quote!(rt::part::Part<#own, #headers>)
                }
                (None, Part::File | Part::Files) => own,
                (None, Part::Value | Part::Values) => continue,
            };
            plan.inner = match kind {
                Part::File | Part::Value => one,
                Part::Files | Part::Values => quote!(Vec<#one>),
            };
            plan.presence = if is_there(plan) { Presence::Required } else { Presence::Optional };
        }
    }

    /// `ToMultipart` (client) or `FromMultipart` (server).
    pub fn codec(&self, ident: &Ident, plans: &[FieldPlan<'_>], additional: Option<&Ident>) -> TokenStream {
        let (names, types): (Vec<&str>, Vec<&str>) =
            self.form.into_iter().flat_map(Representation::part_media_types).unzip();
        let form = if plans.is_empty() && additional.is_none() { quote!(_form) } else { quote!(form) };
        match self.context.side {
            Side::Client => {
                let writes = plans.iter().map(|plan| self.write(plan));
                let rest = additional.map(|name| quote!(form.rest(&self.#name);));
                quote! {
                    impl rt::multipart_write::ToMultipart for #ident {
                        fn parts(&self, #form: &mut rt::multipart_write::Multipart) {
                            #(form.media_types(#names, #types);)*
                            #(#writes)*
                            #rest
                        }
                    }
                }
            }
            Side::Server => {
                let files = constant("FILES", plans, |plan| matches!(self.part(plan), Part::File | Part::Files));
                let objects =
                    constant("OBJECTS", plans, |plan| self.part(plan) != Part::File && self.is_object(self.item(plan)));
                let is_list = |plan: &FieldPlan<'_>| self.listed(not_null(&plan.field.ty)).is_some();
                let lists = constant("LISTS", plans, is_list);
                let required_lists = constant("REQUIRED_LISTS", plans, |plan| is_there(plan) && is_list(plan));
                let reads = plans.iter().map(|plan| {
                    let (name, value) = (&plan.ident, self.read(plan));
                    quote!(#name: #value,)
                });
                let known = plans.iter().map(|plan| &plan.field.wire);
                let rest = additional.map(|name| quote!(#name: form.rest(&[#(#known),*])?,));
                quote! {
                    impl rt::multipart_read::FromMultipart for #ident {
                        #files
                        #objects
                        #lists
                        #required_lists

                        fn from_parts(#form: &rt::multipart_read::Parts) -> Result<Self, rt::DecodeError> {
                            #(form.expect(#names, #types)?;)*
                            Ok(Self { #(#reads)* #rest })
                        }
                    }
                }
            }
        }
    }

    /// The types of the headers of its parts.
    pub fn header_types(&self) -> impl Iterator<Item = TypeId> + use<'a> {
        self.form.into_iter().flat_map(Representation::part_headers).map(|(_, headers)| headers.ty)
    }

    fn headers(&self, plan: &FieldPlan<'_>) -> Option<&'a PartHeaders> {
        let mut all = self.form.into_iter().flat_map(Representation::part_headers);
        all.find(|(name, _)| *name == plan.field.wire).map(|(_, headers)| headers)
    }

    fn part(&self, plan: &FieldPlan<'_>) -> Part {
        let is_file = |ty: &TypeRef| *ty == TypeRef::Scalar(Scalar::File);
        match &plan.field.ty {
            ty if is_file(ty) => Part::File,
            TypeRef::Nullable(inner) if is_file(inner) => Part::File,
            TypeRef::List(item) if is_file(item) => Part::Files,
            ty if self.headers(plan).is_some() && self.listed(ty).is_some() => Part::Values,
            _ => Part::Value,
        }
    }

    /// The type of the items of a list, which is sent as several parts.
    fn listed<'t>(&'t self, ty: &'t TypeRef) -> Option<&'t TypeRef> {
        match self.context.resolved(not_null(ty)) {
            TypeRef::List(item) => Some(item),
            _ => None,
        }
    }

    /// The type of the content of one part.
    fn item<'t>(&'t self, plan: &'t FieldPlan<'_>) -> &'t TypeRef {
        let ty = not_null(&plan.field.ty);
        self.listed(ty).unwrap_or(ty)
    }

    /// Whether the values of this type are JSON objects or arrays.
    fn is_object(&self, ty: &TypeRef) -> bool {
        match self.context.resolved(not_null(ty)) {
            TypeRef::Map(_) | TypeRef::List(_) => true,
            TypeRef::Scalar(Scalar::Mapped(mapped)) => mapped.base == MappedBase::Any,
            TypeRef::Named(id) | TypeRef::Boxed(id) => match &self.context.api.type_def(*id).shape {
                Shape::Struct(_) | Shape::Tuple(_) => true,
                Shape::Union(union) => union.variants.iter().all(|variant| self.is_plain_object(&variant.ty)),
                Shape::Enum(_) | Shape::Alias(_) => false,
            },
            TypeRef::Scalar(_) | TypeRef::Nullable(_) => false,
        }
    }

    fn is_plain_object(&self, ty: &TypeRef) -> bool {
        match self.context.resolved(ty) {
            TypeRef::Map(_) => true,
            TypeRef::Named(id) | TypeRef::Boxed(id) => {
                matches!(self.context.api.type_def(*id).shape, Shape::Struct(_))
            }
            TypeRef::Scalar(_) | TypeRef::List(_) | TypeRef::Nullable(_) => false,
        }
    }

    fn write(&self, plan: &FieldPlan<'_>) -> TokenStream {
        if let Some(headers) = self.headers(plan) {
            return self.write_with(plan, headers);
        }
        let (wire, name) = (&plan.field.wire, &plan.ident);
        match (self.part(plan), is_there(plan)) {
            (Part::File, true) => quote!(form.file(#wire, &self.#name);),
            (Part::File, false) => quote!(form.optional_file(#wire, self.#name.as_ref());),
            (Part::Files, true) => quote!(form.files(#wire, &self.#name);),
            (Part::Files, false) => quote!(form.files(#wire, self.#name.as_deref().unwrap_or_default());),
            (Part::Value | Part::Values, _) => match plan.presence {
                Presence::Required | Presence::Defaulted(_) => quote!(form.field(#wire, &self.#name);),
                Presence::Optional | Presence::OptionalNullable | Presence::OneWay(_) => {
                    quote!(form.optional(#wire, &self.#name);)
                }
            },
        }
    }

    fn write_with(&self, plan: &FieldPlan<'_>, headers: &PartHeaders) -> TokenStream {
        let (wire, name, fields) = (&plan.field.wire, &plan.ident, fields(self.context, headers));
        let kind = self.part(plan);
        let method = match kind {
            Part::File | Part::Files => quote!(file_part),
            Part::Value | Part::Values => quote!(part),
        };
        let is_one = matches!(kind, Part::File | Part::Value);
        match (is_one, is_there(plan)) {
            (true, true) => quote!(form.#method(#wire, &self.#name, &[#(#fields),*]);),
            (false, false) => {
                quote!(self.#name.iter().flatten().for_each(|part| form.#method(#wire, part, &[#(#fields),*]));)
            }
            (true, false) | (false, true) => {
                quote!(self.#name.iter().for_each(|part| form.#method(#wire, part, &[#(#fields),*]));)
            }
        }
    }

    fn read(&self, plan: &FieldPlan<'_>) -> TokenStream {
        let wire = &plan.field.wire;
        let word = match (self.part(plan), self.headers(plan)) {
            (Part::File, None) => "file",
            (Part::Files, None) => "files",
            (Part::Value | Part::Values, None) => return read_value(plan),
            (Part::File, Some(_)) => "file_part",
            (Part::Files, Some(_)) => "file_parts",
            (Part::Value, Some(_)) => "part",
            (Part::Values, Some(_)) => "parts",
        };
        let method = if is_there(plan) { format_ident!("{word}") } else { format_ident!("optional_{word}") };
        let fields = self.headers(plan).map(|headers| {
            let fields = fields(self.context, headers);
            quote!(, &[#(#fields),*])
        });
        quote!(form.#method(#wire #fields)?)
    }
}

/// The constant with the names of these parts; nothing if there are none.
fn constant(name: &str, plans: &[FieldPlan<'_>], is_meant: impl Fn(&FieldPlan<'_>) -> bool) -> Option<TokenStream> {
    let names: Vec<&String> = plans.iter().filter(|plan| is_meant(plan)).map(|plan| &plan.field.wire).collect();
    let name = format_ident!("{name}");
    (!names.is_empty()).then(|| quote!(const #name: &'static [&'static str] = &[#(#names),*];))
}

fn not_null(ty: &TypeRef) -> &TypeRef {
    match ty {
        TypeRef::Nullable(inner) => inner,
        ty => ty,
    }
}

/// The data of the header fields.
fn fields(context: &Context<'_>, headers: &PartHeaders) -> Vec<TokenStream> {
    headers.fields.iter().map(|field| operations::parameter(context, field)).collect()
}

/// Whether the part is always present. A nullable part is not.
fn is_there(plan: &FieldPlan<'_>) -> bool {
    matches!(plan.presence, Presence::Required) && !matches!(plan.field.ty, TypeRef::Nullable(_))
}

fn read_value(plan: &FieldPlan<'_>) -> TokenStream {
    let wire = &plan.field.wire;
    match &plan.presence {
        Presence::Required => quote!(form.required(#wire)?),
        Presence::Optional => quote!(form.optional(#wire)?),
        Presence::OptionalNullable | Presence::OneWay(_) => quote!(form.optional(#wire)?),
        Presence::Defaulted(value) => quote!(form.optional(#wire)?.unwrap_or_else(|| #value)),
    }
}
