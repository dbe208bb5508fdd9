//! Reports what OpenAPI forbids although a reader could go on: before any upgrade, with the original pointers.
//!
//! A rule is an error if generated code could not do what the document says, else a warning.

mod operation;
mod schema;

use std::collections::BTreeSet;

use super::grammar::walk::{GrammarNode, walk};
use super::grammar::{Grammar, Holds, What, with_article};
use super::tree::{Node, Object};
use super::upgrade::Moves;
use super::version::Version;
use crate::diag::print::excerpt;
use crate::diag::{Code, Diagnostic, Pointer, Report};

/// Reports the violations in a document that has not been upgraded.
pub(super) fn report(tree: &Node, version: Version, moves: &Moves) -> Report {
    let grammar = Grammar::of(version);
    let mut checks = Checks { version, moves, report: Report::new() };
    walk(&grammar, tree, |place| {
        if let (Holds::One(What::Object(name)), Node::Object(object), true) = (place.holds, place.node, place.is_read) {
            checks.keys_without_values(&grammar, name, object, place);
            // A reference is checked at its target.
            if place.node.reference().is_none() || !grammar.may_be_reference(name) {
                checks.object(name, object, &place.at);
            }
        }
    });
    checks.report
}

struct Checks<'m> {
    version: Version,
    moves: &'m Moves,
    report: Report,
}

