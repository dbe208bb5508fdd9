//! The steps of an operation: authenticate, read the parameters, authorize, read the body, call the application, respond.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::access::AccessPlan;
use super::operation_plan::OperationPlan;
use super::requests::Request;
use crate::rust::Context;

/// The statements. The body is read only after authentication and authorization, and the authorization hook sees the same
/// parameter values as the function.
pub fn of(context: &Context<'_>, plan: &OperationPlan) -> TokenStream {
    let function = context.names.operation(plan.index).function.token();
    let before = match (&plan.access, &plan.request) {
        (None, None) => quote!(),
        (None, Some(request)) => read(request),
        (Some(access), None) => {
            let authenticate = authenticate();
            let authorize = authorize(access, &quote!(call.head()), &[]);
            quote!(#authenticate #authorize)
        }
        (Some(access), Some(request)) => secured(access, request),
    };
    let auth = plan.access.is_some().then(|| quote!(auth,));
    let request = plan.request.is_some().then(|| quote!(request));
    let answer = &plan.response.answer;
    quote! {
        #before
        Ok(match api::Api::#function(&*app, #auth #request).await {
            #answer
            Err(error) => rt::axum::response::IntoResponse::into_response(error),
        })
    }
}

/// The request of an open operation.
fn read(request: &Request) -> TokenStream {
    let (open, ty) = (open(request), &request.ty);
    let fields = request.reads.iter().map(|read| {
        let (field, value) = (&read.field, read.inferred());
        quote!(#field: #value,)
    });
    let body = body(request);
    quote! {
        #open
        let request = api::#ty { #(#fields)* #body };
    }
}

/// The request of a secured operation. Its parameters are read before the authorization hook is called, its body after.
fn secured(access: &AccessPlan, request: &Request) -> TokenStream {
    let (authenticate, open, ty, body) = (authenticate(), open(request), &request.ty, body(request));
    let places: Vec<Literal> = (0..request.reads.len()).map(Literal::usize_unsuffixed).collect();
    if places.is_empty() {
        let authorize = authorize(access, &quote!(call.head()), &places);
        return quote! {
            #authenticate
            #authorize
            #open
            let request = api::#ty { #body };
        };
    }
    let authorize = authorize(access, &quote!(parameters.head()), &places);
    let values = request.reads.iter().map(super::requests::Read::typed);
    let fields = request.reads.iter().map(|read| &read.field);
    quote! {
        #authenticate
        #open
        let given = (#(#values,)*);
        #authorize
        let request = api::#ty { #(#fields: given.#places,)* #body };
    }
}

fn authenticate() -> TokenStream {
    quote!(let caller = super::authentication::authenticate(&*app, call.head()).await?;)
}

fn authorize(access: &AccessPlan, head: &TokenStream, places: &[Literal]) -> TokenStream {
    let (pattern, pick) = (&access.pattern, &access.pick);
    quote! {
        let #pattern = caller.authorize(&*app, #head, &[#(&given.#places),*]).await?;
        let auth = #pick;
    }
}

fn open(request: &Request) -> TokenStream {
    let parameters = if request.reads.is_empty() { quote!(_) } else { quote!(parameters) };
    let body = if request.body_read.is_some() { quote!(body) } else { quote!(_) };
    let checks = &request.checks;
    quote! {
        let (#parameters, #body) = call.read()?;
        #checks
    }
}

fn body(request: &Request) -> Option<TokenStream> {
    request.body_read.as_ref().map(|read| quote!(body: #read,))
}
