//! The types of the items of an operation's response, if they are sent one after another.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::operation::{Content, Operation, Representation, Status, Stream};
use crate::rust::Context;
use crate::rust::types::{Standing, owned};

/// Whether an operation has events whose data is JSON of a type.
pub fn has_typed_events(context: &Context<'_>) -> bool {
    context.api.operations.iter().any(|operation| event_data(context, operation).is_some())
}

/// Whether an operation has JSON values, one after another.
pub fn has_lines(context: &Context<'_>) -> bool {
    context.api.operations.iter().any(|operation| lines(context, operation).is_some())
}

/// The types of the events of an operation: of one response, and of a call that is sent again.
pub fn events(context: &Context<'_>, operation: &Operation) -> (TokenStream, TokenStream) {
    match event_data(context, operation) {
        Some(data) => (
            quote!(rt::typed_stream::TypedEvents<#data>),
            quote!(rt::typed_stream::TypedEvents<#data, rt::resumed_events::ResumedEvents<Self>>),
        ),
        None => (quote!(rt::event_stream::Events), quote!(rt::resumed_events::ResumedEvents<Self>)),
    }
}

fn event_data(context: &Context<'_>, operation: &Operation) -> Option<TokenStream> {
    successes(operation).find_map(|form| match &form.content {
        Content::Stream(Stream::Events(ty)) => Some(owned(context, ty, Standing::Alongside)),
        _ => None,
    })
}

/// The media type and the type of JSON values that are sent one after another.
pub fn lines<'o>(context: &Context<'_>, operation: &'o Operation) -> Option<(&'o str, TokenStream)> {
    successes(operation).find_map(|form| match &form.content {
        Content::Stream(Stream::Lines(ty) | Stream::Sequence(ty)) => {
            Some((form.media_type.as_str(), owned(context, ty, Standing::Alongside)))
        }
        _ => None,
    })
}

/// The representations of a success.
fn successes(operation: &Operation) -> impl Iterator<Item = &Representation> {
    let is_success = |status: Status| matches!(status, Status::Code(200..=299) | Status::Range(2) | Status::Default);
    let responses = operation.responses.iter().filter(move |response| is_success(response.status));
    responses.flat_map(|response| &response.forms)
}
