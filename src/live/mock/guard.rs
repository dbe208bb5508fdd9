//! The credentials that the mock accepts, and why it refuses a request. Credentials are read and alternatives are chosen
//! by the runtime.

use std::sync::Arc;

use keystub_server_runtime as rt;

use jsonwebtoken::Algorithm;
use rt::auth::{Denial, Evidence, Granted, Outcome, Reject};
use rt::call::Head;
use rt::credentials::{Credentials, HttpCredentials};
use rt::dpop::DpopVerifier;
use rt::jwt::{Claims, JwtPolicy, JwtVerifier};
use rt::jwt_keys::JwtKeys;

use super::issuer::{Issuer, USER, policy, proof_error};
use super::random;
use crate::live::bound_credential::BoundCredential;
use crate::live::server::tables::Tables;
use crate::model::Api;
use crate::model::security::{Access, Binding, Carrier, KeyPlace, Scheme, Secret};

/// How strictly the mock checks credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Auth {
    /// Only its own credentials and valid tokens of its issuer.
    Strict,
    /// Any credential in the place and syntax of its scheme, with all scopes.
    Any,
    /// No authentication.
    Off,
}

/// What the mock accepts for one scheme.
#[derive(Debug)]
enum Accepted {
    /// This text: an API key, or the credentials after the name of another HTTP scheme.
    Text(String),
    /// The user and this password.
    Login(String),
    /// Tokens of the issuer.
    Token,
    /// Tokens of the issuer that are bound to a key, with a proof of it.
    Bound(Box<DpopVerifier>),
    /// A client certificate, which needs TLS.
    Certificate,
}

impl Accepted {
    fn is_bound(&self) -> bool {
        matches!(self, Self::Bound(_))
    }
}

/// Checks credentials.
pub(super) struct Guard {
    tables: Tables,
    accepted: Vec<Accepted>,
    /// The scopes that the document names for each scheme.
    scopes: Vec<Vec<String>>,
    issuer: Arc<Issuer>,
    verifier: JwtVerifier,
    auth: Auth,
}

/// Why a request is refused, for the developer.
#[derive(Debug)]
pub(super) struct Refused {
    pub denial: Denial,
    pub reason: String,
    /// Whether the request has no credential for the operation.
    pub is_anonymous: bool,
}

impl Guard {
    /// # Errors
    ///
    /// If tokens are bound to keys, and proofs for the URL of the mock cannot be verified.
    pub fn new(api: &Api, tables: Tables, issuer: &Arc<Issuer>, auth: Auth, seed: u64) -> Result<Self, String> {
        let keys = JwtKeys::from_jwks(&issuer.jwks().to_string()).expect("the issuer has a valid key");
        let policy = JwtPolicy::new(issuer.url(), issuer.audience(), &[Algorithm::ES256]).access_tokens();
        let verifier = JwtVerifier::new(keys, policy.leeway(std::time::Duration::ZERO));
        // Each scheme has its own policy: two schemes of one request have the same proof, which a policy accepts once.
        let accepted = api.schemes.iter().map(|scheme| match scheme.binding {
            Binding::None => Ok(self::accepted(scheme, issuer, seed)),
            Binding::Dpop => self::policy(issuer.audience())
                .map(|policy| Accepted::Bound(Box::new(DpopVerifier::jwt(verifier.clone(), policy)))),
        });
        Ok(Self {
            tables,
            accepted: accepted.collect::<Result<_, String>>()?,
            scopes: (0..api.schemes.len()).map(|at| scopes_of(api, at)).collect(),
            issuer: Arc::clone(issuer),
            verifier,
            auth,
        })
    }

    /// Checks the credentials of a request before anything else of it is read.
    pub async fn check(&self, head: &Head) -> Result<(), Refused> {
        let credentials = head.credentials(self.tables.schemes);
        let mut evidence = credentials.evidence();
        let presented: Vec<usize> = evidence.outcomes().iter().map(|(scheme, _)| *scheme).collect();
        for scheme in presented {
            if let Some(verdict) = self.verdict(&credentials, scheme).await {
                evidence.record::<()>(scheme, verdict);
            }
        }
        let decided = evidence.decide();
        decided.map(drop).map_err(|denial| Refused {
            denial,
            reason: self.reason(head.operation(), &evidence),
            is_anonymous: evidence.outcomes().iter().all(|(_, outcome)| matches!(outcome, Outcome::Absent)),
        })
    }

