//! The state that the passes of lowering share.

use std::collections::{BTreeMap, VecDeque};

use openapiv3::{ReferenceOr, Schema};

use super::form::Job;
use super::pending_default::PendingDefault;
use super::ref_targets::{Deep, Kept};
use super::subtypes::Subtypes;
use crate::diag::{Code, Diagnostic, Pointer, Report};
use crate::document::Document;
use crate::limits::LimitKind;
use crate::model::Skipped;
use crate::model::schema::{TypeDef, TypeId, TypeRef};

/// The state that the passes share.
pub(super) struct Lowering<'d> {
    pub(super) document: &'d Document,
    pub(super) deep: &'d Deep,
    pub(super) subtypes: Subtypes<'d>,
    pub(super) report: Report,
    pub(super) skipped: Vec<Skipped>,
    pub(super) types: Vec<TypeDef>,
    /// Whether each type allows `null`; moved to the uses of the type when all types are known.
    pub(super) is_nullable: Vec<bool>,
    pub(super) ids: BTreeMap<Pointer, TypeId>,
    /// The types of properties that several schemas describe, by the pointers of those schemas.
    pub(super) merged: BTreeMap<Vec<Pointer>, TypeRef>,
    pub(super) queue: VecDeque<Job<'d>>,
    pub(super) defaults: Vec<PendingDefault>,
    pub(super) spent: usize,
}

impl<'d> Lowering<'d> {
    pub(super) fn new(document: &'d Document, deep: &'d Deep) -> Self {
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
    pub(super) fn skip(&mut self, at: &Pointer, reason: impl Into<String>) {
        self.skipped.push(Skipped { at: at.clone(), reason: reason.into() });
    }

    /// The item after resolving references.
    pub(super) fn resolve<T: Kept>(&mut self, item: &'d ReferenceOr<T>, at: &Pointer) -> Option<(Pointer, &'d T)> {
        match item {
            ReferenceOr::Item(item) => Some((at.clone(), item)),
            ReferenceOr::Reference { reference } => self.follow(reference, at),
        }
    }

    /// The schema that the `$ref` at `at` refers to.
    pub(super) fn resolve_schema(&mut self, reference: &str, at: &Pointer) -> Option<(Pointer, &'d Schema)> {
        self.follow(reference, at)
    }

    pub(super) fn follow<T: Kept>(&mut self, reference: &str, at: &Pointer) -> Option<(Pointer, &'d T)> {
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
    pub(super) fn spend(&mut self, count: usize, at: &Pointer) {
        let was_within = !self.is_over_budget();
        self.spent = self.spent.saturating_add(count);
        if was_within && self.is_over_budget() {
            let most = self.document.limits.output;
            let message = format!("the generated code needs more than {most} types, fields and values");
            let diagnostic = Diagnostic::error(Code::TooLargeOutput, at, message).help(LimitKind::Output.help());
            self.report.push(diagnostic);
        }
    }

    pub(super) fn is_over_budget(&self) -> bool {
        self.spent > self.document.limits.output
    }
}
