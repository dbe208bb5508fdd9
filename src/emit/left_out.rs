//! The part of a README that lists what was left out.

use super::view::{View, view};
use crate::model::Api;
use crate::rust::docs;

/// A row for each thing that was left out because it is broken.
pub fn rows(api: &Api) -> Vec<View> {
    let cell = |text: String| View::prose(text.replace('|', "\\|"));
    let row = |left: &crate::model::Skipped| {
        view! {
            place: cell(docs::code_span(&left.at.to_string())),
            reason: cell(docs::markdown(&left.reason).join(" ")),
        }
    };
    api.left_out.iter().map(row).collect()
}
