//! `types.rs`, and `serde_impls.rs` next to it.

use std::collections::BTreeMap;

use super::Draft;
use super::need::Need;
use super::target::Job;
use crate::model::schema::TypeId;
use crate::rust::gates::Gate;
use crate::rust::uses::Uses;
use crate::rust::{Context, format, models};

const HEAD: &str = "//! The types of the document, followed by their JSON codec.
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
        draft.verbatim("serde_impls.rs", &serde_impls(job.context));
    }
}

/// Whether the file exists: there are types, or codecs of mapped ones.
pub fn has_types(job: &Job<'_>) -> bool {
    !job.context.api.types.is_empty() || job.needs.has(Need::Mapped)
}

fn serde_impls(context: &Context<'_>) -> String {
    let allow = format::attribute(&context.gates.allow_unused_imports());
    let mut text = format!(
        "//! serde's traits for every type, forwarded to the JSON codec.\n\n{allow}use super::runtime as rt;\n\
         {allow}use super::types;\n"
    );
    let mut by_gate: BTreeMap<&Gate, Vec<TypeId>> = BTreeMap::new();
    for id in models::serde_types(context) {
        by_gate.entry(context.gates.ty(id)).or_default().push(id);
    }
    for (gate, ids) in by_gate {
        text.push('\n');
        text.push_str(&format::attribute(&context.gates.attribute(gate)));
        push_call(&mut text, context, &ids);
    }
    text
}

fn push_call(text: &mut String, context: &Context<'_>, ids: &[TypeId]) {
    text.push_str("rt::serde_forward::forward_serde! {\n");
    let mut line = String::from("   ");
    for id in ids {
        let word = format!(" types::{},", context.names.ty(*id).ident);
        if line.len() + word.len() > 100 {
            text.push_str(&line);
            line = String::from("\n   ");
        }
        line.push_str(&word);
    }
    text.push_str(&line);
    text.push_str("\n}\n");
}
