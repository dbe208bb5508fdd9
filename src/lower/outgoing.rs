//! Webhooks and callbacks: finds them and lowers them apart from the operations of `paths`.
//!
//! Code is not generated from these: `--webhooks` lowers them as the operations of a document. An error in one, even about security, is a warning and means that this operation is
//! not kept. Their own warnings are not reported.

use std::collections::BTreeSet;

use openapiv3::PathItem;

use super::draft::Draft;
use super::finish::{finish, recursion};
use super::operation::outgoing::{self, OutgoingSpec};
use super::ref_targets::Deep;
use super::schema::types::{Typed, Types};
use super::security::{Security, UsedSchemes};
use super::source::Source;
use super::{examples, value_schemas};
use crate::diag::print::excerpt;
use crate::diag::{Code, Diagnostic, Level, Pointer, Report};
use crate::document::Document;
use crate::document::tree::{Node, Object};
use crate::limits::LimitKind;
use crate::model::Skipped;
use crate::model::operation::Operation;
use crate::model::outgoing::{Origin, Outgoing, OutgoingOperation};
use crate::model::value_schema::ValueSchemas;

/// The keys of a document whose values are webhooks.
const WEBHOOKS: [&str; 2] = ["webhooks", "x-webhooks"];

/// How often operations are lowered to find those with errors.
const ATTEMPTS: usize = 100;

/// The cost of a path item besides its nodes, so that small ones cannot be referred to without end.
const COST: usize = 20;

/// The help of a warning that has none.
const HELP: &str = "this webhook or callback is ignored; generated code is the same without it";

/// The webhooks and callbacks of a document, and those that are not kept.
#[derive(Default)]
pub(super) struct LoweredOutgoing {
    pub(super) outgoing: Outgoing,
    pub(super) rejected: Rejected,
}

/// The webhooks and callbacks that are not kept.
#[derive(Default)]
pub(super) struct Rejected {
    /// Their errors, as warnings.
    pub(super) report: Report,
    pub(super) skipped: Vec<Skipped>,
}

/// Lowers the webhooks of a document and the callbacks of its operations, which are at these places.
pub(super) fn lower(document: &Document, operations: &[Pointer]) -> LoweredOutgoing {
    let mut found = Found { items: Vec::new(), rejected: Rejected::default(), nodes_left: Some(document.limits.nodes) };
    found.add_webhooks(document);
    found.add_callbacks(document, operations);
    let Found { items, mut rejected, .. } = found;
    if items.is_empty() {
        return LoweredOutgoing { outgoing: Outgoing::default(), rejected };
    }
    let mut deep = Deep::gather(document);
    items.iter().for_each(|item| deep.add_operations_of(document, &item.at));
    let mut source = Source::new(document, &deep);
    let mut specs: Vec<OutgoingSpec<'_>> = Vec::new();
    for (index, OutgoingItem { origin, at, item }) in items.iter().enumerate() {
        let of_item = outgoing::list(&mut source, item, at, index, text(origin));
        if of_item.is_empty() {
            let reason = "this webhook or callback has no operation".to_owned();
            rejected.skipped.push(Skipped { at: at.clone(), reason });
        }
        of_item.iter().for_each(|spec| rejected.add_nested_callbacks(document, &spec.at));
        specs.extend(of_item);
    }
    for error in errors(&source.report) {
        rejected.add(&error.at, std::slice::from_ref(error));
    }
    let attempts = Attempts { document, deep: &deep, left: ATTEMPTS, rejected };
    let (lowered, rejected) = attempts.lower(&specs);
    let Attempt { operations, outgoing } = lowered;
    let of_item =
        |(item, operation): (usize, Operation)| OutgoingOperation { origin: items[item].origin.clone(), operation };
    let operations = operations.into_iter().map(of_item).collect();
    LoweredOutgoing { outgoing: Outgoing { operations, ..outgoing }, rejected }
}

/// A path item of a webhook or callback.
struct OutgoingItem {
    origin: Origin,
    at: Pointer,
    item: PathItem,
}

/// The path items of webhooks and callbacks.
struct Found {
    items: Vec<OutgoingItem>,
    rejected: Rejected,
    /// How many more nodes may be read; `None` once the limit is exceeded. Many operations can refer to one large
    /// callback.
    nodes_left: Option<usize>,
}

