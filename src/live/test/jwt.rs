//! Tokens that are made from the real one and must be rejected (RFC 8725).

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use jsonwebtoken::{Algorithm, EncodingKey, Header, decode_header, encode};
use serde_json::{Map, Value};

use super::auth::{carriers, may_satisfy};
use super::carrier::Carrier;
use super::check::CheckId;
use super::jwt_keys::Signing;
use super::probe::{Connection, Expected, Probe};
use super::runner::{Control, Runner};
use crate::live::signing_key::SigningKey;
use crate::model::security::{Access, SchemeId, SchemeUse};
use keystub_client_runtime::reqwest::Method;

/// A token in its parts.
struct Token<'t> {
    text: &'t str,
    header: Map<String, Value>,
    claims: Map<String, Value>,
    signature: &'t str,
}

/// A token that must be rejected.
struct Forged {
    check: CheckId,
    part: Option<String>,
    token: String,
    sent: String,
    expected: Expected,
}

impl<'t> Token<'t> {
    fn read(text: &'t str) -> Option<Self> {
        let mut parts = text.split('.');
        let (header, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
        let object = |part: &str| serde_json::from_slice(&BASE64.decode(part).ok()?).ok();
        Some(Self { text, header: object(header)?, claims: object(claims)?, signature })
            .filter(|_| parts.next().is_none())
    }

    fn with_header(&self, changes: &[(&str, &str)]) -> String {
        let mut header = self.header.clone();
        header.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))));
        format!("{}.{}", part(&header), self.text.split('.').nth(1).unwrap_or_default())
    }
}

fn part(object: &Map<String, Value>) -> String {
    BASE64.encode(Value::Object(object.clone()).to_string())
}

/// The requests with changed tokens.
pub(super) async fn probes(runner: &mut Runner<'_>, control: &Control) -> Vec<Probe> {
    let mut probes = Vec::new();
    let operation = &runner.api.operations[control.operation];
    for own in &control.uses {
        let Some(carrier) = Carrier::of(&runner.api.schemes[own.scheme.0]) else { continue };
        let rest: Vec<SchemeUse> = control.uses.iter().filter(|other| other.scheme != own.scheme).cloned().collect();
        if may_satisfy(runner.api, operation, &carriers(runner.api, &rest)) {
            // The call is allowed without the token.
            continue;
        }
        let Some(value) = carrier.value(&control.request) else { continue };
        let Some(token) = Token::read(&value) else { continue };
        let mut forged = unsigned(&token);
        for public in public_keys(runner, &token, own).await {
            forged.extend(confused(&token, &public));
        }
        if let Some(Signing(key)) = &runner.options.keys.signing {
            match accepted_key(runner, control, (own.scheme, &carrier), &token, key).await {
                Ok(key) => {
                    forged.extend(signed(&token, &key));
                    forged.extend(without_scopes(&token, &key, own, |claims| {
                        may_satisfy_with(&operation.access, &control.uses, own, claims)
                    }));
                }
                Err(message) => drop(runner.notes.insert(format!("--jwt-key: {message}"))),
            }
        }
        for Forged { check, part, token, sent, expected } in forged {
            let variable = format!("${}", check.check().id.replace('-', "_").to_uppercase());
            runner.secrets.add(&token, &variable);
            runner.forged.insert(variable, sent.clone());
            let Some(request) = carrier.replaced(&control.request, &token) else { continue };
            let connection = Connection::Account(0);
            probes.push(Probe { check, part, operation: control.operation, sent, request, connection, expected });
        }
    }
    probes
}

fn rejected(check: CheckId, token: String, sent: &str) -> Forged {
    Forged { check, part: None, token, sent: sent.to_owned(), expected: Expected::Unauthorized }
}

/// A signature of the same length that differs in its last bit, so that only verifying it shows that it is wrong.
fn other_signature(signature: &str) -> String {
    let mut bytes = BASE64.decode(signature).unwrap_or_default();
    match bytes.last_mut() {
        Some(last) => *last ^= 1,
        None => bytes.push(1),
    }
    BASE64.encode(bytes)
}

