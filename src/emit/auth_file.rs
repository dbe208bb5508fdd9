//! `auth.rs`: the constants of the schemes, and the runtime types that users need for them.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::Draft;
use super::attributes::{allow_unused, native_gate};
use super::need::Need;
use super::schemes;
use super::target::Job;
use super::templates::TemplateError;
use super::view::{View, view};
use crate::model::security::{Scheme, SchemeId};
use crate::rust::Code;

/// The parts of the file that differ between targets.
pub struct AuthFile {
    /// What the re-exported types are for: the end of the module's summary.
    pub summary: &'static str,
    /// The re-exported paths of the runtime, each with the need that they belong to.
    pub reexports: &'static [(Need, &'static str)],
    /// Whether the file defines the type of the constants, so that those of another API do not fit.
    pub defines_key: bool,
    /// The generic arguments of the constant of a scheme.
    pub key_arguments: fn(&Scheme) -> TokenStream,
    /// Additional items.
    pub items: Vec<TokenStream>,
}

/// Adds the file, if the document has schemes.
pub fn add(job: &Job<'_>, file: AuthFile, draft: &mut Draft) -> Result<(), TemplateError> {
    let schemes = &job.context.api.schemes;
    if schemes.is_empty() {
        return Ok(());
    }
    let constants: Vec<View> =
        schemes.iter().enumerate().map(|(at, scheme)| constant(job, &file, scheme, at)).collect();
    let rows = schemes.iter().map(schemes::row);
    let reexports = file.reexports.iter().filter(|(need, _)| job.needs.has(*need));
    let gate = |need: Need| match need {
        Need::MutualTls | Need::Schemes => native_gate(job.needs),
        _ => quote!(),
    };
    let reexports: Vec<View> = reexports.map(|(need, path)| View::from(reexport(gate(*need), path))).collect();
    let items: Vec<View> = file.items.into_iter().map(View::from).collect();
    let view = view! {
        summary: Code::word(file.summary),
        allow_unused: allow_unused(job.settings),
        reexports: reexports,
        defines_key: file.defines_key,
        key: if file.defines_key { quote!(SchemeKey) } else { quote!(rt::SchemeKey) },
        schemes: constants,
        table: quote!(#(#rows),*),
        items: items,
    };
    draft.rust("auth.rs", "shared/auth.rs", job.engine.render("shared/auth.rs", view)?);
    Ok(())
}

fn constant(job: &Job<'_>, file: &AuthFile, scheme: &Scheme, at: usize) -> View {
    let index = Literal::usize_unsuffixed(at);
    view! {
        doc: schemes::doc(scheme),
        constant: &job.context.names.scheme(SchemeId(at)).constant,
        credential: (file.key_arguments)(scheme),
        index: quote!(#index),
    }
}

/// `pub use` of items of the runtime.
fn reexport(gate: TokenStream, path: &'static str) -> TokenStream {
    let path: TokenStream = path.parse().expect("the paths are constants of this crate");
    quote!(#gate pub use super::runtime::#path;)
}