impl Found {
    fn add_webhooks(&mut self, document: &Document) {
        for key in WEBHOOKS {
            let at = Pointer::root().child(key);
            // Documents of the field have settings such as `x-sdk-exclude: true` among their webhooks.
            let is_webhook = |(name, node): &(&String, &Node)| !name.starts_with("x-") || node.as_object().is_some();
            for (name, node) in entries(document, &at).filter(is_webhook) {
                self.add(document, node, &at.child(name), Origin::Webhook { name: name.clone() });
            }
        }
    }

    fn add_callbacks(&mut self, document: &Document, operations: &[Pointer]) {
        let mut seen = BTreeSet::new();
        for (index, operation) in operations.iter().enumerate().filter(|(_, at)| seen.insert(*at)) {
            let at = operation.child("callbacks");
            for (name, node) in entries(document, &at) {
                let Some(at) = self.followed(document, node, &at.child(name)) else { continue };
                for (expression, node) in entries(document, &at).filter(|(key, _)| !key.starts_with("x-")) {
                    let origin = Origin::Callback { name: name.clone(), expression: expression.clone(), of: index };
                    self.add(document, node, &at.child(expression), origin);
                    if self.nodes_left.is_none() {
                        return;
                    }
                }
            }
        }
    }

    fn add(&mut self, document: &Document, node: &Node, at: &Pointer, origin: Origin) {
        let Some(left) = self.nodes_left else { return };
        let Some(at) = self.followed(document, node, at) else { return };
        self.nodes_left = document.node(&at).and_then(|item| left.checked_sub(COST + size(item)));
        if self.nodes_left.is_none() {
            let most = document.limits.nodes;
            let message =
                format!("webhooks and callbacks have more than {most} nodes; this and later ones are ignored");
            let error = Diagnostic::error(Code::TooManyNodes, &at, message).help(LimitKind::Nodes.help());
            return self.rejected.add(&at, &[error]);
        }
        match document.path_item(&at) {
            Ok(item) => self.items.push(OutgoingItem { origin, at, item }),
            Err(found) => self.rejected.add(&at, &errors(&found).cloned().collect::<Vec<_>>()),
        }
    }

    /// The pointer of the object, or the target of its reference.
    fn followed(&mut self, document: &Document, node: &Node, at: &Pointer) -> Option<Pointer> {
        let found = match (node.reference(), node) {
            (Some(reference), _) => document.target(reference, at).map_err(|found| *found),
            (None, Node::Object(_)) => Ok(at.clone()),
            (None, other) => {
                let name = at.last().unwrap_or_default();
                let message = format!("`{}` is {}; expected an object", excerpt(&name), other.kind());
                Err(Diagnostic::error(Code::Malformed, at, message))
            }
        };
        found.map_err(|error| self.rejected.add(at, &[error])).ok()
    }
}

impl Rejected {
    /// Records the errors of the webhook or callback at `at`.
    fn add(&mut self, at: &Pointer, errors: &[Diagnostic]) {
        self.add_all([at], errors);
    }

    /// Records errors that these webhooks and callbacks have together.
    fn add_all<'a>(&mut self, places: impl IntoIterator<Item = &'a Pointer>, errors: &[Diagnostic]) {
        for error in errors {
            let help = error.help.clone().unwrap_or_else(|| HELP.to_owned());
            self.report.push(error.as_warning().help(help));
        }
        let reason = match errors {
            [] => "invalid".to_owned(),
            [first, ..] => format!("{} ({})", first.message, first.code),
        };
        let reason = format!("this webhook or callback is ignored: {reason}");
        self.skipped.extend(places.into_iter().map(|at| Skipped { at: at.clone(), reason: reason.clone() }));
    }

    /// The model has callbacks of operations only, not those of webhooks and of other callbacks.
    fn add_nested_callbacks(&mut self, document: &Document, operation_at: &Pointer) {
        let at = operation_at.child("callbacks");
        if document.node(&at).is_some() {
            let reason = "callbacks of webhooks and of other callbacks are ignored".to_owned();
            self.skipped.push(Skipped { at, reason });
        }
    }
}

