//! Operations: lowers paths and methods in document order.

use std::collections::{BTreeMap, BTreeSet};

use super::found_operation::FoundOperation;
use super::methods::{Listed, methods};
use super::path::{self, Piece};
use super::{content, fixed_query, links, next_page, parameter};
use crate::diag::print::excerpt;
use crate::diag::{Code, Diagnostic, Pointer};
use crate::document::tree::Node;
use crate::lower::extension::text_of;
use crate::lower::schema::types::Types;
use crate::lower::security::Security;
use crate::lower::server;
use crate::lower::source::Source;
use crate::model::operation::{FixedQuery, Method, Operation, PathTemplate, Segment};
use crate::model::schema::Doc;
use crate::model::security::{Access, KeyPlace};

/// What is known about earlier operations.
#[derive(Default)]
pub(super) struct Seen {
    ids: BTreeMap<String, Pointer>,
    routes: BTreeMap<(Method, PathKey), Pointer>,
    /// The entry of `paths` for each path.
    paths: BTreeMap<PathKey, Pointer>,
}

/// What distinguishes paths: the literal texts with `None` for each parameter, and the fixed pairs of the query.
type PathKey = (Vec<Option<String>>, Vec<(String, String)>);

/// An operation has the method and path of an earlier one, which was reported.
struct Repeated;

/// Lowers every operation of the document.
pub(in crate::lower) fn lower(types: &mut Types<'_>, security: &Security) -> Vec<Operation> {
    let document = types.source.document;
    let at = Pointer::root().child("paths");
    report_other_keys(&mut types.source, &at);
    let mut seen = Seen::default();
    let mut operations = Vec::new();
    for (text, item) in document.api.paths.iter() {
        let key_at = at.child(text);
        let Some((pieces, query)) = parse(&mut types.source, text, &key_at) else { continue };
        let Some((item_at, item)) = types.source.resolve(item, &key_at) else { continue };
        let same_path = seen.paths.insert(path_key(&pieces, &query), key_at.clone());
        let mut is_repeated = false;
        for Listed { method, spec, at } in methods(&mut types.source, item, &item_at) {
            let method = match method {
                Ok(method) => method,
                Err(diagnostic) => {
                    types.source.report.push(*diagnostic);
                    continue;
                }
            };
            let names = names(&pieces);
            let (item_at, query) = (item_at.clone(), query.clone());
            let found = FoundOperation { index: operations.len(), method, item, item_at, spec, at, names, query };
            is_repeated |= check_route(&mut types.source, &mut seen, &found, &pieces).is_err();
            operations.extend(one(types, security, &mut seen, &found, text, &pieces));
        }
        // Two entries of `paths` must not be the same path (OpenAPI 3.0.3, section 4.7.8.1), whatever their methods.
        if let (Some(first), false) = (same_path, is_repeated) {
            let message = format!("same path as `{first}`; expected one entry for both");
            types.source.report.push(Diagnostic::warning(Code::DuplicateOperation, &key_at, message).on_key());
        }
    }
    operations
}

/// The access of an operation, regardless of other errors.
pub(in crate::lower) struct OperationAccess {
    /// The path as written in the document.
    pub(in crate::lower) path: String,
    pub(in crate::lower) access: Access,
    pub(in crate::lower) at: Pointer,
}

/// Reads only the security of every operation, including those whose path is not a valid template.
pub(in crate::lower) fn read_access(source: &mut Source<'_>, security: &Security) -> Vec<OperationAccess> {
    let document = source.document;
    let at = Pointer::root().child("paths");
    let mut operations = Vec::new();
    for (path, item) in document.api.paths.iter() {
        let Some((item_at, item)) = source.resolve(item, &at.child(path)) else { continue };
        for Listed { method, spec, at } in methods(source, item, &item_at) {
            let access = security.access(source, spec.security.as_ref(), &at);
            if let (Ok(_), Some(access)) = (method, access) {
                operations.push(OperationAccess { path: path.clone(), access, at });
            }
        }
    }
    operations
}

/// The pieces of a path and its query. A fragment, which Amazon's documents use to distinguish operations of one path, is never sent.
fn parse(source: &mut Source<'_>, text: &str, at: &Pointer) -> Option<(Vec<Piece>, FixedQuery)> {
    let path = text.split_once('#').map_or(text, |(path, _)| path);
    if path.len() < text.len() {
        let message = "the fragment of this path is ignored: requests have no fragment";
        source.report.push(Diagnostic::warning(Code::BadPath, at, message).on_key());
    }
    let (path, query) = fixed_query::split(path);
    let pieces = path::parse(path).map_err(|message| Box::new(Diagnostic::error(Code::BadPath, at, message).on_key()));
    let parsed = pieces.and_then(|pieces| Ok((pieces, fixed_query::read(query, at)?)));
    parsed.map_err(|diagnostic| source.report.push(*diagnostic)).ok()
}

