//! The cargo features of a generated crate, for its README.

use super::view::{View, view};
use crate::names::features::TagFeature;
use crate::rust::{Context, docs};

/// A row for each feature.
pub fn feature_rows(context: &Context<'_>) -> Vec<View> {
    let row = |feature: &TagFeature| {
        let tags: Vec<String> = feature.tags.iter().map(|tag| docs::code_span(tag).replace('|', "\\|")).collect();
        view! { name: View::prose(docs::code_span(&feature.name)), tags: View::prose(tags.join(", ")) }
    };
    context.gates.features().iter().map(row).collect()
}
