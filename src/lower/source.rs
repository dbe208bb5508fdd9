//! The document that is lowered, and what is reported about it.

use openapiv3::{Operation, ReferenceOr, Schema};

use super::example_cache::ExampleCache;
use super::flat_schema::{FlatSchema, Located, SchemaOrRef};
use super::ref_targets::{Deep, Kept};
use crate::diag::{Code, Pointer, Report};
use crate::document::Document;
use crate::model::Skipped;

/// The document that is lowered, and what is reported about it.
pub(super) struct Source<'d> {
    pub(super) document: &'d Document,
    pub(super) deep: &'d Deep,
    pub(super) report: Report,
    pub(super) skipped: Vec<Skipped>,
    pub(super) examples: ExampleCache,
}

impl<'d> Source<'d> {
    pub(super) fn new(document: &'d Document, deep: &'d Deep) -> Self {
        Self { document, deep, report: Report::new(), skipped: Vec::new(), examples: ExampleCache::default() }
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

    /// The schema after resolving references; `None` if the reference cannot be resolved.
    pub(super) fn view(&mut self, located: &Located<'d>) -> Option<FlatSchema<'d>> {
        match located.part {
            SchemaOrRef::Schema(schema) => Some(FlatSchema::new(schema, &located.at)),
            SchemaOrRef::Reference(reference) => {
                let (at, schema) = self.resolve_schema(reference, &located.at)?;
                Some(FlatSchema::new(schema, &at))
            }
        }
    }

    /// The operation at `at`, whose method has no key in OpenAPI 3.0.
    pub(super) fn other_operation(&mut self, at: &Pointer) -> Option<&'d Operation> {
        let found = self.deep.operation(at);
        if found.is_none() {
            self.report.error(Code::Malformed, at, "the operation is malformed");
        }
        found
    }

    /// The target of a `mapping` entry: a reference, or the name of a component (OpenAPI 3.0.3, section 4.7.25).
    pub(super) fn mapping_target(&self, target: &str) -> Option<Pointer> {
        let named = format!("#/components/schemas/{}", target.replace('~', "~0").replace('/', "~1"));
        let candidates = [target, &named];
        candidates.into_iter().find_map(|reference| self.document.target(reference, &Pointer::root()).ok())
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
}