/// Keys of `paths` that are neither paths nor extensions.
fn report_other_keys(source: &mut Source<'_>, at: &Pointer) {
    let keys = source.document.node(at).and_then(Node::as_object).into_iter().flatten();
    for (key, _) in keys.filter(|(key, _)| !key.starts_with('/') && !key.starts_with("x-")) {
        let message = format!("path `{}` does not start with `/`", excerpt(key));
        source.report.push(Diagnostic::error(Code::BadPath, &at.child(key), message).on_key());
    }
}

fn names(pieces: &[Piece]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for piece in pieces {
        if let Piece::Name(name) = piece
            && !names.contains(name)
        {
            names.push(name.clone());
        }
    }
    names
}

fn path_key(pieces: &[Piece], query: &FixedQuery) -> PathKey {
    let part = |piece: &Piece| match piece {
        Piece::Text(text) => Some(text.clone()),
        Piece::Name(_) => None,
    };
    let pairs = query.sorted().into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
    (pieces.iter().map(part).collect(), pairs.collect())
}

/// Two paths that differ only in parameter names match the same requests (OpenAPI 3.0.3, section 4.7.8.1).
fn check_route(
    source: &mut Source<'_>,
    seen: &mut Seen,
    found: &FoundOperation<'_>,
    pieces: &[Piece],
) -> Result<(), Repeated> {
    match seen.routes.insert((found.method.clone(), path_key(pieces, &found.query)), found.at.clone()) {
        None => Ok(()),
        Some(first) => {
            let served = "the server serves the first one that is not public, or else the first";
            let message = format!("same method and path as operation `{first}`; {served}");
            source.report.push(Diagnostic::warning(Code::DuplicateOperation, &found.at, message).on_key());
            Err(Repeated)
        }
    }
}

/// A fixed pair cannot be the credential of its operation: that would be written into every client.
fn check_keys(source: &mut Source<'_>, security: &Security, access: &Access, found: &FoundOperation<'_>) {
    for pair in &found.query.pairs {
        let Some(scheme) = security.scheme_with_key(access, KeyPlace::Query, &pair.name) else { continue };
        let (name, scheme) = (excerpt(&pair.name), excerpt(scheme));
        let message = format!("the query of the path contains `{name}`, the API key of security scheme `{scheme}`");
        let help = "remove the pair from the path; clients send the key that they are given";
        source.report.push(Diagnostic::error(Code::FixedQuery, &found.at, message).on_key().help(help));
    }
}

/// Lowers an operation; returns `None` if its access cannot be read, which is reported.
pub(super) fn one<'d>(
    types: &mut Types<'d>,
    security: &Security,
    seen: &mut Seen,
    found: &FoundOperation<'d>,
    text: &str,
    pieces: &[Piece],
) -> Option<Operation> {
    let spec = found.spec;
    let id = id(&mut types.source, seen, found, text);
    let access = security.access(&mut types.source, spec.security.as_ref(), &found.at);
    if let Some(access) = &access {
        check_keys(&mut types.source, security, access, found);
    }
    let parameters = parameter::lower(types, security, access.as_ref(), found);
    let body = content::body(types, found);
    let responses = content::responses(types, found);
    links::check(&mut types.source, found);
    let next = next_page::of(&types.source, found, &parameters);
    let segment = |piece: &Piece| match piece {
        Piece::Text(text) => Segment::Text(text.clone()),
        Piece::Name(name) => {
            let index = found.names.iter().position(|known| known == name);
            Segment::Parameter(index.expect("the names were gathered from these pieces"))
        }
    };
    Some(Operation {
        id,
        pinned: text_of(&spec.extensions, "x-rust-name"),
        method: found.method.clone(),
        path: PathTemplate {
            segments: pieces.iter().map(segment).collect(),
            query: found.query.clone(),
            text: text.to_owned(),
        },
        doc: Doc {
            summary: spec.summary.clone().or_else(|| found.item.summary.clone()),
            description: spec.description.clone().or_else(|| found.item.description.clone()),
        },
        tags: spec.tags.clone(),
        servers: server::of_operation(&types.source, spec, found.item),
        is_deprecated: spec.deprecated,
        access: access?,
        parameters,
        body,
        responses,
        next,
        page_items: None,
        at: found.at.clone(),
    })
}

/// `operationId` if it is the first with this value, else words from method and path, which are unique.
fn id(source: &mut Source<'_>, seen: &mut Seen, found: &FoundOperation<'_>, text: &str) -> String {
    if let Some(id) = found.spec.operation_id.as_ref().filter(|id| !id.trim().is_empty()) {
        match seen.ids.get(id) {
            None => {
                seen.ids.insert(id.clone(), found.at.clone());
                return id.clone();
            }
            Some(first) => {
                let id = excerpt(id);
                let message = format!(
                    "duplicate operationId `{id}`, also used by `{first}`; this operation is named after its path"
                );
                source.report.warning(Code::DuplicateOperationId, &found.at.child("operationId"), message);
            }
        }
    }
    let words = path::operation_words(found.method.as_str(), text);
    let taken: BTreeSet<&str> = seen.ids.keys().map(String::as_str).collect();
    let mut id = words.clone();
    let mut number = 1;
    while taken.contains(id.as_str()) {
        number += 1;
        id = format!("{words} {number}");
    }
    seen.ids.insert(id.clone(), found.at.clone());
    id
}