/// What can be made without a key.
fn unsigned(token: &Token<'_>) -> Vec<Forged> {
    let own = token.text.rsplit_once('.').map_or("", |(own, _)| own);
    let mut claims = token.claims.clone();
    claims.insert("sub".to_owned(), "keystub".into());
    claims.insert("keystub".to_owned(), true.into());
    let header = token.text.split('.').next().unwrap_or_default();
    let other = other_signature(token.signature);
    let hs256 = |header: String| hmac(&header, b"").map(|signature| format!("{header}.{signature}"));
    let mut forged: Vec<Forged> = ["none", "None", "NONE"]
        .iter()
        .map(|alg| {
            let text = token.with_header(&[("alg", alg)]);
            rejected(CheckId::JwtAlgNone, format!("{text}."), &format!("a token with the algorithm {alg}"))
        })
        .collect();
    forged.push(rejected(CheckId::JwtNoSignature, format!("{own}."), "the token without its signature"));
    forged.push(rejected(CheckId::JwtBadSignature, format!("{own}.{other}"), "the token with another signature"));
    let changed = format!("{header}.{}.{}", part(&claims), token.signature);
    forged.push(rejected(CheckId::JwtChangedClaims, changed, "the token with changed claims"));
    let text = token.with_header(&[("alg", "HS256")]);
    forged.extend(
        hs256(text).map(|token| rejected(CheckId::JwtEmptySecret, token, "a token signed with an empty secret")),
    );
    let text = token.with_header(&[("alg", "HS256"), ("kid", "../../../../../../dev/null")]);
    forged.extend(hs256(text).map(|token| rejected(CheckId::JwtKidPath, token, "a token whose kid is a path")));
    forged.extend(with_own_key(token));
    forged
}

/// A token signed by another key, which is in its header.
fn with_own_key(token: &Token<'_>) -> Option<Forged> {
    let key = SigningKey::generate("keystub".to_owned());
    let jwk = serde_json::from_value(key.jwk()).ok()?;
    let typ = token.header.get("typ").and_then(Value::as_str).map(str::to_owned);
    let header = Header { typ, jwk: Some(jwk), kid: Some("keystub".to_owned()), ..Header::new(Algorithm::ES256) };
    let token = key.sign_with(&header, &Value::Object(token.claims.clone()));
    Some(rejected(CheckId::JwtJwkHeader, token, "a token signed by the key in its header"))
}

fn hmac(text: &str, secret: &[u8]) -> Option<String> {
    jsonwebtoken::crypto::sign(text.as_bytes(), &EncodingKey::from_secret(secret), Algorithm::HS256).ok()
}

/// The public keys as files: that of `--jwt-public-key`, else those that the issuer of the token publishes.
async fn public_keys(runner: &mut Runner<'_>, token: &Token<'_>, own: &SchemeUse) -> Vec<Vec<u8>> {
    if let Some(public) = &runner.options.keys.public {
        return vec![public.clone()];
    }
    let text = |name: &str| token.header.get(name).and_then(Value::as_str);
    let is_asymmetric =
        text("alg").is_some_and(|alg| ["RS", "PS", "ES", "Ed"].iter().any(|kind| alg.starts_with(kind)));
    if !is_asymmetric || !runner.options.selection.contains(CheckId::JwtHsWithPublicKey) {
        return Vec::new();
    }
    let scheme = &runner.api.schemes[own.scheme.0];
    let iss = token.claims.get("iss").and_then(Value::as_str).unwrap_or_default();
    match runner.key_sets.pem_files(scheme, iss, text("kid")).await {
        Ok(files) => files,
        Err(message) => {
            runner.notes.insert(format!("jwt-hs-with-public-key: {message}"));
            Vec::new()
        }
    }
}

/// HS256 with the public key as secret.
fn confused(token: &Token<'_>, public: &[u8]) -> Option<Forged> {
    let text = token.with_header(&[("alg", "HS256")]);
    let signature = hmac(&text, public)?;
    let sent = "a token signed by HS256 with the public key as secret";
    Some(rejected(CheckId::JwtHsWithPublicKey, format!("{text}.{signature}"), sent))
}

/// A key with which tokens can be signed as the real one is.
struct Key {
    header: Header,
    key: EncodingKey,
}

impl Key {
    fn sign(&self, claims: &Map<String, Value>) -> Option<String> {
        encode(&self.header, claims, &self.key).ok()
    }
}

/// The key, if the server accepts what it signs: without this, every rejection would look right.
async fn accepted_key(
    runner: &mut Runner<'_>,
    control: &Control,
    (scheme, carrier): (SchemeId, &Carrier),
    token: &Token<'_>,
    key: &[u8],
) -> Result<Key, String> {
    let header =
        decode_header(token.text).map_err(|error| format!("the algorithm of the token is unknown: {error}"))?;
    let read = match header.alg {
        Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512 => Ok(EncodingKey::from_secret(key)),
        Algorithm::RS256
        | Algorithm::RS384
        | Algorithm::RS512
        | Algorithm::PS256
        | Algorithm::PS384
        | Algorithm::PS512 => EncodingKey::from_rsa_pem(key),
        Algorithm::ES256 | Algorithm::ES384 => EncodingKey::from_ec_pem(key),
        Algorithm::EdDSA => EncodingKey::from_ed_pem(key),
        _ => return Err("the algorithm of the token is not supported".to_owned()),
    };
    let key = Key { key: read.map_err(|_| "the key does not fit the algorithm of the token".to_owned())?, header };
    if control.request.method() == Method::DELETE {
        // A token that is accepted would delete the object that the other tokens must not delete.
        return match runner.accepted_keys.contains(&scheme.0) {
            true => Ok(key),
            false => Err("no other operation has shown that the server accepts what it signs".to_owned()),
        };
    }
    let signed = key.sign(&token.claims).ok_or("the key does not sign")?;
    runner.secrets.add(&signed, "$JWT_SIGNED");
    let request = carrier.replaced(&control.request, &signed).ok_or("the token cannot be sent")?;
    match runner.send(Connection::Account(0), &request).await {
        Ok(response) if response.status.is_success() => {
            runner.accepted_keys.insert(scheme.0);
            Ok(key)
        }
        Ok(response) => Err(format!("the server answers {} to a token that it signs", response.status.as_u16())),
        Err(_) => Err("the server does not respond".to_owned()),
    }
}

