//! The pages of lists: how the next one is requested, and the items of one.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::model::Api;
use crate::model::operation::{
    Content, Counted, NextPage, NextParameter, Operation, PageEnd, PageNumber, ResponsePlace, Status,
};
use crate::model::schema::{Shape, TypeId, TypeRef};
use crate::pagination::field_path::{Target, target};
use crate::rust::Context;
use crate::rust::fields::FieldPlan;
use crate::rust::presence::Presence;
use crate::rust::types::{Standing, owned, resolved};

/// How the runtime requests the next page; empty if it is not described.
pub fn next(operation: &Operation) -> TokenStream {
    match &operation.next {
        None => TokenStream::new(),
        Some(NextPage::Link) => quote!(rt::pages::NextPage::Link),
        Some(NextPage::Parameters(parameters)) => {
            let parameters = parameters.iter().map(|NextParameter { index, place }| {
                let (index, place) = (Literal::usize_unsuffixed(*index), self::place(place));
                quote!((#index, #place))
            });
            quote!(rt::pages::NextPage::Parameters(&[#(#parameters),*]))
        }
        Some(NextPage::Number(number)) => self::number(number, operation.page_items.as_deref().unwrap_or_default()),
    }
}

fn number(number: &PageNumber, items: &str) -> TokenStream {
    let (index, first) = (Literal::usize_unsuffixed(number.index), Literal::u64_unsuffixed(number.first));
    let counts = match number.counts {
        Counted::Items => quote!(rt::page_number::Counted::Items),
        Counted::Pages => quote!(rt::page_number::Counted::Pages),
    };
    let end = number.end.as_ref().map(|end| {
        let (variant, place) = match end {
            PageEnd::Items(place) => (quote!(Items), place),
            PageEnd::Pages(place) => (quote!(Pages), place),
            PageEnd::More(place) => (quote!(More), place),
        };
        let place = self::place(place);
        quote!(Some(rt::page_number::End::#variant(#place)))
    });
    let end = end.unwrap_or_else(|| quote!(None));
    quote!(rt::pages::NextPage::Number(&rt::page_number::PageNumber {
        parameter: #index, first: #first, counts: #counts, items: #items, end: #end
    }))
}

fn place(place: &ResponsePlace) -> TokenStream {
    match place {
        ResponsePlace::Body(pointer) => quote!(rt::pages::Place::Body(#pointer)),
        ResponsePlace::Header(name) => quote!(rt::pages::Place::Header(#name)),
    }
}

/// The list within the body of a page.
pub struct Items {
    /// Its type.
    pub ty: TokenStream,
    /// The expression for it, of a body `page`.
    pub expression: TokenStream,
}

/// The list within the body of a page, if the body is an object with this list behind properties of one type.
pub fn items(context: &Context<'_>, operation: &Operation) -> Option<Items> {
    let (_, pointer) = operation.next.as_ref().zip(operation.page_items.as_deref().filter(|text| !text.is_empty()))?;
    let is_success = |status: Status| match status {
        Status::Code(code) => code < 400,
        Status::Range(digit) => digit < 4,
        Status::Default => false,
    };
    let mut successes = operation.responses.iter().filter(|response| is_success(response.status));
    let (Some(response), None) = (successes.next(), successes.next()) else { return None };
    let [form] = response.forms.as_slice() else { return None };
    let Content::Json(body) = &form.content else { return None };
    let Target::Fields(path, _) = target(context.api, body, pointer) else { return None };
    let mut value = Value { expression: quote!(page), ty: body, is_optional: false };
    for (id, index) in path {
        value = value.behind_null(context.api).field(context, id, index)?;
    }
    let value = value.behind_null(context.api);
    let TypeRef::List(_) = resolved(context.api, value.ty) else { return None };
    let ty = owned(context, value.ty, Standing::Alongside);
    let expression = value.expression;
    // Without a list, there are no items.
    let expression = if value.is_optional { quote!(#expression.unwrap_or_default()) } else { expression };
    Some(Items { ty, expression })
}

/// An expression.
struct Value<'a> {
    expression: TokenStream,
    /// The type of the value, or of that within the `Option`.
    ty: &'a TypeRef,
    /// Whether it is an `Option`.
    is_optional: bool,
}

impl<'a> Value<'a> {
    /// The same without `null` in its type.
    fn behind_null(self, api: &'a Api) -> Self {
        let Self { expression, ty, is_optional } = self;
        match resolved(api, ty) {
            TypeRef::Nullable(inner) => {
                let expression = if is_optional { quote!(#expression.flatten()) } else { expression };
                Self { expression, ty: inner, is_optional: true }
            }
            _ => Self { expression, ty, is_optional },
        }
    }

    /// A field of this value.
    fn field(self, context: &Context<'a>, id: TypeId, index: usize) -> Option<Self> {
        let Shape::Struct(shape) = &context.api.type_def(id).shape else { return None };
        let wire = &shape.fields[index].wire;
        let all = FieldPlan::all(context, id, &shape.fields, &context.names.ty(id).members);
        let plan = all.into_iter().find(|plan| plan.field.wire == *wire)?;
        let is_optional = match plan.presence {
            Presence::Required | Presence::Defaulted(_) => false,
            Presence::Optional | Presence::OptionalNullable | Presence::OneWay(_) => true,
        };
        let (own, ident) = (self.expression, plan.ident);
        let expression = match (self.is_optional, is_optional) {
            (false, _) => quote!(#own.#ident),
            (true, false) => quote!(#own.map(|value| value.#ident)),
            (true, true) => quote!(#own.and_then(|value| value.#ident)),
        };
        Some(Self { expression, ty: plan.value, is_optional: self.is_optional || is_optional })
    }
}
