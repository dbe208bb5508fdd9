//! The data of an operation as a constant of the runtime's type `Operation`, the same on both sides.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{Context, Side};
use crate::model::operation::{Parameter, ParameterShape, Representation, Segment};
use crate::model::security::{Access, Requirement};
use crate::tables::{self, Nested, ParameterRow, Place, Style};

/// `rt::Operation { … }` for the operation with this index.
pub fn data(context: &Context<'_>, at: usize) -> TokenStream {
    let operation = &context.api.operations[at];
    let id = &operation.id;
    let method = operation.method.as_str();
    let query = operation.path.query.text();
    let segments = operation.path.segments.iter().map(|segment| match segment {
        Segment::Text(text) => quote!(rt::Segment::Text(#text)),
        Segment::Parameter(index) => {
            let index = proc_macro2::Literal::usize_unsuffixed(*index);
            quote!(rt::Segment::Parameter(#index))
        }
    });
    let parameters = tables::parameters(context.api, operation).enumerate().map(|(index, parameter)| {
        let is_any = context.side == Side::Server && context.api.rules.any_texts.contains(&(at, index));
        let is_made = context.side == Side::Client && context.api.rules.idempotency_keys.contains(&(at, index));
        let (row, any_text) = (row(&parameter), is_any.then(|| quote!(.with_any_text())));
        let made = is_made.then(|| quote!(.made()));
        quote!(#row #any_text #made)
    });
    let access = access(context, &operation.access);
    let accept = tables::accept(operation);
    quote! {
        rt::Operation {
            id: #id,
            method: #method,
            path: &[#(#segments),*],
            query: #query,
            parameters: &[#(#parameters),*],
            access: #access,
            accept: #accept
        }
    }
}

/// `rt::Parameter::…`, for a field of a form or a header.
pub fn parameter(context: &Context<'_>, parameter: &Parameter) -> TokenStream {
    row(&tables::row(context.api, parameter))
}

/// The fields of a form that are encoded like parameters: the name of an associated constant, and the item that adds it to
/// `owner`, the marker type or request of the operation. `None` if there are none. `at` is the index of the form.
pub fn form_fields(
    context: &Context<'_>,
    form: &Representation,
    owner: &Ident,
    at: usize,
) -> Option<(Ident, TokenStream)> {
    let fields: Vec<TokenStream> = form.fields().map(|field| parameter(context, field)).collect();
    let name = if at == 0 { format_ident!("FORM_FIELDS") } else { format_ident!("FORM_FIELDS_{}", at + 1) };
    let visibility = (context.side == Side::Server).then(|| quote!(pub(super)));
    let item = quote!(rt::operation::form_fields! { #visibility const #name of #owner; #(#fields),* });
    (!fields.is_empty()).then_some((name, item))
}

fn row(row: &ParameterRow<'_>) -> TokenStream {
    let plain = plain(row);
    let nested = row.nested.as_ref().map(|structure| {
        let structure = nested(structure);
        quote!(.of(#structure))
    });
    let others = &row.others;
    let others = (!others.is_empty()).then(|| quote!(.without(&[#(#others),*])));
    let or_scalar = row.parameter.or_scalar.then(|| quote!(.or_scalar()));
    quote!(#plain #or_scalar #nested #others)
}

/// The parameter without the structure of its items or properties.
fn plain(row: &ParameterRow<'_>) -> TokenStream {
    let parameter = row.parameter;
    let name = &parameter.name;
    let explode = parameter.explode.then(|| quote!(.exploded()));
    let required = parameter.is_required.then(|| quote!(.required()));
    let reserved = parameter.allow_reserved.then(|| quote!(.with_reserved()));
    if parameter.shape == ParameterShape::Scalar {
        match (row.place, row.style, parameter.explode) {
            (Place::Path, Style::Simple, false) => return quote!(rt::Parameter::path(#name)),
            (Place::Query, Style::Form, true) => return quote!(rt::Parameter::query(#name) #reserved #required),
            (Place::Header, Style::Simple, false) => return quote!(rt::Parameter::header(#name) #required),
            _ => {}
        }
    }
    match (row.place, row.style, parameter.shape, parameter.explode) {
        (Place::Query, Style::Form, ParameterShape::Array, true) => {
            return quote!(rt::Parameter::list(#name) #reserved #required);
        }
        (Place::Query, Style::DeepObject, ParameterShape::Object, true) => {
            return quote!(rt::Parameter::deep_object(#name) #reserved #required);
        }
        _ => {}
    }
    let (place, style) = (place(row.place), style(row.style));
    let shape = match parameter.shape {
        ParameterShape::Scalar => quote!(Scalar),
        ParameterShape::Array => quote!(Array),
        ParameterShape::Object => quote!(Object),
    };
    let data = quote!(#name, rt::Place::#place, rt::Style::#style, rt::Shape::#shape);
    quote!(rt::Parameter::new(#data) #explode #reserved #required)
}

fn place(place: Place) -> TokenStream {
    match place {
        Place::Path => quote!(Path),
        Place::Query => quote!(Query),
        Place::Header => quote!(Header),
        Place::Cookie => quote!(Cookie),
    }
}

fn style(style: Style) -> TokenStream {
    match style {
        Style::Simple => quote!(Simple),
        Style::Label => quote!(Label),
        Style::Matrix => quote!(Matrix),
        Style::Form => quote!(Form),
        Style::SpaceDelimited => quote!(SpaceDelimited),
        Style::PipeDelimited => quote!(PipeDelimited),
        Style::DeepObject => quote!(DeepObject),
        Style::Json => quote!(Json),
    }
}

fn nested(structure: &Nested<'_>) -> TokenStream {
    match structure {
        Nested::Text => quote!(rt::Nested::Text),
        Nested::Any => quote!(rt::Nested::Any),
        Nested::Json => quote!(rt::Nested::Json),
        Nested::List(item) => {
            let item = nested(item);
            quote!(rt::Nested::List(&#item))
        }
        Nested::Object(fields, rest) => {
            let fields = fields.iter().map(|(name, structure)| {
                let structure = nested(structure);
                quote!((#name, #structure))
            });
            let rest = match rest {
                Some(rest) => {
                    let rest = nested(rest);
                    quote!(Some(&#rest))
                }
                None => quote!(None),
            };
            quote!(rt::Nested::Object(&[#(#fields),*], #rest))
        }
    }
}

fn access(context: &Context<'_>, access: &Access) -> TokenStream {
    match access {
        Access::Open => quote!(rt::Access::Open),
        Access::Guarded { any_of, or_anonymous } => {
            let alternatives = any_of.iter().map(|requirement| alternative(context, requirement));
            let anonymous = or_anonymous.then(|| quote!(anonymous or));
            quote!(rt::guarded::guarded!(#anonymous #(#alternatives)|*))
        }
    }
}

fn alternative(context: &Context<'_>, requirement: &Requirement) -> TokenStream {
    let uses = requirement.iter().map(|scheme_use| {
        let scheme = context.names.scheme(scheme_use.scheme).constant.token();
        let scopes = &scheme_use.scopes;
        let scopes = (!scopes.is_empty()).then(|| quote!([#(#scopes),*]));
        quote!(#scheme #scopes)
    });
    quote!(#(#uses)&*)
}
