//! Tokens that are bound to a key (DPoP, RFC 9449): requests without a proof of the key, and with a wrong one.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use jsonwebtoken::{Algorithm, EncodingKey};
use keystub_client_runtime as rt;
use rt::credential::Possession;
use rt::dpop::DpopKey;
use rt::reqwest::header::{AUTHORIZATION, HeaderValue};
use rt::reqwest::{Method, Request, Url};
use rt::secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

use super::auth::{carriers, may_satisfy};
use super::check::CheckId;
use super::probe::{Connection, Expected, Probe};
use super::proofs::{PROOF, token};
use super::runner::{Control, Runner};
use crate::model::security::{Binding, SchemeUse};

/// How old an old proof is, in seconds.
const OLD: u64 = 24 * 60 * 60;

/// The valid proof of a request in its parts.
struct Proof {
    header: Map<String, Value>,
    claims: Map<String, Value>,
    key: EncodingKey,
}

impl Proof {
    fn read(text: &str, key: &DpopKey) -> Option<Self> {
        let mut parts = text.split('.');
        let mut object = || serde_json::from_slice(&BASE64.decode(parts.next()?).ok()?).ok();
        let (header, claims) = (object()?, object()?);
        let key = EncodingKey::from_ec_pem(key.to_pkcs8_pem().ok()?.expose_secret().as_bytes()).ok()?;
        Some(Self { header, claims, key })
    }

    /// The proof with other header parameters and claims, and a valid signature.
    fn with(&self, header: &[(&str, Value)], claims: &[(&str, Value)]) -> Option<String> {
        let message = message(&changed(&self.header, header), &changed(&self.claims, claims));
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &self.key, Algorithm::ES256).ok()?;
        Some(format!("{message}.{signature}"))
    }

    /// A new proof with a signature that differs in its last bit.
    fn with_other_signature(&self) -> Option<String> {
        let proof = self.with(&[], &[("jti", new_id())])?;
        let (message, signature) = proof.rsplit_once('.')?;
        let mut bytes = BASE64.decode(signature).ok()?;
        *bytes.last_mut()? ^= 1;
        Some(format!("{message}.{}", BASE64.encode(bytes)))
    }

    /// A new proof without a signature.
    fn unsigned(&self) -> String {
        format!(
            "{}.",
            message(&changed(&self.header, &[("alg", "none".into())]), &changed(&self.claims, &[("jti", new_id())]))
        )
    }
}

fn changed(object: &Map<String, Value>, changes: &[(&str, Value)]) -> Map<String, Value> {
    let mut object = object.clone();
    object.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    object
}

fn message(header: &Map<String, Value>, claims: &Map<String, Value>) -> String {
    let part = |object: &Map<String, Value>| BASE64.encode(Value::Object(object.clone()).to_string());
    format!("{}.{}", part(header), part(claims))
}

/// A `jti` that no other proof has.
fn new_id() -> Value {
    let mut bytes = [0; 16];
    aws_lc_rs::rand::fill(&mut bytes).expect("the system has random numbers");
    BASE64.encode(bytes).into()
}

/// The requests with wrong proofs that are made from a call.
pub(super) async fn probes(runner: &mut Runner<'_>, control: &Control) -> Vec<Probe> {
    let api = runner.api;
    let mut probes = Vec::new();
    let bound = |own: &&SchemeUse| api.schemes[own.scheme.0].binding == Binding::Dpop;
    // Schemes of one call share the token and the proof.
    let Some(own) = control.uses.iter().find(bound) else { return probes };
    let rest: Vec<SchemeUse> = control.uses.iter().filter(|other| !bound(other)).cloned().collect();
    if may_satisfy(api, &api.operations[control.operation], &carriers(api, &rest)) {
        return probes;
    }
    let name = &api.schemes[own.scheme.0].name;
    let (Some(key), Some(token)) = (runner.proofs.key(&control.request).cloned(), token(&control.request)) else {
        return probes;
    };
    let probe = |check, sent: &str, request| Probe {
        check,
        part: Some(name.clone()),
        operation: control.operation,
        sent: format!("the token of {name} {sent}"),
        request,
        connection: Connection::Proved(0),
        expected: Expected::Unauthorized,
    };
    probes.extend(
        with_proofs(&control.request, &key, &token)
            .into_iter()
            .map(|(check, sent, request)| probe(check, sent, request)),
    );
    if let Some(twice) = twice(&control.request, &key, &token) {
        let twice = probe(CheckId::DpopTwice, "with two valid proofs", twice);
        probes.push(Probe { expected: Expected::NotTheResource, ..twice });
    }
    // Accepted first: otherwise, the second response would say nothing. It would delete what the other requests must not delete.
    if control.request.method() != Method::DELETE
        && let Some(used) = proved(&control.request, &key, Some(&token))
        && runner.send(Connection::Proved(0), &used).await.is_ok_and(|response| response.status.is_success())
    {
        probes.push(probe(CheckId::DpopReplayed, "with a proof that was used before", used));
    }
    probes
}

