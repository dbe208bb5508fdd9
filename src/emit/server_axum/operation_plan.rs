//! The code of one operation, which several files contain.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::access::{AccessPlan, Groups};
use super::{requests, responses};
use crate::rust::Context;
use crate::rust::types::Standing;

/// The code of one operation, made once and used by three files.
pub struct OperationPlan {
    /// Its place in the list of operations.
    pub index: usize,
    /// Its principal's argument, if it is secured.
    pub access: Option<AccessPlan>,
    /// Its request, if it has one.
    pub request: Option<requests::Request>,
    /// Its return type.
    pub response: responses::ResponseType,
}

impl OperationPlan {
    /// The code of the operation at this index.
    pub fn of(context: &Context<'_>, groups: &Groups, index: usize) -> Self {
        let operation = &context.api.operations[index];
        let names = context.names.operation(index);
        let access = groups.plan(context, &operation.access);
        let request = requests::of(context, index, names);
        let response = responses::of(context, operation, names);
        Self { index, access, request, response }
    }

    /// The arguments of the trait's function, with these names.
    pub fn arguments(&self, auth: &str, request: &str, standing: Standing) -> TokenStream {
        let (auth, request) = (format_ident!("{auth}"), format_ident!("{request}"));
        let auth = self.access.as_ref().map(|access| {
            let ty = access.principal.ty(standing);
            quote!(#auth: #ty,)
        });
        let request = self.request.as_ref().map(|plan| {
            let ty = &plan.ty;
            quote!(#request: #ty,)
        });
        quote!(#auth #request)
    }
}
