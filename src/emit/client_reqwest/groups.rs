//! The types that methods of operations belong to: the client, and `groups.rs` with a type for each tag.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::templates::{Engine, TemplateError};
use super::super::view::{View, view};
use crate::model::Api;
use crate::names::groups::{Group, Groups};
use crate::names::{Ident, OperationNames};
use crate::options::Grouping;
use crate::rust::{Context, docs};

/// The groups of the operations; `None` if all are methods of the client.
pub fn of(context: &Context<'_>, grouping: Grouping) -> Option<Groups> {
    match grouping {
        Grouping::Flat => None,
        Grouping::Tags => Some(Groups::new(context.api, context.names)).filter(|groups| !groups.groups.is_empty()),
    }
}

/// A method that calls an operation.
pub struct Method {
    /// The index of the operation.
    pub index: usize,
    pub name: Ident,
    /// The group that it belongs to; `None` for the client.
    pub group: Option<Group>,
}

impl Method {
    /// The parameters of the `impl`.
    pub fn generics(&self) -> TokenStream {
        if self.group.is_some() { quote!(<'c>) } else { quote!() }
    }

    /// The attribute of the `impl`: that of the group.
    pub fn block_gate(&self, context: &Context<'_>) -> TokenStream {
        let gate = self.group.as_ref().map(|group| context.gates.tags(&group.tags));
        gate.map(|gate| context.gates.attribute(&gate)).unwrap_or_default()
    }

    /// The attribute of a method of the client.
    pub fn gate(&self, context: &Context<'_>) -> TokenStream {
        match self.group {
            Some(_) => quote!(),
            None => context.gates.attribute(context.gates.operation(self.index)),
        }
    }

    /// The type that it belongs to.
    pub fn owner(&self) -> TokenStream {
        match &self.group {
            Some(group) => {
                let ty = group.ty.token();
                quote!(super::groups::#ty<'c>)
            }
            None => quote!(super::client::Client),
        }
    }

    /// The lifetime of its call.
    pub fn lifetime(&self) -> TokenStream {
        if self.group.is_some() { quote!('c) } else { quote!('_) }
    }

    /// The reference to the core of the client.
    pub fn core(&self) -> TokenStream {
        if self.group.is_some() { quote!(self.core) } else { quote!(&self.core) }
    }

    /// A link to the method, from a module next to that of the client.
    pub fn link(&self) -> String {
        let name = &self.name;
        match &self.group {
            Some(Group { ty, .. }) => format!("[`{ty}::{name}`](super::groups::{ty}::{name})"),
            None => format!("[`Client::{name}`](super::client::Client::{name})"),
        }
    }

    /// The expression that calls it, without its arguments.
    pub fn call(&self, client: &TokenStream) -> TokenStream {
        let name = self.name.token();
        match &self.group {
            Some(group) => {
                let function = group.function.token();
                quote!(#client.#function().#name)
            }
            None => quote!(#client.#name),
        }
    }
}

/// The methods of the client and of each group. An operation with several tags has several.
pub fn methods(context: &Context<'_>, groups: Option<&Groups>) -> Vec<Method> {
    let names = |index: usize| -> &OperationNames { context.names.operation(index) };
    let of_client = |index: usize| Method { index, name: names(index).function.clone(), group: None };
    let Some(groups) = groups else { return (0..context.api.operations.len()).map(of_client).collect() };
    let of_groups = groups.groups.iter().flat_map(|group| {
        let method =
            |(index, name): &(usize, Ident)| Method { index: *index, name: name.clone(), group: Some(group.clone()) };
        group.methods.iter().map(method)
    });
    groups.untagged.iter().copied().map(of_client).chain(of_groups).collect()
}

/// `groups.rs`.
pub fn file(context: &Context<'_>, engine: &Engine, groups: &Groups) -> Result<String, TemplateError> {
    let group = |group: &Group| {
        let summary = summary(group);
        let description = description(context.api, group);
        view! {
            gate: context.gates.attribute(&context.gates.tags(&group.tags)),
            doc: docs::text(&summary),
            function: &group.function,
            ty: &group.ty,
            type_doc: docs::text(if description.is_empty() { &summary } else { &description }),
        }
    };
    let groups: Vec<View> = groups.groups.iter().map(group).collect();
    engine.render(
        "client_reqwest/groups.rs",
        view! { allow_unused_imports: context.gates.allow_unused_imports(), groups: groups },
    )
}

fn summary(group: &Group) -> String {
    let spans: Vec<String> = group.tags.iter().map(|tag| docs::code_span(tag)).collect();
    let word = if spans.len() == 1 { "tag" } else { "tags" };
    format!("The operations of the {word} {}.", spans.join(", "))
}

/// The descriptions of the tags of a group as safe Markdown; empty if they have none.
fn description(api: &Api, group: &Group) -> String {
    let declared = api.tags.iter().filter(|tag| group.tags.contains(&tag.name));
    let descriptions = declared.filter_map(|tag| tag.description.as_deref());
    let mut texts: Vec<String> = descriptions.map(|text| docs::markdown(text).join("\n")).collect();
    texts.retain(|text| !text.is_empty());
    texts.dedup();
    texts.join("\n\n")
}
