//! Resolves `$ref` within the document, through chains of references.

use std::borrow::Cow;

use openapiv3 as v3;
use openapiv3::ReferenceOr;
use serde::de::DeserializeOwned;

use super::Document;
use super::kind::Kind;
use super::shape::Shaper;
use super::tree::Node;
use super::typed;
use crate::diag::print::excerpt;
use crate::diag::{Code, Diagnostic, Pointer, Report};
use crate::limits::LimitKind;

/// How many existing names are compared with one that does not exist.
const ALIKE: usize = 500;

/// An object that a reference can replace.
pub trait Component: DeserializeOwned + Clone + 'static {
    /// Its key under `components`; `None` for a path item.
    const SECTION: Option<&'static str>;

    /// Its kind in the grammar.
    const KIND: Kind;

    /// The declared components.
    fn declared<'a>(api: &'a v3::OpenAPI, name: &str) -> Option<&'a ReferenceOr<Self>>;
}

macro_rules! components {
    ($($kind:ident: $key:literal in $section:ident),+) => {
        $(impl Component for v3::$kind {
            const SECTION: Option<&'static str> = Some($key);
            const KIND: Kind = Kind::$kind;

            fn declared<'a>(api: &'a v3::OpenAPI, name: &str) -> Option<&'a ReferenceOr<Self>> {
                api.components.as_ref()?.$section.get(name)
            }
        })+
    };
}

components! {
    Schema: "schemas" in schemas,
    Response: "responses" in responses,
    Parameter: "parameters" in parameters,
    RequestBody: "requestBodies" in request_bodies,
    Header: "headers" in headers,
    SecurityScheme: "securitySchemes" in security_schemes
}

impl Component for v3::PathItem {
    const SECTION: Option<&'static str> = None;
    const KIND: Kind = Kind::PathItem;

    fn declared<'a>(_: &'a v3::OpenAPI, _: &str) -> Option<&'a ReferenceOr<Self>> {
        None
    }
}

impl Document {
    /// Resolves `item` at `at`: the item itself or the target of its reference.
    ///
    /// Returns the pointer of the result; reports a reference that cannot be resolved.
    pub fn resolve<'a, T: Component>(
        &'a self,
        item: &'a ReferenceOr<T>,
        at: &Pointer,
        report: &mut Report,
    ) -> Option<(Pointer, Cow<'a, T>)> {
        match item {
            ReferenceOr::Item(item) => Some((at.clone(), Cow::Borrowed(item))),
            ReferenceOr::Reference { reference } => self.lookup(reference, at, report),
        }
    }

    /// Resolves the text of the `$ref` in the object at `at`.
    pub fn lookup<T: Component>(
        &self,
        reference: &str,
        at: &Pointer,
        report: &mut Report,
    ) -> Option<(Pointer, Cow<'_, T>)> {
        let found = self.target(reference, at).and_then(|target| {
            let object = self.object::<T>(&target).ok_or_else(|| {
                let name = T::KIND.name();
                let message = format!("`{}` is not {name}", excerpt(reference));
                Box::new(Diagnostic::error(Code::Malformed, &at.child("$ref"), message))
            })?;
            Ok((target, object))
        });
        found.map_err(|diagnostic| report.push(*diagnostic)).ok()
    }

    /// The final target of the `$ref` in the object at `at`.
    ///
    /// # Errors
    ///
    /// The diagnostic for a reference that cannot be resolved.
    pub fn target(&self, reference: &str, at: &Pointer) -> Result<Pointer, Box<Diagnostic>> {
        follow(&self.tree, reference, at, self.limits.references)
    }

    /// The object at `target`, which is not a reference.
    fn object<T: Component>(&self, target: &Pointer) -> Option<Cow<'_, T>> {
        let tokens: Vec<_> = target.tokens().collect();
        if let [components, section, name] = tokens.as_slice()
            && components == "components"
        {
            if T::SECTION != Some(section) {
                return None;
            }
            return match T::declared(&self.api, name)? {
                ReferenceOr::Item(item) => Some(Cow::Borrowed(item)),
                ReferenceOr::Reference { .. } => None,
            };
        }
        let mut shaper = Shaper::default();
        let shaped = shaper.shape(T::KIND, self.tree.find(target)?, target);
        if shaper.report.has_errors() {
            return None;
        }
        typed::parse(&shaped).ok().map(Cow::Owned)
    }
}

