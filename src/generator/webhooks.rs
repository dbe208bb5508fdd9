//! What the webhooks of a document are without its paths.

use crate::model::Api;
use crate::model::operation::{Operation, Parameter, ParameterStyle};
use crate::options::TargetKind;

/// The header fields that the signer sets (Standard Webhooks 1.0).
const SIGNATURE: [&str; 3] = ["webhook-id", "webhook-timestamp", "webhook-signature"];

/// Prepares an API whose operations are webhooks.
///
/// The servers of a document are those of the API, not those that receive its webhooks. A sender calls the URL that a
/// receiver registered, whatever the name of the webhook is.
///
/// # Errors
///
/// If there are none.
pub(super) fn prepare(kind: TargetKind, api: &mut Api) -> Result<(), String> {
    if api.operations.is_empty() {
        return Err("the document has no webhooks and no callbacks".to_owned());
    }
    api.servers.clear();
    api.relative_server = None;
    match kind {
        TargetKind::ClientReqwest => (0..api.operations.len()).for_each(|index| prepare_sent(api, index)),
        TargetKind::ServerAxum => {}
    }
    Ok(())
}

fn prepare_sent(api: &mut Api, index: usize) {
    let operation = &mut api.operations[index];
    operation.path.segments.clear();
    let kept: Vec<usize> = (0..operation.parameters.len()).filter(|at| !is_of_signature(operation, *at)).collect();
    let mut at = 0;
    operation.parameters.retain(|_| {
        at += 1;
        kept.contains(&(at - 1))
    });
    // What refers to parameters by their index.
    operation.next = None;
    let moved = |(of, at): (usize, usize)| match of == index {
        true => kept.iter().position(|kept| *kept == at).map(|at| (of, at)),
        false => Some((of, at)),
    };
    let rules = &mut api.rules;
    let parameters = std::mem::take(&mut rules.parameters).into_iter();
    rules.parameters = parameters.filter_map(|(key, id)| Some((moved(key)?, id))).collect();
    rules.any_texts = std::mem::take(&mut rules.any_texts).into_iter().filter_map(moved).collect();
    rules.idempotency_keys = std::mem::take(&mut rules.idempotency_keys).into_iter().filter_map(moved).collect();
}

fn is_of_signature(operation: &Operation, at: usize) -> bool {
    let Parameter { name, style, .. } = &operation.parameters[at];
    *style == ParameterStyle::Header && SIGNATURE.iter().any(|own| own.eq_ignore_ascii_case(name))
}