impl Checks<'_> {
    fn object(&mut self, name: &str, object: &Object, at: &Pointer) {
        match name {
            "document" => self.tags(object, at),
            "license object" => self.license(object, at),
            "server variable" => self.server_variable(object, at),
            "components object" => self.component_names(object, at),
            "security scheme" => self.scheme(object, at),
            "oauth flows object" => self.flows(object, at),
            "paths object" => self.paths(object, at),
            "operation" => self.operation(object, at),
            "parameter" | "header" => self.parameter(name, object, at),
            "request body" => self.body(object, at),
            "schema" => self.schema(object, at),
            _ => {}
        }
    }

    /// A list or a map that is `null` is read as if its key were absent.
    fn keys_without_values(&mut self, grammar: &Grammar, name: &'static str, object: &Object, place: &GrammarNode<'_>) {
        let is_null = |(_, value): &(&String, &Node)| **value == Node::Null;
        for (key, _) in object.iter().filter(is_null) {
            let Some(Holds::List(what) | Holds::Map(what)) = grammar.holds(name, key) else { continue };
            // `security: null` is an error elsewhere, and `null` may be data.
            if key != "security" && what != What::Data {
                let message = format!("`{key}` of {} has no value; it is ignored", with_article(name));
                self.warn_on_key(Code::Malformed, &place.at.child(key), message);
            }
        }
    }

    /// OpenAPI 3.0.3, section 4.7.1.1: "each tag name in the list MUST be unique".
    fn tags(&mut self, document: &Object, at: &Pointer) {
        let mut seen = BTreeSet::new();
        let Some(Node::Array(tags)) = document.get("tags") else { return };
        for (index, name) in
            tags.iter().enumerate().filter_map(|(index, tag)| Some((index, tag.get("name")?.as_str()?)))
        {
            if !seen.insert(name) {
                let message = format!("duplicate tag `{}`; expected a unique name", excerpt(name));
                self.warn(Code::Malformed, &at.child("tags").index(index).child("name"), message);
            }
        }
    }

    /// OpenAPI 3.1.0, section 4.8.4.1: `identifier` and `url` are mutually exclusive.
    fn license(&mut self, license: &Object, at: &Pointer) {
        if license.contains_key("identifier") && license.contains_key("url") {
            let message = "a license has `identifier` and `url`; expected one of them";
            self.warn_on_key(Code::Malformed, &at.child("identifier"), message);
        }
    }

    /// OpenAPI 3.1.0, section 4.8.6.1: the enum must not be empty, and must contain the default.
    fn server_variable(&mut self, variable: &Object, at: &Pointer) {
        let Some(Node::Array(values)) = variable.get("enum") else { return };
        if values.is_empty() {
            let message = "the `enum` of a server variable is empty; any value is accepted";
            return self.warn(Code::BadServerUrl, &at.child("enum"), message);
        }
        let Some(default) = variable.get("default").and_then(text) else { return };
        if !values.iter().filter_map(text).any(|value| value == default) {
            let message = format!("the default `{}` is not in the `enum` of the server variable", excerpt(&default));
            self.warn(Code::BadServerUrl, &at.child("default"), message);
        }
    }

    /// OpenAPI 3.0.3, section 4.7.7.1: the pattern of component names.
    fn component_names(&mut self, components: &Object, at: &Pointer) {
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        for (section, entries) in components.iter().filter(|(section, _)| !section.starts_with("x-")) {
            for (name, _) in entries.as_object().into_iter().flatten() {
                if name.is_empty() || !name.chars().all(is_allowed) {
                    let message = format!(
                        "component name `{}` has a character that is not allowed; expected letters, digits, `.`, `-` \
                         and `_`",
                        excerpt(name)
                    );
                    self.warn_on_key(Code::Malformed, &at.child(section).child(name), message);
                }
            }
        }
    }

    /// `mutualTLS` is honoured in all versions, although only later ones define it.
    fn scheme(&mut self, scheme: &Object, at: &Pointer) {
        if scheme.get("type").and_then(Node::as_str) == Some("mutualTLS") && self.version < Version::V3_1 {
            self.is_newer(&at.child("type"), "security scheme type `mutualTLS`", "3.1");
        }
        if scheme.contains_key("oauth2MetadataUrl") && self.version < Version::V3_2 {
            self.is_newer(&at.child("oauth2MetadataUrl"), "`oauth2MetadataUrl`", "3.2");
        }
    }

    fn flows(&mut self, flows: &Object, at: &Pointer) {
        if flows.contains_key("deviceAuthorization") && self.version < Version::V3_2 {
            self.is_newer(&at.child("deviceAuthorization"), "flow `deviceAuthorization`", "3.2");
        }
    }

    fn is_newer(&mut self, at: &Pointer, what: &str, version: &str) {
        let message = format!("{what} is defined in OpenAPI {version}; it is honoured in this version too");
        self.warn(Code::Malformed, at, message);
    }

    /// OpenAPI 3.2.0, section 4.8.2: a template expression occurs once in a path.
    fn paths(&mut self, paths: &Object, at: &Pointer) {
        for path in paths.keys().filter(|path| path.starts_with('/')) {
            let mut seen = BTreeSet::new();
            let names = path.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0));
            if let Some(name) = names.into_iter().find(|name| !seen.insert(*name)) {
                let message = format!("`{{{}}}` occurs twice in the path; both have the same value", excerpt(name));
                self.warn_on_key(Code::BadPath, &at.child(path), message);
            }
        }
    }

    fn warn(&mut self, code: Code, at: &Pointer, message: impl Into<String>) {
        self.report.push(Diagnostic::warning(code, &self.moves.written(at), message));
    }

    fn warn_on_key(&mut self, code: Code, at: &Pointer, message: impl Into<String>) {
        self.report.push(Diagnostic::warning(code, &self.moves.written(at), message).on_key());
    }

    fn error_on_key(&mut self, code: Code, at: &Pointer, message: impl Into<String>) {
        self.report.push(Diagnostic::error(code, &self.moves.written(at), message).on_key());
    }
}

/// The text of a plain value, as it is sent.
fn text(node: &Node) -> Option<String> {
    match node {
        Node::String(text) => Some(text.clone()),
        Node::Integer(number) => Some(number.to_string()),
        Node::Float(number) => Some(format!("{number:?}")),
        Node::Bool(value) => Some(value.to_string()),
        Node::Null | Node::Array(_) | Node::Object(_) => None,
    }
}
