//! The steps of an operation: authenticate, read the parameters, authorize, read the body, call the application, respond.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::access::AccessPlan;
use super::operation_plan::OperationPlan;
use super::requests::Request;
use crate::emit::need::Need;
use crate::emit::needs::Needs;
use crate::model::operation::{Operation, Status};
use crate::rust::Context;

/// The statements. The body is read only after authentication and authorization, and the authorization hook sees the same
/// parameter values as the function. A webhook is verified after authentication.
pub fn of(context: &Context<'_>, needs: &Needs, plan: &OperationPlan) -> TokenStream {
    let function = context.names.operation(plan.index).function.token();
    let is_webhook = needs.has(Need::Webhooks);
    let mut accept = accept(&context.api.operations[plan.index]);
    if is_webhook {
        accept.extend(verify(&context.api.operations[plan.index], plan));
    }
    let before = match (&plan.access, &plan.request) {
        (None, None) => accept,
        (None, Some(request)) => {
            let read = read(request);
            quote!(#accept #read)
        }
        (Some(access), None) => {
            let authenticate = authenticate(&accept);
            let authorize = authorize(access, &quote!(call.head()), &[]);
            quote!(#authenticate #authorize)
        }
        (Some(access), Some(request)) => secured(access, request, &accept),
    };
    let auth = plan.access.is_some().then(|| quote!(auth,));
    let request = plan.request.is_some().then(|| quote!(request));
    let answer = &plan.response.answer;
    let finish = is_webhook.then(|| quote!(let response = receipt.finish(response).await;));
    quote! {
        #before
        let response = match api::Api::#function(&*app, #auth #request).await {
            #answer
            Err(error) => rt::axum::response::IntoResponse::into_response(error),
        };
        #finish
        Ok(headers.onto(response))
    }
}

/// The statement that verifies the signature of a delivery, and ends the call if it was already handled. The response has a
/// status that the document describes without a body, else 204.
fn verify(operation: &Operation, plan: &OperationPlan) -> TokenStream {
    let empty = operation.responses.iter().filter(|response| response.forms.is_empty() && response.headers.is_empty());
    let success = empty.filter_map(|response| match response.status {
        Status::Code(code) if (200..300).contains(&code) => Some(code),
        Status::Code(_) | Status::Range(_) | Status::Default => None,
    });
    let status = Literal::u16_unsuffixed(success.min().unwrap_or(204));
    let is_used = plan.access.is_some() || plan.request.is_some();
    let call = if is_used { quote!(call) } else { quote!(_) };
    quote! {
        let verified = rt::webhook_receiver::verified(api::Api::webhook_verifier(&*app), call).await?;
        let Some((#call, receipt)) = verified else {
            return Ok(headers.onto(rt::webhook_receiver::repeated(#status)));
        };
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
fn secured(access: &AccessPlan, request: &Request, accept: &TokenStream) -> TokenStream {
    let (authenticate, open, ty, body) = (authenticate(accept), open(request), &request.ty, body(request));
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

/// The statement that authenticates. `Accept` is checked afterwards, so that 401 has precedence over 406.
fn authenticate(accept: &TokenStream) -> TokenStream {
    quote! {
        let caller = super::authentication::authenticate(&*app, call.head()).await?;
        #accept
    }
}

/// The check of `Accept`, for an operation whose success has several media types. A success without a body is always
/// acceptable.
fn accept(operation: &Operation) -> TokenStream {
    let is_success = |status| match status {
        Status::Code(code) => (200..300).contains(&code),
        Status::Range(digit) => digit == 2,
        Status::Default => false,
    };
    let mut media_types: Vec<&str> = Vec::new();
    for response in operation.responses.iter().filter(|response| is_success(response.status)) {
        if response.forms.is_empty() {
            return quote!();
        }
        for form in &response.forms {
            if !media_types.contains(&form.media_type.as_str()) {
                media_types.push(&form.media_type);
            }
        }
    }
    if media_types.len() < 2 { quote!() } else { quote!(call.accepts(&[#(#media_types),*])?;) }
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
