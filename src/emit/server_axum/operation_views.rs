//! What the files of a server contain about each operation, made on all processors.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::needs::Needs;
use super::super::target::Job;
use super::super::view::{View, view};
use super::access::Groups;
use super::operation_plan::OperationPlan;
use super::{absent, layout, steps};
use crate::rust::types::Standing;
use crate::rust::{Code, Context, docs, format, operations};
use crate::threads;

/// The operations in the views of the files.
pub struct OperationViews {
    /// In `api.rs`.
    pub api: Vec<View>,
    /// The list in `router.rs`.
    pub routes: Code,
    /// In `router.rs`.
    pub router: Vec<View>,
    /// In `handlers.rs`; empty if the output is not a crate.
    pub handlers: Vec<View>,
}

impl OperationViews {
    /// Those of all operations.
    pub fn of(job: &Job<'_>, groups: &Groups) -> Self {
        let (context, needs, is_crate) = (job.context, job.needs, job.settings.is_crate());
        let keep_their_place = absent::keep_their_place(context);
        let operations: Vec<usize> = (0..context.api.operations.len()).collect();
        let made = threads::map(&operations, |index| {
            let plan = OperationPlan::of(context, groups, *index);
            let (routes, router) = in_router(context, needs, &plan, keep_their_place[*index]);
            (in_api(context, &plan), routes, router, is_crate.then(|| in_handlers(context, &plan)))
        });
        let mut views = Self { api: Vec::new(), routes: Code::joined(&[]), router: Vec::new(), handlers: Vec::new() };
        let mut all_routes = Vec::with_capacity(made.len());
        for (api, routes, router, handler) in made {
            views.api.push(api);
            all_routes.push(routes);
            views.router.push(router);
            views.handlers.extend(handler);
        }
        Self { routes: Code::joined(&all_routes), ..views }
    }
}

fn in_api(context: &Context<'_>, plan: &OperationPlan) -> View {
    let operation = &context.api.operations[plan.index];
    let line = docs::code_span(&operation.title());
    let arguments = plan.arguments("auth", "request", Standing::Alongside);
    let gate = context.gates.operation(plan.index);
    let items = |items: Option<&TokenStream>| context.gates.items(gate, items.cloned().unwrap_or_default());
    view! {
        doc: docs::doc_and(&operation.doc, &line),
        gate: context.gates.attribute(gate),
        function: &context.names.operation(plan.index).function,
        arguments: arguments,
        output: plan.response.ty(Standing::Alongside),
        request: items(plan.request.as_ref().map(|request| &request.item)),
        response: items(Some(&plan.response.item)),
    }
}

/// The entries of the list, and the view.
fn in_router(context: &Context<'_>, needs: &Needs, plan: &OperationPlan, keeps_its_place: bool) -> (Code, View) {
    let names = context.names.operation(plan.index);
    let (constant, function) = (names.constant.token(), names.function.token());
    let gate = context.gates.operation(plan.index);
    let attribute = context.gates.attribute(gate);
    let mut routes = quote!(#attribute rt::router::Route { operation: #constant, handle: self::#function::<A> },);
    if keeps_its_place {
        let otherwise = context.gates.attribute_otherwise(gate);
        let absent = absent_handle();
        routes.extend(quote!(#otherwise rt::router::Route { operation: #constant, handle: #absent },));
    }
    let view = view! {
        gate: attribute.clone(),
        data_gate: if keeps_its_place { quote!() } else { attribute },
        constant: &names.constant,
        function: &names.function,
        data: operations::data(context, plan.index),
        steps: steps::of(context, needs, plan),
    };
    (Code::new(&routes), view)
}

/// The code of an operation that only keeps its place in the router.
fn absent_handle() -> TokenStream {
    quote! {
        |app, _| Box::pin(async move {
            let refusal = rt::refusal::Refusal::new(None, rt::problem::Failure::Path);
            Ok(rt::refusal::rendered(&*app, <A as api::Api>::refusal, refusal))
        })
    }
}

fn in_handlers(context: &Context<'_>, plan: &OperationPlan) -> View {
    let function = &context.names.operation(plan.index).function;
    let auth = plan.access.as_ref().map(|access| ("_auth", access.principal.ty(Standing::User)));
    let request = plan.request.as_ref().map(|request| ("_request", request.ty.clone()));
    let arguments = auth.into_iter().chain(request);
    let arguments: Vec<String> = arguments.map(|(name, ty)| format!("{name}: {}", format::ty(&ty))).collect();
    let output = plan.response.ty(Standing::User);
    let output = format::ty(&quote!(Result<#output, Problem>));
    let gate = context.gates.names(context.gates.operation(plan.index));
    let gate = if gate.is_empty() { String::new() } else { layout::feature_gate(4, &gate) };
    view! { gate: View::prose(gate), signature: View::prose(layout::method(&function.to_string(), &arguments, &output)) }
}
