//! The section of a README that lists skipped parts.

use super::view::{View, view};
use crate::model::{Api, Skipped};
use crate::rust::docs;

/// One row per invalid part that was skipped.
pub fn rows(api: &Api) -> Vec<View> {
    let cell = |text: String| View::prose(text.replace('|', "\\|"));
    let row = |skipped: &Skipped| {
        view! {
            place: cell(docs::code_span(&skipped.at.to_string())),
            reason: cell(docs::markdown(&skipped.reason).join(" ")),
        }
    };
    api.invalid.iter().map(row).collect()
}
