//! The name of a schema that is referenced.

use crate::diag::Pointer;
use crate::document::FILES;

/// The name of a referenced schema: its key in `components/schemas`, else words from its pointer. In another file,
/// words from its pointer there, or the name of the file if it is the whole file.
pub(super) fn component_name(at: &Pointer) -> String {
    let tokens: Vec<String> = at.tokens().collect();
    match tokens.as_slice() {
        [files, file] if files == FILES => file.clone(),
        [files, _, rest @ ..] if files == FILES => words_of_pointer(rest),
        all => words_of_pointer(all),
    }
}

fn words_of_pointer(tokens: &[String]) -> String {
    let is_frame = |token: &&String| {
        !matches!(token.as_str(), "properties" | "schema" | "content" | "paths" | "definitions" | "$defs")
    };
    match tokens {
        [components, schemas, name] if components == "components" && schemas == "schemas" => name.clone(),
        [components, _, rest @ ..] if components == "components" => {
            rest.iter().filter(is_frame).cloned().collect::<Vec<_>>().join(" ")
        }
        rest => rest.iter().filter(is_frame).cloned().collect::<Vec<_>>().join(" "),
    }
}
