//! Lays out the parts of the scaffold that depend on the document as rustfmt does with its default settings.

/// The longest line (`max_width`).
const MAX_WIDTH: usize = 100;

/// The longest list of arguments on one line (`fn_call_width`).
const MAX_CALL: usize = 60;

/// The longest body of a struct on one line (`struct_lit_width`).
const MAX_STRUCT: usize = 18;

/// The longest list of arguments of an attribute on one line (`attr_fn_like_width`).
const MAX_ATTRIBUTE: usize = 70;

fn width(text: &str) -> usize {
    text.chars().count()
}

/// The first line of a method, or its lines if it is too long for one.
pub fn method(name: &str, arguments: &[String], output: &str) -> String {
    let all: Vec<&str> = std::iter::once("&self").chain(arguments.iter().map(String::as_str)).collect();
    let line = format!("    async fn {name}({}) -> {output} {{", all.join(", "));
    if width(&line) <= MAX_WIDTH {
        return line;
    }
    let mut lines = vec![format!("    async fn {name}(")];
    lines.extend(all.iter().map(|argument| format!("        {argument},")));
    lines.push(format!("    ) -> {output} {{"));
    if lines.iter().any(|line| width(line) > MAX_WIDTH) {
        lines.insert(0, "    #[rustfmt::skip]".to_owned());
    }
    lines.join("\n")
}

/// A call, without indentation of its first line. A call of a function has a comma after the last argument.
pub fn call(indent: usize, open: &str, arguments: &[String], close: &str, last_comma: &str) -> String {
    let list = arguments.join(", ");
    let line = format!("{open}{list}{close}");
    if width(&list) <= MAX_CALL && indent + width(&line) <= MAX_WIDTH {
        return line;
    }
    let inner = " ".repeat(indent + 4);
    let list = arguments.join(&format!(",\n{inner}"));
    format!("{open}\n{inner}{list}{last_comma}\n{}{close}", " ".repeat(indent))
}

/// A value of a struct, without indentation of its first line.
pub fn struct_literal(indent: usize, name: &str, fields: &[String]) -> String {
    let list = fields.join(", ");
    if fields.is_empty() {
        return format!("{name} {{}}");
    }
    if width(&list) <= MAX_STRUCT {
        return format!("{name} {{ {list} }}");
    }
    let inner = " ".repeat(indent + 4);
    let list = fields.join(&format!(",\n{inner}"));
    format!("{name} {{\n{inner}{list},\n{}}}", " ".repeat(indent))
}

/// The attribute of an item that needs one of these features, without indentation of its first line.
pub fn feature_gate(indent: usize, names: &[&str]) -> String {
    let predicates: Vec<String> = names.iter().map(|name| format!("feature = \"{name}\"")).collect();
    if let [predicate] = predicates.as_slice() {
        return format!("#[cfg({predicate})]");
    }
    let list = predicates.join(", ");
    if width(&list) <= MAX_ATTRIBUTE {
        return format!("#[cfg(any({list}))]");
    }
    let inner = " ".repeat(indent + 4);
    format!("#[cfg(any(\n{inner}{}\n{}))]", predicates.join(&format!(",\n{inner}")), " ".repeat(indent))
}

/// An import of several names, in the order given.
pub fn import(path: &str, names: &[&str]) -> String {
    if let [name] = names {
        return format!("use {path}::{name};");
    }
    let line = format!("use {path}::{{{}}};", names.join(", "));
    if width(&line) <= MAX_WIDTH {
        return line;
    }
    let mut lines = vec![String::new()];
    for name in names {
        let last = lines.last_mut().expect("there is a line from the start");
        if last.is_empty() {
            *last = format!("    {name},");
        } else if width(last) + width(name) + 2 <= MAX_WIDTH {
            last.push_str(&format!(" {name},"));
        } else {
            lines.push(format!("    {name},"));
        }
    }
    format!("use {path}::{{\n{}\n}};", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_signatures_are_broken_like_rustfmt_does() {
        assert_eq!(method("a", &[], "R"), "    async fn a(&self) -> R {");
        let argument = "request: ".to_owned() + &"R".repeat(70);
        assert_eq!(
            method("function", std::slice::from_ref(&argument), "Result<(), Problem>"),
            format!("    async fn function(\n        &self,\n        {argument},\n    ) -> Result<(), Problem> {{")
        );
        assert!(method("f", &["R".repeat(100)], "R").starts_with("    #[rustfmt::skip]\n"));
    }
}
