//! Which schemes have tokens that are bound to a key of the client (DPoP, RFC 9449). OpenAPI cannot say it, so the user does.

use crate::document::nearest;
use crate::model::Api;
use crate::model::security::{Access, Binding, Scheme, SchemeKind};
use crate::options::Options;

/// Binds the tokens of the schemes that the user named.
///
/// # Errors
///
/// If a scheme is not used by any operation, has no tokens, or would have to share `Authorization` with another scheme.
pub fn apply(api: &mut Api, options: &Options) -> Result<(), String> {
    for name in &options.dpop {
        let Some(scheme) = api.schemes.iter_mut().find(|scheme| scheme.name == *name) else {
            let what = format!("`{}` in `dpop` is not a security scheme that an operation uses", name.escape_debug());
            let near = nearest(name, api.schemes.iter().map(|scheme| scheme.name.as_str()));
            return Err(near.map_or(what.clone(), |near| format!("{what}; did you mean `{near}`?")));
        };
        if !has_tokens(&scheme.kind) {
            return Err(format!(
                "the scheme `{}` in `dpop` has no access tokens; expected `oauth2`, `openIdConnect`, or `http` with `bearer` or `DPoP`",
                name.escape_debug()
            ));
        }
        scheme.binding = Binding::Dpop;
    }
    check_shared(api)
}

fn has_tokens(kind: &SchemeKind) -> bool {
    match kind {
        SchemeKind::Bearer { .. } | SchemeKind::OAuth2(_) | SchemeKind::OpenIdConnect { .. } => true,
        SchemeKind::OtherHttp { scheme } => scheme.eq_ignore_ascii_case("DPoP"),
        SchemeKind::ApiKey { .. } | SchemeKind::Basic | SchemeKind::MutualTls | SchemeKind::Signature { .. } => false,
    }
}

/// Two schemes of tokens that are required together share one token (`lower/security/conflict.rs`). It cannot be both bound
/// and a bearer token.
fn check_shared(api: &Api) -> Result<(), String> {
    for operation in &api.operations {
        let Access::Guarded { any_of, .. } = &operation.access else { continue };
        for requirement in any_of.iter() {
            let mut tokens = requirement
                .iter()
                .map(|own| api.scheme(own.scheme))
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
