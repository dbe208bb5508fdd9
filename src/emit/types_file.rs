//! `types.rs`, and `serde_impls.rs` next to it.

use proc_macro2::Ident;

use super::Draft;
use super::need::Need;
use super::target::Job;
use crate::rust::models;
use crate::rust::uses::Uses;

const HEAD: &str = "//! The types of the document with their JSON codec.
#![allow(clippy::large_enum_variant, clippy::doc_lazy_continuation, clippy::doc_overindented_list_items)]

#[allow(unused_imports)]
use super::runtime as rt;
";

/// Adds the files, if the document has types.
pub fn add(job: &Job<'_>, draft: &mut Draft) {
    if !has_types(job) {
        return;
    }
    let models = models::Items::of(job.context);
    let mapped = || job.context.mapped.items(&Uses::of_all(job.context).mapped()).into_iter().collect();
    let item = |at: usize| if at < models.count() { models.item(at) } else { mapped() };
    draft.items("types.rs", HEAD, models.count() + 1, &item);
    if job.needs.has_serde_impls(job.settings) {
        draft.verbatim("serde_impls.rs", &serde_impls(&models::serde_types(job.context)));
    }
}

/// Whether the file exists: there are types, or codecs of mapped ones.
pub fn has_types(job: &Job<'_>) -> bool {
    !job.context.api.types.is_empty() || job.needs.has(Need::Mapped)
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
