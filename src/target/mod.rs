//! From model, names and Rust to the files of a crate: one submodule a target, the same way through for all.

mod auth;
mod client_reqwest;
mod dependencies;
mod draft;
mod left_out;
mod manifest;
mod needs;
mod runtime;
mod server_axum;
mod templates;
mod view;

use proc_macro2::TokenStream;
use quote::quote;

pub use dependencies::{Dependency, runtime_crate};
pub use draft::{Draft, Settings};
pub use templates::Engine;

use crate::model::Api;
use crate::model::schema::Doc;
use crate::names::NameTable;
use crate::output::FileSet;
use crate::rust::discriminators::Discriminators;
use crate::rust::{Code, Context, Side, docs, models, operations};
use view::{View, view};

/// What code is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetKind {
    /// A client over reqwest.
    ClientReqwest,
    /// A server over axum.
    ServerAxum,
}

impl TargetKind {
    /// The side of the wire.
    pub fn side(self) -> Side {
        match self {
            Self::ClientReqwest => Side::Client,
            Self::ServerAxum => Side::Server,
        }
    }
}

/// All files of the target for this API, and the dependencies of the code.
///
/// # Errors
///
/// When a template made text that is not Rust, which is a defect of keystub.
pub fn render(
    kind: TargetKind,
    api: &Api,
    settings: &Settings,
) -> Result<(FileSet, Vec<Dependency>), crate::rust::format::NotRust> {
    let names = NameTable::new(api);
    let discriminators = Discriminators::of(api);
    let context = Context { api, names: &names, discriminators: &discriminators, side: kind.side() };
    let engine = Engine::new();
    let draft = match kind {
        TargetKind::ClientReqwest => client_reqwest::files(&context, &engine, settings),
        TargetKind::ServerAxum => server_axum::files(&context, &engine, settings),
    };
    let needs = needs::Needs::of(&context, settings);
    Ok((draft.finish()?, dependencies::of(context.side, settings, &needs)))
}

/// `types.rs`, and `serde_impls.rs` next to it.
fn types_file(context: &Context<'_>, engine: &Engine, draft: &mut Draft) {
    if context.api.types.is_empty() {
        return;
    }
    let idents = models::serde_types(context);
    let items: Vec<View> = models::items(context).into_iter().map(View::from).collect();
    let text = engine.render("shared/types.rs", view! { items: items });
    draft.rust("types.rs", "shared/types.rs", text);
    if draft.settings().has_serde && !idents.is_empty() {
        draft.verbatim("serde_impls.rs", &serde_impls(&idents));
    }
}

fn serde_impls(idents: &[proc_macro2::Ident]) -> String {
    let mut text = String::from(
        "//! serde's traits for every type, forwarded to the JSON codec.\n\nuse super::runtime as rt;\nuse super::types;\n\nrt::serde_forward::forward_serde! {\n",
    );
    let mut line = String::from("   ");
    for ident in idents {
        let word = format!(" types::{ident},");
        if line.len() + word.len() > 100 {
            text.push_str(&line);
            line = String::from("\n   ");
        }
        line.push_str(&word);
    }
    text + &line + "\n}\n"
}

/// `auth.rs`: the constants of the schemes, and the runtime types that users need for them.
fn auth_file(context: &Context<'_>, engine: &Engine, needs: &needs::Needs, draft: &mut Draft) {
    let schemes = &context.api.schemes;
    if schemes.is_empty() {
        return;
    }
    let names = |at: usize| context.names.scheme(crate::model::security::SchemeId(at));
    let views: Vec<View> = schemes
        .iter()
        .enumerate()
        .map(|(at, scheme)| {
            let index = proc_macro2::Literal::usize_unsuffixed(at);
            let credential = match context.side {
                Side::Client => {
                    let path = auth::code(scheme).credential_path();
                    quote!(<#path>)
                }
                Side::Server => quote!(),
            };
            let constant = &names(at).constant;
            view! { doc: auth::doc(scheme), constant: constant, credential: credential, index: quote!(#index) }
        })
        .collect();
    let rows = schemes.iter().map(operations::scheme);
    let table = quote!(#(#rows),*);
    let items: Vec<TokenStream> = match context.side {
        Side::Client => client_reqwest::flows::of(context),
        Side::Server => server_axum::scopes::constant(context).into_iter().collect(),
    };
    let items: Vec<View> = items.into_iter().map(View::from).collect();
    let (summary, reexports) = match context.side {
        Side::Client => ("the credentials that clients take for them", client_reqwest::AUTH),
        Side::Server => ("what verifiers of their credentials are made of", server_axum::AUTH),
    };
    let reexports = reexports.iter().filter(|(need, _)| needs.has(*need));
    let reexports: Vec<View> = reexports.map(|(_, path)| View::from(reexport(path))).collect();
    let view = view! {
        summary: Code::word(summary),
        allow_unused: allow_unused(draft.settings()),
        reexports: reexports,
        schemes: views,
        table: table,
        items: items,
    };
    let text = engine.render("shared/auth.rs", view);
    draft.rust("auth.rs", "shared/auth.rs", text);
}

/// `pub use` of items of the runtime.
fn reexport(path: &'static str) -> TokenStream {
    let path: TokenStream = path.parse().expect("the path is written in this crate");
    quote!(pub use super::runtime::#path;)
}

/// What a module may be: its user takes what is needed of the code and gives the folder a name of ours.
fn allow_module(settings: &Settings) -> TokenStream {
    if settings.is_crate() { quote!() } else { quote!(#[allow(clippy::module_inception, dead_code)]) }
}

/// What a module offers and its user leaves alone is no mistake.
fn allow_unused(settings: &Settings) -> TokenStream {
    if settings.is_crate() { quote!() } else { quote!(#[allow(unused_imports)]) }
}

/// The words of a document as the documentation of a crate or module.
fn inner_doc(words: &Doc) -> TokenStream {
    let summary = words.summary.as_deref().map(docs::markdown).unwrap_or_default();
    let description = words.description.as_deref().map(docs::markdown).unwrap_or_default();
    let mut lines = summary;
    if !lines.is_empty() && !description.is_empty() {
        lines.push(String::new());
    }
    lines.extend(description);
    let lines = lines.iter().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote!(#(#![doc = #lines])*)
}
