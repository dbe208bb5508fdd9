//! Keys of path items that are misspelt methods. There is no operation for such a key, so on a server its requests
//! would reach another path that also matches, with security requirements that its author did not write.

use super::route::{METHODS, PathForm, Route, method};
use crate::diag::print::excerpt;
use crate::diag::{Code, Diagnostic, Pointer};
use crate::document::nearest;
use crate::document::tree::{Node, Object};
use crate::lower::source::Source;
use crate::model::operation::Operation;

/// Reports each such key whose requests would reach an operation. The others are unknown keys, and their paths are
/// unknown.
pub(in crate::lower) fn check(source: &mut Source<'_>, operations: &[Operation]) {
    let document = source.document;
    let paths = Pointer::root().child("paths");
    for (path, item) in document.api.paths.iter() {
        let Some((at, _)) = source.resolve(item, &paths.child(path)) else { continue };
        let keys = document.node(&at).and_then(Node::as_object).into_iter().flat_map(Object::iter);
        for (key, meant) in keys.filter_map(|(key, value)| Some((key, meant(key, value)?))) {
            let route = Route::new(method(meant), path);
            let Some(reached) = operations.iter().find(|own| route.may_reach(&own.method, &PathForm::of(own))) else {
                continue;
            };
            let message = format!(
                "unknown method `{}`; its requests would be sent to operation `{}`",
                excerpt(key),
                excerpt(&reached.id)
            );
            let help = format!("did you mean `{meant}`?");
            source.report.push(Diagnostic::error(Code::BadMethod, &at.child(key), message).on_key().help(help));
        }
    }
}

/// The method that is similar to a key with an operation, if the key is not a method.
fn meant(key: &str, value: &Node) -> Option<&'static str> {
    let is_candidate = method(key).is_none() && !key.starts_with("x-") && value.as_object().is_some();
    if is_candidate { nearest(key, METHODS) } else { None }
}
