//! `types.rs`, and `serde_impls.rs` next to it.

use proc_macro2::Ident;

use super::Draft;
use super::target::Job;
use super::view::{View, view};
use crate::rust::models;

/// Adds the files, if the document has types.
pub fn add(job: &Job<'_>, draft: &mut Draft) {
    if job.context.api.types.is_empty() {
        return;
    }
    let items: Vec<View> = models::items(job.context).into_iter().map(View::from).collect();
    let text = job.engine.render("shared/types.rs", view! { items: items });
    draft.rust("types.rs", "shared/types.rs", text);
    if job.needs.has_serde_impls(job.settings) {
        draft.verbatim("serde_impls.rs", &serde_impls(&models::serde_types(job.context)));
    }
}

fn serde_impls(idents: &[Ident]) -> String {
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
