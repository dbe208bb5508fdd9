//! The order of the passes.

use super::lowering::Lowering;
use super::ref_targets::Deep;
use super::{
    defaults, discriminate, misspelt, nullability, operation, parameter, recursion, rules, security, server, usage,
};
use crate::diag::Report;
use crate::document::Document;
use crate::model::Api;

/// Lowers a document.
///
/// Returns `None` if `report` has errors; it has all that were found.
pub fn lower(document: &Document, report: &mut Report) -> Option<Api> {
    let deep = Deep::gather(document);
    let mut lowering = Lowering::new(document, &deep);
    let security = security::Security::read(&mut lowering);
    let mut operations = operation::lower(&mut lowering, &security);
    misspelt::check(&mut lowering, &operations);
    if operations.is_empty() && !lowering.report.has_errors() {
        lowering.types_without_operations();
    }
    lowering.drain();
    recursion::break_alias_cycles(&mut lowering.types, &mut lowering.report);
    if lowering.report.has_errors() {
        report.extend(lowering.report);
        return None;
    }
    nullability::hoist_null(&mut lowering, &mut operations);
    discriminate::set_tags(&mut lowering);
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