    /// The verdict on the credential of a scheme; `None` if the request has none.
    async fn verdict(&self, credentials: &Credentials<'_>, scheme: usize) -> Option<Result<Granted<()>, Reject>> {
        let all = || Ok(Granted::new(()).scopes(self.scopes[scheme].iter().cloned()));
        let equal = |is_equal, reason| if is_equal { all() } else { Err(Reject::Invalid(reason)) };
        let is_any = self.auth == Auth::Any;
        match &self.accepted[scheme] {
            Accepted::Text(text) => {
                let key = credentials.api_key(scheme).map(|own| own.key);
                let own = key.or_else(|| credentials.http(scheme).map(|own| own.value))?;
                Some(equal(is_any || own == text, "unknown key"))
            }
            Accepted::Login(password) => {
                let login = credentials.basic(scheme)?;
                Some(equal(is_any || (login.user == USER && login.password == password), "wrong user or password"))
            }
            Accepted::Token if is_any => credentials.bearer(scheme).map(|_| all()),
            Accepted::Token => {
                let token = credentials.bearer(scheme)?;
                Some(self.verifier.verify(token).await.and_then(|granted| self.unrevoked(granted)))
            }
            Accepted::Bound(_) if is_any => {
                let HttpCredentials { request, .. } = credentials.http(scheme)?;
                Some(if request.headers.contains_key("dpop") { all() } else { Err(Reject::Invalid("no proof")) })
            }
            Accepted::Bound(verifier) => {
                let token = credentials.http(scheme)?;
                Some(verifier.verify(token).await.and_then(|granted| self.unrevoked(granted)))
            }
            Accepted::Certificate => credentials.peer_certificate(scheme).map(|_| all()),
        }
    }

    fn unrevoked(&self, granted: Granted<Claims>) -> Result<Granted<()>, Reject> {
        let jti = granted.principal.all.get("jti").and_then(serde_json::Value::as_str);
        if jti.is_some_and(|jti| self.issuer.is_revoked(jti)) {
            return Err(Reject::Invalid("the token was revoked"));
        }
        Ok(Granted::new(()).scopes(granted.scopes))
    }

    /// Which alternative fails at what.
    fn reason(&self, operation: &rt::Operation, evidence: &Evidence) -> String {
        let rt::Access::Guarded { any_of, .. } = &operation.access else { return String::new() };
        let outcome = |scheme: usize| {
            let found = evidence.outcomes().iter().find(|(own, _)| *own == scheme);
            found.map_or(&Outcome::Absent, |(_, outcome)| outcome)
        };
        let alternative = |members: &&[rt::SchemeUse]| {
            let members = members.iter().map(|member| {
                let state = state(outcome(member.scheme), member.scopes);
                format!("{}: {state}", self.tables.schemes[member.scheme].name)
            });
            members.collect::<Vec<_>>().join(", and ")
        };
        any_of.iter().map(alternative).collect::<Vec<_>>().join("; or ")
    }

    /// The credentials that the mock accepts, by the index of the scheme; a login as `user:password`, a bound token with its
    /// key.
    pub fn credentials(&self) -> Vec<(usize, String)> {
        // Schemes in one alternative may share the place of the token.
        let (token, bound) = (self.token(), self.bound_token());
        let credential = |accepted: &Accepted| match accepted {
            Accepted::Text(text) => Some(text.clone()),
            Accepted::Login(password) => Some(format!("{USER}:{password}")),
            Accepted::Token => Some(token.clone()),
            Accepted::Bound(_) => bound.clone(),
            Accepted::Certificate => None,
        };
        self.accepted.iter().enumerate().filter_map(|(scheme, own)| Some((scheme, credential(own)?))).collect()
    }

    /// What a caller sends for each scheme, one line each, for the developer.
    pub fn lines(&self, api: &Api) -> Vec<String> {
        let schemes = api.schemes.iter().zip(&self.accepted);
        let mut lines: Vec<String> =
            schemes.map(|(scheme, accepted)| format!("{}   {}", scheme.name, shown(scheme, accepted))).collect();
        if self.accepted.iter().any(|accepted| matches!(accepted, Accepted::Token)) {
            lines.push(format!("TOKEN={}", self.token()));
        }
        if let Some(bound) = self.bound_token().filter(|_| self.accepted.iter().any(Accepted::is_bound)) {
            // In quotation marks, because it has spaces.
            lines.push(format!("TOKEN_WITH_KEY='{bound}'"));
        }
        lines
    }

