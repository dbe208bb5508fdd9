//! Every identifier of the generated code. The input is the model, the output a table by id.
//!
//! The preferences in order: a name set in the document, the name in the document, that name with a word of its context, a
//! number.

pub mod case;
pub mod features;
pub mod groups;
mod items;
mod media;
mod operations;
pub mod package;
mod pieces;
mod places;
pub mod reserved;
pub mod scope;
pub mod shared;
mod status;
mod table;
mod types;

pub use case::{Case, Ident};
pub use items::{OperationNames, ResponseNames, SchemeNames, TypeNames};
pub use media::form_words;
pub use status::status_word;
pub use table::NameTable;

use scope::{Candidates, settle};

/// Distinct identifiers within one scope. Each list contains the candidates for one item, in order of preference.
pub fn distinct(case: Case, items: &[Vec<String>], reserved: &[&str]) -> Vec<Ident> {
    let candidates_of =
        |texts: &Vec<String>| Candidates::new(case, &texts.iter().map(String::as_str).collect::<Vec<_>>());
    settle(&items.iter().map(candidates_of).collect::<Vec<_>>(), reserved)
}