/// What can be made with the key.
fn signed(token: &Token<'_>, key: &Key) -> Vec<Forged> {
    let with = |name: &str, value: Value| {
        let mut claims = token.claims.clone();
        claims.insert(name.to_owned(), value);
        claims
    };
    let changes = [
        (CheckId::JwtExpired, with("exp", 1_000_000_000.into()), "an expired token"),
        (CheckId::JwtNotYet, with("nbf", 4_000_000_000_u64.into()), "a token that is not valid yet"),
        (
            CheckId::JwtOtherAudience,
            with("aud", "https://keystub.invalid/other".into()),
            "a token for another audience",
        ),
        (CheckId::JwtOtherIssuer, with("iss", "https://keystub.invalid/".into()), "a token of another issuer"),
    ];
    let is_claimed = |check: CheckId| match check {
        CheckId::JwtOtherAudience => token.claims.contains_key("aud"),
        CheckId::JwtOtherIssuer => token.claims.contains_key("iss"),
        _ => true,
    };
    let changes = changes.into_iter().filter(|(check, ..)| is_claimed(*check));
    changes.filter_map(|(check, claims, sent)| Some(rejected(check, key.sign(&claims)?, sent))).collect()
}

/// The token without each scope that the alternative requires, unless `may_satisfy` another one with those that remain.
fn without_scopes(
    token: &Token<'_>,
    key: &Key,
    own: &SchemeUse,
    may_satisfy: impl Fn(&Map<String, Value>) -> bool,
) -> Vec<Forged> {
    let mut forged = Vec::new();
    for scope in &own.scopes {
        let Some(claims) = without_scope(&token.claims, scope).filter(|claims| !may_satisfy(claims)) else { continue };
        forged.extend(key.sign(&claims).map(|token| Forged {
            check: CheckId::ScopeMissing,
            part: Some(scope.clone()),
            token,
            sent: format!("a token without the scope {scope}"),
            expected: Expected::Forbidden,
        }));
    }
    forged
}

/// Whether the credentials of these schemes may satisfy an alternative, if the token of one of them has these claims.
fn may_satisfy_with(access: &Access, sent: &[SchemeUse], own: &SchemeUse, claims: &Map<String, Value>) -> bool {
    let Access::Guarded { any_of, .. } = access else { return true };
    let is_granted = |member: &SchemeUse| {
        sent.iter().any(|other| other.scheme == member.scheme)
            && (member.scheme != own.scheme || member.scopes.iter().all(|scope| has_scope(claims, scope)))
    };
    any_of.iter().any(|alternative| alternative.iter().all(is_granted))
}

/// The claims in which authorization servers write scopes.
fn is_of_scopes(claim: &str) -> bool {
    matches!(claim, "scope" | "scp" | "scopes" | "roles" | "permissions")
}

fn has_scope(claims: &Map<String, Value>, scope: &str) -> bool {
    claims.iter().filter(|(name, _)| is_of_scopes(name)).any(|(_, value)| match value {
        Value::String(text) => text.split(' ').any(|own| own == scope),
        Value::Array(items) => items.iter().any(|own| own.as_str() == Some(scope)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    })
}

/// The claims without a scope; `None` if they do not have it.
fn without_scope(claims: &Map<String, Value>, scope: &str) -> Option<Map<String, Value>> {
    let mut changed = claims.clone();
    for (name, value) in &mut changed {
        if !is_of_scopes(name) {
            continue;
        }
        match value {
            Value::String(text) => {
                let rest: Vec<&str> = text.split(' ').filter(|own| *own != scope).collect();
                *text = rest.join(" ");
            }
            Value::Array(items) => items.retain(|own| own.as_str() != Some(scope)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => {}
        }
    }
    (changed != *claims).then_some(changed)
}
