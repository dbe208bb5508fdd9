//! Distinguishes access tokens from other kinds of tokens. An issuer signs ID, refresh and logout tokens with the same
//! keys as access tokens, so a valid signature, issuer and audience do not prove that a token is an access token (RFC
//! 8725, sections 2.8 and 3.12). The kind is read from the claims of a token, or from the members of an introspection
//! response.

use serde_json::Value;

type Members = serde_json::Map<String, Value>;

/// The kind of a token. If members disagree, the greater one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Nothing shows the kind.
    Unknown,
    /// An access token.
    Access,
    /// An access token that only the holder of a key may present (RFC 9449).
    Bound,
    /// An ID, refresh or logout token, or any other token that is not an access token.
    Other,
}

/// What the `typ` of a JWT header states (RFC 8725, section 3.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Typing {
    /// The kind of the token, as `at+jwt` does.
    Explicit,
    /// Nothing, or only that it is a JWT (`JWT`).
    Generic,
}

/// Members that hold only the kind of the token: `typ` (Keycloak), `token_use` (Amazon Cognito, Ory Hydra) and `use`.
/// An unknown value is treated as another kind.
const KIND: &[&str] = &["typ", "token_use", "use"];

/// Members that hold the kind for some issuers: `token_type` (RFC 7662, Simple JWT), `type` (Flask-JWT-Extended),
/// `purpose` (Curity), `tokenName` (ForgeRock) and `tty` (FusionAuth). An unknown value has some other meaning and is
/// ignored.
const PERHAPS_KIND: &[&str] = &["token_type", "type", "purpose", "tokenName", "tty"];

/// Claims of access tokens that ID and logout tokens do not have: `scope` and `client_id` (RFC 9068, section 2.2), `scp`
/// (Okta, Microsoft Entra), `cid` (Okta), `appidacr` and `azpacr` (Microsoft Entra), `gty` (Auth0). Not `azp`, `sid` or
/// `auth_time`, which ID tokens have too.
const OF_ACCESS_TOKENS: &[&str] = &["scope", "scp", "client_id", "cid", "appidacr", "azpacr", "gty"];

/// Claims that access tokens do not have: the hashes of ID tokens (OpenID Connect Core, section 3.3.2.11; FAPI 1.0), and
/// the events of logout and other security event tokens (RFC 8417, section 2.2).
const OF_OTHER_TOKENS: &[&str] = &["at_hash", "c_hash", "s_hash", "events"];

/// The kind of a JWT by its claims. Only a claim that states another kind overrides an explicit type.
pub(super) fn of_claims(claims: &Members, typing: Typing) -> Kind {
    if typing == Typing::Explicit {
        return stated(claims).max(Kind::Access);
    }
    // An access token may have no scopes, but it has a client.
    let is_access = |name: &&str| match claims.get(*name) {
        Some(Value::String(text)) => matches!(*name, "scope" | "scp") || !text.is_empty(),
        Some(Value::Array(_)) => matches!(*name, "scope" | "scp"),
        _ => false,
    };
    match of_members(claims) {
        // Keycloak before version 25 has a `nonce` in access tokens too, but those state their kind.
        Kind::Unknown if claims.contains_key("nonce") => Kind::Other,
        Kind::Unknown if OF_ACCESS_TOKENS.iter().any(is_access) => Kind::Access,
        kind @ (Kind::Unknown | Kind::Access | Kind::Bound | Kind::Other) => kind,
    }
}

/// The kind of a token by its introspection response. Here `scope` and `client_id` do not indicate an access token,
/// because refresh tokens have both.
pub(super) fn of_members(members: &Members) -> Kind {
    if OF_OTHER_TOKENS.iter().any(|name| members.contains_key(*name)) { Kind::Other } else { stated(members) }
}

fn stated(members: &Members) -> Kind {
    let certain = KIND.iter().map(|name| match members.get(*name) {
        None | Some(Value::Null) => Kind::Unknown,
        Some(value) => value.as_str().and_then(named).unwrap_or(Kind::Other),
    });
    let perhaps = PERHAPS_KIND.iter().filter_map(|name| named(members.get(*name)?.as_str()?));
    certain.chain(perhaps).max().unwrap_or(Kind::Unknown)
}

/// The kind that a value names: a word (`ID`, `refresh_token`), a media type (`application/at+jwt`) or a URN of RFC
/// 8693.
fn named(value: &str) -> Option<Kind> {
    let value = value.to_ascii_lowercase();
    let value = value.strip_prefix("application/").unwrap_or(&value);
    let value = value.strip_prefix("urn:ietf:params:oauth:token-type:").unwrap_or(value);
    match value.replace(['_', '-', ' '], "").as_str() {
        // The format of a token, not its kind.
        "jwt" => Some(Kind::Unknown),
        "access" | "accesstoken" | "at" | "at+jwt" | "bearer" => Some(Kind::Access),
        "dpop" => Some(Kind::Bound),
        "id" | "idtoken" | "rt" | "refresh" | "refreshtoken" | "offline" => Some(Kind::Other),
        "logout" | "logouttoken" | "logout+jwt" | "secevent+jwt" => Some(Kind::Other),
        _ => None,
    }
}

/// Whether the token has no actor (`act`, RFC 8693, section 4.1), or actors that are identified by texts. Otherwise a token of an
/// actor would look like one of its subject.
pub(super) fn has_valid_actors(claims: &Members) -> bool {
    let mut next = claims.get("act");
    while let Some(actor) = next {
        let Some(members) = actor.as_object() else { return false };
        let mut names = ["sub", "iss", "client_id"].into_iter().filter_map(|name| members.get(name));
        let is_identified = members.contains_key("sub") || members.contains_key("client_id");
        if !is_identified || !names.all(|name| name.as_str().is_some_and(|text| !text.is_empty())) {
            return false;
        }
        next = members.get("act");
    }
    true
}