/// Finds the operations that can be lowered together without an error.
struct Attempts<'d> {
    document: &'d Document,
    deep: &'d Deep,
    /// How many attempts are left.
    left: usize,
    rejected: Rejected,
}

/// The operations with the indexes of their items, and what they reach.
#[derive(Default)]
struct Attempt {
    operations: Vec<(usize, Operation)>,
    outgoing: Outgoing,
}

impl<'d> Attempts<'d> {
    fn lower(mut self, specs: &[OutgoingSpec<'d>]) -> (Attempt, Rejected) {
        let all: Vec<&OutgoingSpec<'d>> = specs.iter().collect();
        let lowered = self.attempt(&all).or_else(|report| {
            let valid = self.valid(&all, &report);
            self.attempt(&valid).map_err(|report| (valid, report))
        });
        let lowered = lowered.unwrap_or_else(|(valid, report)| {
            // Valid alone, but too large together.
            self.reject(&valid, &report);
            Attempt::default()
        });
        (lowered, self.rejected)
    }

    /// The operations without errors, found by halving a list that has these errors; errors of schemas have no
    /// operation.
    fn valid<'s>(&mut self, specs: &[&'s OutgoingSpec<'d>], report: &Report) -> Vec<&'s OutgoingSpec<'d>> {
        if specs.len() <= 1 || self.left == 0 {
            self.reject(specs, report);
            return Vec::new();
        }
        self.left -= 1;
        let (first, second) = specs.split_at(specs.len() / 2);
        let mut valid = Vec::new();
        for half in [first, second] {
            match self.attempt(half) {
                Ok(_) => valid.extend(half),
                Err(report) => valid.extend(self.valid(half, &report)),
            }
        }
        valid
    }

    fn reject(&mut self, specs: &[&OutgoingSpec<'d>], report: &Report) {
        let errors: Vec<Diagnostic> = errors(report).cloned().collect();
        self.rejected.add_all(specs.iter().map(|spec| &spec.at), &errors);
    }

    fn attempt(&self, specs: &[&OutgoingSpec<'d>]) -> Result<Attempt, Report> {
        let mut source = Source::new(self.document, self.deep);
        let security = Security::read(&mut source);
        let mut types = Types::new(source);
        let operations = outgoing::lower(&mut types, &security, specs);
        let Typed { mut source, types, defaults, constrained } = types.finish();
        let types = recursion::break_alias_cycles(types, &mut source.report);
        if source.report.has_errors() {
            return Err(source.report);
        }
        let (types, operations) = finish(Draft { operations, types, defaults }, &mut source.report);
        let UsedSchemes { schemes, operations, .. } = security.keep_used(&mut source, operations);
        let type_examples = examples::of_types(&mut source, &types);
        let value_schemas = match self.document.extent.has_outgoing_values() {
            true => value_schemas::lower(self.document, self.deep, &types, &constrained),
            false => ValueSchemas::default(),
        };
        if source.report.has_errors() {
            return Err(source.report);
        }
        let operations = specs.iter().map(|spec| spec.item_index).zip(operations).collect();
        let outgoing = Outgoing { operations: Vec::new(), types, type_examples, value_schemas, schemes };
        Ok(Attempt { operations, outgoing })
    }
}

fn errors(report: &Report) -> impl Iterator<Item = &Diagnostic> {
    report.iter().filter(|found| found.level == Level::Error)
}

/// What is written in place of a path.
fn text(origin: &Origin) -> &str {
    match origin {
        Origin::Webhook { name } => name,
        Origin::Callback { expression, .. } => expression,
    }
}

/// The number of nodes.
fn size(node: &Node) -> usize {
    let mut count = 0;
    let mut waiting = vec![node];
    while let Some(node) = waiting.pop() {
        count += 1;
        match node {
            Node::Array(items) => waiting.extend(items),
            Node::Object(object) => waiting.extend(object.values()),
            Node::Null | Node::Bool(_) | Node::Integer(_) | Node::Float(_) | Node::String(_) => {}
        }
    }
    count
}

fn entries<'d>(document: &'d Document, at: &Pointer) -> impl Iterator<Item = (&'d String, &'d Node)> + use<'d> {
    document.node(at).and_then(Node::as_object).into_iter().flat_map(Object::iter)
}
