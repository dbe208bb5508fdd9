//! The data of an operation as a constant of the runtime's type `Operation`, the same on both sides.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Context, Side, nested};
use crate::model::operation::{Operation, Parameter, ParameterShape, ParameterStyle, PathStyle, QueryStyle, Segment};
use crate::model::security::{Access, KeyPlace, Requirement, SchemeKind};

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
    let parameters = operation.parameters.iter().enumerate().map(|(index, row)| {
        let is_any = context.side == Side::Server && context.api.rules.any_texts.contains(&(at, index));
        let others = others(context, operation, row);
        let (row, any_text) = (parameter(context, row), is_any.then(|| quote!(.with_any_text())));
        quote!(#row #others #any_text)
    });
    let access = access(context, &operation.access);
    let accept = accept(operation);
    quote! {
        rt::Operation {
            id: #id,
            method: #method,
            path: &[#(#segments),*],
            query: #query,
            parameters: &[#(#parameters),*],
            access: #access,
            accept: #accept,
        }
    }
}

/// The value of `Accept`: the media types of the responses that the client reads, in document order.
fn accept(operation: &Operation) -> String {
    let mut types: Vec<&str> = Vec::new();
    for form in operation.responses.iter().flat_map(|response| &response.forms) {
        if !types.contains(&form.media_type.as_str()) {
            types.push(&form.media_type);
        }
    }
    types.join(", ")
}

/// The names whose pairs do not belong to an exploded object: those of other parameters, fixed pairs and API keys in its
/// place.
fn others(context: &Context<'_>, operation: &Operation, parameter: &Parameter) -> Option<TokenStream> {
    let place = match parameter.style {
        _ if !parameter.is_spread() => return None,
        ParameterStyle::Query(_) => KeyPlace::Query,
        ParameterStyle::Cookie | ParameterStyle::CookieJson => KeyPlace::Cookie,
        ParameterStyle::Path(_) | ParameterStyle::Header | ParameterStyle::HeaderJson => return None,
    };
    let is_in_place = |other: &&Parameter| match other.style {
        ParameterStyle::Query(_) => place == KeyPlace::Query,
        ParameterStyle::Cookie | ParameterStyle::CookieJson => place == KeyPlace::Cookie,
        ParameterStyle::Path(_) | ParameterStyle::Header | ParameterStyle::HeaderJson => false,
    };
    let others = operation.parameters.iter().filter(is_in_place);
    let mut names: Vec<&str> = Vec::new();
    for other in others.filter(|other| other.name != parameter.name) {
        if other.is_spread() {
            names.extend(nested::keys(context, &other.ty));
        } else {
            names.push(&other.name);
        }
    }
    if place == KeyPlace::Query {
        names.extend(operation.path.query.pairs.iter().map(|pair| pair.name.as_str()));
    }
    // Two objects may share a property, and a property may be named like a parameter.
    let own = nested::keys(context, &parameter.ty);
    names.retain(|name| !own.contains(name));
    let schemes = context.api.schemes.iter().chain(&context.api.unused_schemes);
    names.extend(schemes.filter_map(|scheme| match &scheme.kind {
        SchemeKind::ApiKey { place: key_place, name } if *key_place == place => Some(name.as_str()),
        SchemeKind::ApiKey { .. }
        | SchemeKind::Basic
        | SchemeKind::Bearer { .. }
        | SchemeKind::OAuth2(_)
        | SchemeKind::OpenIdConnect { .. }
        | SchemeKind::MutualTls
        | SchemeKind::OtherHttp { .. }
        | SchemeKind::Signature { .. } => None,
    }));
    names.sort_unstable();
    names.dedup();
    (!names.is_empty()).then(|| quote!(.without(&[#(#names),*])))
}

/// `rt::Parameter::…`.
pub fn parameter(context: &Context<'_>, parameter: &Parameter) -> TokenStream {
    let plain = plain(parameter);
    let nested = if parameter.style.is_json() { None } else { nested::of(context, parameter) };
    let nested = nested.map(|nested| quote!(.of(#nested)));
    quote!(#plain #nested)
}

/// The parameter without the structure of its items or properties.
fn plain(parameter: &Parameter) -> TokenStream {
    let name = &parameter.name;
    let (place, style) = match parameter.style {
        ParameterStyle::Path(style) => (quote!(Path), path_style(style)),
        ParameterStyle::Query(style) => (quote!(Query), query_style(style)),
        ParameterStyle::Header => (quote!(Header), quote!(Simple)),
        ParameterStyle::HeaderJson => (quote!(Header), quote!(Json)),
        ParameterStyle::Cookie => (quote!(Cookie), quote!(Form)),
        ParameterStyle::CookieJson => (quote!(Cookie), quote!(Json)),
    };
    let shape = match parameter.shape {
        ParameterShape::Scalar => quote!(Scalar),
        ParameterShape::Array => quote!(Array),
        ParameterShape::Object => quote!(Object),
    };
    let explode = parameter.explode.then(|| quote!(.exploded()));
    let required = parameter.is_required.then(|| quote!(.required()));
    let reserved = parameter.allow_reserved.then(|| quote!(.with_reserved()));
    if parameter.shape == ParameterShape::Scalar {
        match (parameter.style, parameter.explode) {
            (ParameterStyle::Path(PathStyle::Simple), false) => return quote!(rt::Parameter::path(#name)),
            (ParameterStyle::Query(QueryStyle::Form), true) => {
                return quote!(rt::Parameter::query(#name) #reserved #required);
            }
            (ParameterStyle::Header, false) => return quote!(rt::Parameter::header(#name) #required),
            _ => {}
        }
    }
    let data = quote!(#name, rt::Place::#place, rt::Style::#style, rt::Shape::#shape);
    quote!(rt::Parameter::new(#data) #explode #reserved #required)
}

fn path_style(style: PathStyle) -> TokenStream {
    match style {
        PathStyle::Simple => quote!(Simple),
        PathStyle::Label => quote!(Label),
        PathStyle::Matrix => quote!(Matrix),
        PathStyle::Json => quote!(Json),
    }
}

fn query_style(style: QueryStyle) -> TokenStream {
    match style {
        QueryStyle::Form => quote!(Form),
        QueryStyle::SpaceDelimited => quote!(SpaceDelimited),
        QueryStyle::PipeDelimited => quote!(PipeDelimited),
        QueryStyle::DeepObject => quote!(DeepObject),
        QueryStyle::Json => quote!(Json),
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
