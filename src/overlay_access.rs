//! Reports what overlays change about the access of operations.

use std::collections::BTreeMap;

use crate::diag::print::excerpt;
use crate::diag::{Code, Diagnostic, Level, Pointer, Report, counted};
use crate::document::Document;
use crate::document::tree::Node;
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

/// Reports, for each effect, the operations that have another access than in `base`, the document without its overlays. It
/// is `None` if that document is invalid.
pub fn check(base: Option<&Api>, (document, api): (&Document, &Api), is_strict: bool, report: &mut Report) {
    let Some(base) = base else {
        let message = "the document is invalid without its overlays, so what they change about access is unknown";
        let diagnostic = Diagnostic::warning(Code::OverlayAccess, &Pointer::root(), message);
        report.push(with_level(diagnostic, is_strict));
        return;
    };
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

/// The operations with another access, by the effect.
fn effects<'a>(base: &'a Api, api: &'a Api) -> BTreeMap<Effect, Vec<Changed<'a>>> {
    let by_route: BTreeMap<(String, String), &Operation> =
        base.operations.iter().map(|operation| (route(operation), operation)).collect();
    let by_id: BTreeMap<&str, &Operation> =
        base.operations.iter().map(|operation| (operation.id.as_str(), operation)).collect();
    let mut effects: BTreeMap<Effect, Vec<Changed<'a>>> = BTreeMap::new();
    for new in &api.operations {
        let Some(old) = by_route.get(&route(new)).or_else(|| by_id.get(new.id.as_str())).copied() else { continue };
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
    let mut names: Vec<String> =
        changed.iter().take(NAMED).map(|changed| format!("`{}`", excerpt(&changed.new.title()))).collect();
    if changed.len() > NAMED {
        names.push(format!("{} more", changed.len() - NAMED));
    }
    format!("overlay {what}: {}", names.join(", "))
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
