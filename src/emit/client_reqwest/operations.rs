//! `operations.rs`: the method, the marker type and the response types of each operation.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::need::Need;
use super::super::target::Job;
use super::super::templates::TemplateError;
use super::super::view::{View, view};
use super::super::{attributes, needs};
use super::arguments::Arguments;
use super::groups::Method;
use super::{pages, responses, streams};
use crate::model::operation::Operation;
use crate::names::OperationNames;
use crate::rust::{Context, docs, operations};
use crate::threads;

/// `operations.rs`.
pub fn file(job: &Job<'_>, methods: &[Method]) -> Result<String, TemplateError> {
    let Job { context, engine, settings, .. } = *job;
    let operations: Vec<usize> = (0..context.api.operations.len()).collect();
    let operations = threads::map(&operations, |at| operation(context, *at, methods));
    engine.render(
        "client_reqwest/operations.rs",
        view! {
            has_types: !context.api.types.is_empty(),
            has_schemes: !context.api.schemes.is_empty(),
            has_downloads: needs::has_streams(context),
            has_typed_events: streams::has_typed_events(context),
            has_line_streams: streams::has_lines(context),
            has_pages: context.api.operations.iter().any(|operation| operation.next.is_some()),
            has_blocking: settings.options.has_blocking,
            blocking_gate: attributes::blocking_gate(settings),
            has_webhooks: job.needs.has(Need::Webhooks),
            has_groups: methods.iter().any(|method| method.group.is_some()),
            methods: threads::map(methods, |own| method(context, own)),
            operations: operations,
        },
    )
}

fn method(context: &Context<'_>, method: &Method) -> View {
    let operation = &context.api.operations[method.index];
    let names = context.names.operation(method.index);
    let parts = Arguments::of(context, operation, names);
    view! {
        block_gate: method.block_gate(context),
        generics: method.generics(),
        owner: method.owner(),
        doc: function_doc(operation, names),
        gate: method.gate(context),
        name: &method.name,
        arguments: parts.arguments,
        lifetime: method.lifetime(),
        ty: &names.ty,
        core: method.core(),
        chain: parts.chain,
    }
}

fn operation(context: &Context<'_>, index: usize, methods: &[Method]) -> View {
    let operation = &context.api.operations[index];
    let names = context.names.operation(index);
    let parts = Arguments::of(context, operation, names);
    let responses = responses::of(context, operation, names);
    let data = operations::data(context, index);
    let items = pages::items(context, operation);
    let (output, error) = (&responses.output, &responses.error);
    let (reads_output, reads_error) = (&responses.reads_output, &responses.reads_error);
    let arguments = &parts.arguments;
    let (response_items, body_item) = (&responses.enums, &parts.items);
    let gate = context.gates.operation(index);
    let enums = context.gates.items(gate, quote!(#body_item #response_items));
    let function_doc = function_doc(operation, names);
    let (events, resumed_events) = streams::events(context, operation);
    let lines = streams::lines(context, operation);
    let links = methods.iter().filter(|method| method.index == index).map(Method::link);
    let marker = format!("The operation of {}.", links.collect::<Vec<_>>().join(" and "));
    view! {
        doc: function_doc,
        gate: context.gates.attribute(gate),
        function: &names.function,
        ty: &names.ty,
        arguments: arguments.clone(),
        chain: parts.chain,
        marker_doc: docs::text(&marker),
        data: data,
        output: output.clone(),
        error: error.clone(),
        reads_output: reads_output.clone(),
        has_errors: reads_error.is_some(),
        reads_error: reads_error.clone().unwrap_or_default(),
        events: events,
        resumed_events: resumed_events,
        has_lines: lines.is_some(),
        lines_type: lines.as_ref().map(|(media_type, _)| *media_type).unwrap_or_default(),
        line: lines.as_ref().map(|(_, ty)| ty.clone()).unwrap_or_default(),
        has_next: operation.next.is_some(),
        next: pages::next(operation),
        items: items.as_ref().map(|items| items.expression.clone()).unwrap_or_default(),
        item: items.as_ref().map(|items| items.ty.clone()).unwrap_or_default(),
        has_items: items.is_some(),
        setters: parts.setters,
        enums: enums,
    }
}

/// The description in the document, the request line, and links to the header fields of the responses.
fn function_doc(operation: &Operation, names: &OperationNames) -> TokenStream {
    let line = operation.title();
    let mut doc = docs::doc_and(&operation.doc, &docs::code_span(&line));
    let headers: Vec<String> = names
        .responses
        .iter()
        .filter_map(|response| response.headers.as_ref())
        .map(|ident| format!("[`{ident}`]"))
        .collect();
    if !headers.is_empty() {
        doc = quote!(#doc #[doc = ""]);
        doc.extend(docs::text(&format!("The header fields of its responses: {}.", headers.join(", "))));
    }
    let deprecated = operation.is_deprecated.then(|| quote!(#[deprecated]));
    quote!(#doc #deprecated)
}
