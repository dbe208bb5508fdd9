//! Reports keys that the version of OpenAPI does not define. A key about security is an error, since its author
//! believes that it restricts access. Any other key is a warning, one for all places of the key in objects of one kind.

use std::collections::{BTreeMap, BTreeSet};

use super::grammar::walk::{GrammarNode, walk};
use super::grammar::{Grammar, Holds, KeyDefinition, Name, What, with_article};
use super::kind::{OPERATIONS, QUERY};
use super::near::nearest;
use super::tree::{Node, Object};
use super::upgrade::Moves;
use super::version::Version;
use crate::diag::print::excerpt;
use crate::diag::{Code, Diagnostic, Pointer, Report};

/// Keys that affect access, wherever they are written. No version defines `securityRequirements`, which is the name of
/// the objects in `security`.
const SECURITY: [&str; 4] = ["security", "securityRequirements", "securitySchemes", "securityDefinitions"];

/// Objects that describe values, where a key such as `security` is not about access.
const OF_VALUES: [Name; 4] = ["schema", "discriminator object", "xml object", "external docs object"];

/// Objects that may contain operations, which a misspelt `$ref` would drop.
const OF_OPERATIONS: [Name; 3] = ["path item", "operation", "security scheme"];

/// How many keys without a similar known key are listed for each kind of object.
const LISTED: usize = 20;

/// How many different keys are compared with the known ones.
const COMPARED: usize = 2000;

/// Reports the unknown keys of a document that has not been upgraded, with their original pointers.
pub(super) fn report(tree: &Node, version: Version, moves: &Moves) -> Report {
    let grammar = Grammar::of(version);
    let mut found =
        UnknownKeys { grammar: &grammar, moves, report: Report::new(), groups: BTreeMap::new(), uncompared: None };
    walk(&grammar, tree, |place| {
        if let (Holds::One(What::Object(name)), Node::Object(object)) = (place.holds, place.node) {
            found.object(name, object, place);
        }
    });
    found.finish()
}

/// The places of one unknown key in objects of one kind.
struct Group {
    first: Pointer,
    help: Option<String>,
    is_near: bool,
    places: BTreeSet<Pointer>,
}

struct UnknownKeys<'g> {
    grammar: &'g Grammar,
    moves: &'g Moves,
    report: Report,
    groups: BTreeMap<(Name, String), Group>,
    /// The first key that was not compared, and the number of such keys.
    uncompared: Option<(Pointer, usize)>,
}

