//! Which schemes have tokens that are bound to a key of the client (DPoP, RFC 9449). OpenAPI cannot say it, so the user does.

use crate::document::nearest;
use crate::model::Api;
use crate::model::operation::Operation;
use crate::model::security::{Access, Binding, Carrier, Scheme, SchemeKind, Secret};
use crate::options::Options;

/// Binds the tokens of the schemes that the user named.
///
/// # Errors
///
/// If a scheme is not used by any operation, has no tokens, or would have to share `Authorization` with another scheme.
pub fn apply(api: &mut Api, options: &Options) -> Result<(), String> {
    for name in &options.dpop {
        bind(name, &mut [&mut api.schemes])?;
    }
    check_shared(&api.operations, &api.schemes)
}

/// The same for commands that generate no code, also for the schemes that only webhooks and callbacks use.
///
/// # Errors
///
/// Same as [`apply`].
#[cfg(feature = "cli")]
pub fn apply_with_outgoing(api: &mut Api, options: &Options) -> Result<(), String> {
    let Api { operations, schemes, outgoing, .. } = api;
    for name in &options.dpop {
        bind(name, &mut [&mut *schemes, &mut outgoing.schemes])?;
    }
    check_shared(operations.iter(), schemes)?;
    check_shared(outgoing.operations.iter().map(|outgoing| &outgoing.operation), &outgoing.schemes)
}

/// Binds the tokens of the schemes with this name, at most one in each list.
fn bind(name: &str, lists: &mut [&mut Vec<Scheme>]) -> Result<(), String> {
    if !lists.iter().any(|list| list.iter().any(|scheme| scheme.name == name)) {
        let what = format!("`{}` in `dpop` is not a security scheme that an operation uses", name.escape_debug());
        let near = nearest(name, lists.iter().flat_map(|list| list.iter()).map(|scheme| scheme.name.as_str()));
        return Err(near.map_or(what.clone(), |near| format!("{what}; did you mean `{near}`?")));
    }
    for scheme in lists.iter_mut().flat_map(|list| list.iter_mut()).filter(|scheme| scheme.name == name) {
        if !has_tokens(&scheme.kind) {
            return Err(format!(
                "the scheme `{}` in `dpop` has no access tokens; expected `oauth2`, `openIdConnect`, or `http` with `bearer` or `DPoP`",
                name.escape_debug()
            ));
        }
        scheme.binding = Binding::Dpop;
    }
    Ok(())
}

fn has_tokens(kind: &SchemeKind) -> bool {
    let is_dpop = |scheme: &str| scheme.eq_ignore_ascii_case("DPoP");
    kind.secret() == Secret::Token || matches!(kind.carrier(), Carrier::Authorization(scheme) if is_dpop(scheme))
}

/// Two schemes of tokens that are required together share one token (`lower/security/conflict.rs`). It cannot be both bound
/// and a bearer token.
fn check_shared<'a>(operations: impl IntoIterator<Item = &'a Operation>, schemes: &[Scheme]) -> Result<(), String> {
    for operation in operations {
        let Access::Guarded { any_of, .. } = &operation.access else { continue };
        for requirement in any_of.iter() {
            let mut tokens = requirement
                .iter()
                .map(|own| &schemes[own.scheme.0])
                .filter(|scheme| has_tokens(&scheme.kind))
                .collect::<Vec<&Scheme>>();
            tokens.sort_by_key(|scheme| scheme.binding == Binding::None);
            if let (Some(first), Some(last)) = (tokens.first(), tokens.last())
                && first.binding != last.binding
            {
                return Err(format!(
                    "`{}` is in `dpop` and `{}` is not, but operation `{}` requires both in one header",
                    first.name, last.name, operation.id
                ));
            }
        }
    }
    Ok(())
}
