//! Lowering: converts a document to the closed model of an API, or reports why it cannot.
//!
//! This file has the order of the passes; each pass has its own file.

mod compose;
mod content;
mod defaults;
mod discriminate;
mod encoding;
mod enums;
mod fields;
mod flat_schema;
mod formats;
mod forms;
mod graph;
mod header_field;
mod misspelt;
mod nullability;
mod operation;
mod parameter;
mod path;
mod place;
mod properties;
mod recursion;
mod ref_targets;
mod route;
mod rules;
mod scalar;
mod schema;
mod security;
mod server;
mod skip;
mod subtypes;
mod token;
mod union;
mod usage;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};

use openapiv3::{ReferenceOr, Schema};

use crate::diag::{Code, Diagnostic, Pointer, Report};
use crate::document::Document;
use crate::limits::LimitKind;
use crate::model::schema::{TypeDef, TypeId, TypeRef};
use crate::model::{Api, Skipped};
use defaults::PendingDefault;
use ref_targets::{Deep, Kept};
use schema::Job;
pub use skip::lower_skipping;
use subtypes::Subtypes;

/// How many lists and maps may be around a type before it gets a name: syn and rustc recurse into types.
const MAX_NESTING: usize = 32;

/// Lowers a document.
///
/// Returns `None` if `report` has errors; it has all that were found.
pub fn lower(document: &Document, report: &mut Report) -> Option<Api> {
    let deep = Deep::gather(document);
    let mut lowering = Lowering::new(document, &deep);
    let security = security::Security::read(&mut lowering);
    let mut operations = operation::lower(&mut lowering, &security);
    misspelt::check(&mut lowering, &operations);
    lowering.drain();
    recursion::break_alias_cycles(&mut lowering.types, &mut lowering.report);
    if lowering.report.has_errors() {
        report.extend(lowering.report);
        return None;
    }
    nullability::hoist_null(&mut lowering, &mut operations);
    discriminate::apart(&mut lowering);
    parameter::shapes(&mut lowering, &mut operations);
    defaults::check(&mut lowering, &mut operations);
    recursion::box_cycles(&mut lowering.types);
    let types = usage::keep_reached(std::mem::take(&mut lowering.types), &mut operations);
    let schemes = security.keep_used(&mut lowering, &mut operations);
    security::review(&mut lowering, &schemes, &operations);
    let rules = rules::lower(&mut lowering, &operations);
    let servers = server::of_document(&mut lowering);
    let info = &document.api.info;
    report.extend(lowering.report);
    (!report.has_errors()).then(|| Api {
        title: info.title.clone(),
        version: info.version.clone(),
        description: info.description.clone(),
        servers,
        schemes,
        operations,
        types,
        rules,
        skipped: lowering.skipped,
        left_out: Vec::new(),
    })
}

/// The state that the passes share.
struct Lowering<'d> {
    document: &'d Document,
    deep: &'d Deep,
    subtypes: Subtypes<'d>,
    report: Report,
    skipped: Vec<Skipped>,
    types: Vec<TypeDef>,
    /// Whether each type allows `null`; moved to the uses of the type when all types are known.
    is_nullable: Vec<bool>,
    ids: BTreeMap<Pointer, TypeId>,
    /// The types of properties that several schemas describe, by the pointers of those schemas.
    merged: BTreeMap<Vec<Pointer>, TypeRef>,
    queue: VecDeque<Job<'d>>,
    defaults: Vec<PendingDefault>,
    spent: usize,
}

impl<'d> Lowering<'d> {
    fn new(document: &'d Document, deep: &'d Deep) -> Self {
        Self {
            document,
            deep,
            subtypes: Subtypes::gather(document, deep),
            report: Report::new(),
            skipped: Vec::new(),
            types: Vec::new(),
            is_nullable: Vec::new(),
            ids: BTreeMap::new(),
            merged: BTreeMap::new(),
            queue: VecDeque::new(),
            defaults: Vec::new(),
            spent: 0,
        }
    }

    /// Records that no code is generated for a part.
    fn skip(&mut self, at: &Pointer, reason: impl Into<String>) {
        self.skipped.push(Skipped { at: at.clone(), reason: reason.into() });
    }

    /// The item after resolving references.
    fn resolve<T: Kept>(&mut self, item: &'d ReferenceOr<T>, at: &Pointer) -> Option<(Pointer, &'d T)> {
        match item {
            ReferenceOr::Item(item) => Some((at.clone(), item)),
            ReferenceOr::Reference { reference } => self.follow(reference, at),
        }
    }

    /// The schema that the `$ref` at `at` refers to.
    fn resolve_schema(&mut self, reference: &str, at: &Pointer) -> Option<(Pointer, &'d Schema)> {
        self.follow(reference, at)
    }

    fn follow<T: Kept>(&mut self, reference: &str, at: &Pointer) -> Option<(Pointer, &'d T)> {
        let target = match self.document.target(reference, at) {
            Ok(target) => target,
            Err(diagnostic) => {
                self.report.push(*diagnostic);
                return None;
            }
        };
        let found = T::find(self.document, self.deep, &target);
        if found.is_none() {
            let message = format!("`{target}` is not {}", T::NAME);
            self.report.error(Code::Malformed, &at.child("$ref"), message);
        }
        found.map(|found| (target, found))
    }

    /// Counts generated items against the limit for output.
    fn spend(&mut self, count: usize, at: &Pointer) {
        let was_within = !self.is_over_budget();
        self.spent = self.spent.saturating_add(count);
        if was_within && self.is_over_budget() {
            let most = self.document.limits.output;
            let message = format!("the generated code needs more than {most} types, fields and values");
            let diagnostic = Diagnostic::error(Code::TooLargeOutput, at, message).help(LimitKind::Output.help());
            self.report.push(diagnostic);
        }
    }

    fn is_over_budget(&self) -> bool {
        self.spent > self.document.limits.output
    }
}

/// The string under an extension key.
fn text_of(extensions: &indexmap::IndexMap<String, serde_json::Value>, key: &str) -> Option<String> {
    extensions.get(key)?.as_str().map(str::to_owned)
}