    fn token(&self) -> String {
        self.issuer.access_token(USER, self.issuer.scopes(), self.issuer.lifetime(), None)
    }

    /// A token that is bound to the key of the mock, and this key.
    fn bound_token(&self) -> Option<String> {
        let key = &self.issuer.binding()?.key;
        let thumbprint = Some(key.thumbprint());
        let token = self.issuer.access_token(USER, self.issuer.scopes(), self.issuer.lifetime(), thumbprint);
        BoundCredential::write(&token, key).ok()
    }
}

/// The state of one scheme of an alternative.
fn state(outcome: &Outcome, scopes: &[&str]) -> String {
    match outcome {
        Outcome::Absent => "not in the request".to_owned(),
        Outcome::Malformed => "malformed, or sent twice".to_owned(),
        Outcome::Invalid(reason) => (*reason).to_owned(),
        Outcome::Unavailable => "not verified".to_owned(),
        Outcome::Challenged(challenge) => proof_error(challenge),
        Outcome::Granted(granted) => {
            let is_missing = |scope: &&&str| !granted.iter().any(|own| own == *scope);
            let missing: Vec<&str> = scopes.iter().filter(is_missing).copied().collect();
            if missing.is_empty() {
                return "valid".to_owned();
            }
            let granted = if granted.is_empty() { "none".to_owned() } else { granted.join(" ") };
            format!("lacks the scopes `{}` (granted: {granted})", missing.join("`, `"))
        }
    }
}

fn accepted(scheme: &Scheme, issuer: &Issuer, seed: u64) -> Accepted {
    let text = |kind: &str| Accepted::Text(format!("{kind}-{}", random::fixed(seed, &scheme.name)));
    match scheme.kind.secret() {
        Secret::Key | Secret::Signature => text("key"),
        Secret::Credentials => text("credentials"),
        Secret::Login => Accepted::Login(issuer.password.clone()),
        Secret::Token => Accepted::Token,
        Secret::Certificate => Accepted::Certificate,
    }
}

/// How a request carries the accepted credential.
fn shown(scheme: &Scheme, accepted: &Accepted) -> String {
    match (accepted, scheme.kind.carrier()) {
        (Accepted::Text(key), Carrier::Key(KeyPlace::Header, name)) => format!("{name}: {key}"),
        (Accepted::Text(key), Carrier::Key(KeyPlace::Query, name)) => format!("?{name}={key}"),
        (Accepted::Text(key), Carrier::Key(KeyPlace::Cookie, name)) => format!("Cookie: {name}={key}"),
        (Accepted::Text(text), Carrier::Authorization(scheme)) => format!("Authorization: {scheme} {text}"),
        (Accepted::Text(text), Carrier::Connection) => text.clone(),
        (Accepted::Login(password), _) => format!("user {USER}, password {password}"),
        (Accepted::Token, _) => "Authorization: Bearer $TOKEN".to_owned(),
        (Accepted::Bound(_), _) => {
            "Authorization: DPoP with a proof of the key; `keystub call` makes it with $TOKEN_WITH_KEY".to_owned()
        }
        (Accepted::Certificate, _) => "needs TLS with a client certificate, which the mock does not serve".to_owned(),
    }
}

/// The scopes that operations require of a scheme.
fn scopes_of(api: &Api, scheme: usize) -> Vec<String> {
    let mut scopes: Vec<String> = Vec::new();
    for operation in &api.operations {
        let Access::Guarded { any_of, .. } = &operation.access else { continue };
        let uses = any_of.iter().flat_map(|requirement| requirement.iter());
        scopes.extend(uses.filter(|own| own.scheme.0 == scheme).flat_map(|own| own.scopes.iter().cloned()));
    }
    scopes.sort_unstable();
    scopes.dedup();
    scopes
}

/// The scopes of the whole document: those that flows declare and those that operations require.
pub(super) fn all_scopes(api: &Api) -> Vec<String> {
    let declared = api.schemes.iter().filter_map(|scheme| scheme.kind.flows()?.declared_scopes());
    let mut scopes: Vec<String> = declared.flatten().map(str::to_owned).collect();
    scopes.extend((0..api.schemes.len()).flat_map(|scheme| scopes_of(api, scheme)));
    scopes.sort_unstable();
    scopes.dedup();
    scopes
}