/// Follows a reference to a node that is not a reference.
pub(super) fn follow(tree: &Node, reference: &str, at: &Pointer, most: usize) -> Result<Pointer, Box<Diagnostic>> {
    let refuse = |code, message: String| Diagnostic::error(code, &at.child("$ref"), message);
    let mut passed: Vec<Pointer> = Vec::new();
    let mut reference = reference;
    loop {
        let (target, node) = step(tree, reference, at)?;
        if passed.contains(&target) || target == *at {
            let way: Vec<_> =
                passed.iter().chain([&target]).map(|at| format!("`{}`", excerpt(&at.to_string()))).collect();
            return Err(Box::new(refuse(Code::CyclicRef, cycle_message(&way))));
        }
        let Some(next) = node.reference() else { return Ok(target) };
        passed.push(target);
        if passed.len() > most {
            let message = format!("`{}` is a chain of more than {most} references", excerpt(reference));
            return Err(Box::new(refuse(Code::UnsupportedRef, message).help(LimitKind::References.help())));
        }
        reference = next;
    }
}

/// The final target of a reference; `None` if it cannot be resolved.
pub(super) fn destination(tree: &Node, reference: &str, most: usize) -> Option<Pointer> {
    let mut reference = reference;
    for _ in 0..=most {
        let (target, node) = pointers(reference).into_iter().find_map(|at| Some((at.clone(), tree.find(&at)?)))?;
        match node.reference() {
            Some(next) => reference = next,
            None => return Some(target),
        }
    }
    None
}

fn cycle_message(way: &[String]) -> String {
    match way {
        [only] => format!("{only} refers to itself"),
        [first, .., last] if way.len() > 6 => {
            format!("{first} is part of a cycle of {} references, through {last}", way.len())
        }
        [first, rest @ ..] => format!("{first} is part of a reference cycle: {first} → {}", rest.join(" → ")),
        [] => unreachable!("a cycle has a node"),
    }
}

/// One step: the node that a reference names.
pub(super) fn step<'t>(tree: &'t Node, reference: &str, at: &Pointer) -> Result<(Pointer, &'t Node), Box<Diagnostic>> {
    let refuse = |code, message: String| Diagnostic::error(code, &at.child("$ref"), message);
    let shown = excerpt(reference);
    let Some(fragment) = reference.strip_prefix('#') else {
        let message = format!("`{shown}` refers to another document; expected a reference that begins with `#`");
        return Err(Box::new(refuse(Code::RemoteRef, message)));
    };
    let pointers = pointers_of(fragment);
    if pointers.is_empty() {
        let message = format!("`{shown}` is not a JSON pointer; expected, for example, `#/components/schemas/Pet`");
        return Err(Box::new(refuse(Code::UnsupportedRef, message)));
    }
    let found = pointers.iter().find_map(|pointer| Some((pointer.clone(), tree.find(pointer)?)));
    found.ok_or_else(|| {
        let diagnostic = refuse(Code::DanglingRef, format!("`{shown}` does not exist"));
        Box::new(match near(tree, &pointers[0]) {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        })
    })
}

/// The pointers that a reference may mean: its fragment decoded, and as written.
pub(super) fn pointers(reference: &str) -> Vec<Pointer> {
    reference.strip_prefix('#').map(pointers_of).unwrap_or_default()
}

fn pointers_of(fragment: &str) -> Vec<Pointer> {
    let texts = [percent_decoded(fragment), Some(fragment.to_owned())];
    texts.into_iter().flatten().filter_map(|text| Pointer::parse(&text)).collect()
}

/// The reference to `at`.
pub(super) fn fragment_of(at: &Pointer) -> String {
    at.to_string().replace('%', "%25")
}

/// Decodes the percent-encoding of a fragment (RFC 6901, section 6); `None` if it is invalid.
pub(super) fn percent_decoded(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let code = part.get(..2).filter(|code| code.bytes().all(|b| b.is_ascii_hexdigit()))?;
        bytes.push(u8::from_str_radix(code, 16).ok()?);
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).ok()
}

/// Help for a pointer that does not exist: a similar name next to it, or the part that does exist.
fn near(tree: &Node, pointer: &Pointer) -> Option<String> {
    let mut node = tree;
    let mut at = Pointer::root();
    for token in pointer.tokens() {
        match node.step(&token) {
            Some(next) => node = next,
            None => {
                let names = node.as_object()?.keys().map(String::as_str);
                // Only names of about the same length can be similar; a very large number of names is not searched.
                let names = names.filter(|name| name.len().abs_diff(token.len()) <= 1 + token.len() / 3);
                let names: Vec<&str> = names.take(ALIKE).collect();
                let alike = similar::get_close_matches(token.as_str(), &names, 1, 0.7);
                return Some(match alike.first() {
                    Some(name) => format!("did you mean `{}`?", excerpt(&at.child(name).to_string())),
                    None => format!("`{}` has no `{}`", excerpt(&at.to_string()), excerpt(&token)),
                });
            }
        }
        at = at.child(&token);
    }
    None
}
