//! The path of an output file: its placeholders become names.

use minijinja::Value;

use crate::diag::escaped;

const CASES: [&str; 5] = ["snake", "camel", "pascal", "kebab", "screaming"];

/// The path with the names of the package and of the item in place of `{package.CASE}` and `{item.CASE}`.
pub fn fill(output: &str, document: &Value, item: Option<&(&'static str, Value)>) -> Result<String, String> {
    let (mut path, mut rest) = (String::new(), output);
    while let Some((before, after)) = rest.split_once('{') {
        let (placeholder, after) = after.split_once('}').ok_or_else(|| unknown(output, rest))?;
        let (of, case) = placeholder.split_once('.').ok_or_else(|| unknown(output, placeholder))?;
        let names = match (of, item) {
            ("package", _) => document.get_attr("package"),
            ("item", Some((_, item))) => item.get_attr("names"),
            ("item", None) => {
                return Err(format!(
                    "`{}` has `{{item.…}}`, but the file is for the document; set `each`",
                    escaped(output)
                ));
            }
            _ => return Err(unknown(output, placeholder)),
        };
        if !CASES.contains(&case) {
            return Err(unknown(output, placeholder));
        }
        let name = names.and_then(|names| names.get_attr(case)).expect("everything that has files has names");
        path.push_str(before);
        path.push_str(name.as_str().expect("a name is text"));
        rest = after;
    }
    Ok(path + rest)
}

fn unknown(output: &str, placeholder: &str) -> String {
    let (output, placeholder) = (escaped(output), escaped(placeholder));
    format!(
        "unknown placeholder `{placeholder}` in `{output}`; expected `{{package.CASE}}` or `{{item.CASE}}` with {}",
        CASES.join(", ")
    )
}
