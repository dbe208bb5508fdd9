//! The section of a README that lists skipped parts.

use super::view::{View, view};
use crate::model::Api;
use crate::rust::docs;

/// One row per invalid part that was skipped.
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