impl UnknownKeys<'_> {
    fn object(&mut self, name: Name, object: &Object, place: &GrammarNode<'_>) {
        for (key, value) in object.iter().filter(|(key, _)| *key != "$ref") {
            if name == "path item" && [OPERATIONS, QUERY].contains(&key.as_str()) {
                let message = format!("`{}` is reserved for keystub; expected another key", excerpt(key));
                let at = self.moves.written(&place.at.child(key));
                self.report.push(Diagnostic::error(Code::MisplacedSecurity, &at, message).on_key());
            }
            if key.starts_with("x-") {
                continue;
            }
            if place.is_read
                && let Some(diagnostic) = self.security(name, key, value, &place.at)
            {
                self.report.push(diagnostic.on_key());
            } else if self.grammar.holds(name, key).is_none() {
                self.unknown(name, key, &place.at.child(key));
            }
        }
    }

    /// The error for a key, of the object at this pointer, whose author meant it to restrict access.
    fn security(&self, name: Name, key: &str, value: &Node, holder: &Pointer) -> Option<Diagnostic> {
        let keys = self.grammar.keys(name);
        let is_defined = keys.iter().any(|known| known.name == key);
        let is_name =
            matches!(name, "security requirement" | "callback") || (name == "paths object" && key.starts_with('/'));
        if is_defined || is_name || OF_VALUES.contains(&name) {
            return None;
        }
        let at = self.moves.written(&holder.child(key));
        let object = with_article(name);
        let error = |message: String| Some(Diagnostic::error(Code::MisplacedSecurity, &at, message));
        let own = keys.iter().filter(|known| known.decides_access).map(|known| known.name);
        let reference = OF_OPERATIONS.contains(&name).then_some("$ref");
        if let Some(meant) = nearest(key, own.chain(reference)) {
            return error(format!("unknown key `{}` in {object}; expected `{meant}`", excerpt(key)));
        }
        if let Some(meant) = nearest(key, SECURITY) {
            let message = format!("`{}` has no effect in {object}", excerpt(key));
            return error(message).map(|found| found.help(self.place_of(meant)));
        }
        let is_holder = matches!(name, "document" | "operation") && !self.grammar.has_any_key(name);
        if (is_holder || key == "<<") && holds_security(value) {
            let object = with_article(name);
            let message =
                format!("unknown key `{}` in {object}; the security declared in it has no effect", excerpt(key));
            return error(message).map(|found| match key {
                "<<" => found.help("only an unquoted `<<` in YAML is a merge key"),
                _ => found.help("move it to a place where OpenAPI defines it, or remove it"),
            });
        }
        None
    }

    /// Where OpenAPI defines the key about security.
    fn place_of(&self, meant: &str) -> String {
        let is_swagger = self.grammar.version == Version::V2_0;
        match (meant, is_swagger) {
            ("security" | "securityRequirements", _) => {
                "OpenAPI defines `security` at the top of the document and in operations".to_owned()
            }
            (_, true) => "declare security schemes in `securityDefinitions` at the top of the document".to_owned(),
            (_, false) => "declare security schemes in `components/securitySchemes`".to_owned(),
        }
    }

    fn unknown(&mut self, name: Name, key: &str, at: &Pointer) {
        let at = self.moves.written(at);
        if let Some(group) = self.groups.get_mut(&(name, key.to_owned())) {
            group.places.insert(at);
            return;
        }
        if self.groups.len() >= COMPARED {
            self.uncompared.get_or_insert((at, 0)).1 += 1;
            return;
        }
        let keys = self.grammar.keys(name).iter().map(|known: &KeyDefinition| known.name).filter(|known| *known != "*");
        let meant = nearest(key, keys);
        // JSON Schema allows keywords that it does not define (2020-12, section 4.3.1).
        if meant.is_none() && name == "schema" && self.grammar.version >= Version::V3_1 {
            return;
        }
        let newer = Grammar::version_with(name, key).map(|version| format!("it is defined in {version}"));
        let help = newer.or_else(|| meant.map(|meant| format!("did you mean `{meant}`?")));
        let group = Group { first: at.clone(), is_near: help.is_some(), help, places: BTreeSet::from([at]) };
        self.groups.insert((name, key.to_owned()), group);
    }

    fn finish(mut self) -> Report {
        let mut unlisted: BTreeMap<Name, (Pointer, usize)> = BTreeMap::new();
        let mut listed: BTreeMap<Name, usize> = BTreeMap::new();
        for ((name, key), group) in self.groups {
            let count = listed.entry(name).or_default();
            if !group.is_near && *count >= LISTED {
                unlisted.entry(name).or_insert((group.first, 0)).1 += 1;
                continue;
            }
            *count += usize::from(!group.is_near);
            let places = match group.places.len() {
                1 => String::new(),
                count => format!(" at {count} places"),
            };
            let message = format!("unknown key `{}` in {}{places}", excerpt(&key), with_article(name));
            let warning = Diagnostic::warning(Code::UnknownKey, &group.first, message).on_key();
            self.report.push(match group.help {
                Some(help) => warning.help(help),
                None => warning,
            });
        }
        for (name, (first, count)) in unlisted {
            let message = format!("{count} more unknown keys in objects of kind {name}");
            self.report.push(Diagnostic::warning(Code::UnknownKey, &first, message).on_key());
        }
        if let Some((first, count)) = self.uncompared {
            let message = format!("{count} more places with unknown keys");
            self.report.push(Diagnostic::warning(Code::UnknownKey, &first, message).on_key());
        }
        self.report
    }
}

/// Whether a value contains a key about security.
fn holds_security(value: &Node) -> bool {
    let has_key = |node: &Node| {
        let keys = node.as_object().into_iter().flat_map(Object::keys);
        keys.into_iter().any(|key| nearest(key, SECURITY).is_some())
    };
    match value {
        Node::Array(items) => items.iter().any(has_key),
        value => has_key(value),
    }
}

#[cfg(test)]
mod tests;
