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
        let any_text = is_any.then(|| quote!(.with_any_text()));
        let made = is_made.then(|| quote!(.made()));
        row(&parameter, quote!(#any_text #made))
    });
    let parameters = match operation.parameters.is_empty() {
        true => quote!(&[]),
        false => quote!(&rt::parameters([#(#parameters),*])),
    };
    let access = access(context, &operation.access);
    let accept = tables::accept(operation);
    quote! {
        rt::Operation {
            id: #id,
            method: #method,
            path: &[#(#segments),*],
            query: #query,
            parameters: #parameters,
            access: #access,
            accept: #accept
        }
    }
}

/// `rt::Parameter::…`, for a header.
pub fn parameter(context: &Context<'_>, parameter: &Parameter) -> TokenStream {
    let row = tables::row(context.api, parameter);
    let (construction, setters) = (construction(&row, &parameter.name), setters(&row));
    quote!(#construction #setters)
}

/// The fields of a form that are encoded like parameters: the name of an associated constant, and the item that adds it to
/// `owner`, the marker type or request of the operation. `None` if there are none. `at` is the index of the form.
pub fn form_fields(
    context: &Context<'_>,
    form: &Representation,
    owner: &Ident,
    at: usize,
) -> Option<(Ident, TokenStream)> {
    let fields: Vec<TokenStream> = form.fields().map(|field| row(&tables::row(context.api, field), quote!())).collect();
    let name = if at == 0 { format_ident!("FORM_FIELDS") } else { format_ident!("FORM_FIELDS_{}", at + 1) };
    let visibility = (context.side == Side::Server).then(|| quote!(pub(super)));
    let item = quote!(rt::operation::form_fields! { #visibility const #name of #owner; #(#fields),* });
    (!fields.is_empty()).then_some((name, item))
}

/// A row of `rt::parameters`: the name and a `rt::Kind`.
fn row(row: &ParameterRow<'_>, more: TokenStream) -> TokenStream {
    let (name, mut setters) = (&row.parameter.name, setters(row));
    setters.extend(more);
    match Constructor::of(row) {
        Some(constructor) if setters.is_empty() => {
            let kind = format_ident!("{}", constructor.kind());
            quote!((#name, rt::Kind::#kind))
        }
        _ => {
            let unnamed = construction(row, "");
            quote!((#name, rt::Kind::Other(#unnamed #setters)))
        }
    }
}

/// `rt::Parameter::…(name)`.
fn construction(row: &ParameterRow<'_>, name: &str) -> TokenStream {
    if let Some(constructor) = Constructor::of(row) {
        let function = format_ident!("{}", constructor.function());
        return quote!(rt::Parameter::#function(#name));
    }
    let (place, style) = (place(row.place), style(row.style));
    let shape = match row.parameter.shape {
        ParameterShape::Scalar => quote!(Scalar),
        ParameterShape::Array => quote!(Array),
        ParameterShape::Object => quote!(Object),
    };
    quote!(rt::Parameter::new(#name, rt::Place::#place, rt::Style::#style, rt::Shape::#shape))
}

/// A constructor of the runtime's `Parameter` for a place and an encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Constructor {
    Path,
    Query,
    List,
    DeepObject,
    Header,
}

impl Constructor {
    fn of(row: &ParameterRow<'_>) -> Option<Self> {
        match (row.place, row.style, row.parameter.shape, row.parameter.explode) {
            (Place::Path, Style::Simple, ParameterShape::Scalar, false) => Some(Self::Path),
            (Place::Query, Style::Form, ParameterShape::Scalar, true) => Some(Self::Query),
            (Place::Query, Style::Form, ParameterShape::Array, true) => Some(Self::List),
            (Place::Query, Style::DeepObject, ParameterShape::Object, true) => Some(Self::DeepObject),
            (Place::Header, Style::Simple, ParameterShape::Scalar, false) => Some(Self::Header),
            _ => None,
        }
    }

    /// The name of the function.
    fn function(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::List => "list",
            Self::DeepObject => "deep_object",
            Self::Header => "header",
        }
    }

    /// The variant of `rt::Kind` for it.
    fn kind(self) -> &'static str {
        match self {
            Self::Path => "Path",
            Self::Query => "Query",
            Self::List => "List",
            Self::DeepObject => "DeepObject",
            Self::Header => "Header",
        }
    }
}

/// The calls that set what the constructor does not.
fn setters(row: &ParameterRow<'_>) -> TokenStream {
    let (parameter, constructor) = (row.parameter, Constructor::of(row));
    let explode = (parameter.explode && constructor.is_none()).then(|| quote!(.exploded()));
    let reserved = parameter.allow_reserved.then(|| quote!(.with_reserved()));
    let required = (parameter.is_required && constructor != Some(Constructor::Path)).then(|| quote!(.required()));
    let or_scalar = parameter.or_scalar.then(|| quote!(.or_scalar()));
    let nested = row.nested.as_ref().map(|structure| {
        let structure = nested(structure);
        quote!(.of(#structure))
    });
    let others = &row.others;
    let others = (!others.is_empty()).then(|| quote!(.without(&[#(#others),*])));
    quote!(#explode #reserved #required #or_scalar #nested #others)
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
