//! The operations of a path item.

use openapiv3::{Operation, PathItem};

use crate::diag::print::excerpt;
use crate::diag::{Code, Diagnostic, Pointer};
use crate::document::tree::Node;
use crate::document::{OPERATIONS, QUERY};
use crate::lower::source::Source;
use crate::model::operation::{Method, OtherMethod};

/// An operation of a path item, with its method or the reason why the method is invalid.
pub(in crate::lower) struct Listed<'d> {
    pub(super) method: Result<Method, Box<Diagnostic>>,
    pub(in crate::lower) spec: &'d Operation,
    pub(in crate::lower) at: Pointer,
}

/// The operations of a path item in document order, which `openapiv3` does not keep.
pub(in crate::lower) fn methods<'d>(source: &mut Source<'d>, item: &'d PathItem, at: &Pointer) -> Vec<Listed<'d>> {
    let keys = source.document.node(at).and_then(Node::as_object).into_iter().flatten();
    let mut found = Vec::new();
    for (key, value) in keys {
        let at = at.child(key);
        let (method, spec) = match key.as_str() {
            "get" => (Method::Get, item.get.as_ref()),
            "put" => (Method::Put, item.put.as_ref()),
            "post" => (Method::Post, item.post.as_ref()),
            "delete" => (Method::Delete, item.delete.as_ref()),
            "options" => (Method::Options, item.options.as_ref()),
            "head" => (Method::Head, item.head.as_ref()),
            "patch" => (Method::Patch, item.patch.as_ref()),
            "trace" => (Method::Trace, item.trace.as_ref()),
            QUERY => (Method::Query, source.other_operation(&at)),
            OPERATIONS => {
                let names = value.as_object().into_iter().flat_map(|operations| operations.keys());
                found.extend(names.filter_map(|name| {
                    let at = at.child(name);
                    Some(Listed { method: other_method(name, &at), spec: source.other_operation(&at)?, at })
                }));
                continue;
            }
            _ => continue,
        };
        found.extend(spec.map(|spec| Listed { method: Ok(method), spec, at }));
    }
    found
}

/// The method of an entry of `additionalOperations` (OpenAPI 3.2.0, section 4.9), sent as written.
fn other_method(name: &str, at: &Pointer) -> Result<Method, Box<Diagnostic>> {
    OtherMethod::new(name).map(Method::Other).map_err(|reason| {
        let message = format!("`{}` is not a valid method for an additional operation: {reason}", excerpt(name));
        Box::new(Diagnostic::error(Code::BadMethod, at, message).on_key())
    })
}
