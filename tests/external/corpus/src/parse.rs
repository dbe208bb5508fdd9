//! Checks that every generated Rust file can be parsed.

use keystub::Output;

/// The minimum size of a portion. A syntax tree takes dozens of times the memory of its text, so a long file is parsed
/// in portions of whole items.
const PORTION: usize = 1 << 20;

/// Parses every generated `.rs` file. Those of the runtime are the same in every crate and are compiled elsewhere.
///
/// # Errors
///
/// The file that cannot be parsed, with the reason.
pub fn files(output: &Output) -> Result<(), String> {
    let texts = output.files();
    let is_generated = |path: &str| path.ends_with(".rs") && (!path.contains("/runtime/") || path.ends_with("/mod.rs"));
    let sources = texts.iter().filter(|(path, _)| is_generated(path));
    for (path, text) in sources {
        portions(text)
            .into_iter()
            .try_for_each(parses)
            .map_err(|error| format!("{path} is not valid Rust: {error}"))?;
    }
    Ok(())
}

fn parses(text: &str) -> syn::Result<()> {
    syn::parse_file(text).map(drop)
}

/// Splits a file between items. An item begins at the margin after an empty line. No literal contains an empty line,
/// because line breaks in literals are escaped.
fn portions(text: &str) -> Vec<&str> {
    let mut portions = Vec::new();
    let mut rest = text;
    while rest.len() > PORTION {
        let ends = rest.match_indices("\n\n").map(|(at, _)| at + 2);
        let starts_item = |end: &usize| rest[*end..].starts_with(|c: char| !c.is_whitespace() && c != '}');
        let Some(end) = ends.filter(|end| *end >= PORTION).find(starts_item) else { break };
        let (portion, after) = rest.split_at(end);
        portions.push(portion);
        rest = after;
    }
    portions.push(rest);
    portions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn portions_are_whole_items_and_nothing_is_lost() {
        let item = |at: usize| format!("fn f{at}() {{\n    \"{}\";\n\n    g();\n}}\n\n", "x".repeat(100_000));
        let text: String = (0..40).map(item).collect();
        let cut = portions(&text);
        assert!(cut.len() > 2);
        assert_eq!(cut.concat(), text);
        assert!(cut.iter().all(|portion| parses(portion).is_ok()));
        assert!(parses("fn f( {}").is_err());
    }
}
