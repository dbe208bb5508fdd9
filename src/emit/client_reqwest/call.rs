//! The call of each operation, as a function in a program of the user.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::groups::{self, Method};
use super::responses;
use crate::model::operation::{Body, Content};
use crate::model::schema::TypeRef;
use crate::names::Ident;
use crate::options::Grouping;
use crate::rust::types::{Standing, argument};
use crate::rust::{Context, format};

/// Names for the client, in case a parameter has the same name.
const CLIENT: [&str; 3] = ["client", "api", "generated_client"];

/// For each operation, a function that calls it; what is required is an argument.
///
/// # Errors
///
/// If the text is not Rust.
pub fn functions(context: &Context<'_>, krate: &str, grouping: Grouping) -> Result<Vec<String>, format::NotRust> {
    let groups = groups::of(context, grouping);
    let methods = groups::methods(context, groups.as_ref());
    // An operation with several tags has a method in each of their groups.
    let first = |index: usize| methods.iter().find(|method| method.index == index);
    let methods = (0..context.api.operations.len()).map(|index| first(index).expect("every operation has a method"));
    methods.map(|method| function(context, method, krate)).collect()
}

fn function(context: &Context<'_>, method: &Method, krate: &str) -> Result<String, format::NotRust> {
    let (operation, names) = (&context.api.operations[method.index], context.names.operation(method.index));
    let krate = format_ident!("{}", krate.replace('-', "_"));
    let is_free = |name: &&&str| names.parameters.iter().all(|ident| ident.to_string() != **name);
    let client = format_ident!("{}", CLIENT.iter().find(is_free).unwrap_or(&"own_client"));
    let mut parameters = quote!();
    let mut arguments: Vec<TokenStream> = Vec::new();
    let mut optional: Vec<String> = Vec::new();
    for (parameter, ident) in operation.parameters.iter().zip(&names.parameters) {
        let inner = match &parameter.ty {
            TypeRef::Nullable(inner) => inner,
            ty => ty,
        };
        if !parameter.is_required {
            optional.push(format!(".{ident}(…)"));
            continue;
        }
        let (name, ty) = (ident.token(), argument(context, inner, Standing::User));
        parameters.extend(quote!(, #name: #ty));
        arguments.push(quote!(#name));
    }
    if let Some(body) = &operation.body {
        match body.is_required {
            true => {
                let ty = body_type(context, body, names.body.as_ref());
                parameters.extend(quote!(, body: #ty));
                arguments.push(quote!(body));
            }
            false => optional.push(".body(…)".to_owned()),
        }
    }
    let function = names.function.token();
    let has_body = responses::of(context, operation, names).output.to_string() != quote!(()).to_string();
    let method = method.call(&quote!(#client));
    let call = quote!(#method(#(#arguments),*).await?);
    let call =
        if has_body { quote!(let response = #call.into_body(); println!("{response:?}");) } else { quote!(#call;) };
    let file = quote! {
        use #krate::*;
        async fn #function(#client: &Client #parameters) -> Result<(), Box<dyn std::error::Error>> {
            #call
            Ok(())
        }
    };
    let text = format::file("call", &file.to_string())?;
    let note = if optional.is_empty() { String::new() } else { format!("// Optional: {}\n", optional.join(", ")) };
    Ok(format!("{text}{note}"))
}

fn body_type(context: &Context<'_>, body: &Body, name: Option<&Ident>) -> TokenStream {
    if let Some(name) = name {
        let name = name.token();
        return quote!(operations::#name);
    }
    match &body.forms.first().content {
        Content::Json(ty) | Content::Form(ty) => argument(context, ty, Standing::User),
        Content::Multipart(id) => argument(context, &TypeRef::Named(*id), Standing::User),
        Content::Text => quote!(&str),
        Content::Stream(_) | Content::Bytes => quote!(Vec<u8>),
    }
}
