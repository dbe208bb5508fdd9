//! Reports what overlays change about the access of operations.

use std::collections::BTreeMap;

use crate::diag::print::excerpt;
use crate::diag::{Code, Diagnostic, Level, Pointer, Report, counted};
use crate::document::tree::Node;
use crate::document::{Document, Loaded};
use crate::model::Api;
use crate::model::access::{AccessChange, Alternatives};
use crate::model::access_text::access_text;
use crate::model::operation::{Operation, Segment};

/// How many operations a message names.
const NAMED: usize = 5;

/// An effect on operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Effect {
    Public,
    Weaker,
    Moved,
    Stronger,
}

/// An operation before and after the overlays.
struct Changed<'a> {
    old: &'a Operation,
    new: &'a Operation,
}

/// Reports, for each effect, the operations that have another access than in `base`, the document without its overlays: as it is
/// written, and its valid part. It is `None` if that document is invalid.
pub fn check(base: Option<(&Loaded, &Api)>, (document, api): (&Document, &Api), is_strict: bool, report: &mut Report) {
    let Some((written, base)) = base else {
        let message = "the document is invalid without its overlays, so what they change about access is unknown";
        let diagnostic = Diagnostic::warning(Code::OverlayAccess, &Pointer::root(), message);
        report.push(with_level(diagnostic, is_strict));
        return;
    };
    let unknown: Vec<&Operation> =
        added(base, api).into_iter().filter(|own| has_other_security(written, document, &own.at)).collect();
    if let Some(first) = unknown.first() {
        let message = format!(
            "overlay changes what is written about the access of {}, which {} invalid without it, so its effect is \
             unknown: {}",
            counted(unknown.len(), "operation"),
            if unknown.len() == 1 { "is" } else { "are" },
            names(&unknown)
        );
        let diagnostic = Diagnostic::warning(Code::OverlayAccess, &security_at(document, first), message).on_key();
        report.push(with_level(diagnostic, is_strict));
    }
    for (effect, changed) in effects(base, api) {
        let first = &changed[0];
        let was = access_text(&base.schemes, &first.old.access);
        let is = access_text(&api.schemes, &first.new.access);
        let help = format!("`{}` was `{}`, is `{}`", first.new.title(), excerpt(&was), excerpt(&is));
        let at = security_at(document, first.new);
        let diagnostic = Diagnostic::warning(Code::OverlayAccess, &at, message(effect, &changed)).on_key();
        report.push(with_level(diagnostic.help(help), is_strict));
    }
}

/// The diagnostic as an error if warnings about overlays are errors.
pub fn with_level(diagnostic: Diagnostic, is_strict: bool) -> Diagnostic {
    let level = if is_strict { Level::Error } else { diagnostic.level };
    Diagnostic { level, ..diagnostic }
}

/// Finds operations by their route, else by their id.
struct Known<'a> {
    by_route: BTreeMap<(String, String), &'a Operation>,
    by_id: BTreeMap<&'a str, &'a Operation>,
}

impl<'a> Known<'a> {
    fn new(api: &'a Api) -> Self {
        Self {
            by_route: api.operations.iter().map(|operation| (route(operation), operation)).collect(),
            by_id: api.operations.iter().map(|operation| (operation.id.as_str(), operation)).collect(),
        }
    }

    fn find(&self, operation: &Operation) -> Option<&'a Operation> {
        self.by_route.get(&route(operation)).or_else(|| self.by_id.get(operation.id.as_str())).copied()
    }
}

/// The operations that the valid part of the document without overlays does not have.
fn added<'a>(base: &Api, api: &'a Api) -> Vec<&'a Operation> {
    let known = Known::new(base);
    api.operations.iter().filter(|own| known.find(own).is_none()).collect()
}

/// Whether an operation that the document without overlays has as well, but not in its valid part, has other security requirements
/// or schemes there.
fn has_other_security(written: &Loaded, document: &Document, at: &Pointer) -> bool {
    let root = Pointer::root();
    let schemes = root.child("components").child("securitySchemes");
    let (own, whole) = (at.child("security"), root.child("security"));
    let before = written.node(&own).or_else(|| written.node(&whole));
    let after = document.node(&own).or_else(|| document.node(&whole));
    written.node(at).is_some() && (before != after || written.node(&schemes) != document.node(&schemes))
}

/// The operations with another access, by the effect.
fn effects<'a>(base: &'a Api, api: &'a Api) -> BTreeMap<Effect, Vec<Changed<'a>>> {
    let known = Known::new(base);
    let mut effects: BTreeMap<Effect, Vec<Changed<'a>>> = BTreeMap::new();
    for new in &api.operations {
        let Some(old) = known.find(new) else { continue };
        let before = Alternatives::new(&old.access, &base.schemes);
        let after = Alternatives::new(&new.access, &api.schemes);
        let effect = match after.compared_with(&before) {
            AccessChange::Equal => continue,
            AccessChange::Weaker | AccessChange::Moved if after.allows_anonymous() && !before.allows_anonymous() => {
                Effect::Public
            }
            AccessChange::Weaker => Effect::Weaker,
            AccessChange::Moved => Effect::Moved,
            AccessChange::Stronger => Effect::Stronger,
        };
        effects.entry(effect).or_default().push(Changed { old, new });
    }
    effects
}

fn message(effect: Effect, changed: &[Changed<'_>]) -> String {
    let count = counted(changed.len(), "operation");
    let what = match effect {
        Effect::Public => format!("makes {count} public"),
        Effect::Weaker => format!("lets more callers use {count}"),
        Effect::Moved => format!("lets other callers use {count}"),
        Effect::Stronger => format!("lets fewer callers use {count}"),
    };
    let changed: Vec<&Operation> = changed.iter().map(|changed| changed.new).collect();
    format!("overlay {what}: {}", names(&changed))
}

fn names(operations: &[&Operation]) -> String {
    let mut names: Vec<String> =
        operations.iter().take(NAMED).map(|operation| format!("`{}`", excerpt(&operation.title()))).collect();
    if operations.len() > NAMED {
        names.push(format!("{} more", operations.len() - NAMED));
    }
    names.join(", ")
}

/// Where the security requirements of an operation are written, if possible in an overlay; the operation itself if there
/// are none.
fn security_at(document: &Document, operation: &Operation) -> Pointer {
    let written = [operation.at.child("security"), Pointer::root().child("security")];
    let Some((at, node)) = written.into_iter().find_map(|at| Some((at.clone(), document.node(&at)?))) else {
        return operation.at.clone();
    };
    let count = if let Node::Array(alternatives) = node { alternatives.len() } else { 0 };
    let parts = std::iter::once(at.clone()).chain((0..count).map(|index| at.index(index)));
    parts.into_iter().find(|part| document.is_overlaid(part)).unwrap_or(at)
}

/// The method and the path without the names of its parameters.
fn route(operation: &Operation) -> (String, String) {
    let segments = operation.path.segments.iter().map(|segment| match segment {
        Segment::Text(text) => text.as_str(),
        Segment::Parameter(_) => "{}",
    });
    (operation.method.as_str().to_owned(), segments.collect())
}