/// The request with a new proof of this key, for its method and URL and this token.
fn proved(request: &Request, key: &DpopKey, token: Option<&SecretString>) -> Option<Request> {
    let mut request = request.try_clone()?;
    key.prove(&mut request, token).ok()?;
    Some(request)
}

fn with_proof(request: &Request, proof: Option<String>) -> Option<Request> {
    let mut request = request.try_clone()?;
    request.headers_mut().insert(PROOF, HeaderValue::try_from(proof?).ok()?);
    Some(request)
}

/// The request with the proof of another one.
fn with_proof_of(request: &Request, other: &Request) -> Option<Request> {
    with_proof(request, other.headers().get(PROOF)?.to_str().ok().map(str::to_owned))
}

fn twice(request: &Request, key: &DpopKey, token: &SecretString) -> Option<Request> {
    let (mut first, second) = (proved(request, key, Some(token))?, proved(request, key, Some(token))?);
    first.headers_mut().append(PROOF, second.headers().get(PROOF)?.clone());
    Some(first)
}

/// The requests whose proof is missing or wrong, each with its check and what is sent with the token.
fn with_proofs(request: &Request, key: &DpopKey, token: &SecretString) -> Vec<(CheckId, &'static str, Request)> {
    let without = || {
        let mut request = request.try_clone()?;
        request.headers_mut().remove(PROOF);
        Some(request)
    };
    let as_bearer = || {
        let mut request = without()?;
        let field = HeaderValue::try_from(format!("Bearer {}", token.expose_secret())).ok()?;
        request.headers_mut().insert(AUTHORIZATION, field);
        Some(request)
    };
    let of_other_key = || proved(request, &DpopKey::generate().ok()?, Some(token));
    let for_method = || {
        let mut other = request.try_clone()?;
        *other.method_mut() = if *request.method() == Method::PUT { Method::POST } else { Method::PUT };
        with_proof_of(request, &proved(&other, key, Some(token))?)
    };
    let for_url = |change: fn(&mut Url) -> Option<()>| {
        let mut other = request.try_clone()?;
        change(other.url_mut())?;
        with_proof_of(request, &proved(&other, key, Some(token))?)
    };
    let for_token = || proved(request, key, Some(&"keystub-other-token".into()));
    let valid = || {
        let request = proved(request, key, Some(token))?;
        Proof::read(request.headers().get(PROOF)?.to_str().ok()?, key)
    };
    let altered = |alter: fn(&Proof) -> Option<String>| with_proof(request, alter(&valid()?));
    let rows = [
        (CheckId::DpopAsBearer, "as a bearer token", as_bearer()),
        (CheckId::DpopNoProof, "without a proof", without()),
        (CheckId::DpopOtherKey, "with a proof of another key", of_other_key()),
        (CheckId::DpopOtherMethod, "with a proof for another method", for_method()),
        (CheckId::DpopOtherUrl, "with a proof for another path", for_url(other_path)),
        (
            CheckId::DpopOtherUrl,
            "with a proof for another host",
            for_url(|url| url.set_host(Some("keystub.invalid")).ok()),
        ),
        (CheckId::DpopOtherToken, "with a proof for another token", for_token()),
        (CheckId::DpopOld, "with a proof that was made a day ago", altered(old)),
        (CheckId::DpopSignature, "with a proof with another signature", altered(Proof::with_other_signature)),
        (CheckId::DpopSignature, "with a proof without a signature", altered(|proof| Some(proof.unsigned()))),
        (CheckId::DpopType, "with a JWT of another type as proof", altered(other_type)),
    ];
    rows.into_iter().filter_map(|(check, sent, request)| Some((check, sent, request?))).collect()
}

fn other_path(url: &mut Url) -> Option<()> {
    let path = format!("{}/keystub", url.path().trim_end_matches('/'));
    url.set_path(&path);
    Some(())
}

fn old(proof: &Proof) -> Option<String> {
    let issued = proof.claims.get("iat")?.as_u64()?.saturating_sub(OLD);
    proof.with(&[], &[("iat", issued.into()), ("jti", new_id())])
}

fn other_type(proof: &Proof) -> Option<String> {
    proof.with(&[("typ", "JWT".into())], &[("jti", new_id())])
}
