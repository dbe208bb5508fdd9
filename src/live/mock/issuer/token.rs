//! The token endpoint (RFC 6749, section 3.2), revocation (RFC 7009), and tokens of choice for trying things out.

use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use keystub_server_runtime as rt;

use percent_encoding::percent_decode_str;
use rt::axum::body::Body;
use rt::axum::extract::{Request, State};
use rt::axum::http::StatusCode;
use rt::axum::http::request::Parts;
use rt::axum::response::Response;
use rt::credentials::Credentials;
use serde_json::{Value, json};

use super::form::{Form, OAuthError, json};
use super::grants::{DeviceState, Refresh};
use super::server::{CLIENT, Issuer, USER};
use crate::live::mock::random;

/// The maximum size of a form.
const MAX_FORM: usize = 64 * 1024;

/// The client authenticates with HTTP Basic (RFC 6749, section 2.3.1); the runtime reads it.
const SCHEMES: &[rt::Scheme] = &[rt::Scheme { name: "client", kind: rt::SchemeKind::Basic }];

const TOKEN: &rt::Operation = &rt::Operation {
    id: "token",
    method: "POST",
    path: &[],
    query: "",
    parameters: &[],
    access: rt::Access::any_of(&[&[rt::SchemeUse::new(0, &[])]]),
    accept: "application/json",
};

/// What a token is issued for.
struct Granted {
    subject: String,
    scopes: Vec<String>,
    nonce: Option<String>,
    can_refresh: bool,
}

/// To whom and to which key a token is issued.
struct Holder {
    client: Client,
    /// The thumbprint of the key of the proof.
    thumbprint: Option<String>,
}

impl Holder {
    /// Checks that the request has a proof of the key to which a grant is bound, if it is.
    fn check(&self, own: Option<&str>) -> Result<(), OAuthError> {
        match own {
            Some(own) if self.thumbprint.as_deref() != Some(own) => {
                Err(OAuthError::invalid_grant("the request has no proof of the key to which the grant is bound"))
            }
            Some(_) | None => Ok(()),
        }
    }
}

impl Granted {
    fn of_user(scopes: Vec<String>) -> Self {
        Self { subject: USER.to_owned(), scopes, nonce: None, can_refresh: true }
    }
}

/// Whether the client has proved its identity.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Client {
    /// It has sent its secret.
    Confidential,
    /// It has sent its identifier only.
    Public,
}

pub(super) async fn endpoint(State(issuer): State<Arc<Issuer>>, request: Request) -> Response {
    let (parts, form) = match read(request).await {
        Ok(read) => read,
        Err(error) => return error.response(),
    };
    issuer.issued(&parts, &form).await.unwrap_or_else(OAuthError::response)
}

/// Revokes a token. An unknown token is accepted too (RFC 7009, section 2.2).
pub(super) async fn revoke(State(issuer): State<Arc<Issuer>>, request: Request) -> Response {
    let result = async {
        let (parts, form) = read(request).await?;
        issuer.client(&parts, &form)?;
        let token = form.required("token")?;
        let mut grants = issuer.grants();
        grants.refresh.remove(token);
        if let Some(jti) = jti(token) {
            grants.revoked.insert(jti, ());
        }
        Ok::<_, OAuthError>(json(StatusCode::OK, &json!({})))
    };
    result.await.unwrap_or_else(OAuthError::response)
}

/// An access token with the scopes of a JSON body, for the developer: `{"scope": "pets:read", "expires_in": 60}`.
/// It is bound to the key of the proof in the request, if there is one.
pub(super) async fn of_choice(State(issuer): State<Arc<Issuer>>, request: Request) -> Response {
    issuer.chosen(request).await.unwrap_or_else(OAuthError::response)
}

/// The wishes of such a request.
async fn wishes(body: Body) -> Result<Value, OAuthError> {
    match text(body).await?.trim() {
        "" => Ok(json!({})),
        text => serde_json::from_str(text)
            .map_err(|error| OAuthError::invalid_request(format!("the body is not JSON: {error}"))),
    }
}

fn token_type(thumbprint: Option<&str>) -> &'static str {
    if thumbprint.is_some() { "DPoP" } else { "Bearer" }
}

pub(super) async fn read(request: Request) -> Result<(Parts, Form), OAuthError> {
    let (parts, body) = request.into_parts();
    Ok((parts, Form::read(&text(body).await?)?))
}

async fn text(body: Body) -> Result<String, OAuthError> {
    let bytes = rt::axum::body::to_bytes(body, MAX_FORM).await;
    let text = bytes.ok().and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
    text.ok_or_else(|| OAuthError::invalid_request("the body is not a form, or is too long"))
}

/// The `jti` of a token of this issuer; it is not verified.
fn jti(token: &str) -> Option<String> {
    let claims = jsonwebtoken::dangerous::insecure_decode::<Value>(token).ok()?.claims;
    Some(claims.get("jti")?.as_str()?.to_owned())
}

impl Issuer {
    /// The response to a token request.
    async fn issued(&self, parts: &Parts, form: &Form) -> Result<Response, OAuthError> {
        let client = self.client(parts, form)?;
        let holder = Holder { client, thumbprint: self.thumbprint(parts).await? };
        let granted = self.grant(&holder, form)?;
        Ok(json(StatusCode::OK, &self.token_response(&granted, &holder)))
    }

    /// The thumbprint of the key of the proof. If no scheme has bound tokens, a proof is ignored, as authorization servers
    /// without DPoP do.
    async fn thumbprint(&self, parts: &Parts) -> Result<Option<String>, OAuthError> {
        match self.binding() {
            Some(binding) => binding.thumbprint(parts).await,
            None => Ok(None),
        }
    }

    async fn chosen(&self, request: Request) -> Result<Response, OAuthError> {
        let (parts, body) = request.into_parts();
        let thumbprint = self.thumbprint(&parts).await?;
        let thumbprint = thumbprint.as_deref();
        let wanted = wishes(body).await?;
        let scopes = match wanted.get("scope") {
            None => self.scopes().to_vec(),
            Some(Value::String(text)) => text.split_ascii_whitespace().map(str::to_owned).collect(),
            Some(_) => {
                return Err(OAuthError::invalid_request("`scope` must be a string of scopes separated by spaces"));
            }
        };
        let lifetime = match wanted.get("expires_in") {
            None => self.lifetime(),
            Some(seconds) => {
                seconds.as_u64().ok_or_else(|| OAuthError::invalid_request("`expires_in` must be seconds"))?
            }
        };
        let subject = wanted.get("sub").and_then(Value::as_str).unwrap_or(USER);
        let token = self.access_token(subject, &scopes, lifetime, thumbprint);
        let response = json!({
            "access_token": token, "token_type": token_type(thumbprint), "expires_in": lifetime,
            "scope": scopes.join(" "),
        });
        Ok(json(StatusCode::OK, &response))
    }

    /// The scopes of a request: those that it names, else all.
    pub(super) fn requested_scopes(&self, scope: Option<&str>) -> Result<Vec<String>, OAuthError> {
        // The scopes of OpenID Connect Core, section 5.4, which no document has to declare.
        const STANDARD: [&str; 6] = ["openid", "profile", "email", "address", "phone", "offline_access"];
        let Some(scope) = scope else { return Ok(self.scopes().to_vec()) };
        let scopes: Vec<String> = scope.split_ascii_whitespace().map(str::to_owned).collect();
        let is_unknown = |scope: &&String| !self.scopes().contains(scope) && !STANDARD.contains(&scope.as_str());
        match scopes.iter().find(is_unknown) {
            Some(unknown) => Err(OAuthError::new("invalid_scope", format!("the document has no scope `{unknown}`"))),
            None => Ok(scopes),
        }
    }

    /// A signed access token (RFC 9068), bound to the key with this thumbprint if there is one (RFC 9449, section 6.1).
    pub fn access_token(&self, subject: &str, scopes: &[String], lifetime: u64, thumbprint: Option<&str>) -> String {
        let now = now();
        let mut claims = json!({
            "iss": self.url(), "aud": self.audience(), "sub": subject, "client_id": CLIENT, "scope": scopes.join(" "),
            "iat": now, "exp": now.saturating_add(lifetime), "jti": random::token(),
        });
        if let Some(thumbprint) = thumbprint {
            claims["cnf"] = json!({ "jkt": thumbprint });
        }
        self.sign("at+jwt", &claims)
    }

    fn id_token(&self, granted: &Granted) -> String {
        let now = now();
        let mut claims = json!({
            "iss": self.url(), "aud": CLIENT, "sub": granted.subject, "iat": now,
            "exp": now.saturating_add(self.lifetime()), "name": "Mock User", "email": "mock-user@example.com",
        });
        if let Some(nonce) = &granted.nonce {
            claims["nonce"] = json!(nonce);
        }
        self.sign("JWT", &claims)
    }

    fn client(&self, parts: &Parts, form: &Form) -> Result<Client, OAuthError> {
        let credentials = Credentials::of(TOKEN, SCHEMES, parts);
        let wrong = || OAuthError::new("invalid_client", format!("the client is `{CLIENT}` with the printed secret"));
        let decoded = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
        let has_header = parts.headers.contains_key("authorization");
        let (id, secret) = match credentials.basic(0) {
            Some(login) => (decoded(login.user), Some(decoded(login.password))),
            None if has_header => return Err(wrong()),
            None => (form.required("client_id")?.to_owned(), form.get("client_secret").map(str::to_owned)),
        };
        match secret {
            _ if id != CLIENT => Err(wrong()),
            Some(secret) if secret != self.secret => Err(wrong()),
            Some(_) => Ok(Client::Confidential),
            None => Ok(Client::Public),
        }
    }

    fn grant(&self, holder: &Holder, form: &Form) -> Result<Granted, OAuthError> {
        match form.required("grant_type")? {
            "client_credentials" if holder.client == Client::Public => {
                Err(OAuthError::new("invalid_client", "the client must authenticate for this grant"))
            }
            "client_credentials" => {
                let scopes = self.requested_scopes(form.get("scope"))?;
                Ok(Granted { subject: CLIENT.to_owned(), scopes, nonce: None, can_refresh: false })
            }
            "password" => self.by_password(form),
            "authorization_code" => self.by_code(holder, form),
            "refresh_token" => self.by_refresh_token(holder, form),
            "urn:ietf:params:oauth:grant-type:device_code" => self.by_device_code(form),
            other => Err(OAuthError::new("unsupported_grant_type", format!("`{other}` is not supported"))),
        }
    }

    fn by_password(&self, form: &Form) -> Result<Granted, OAuthError> {
        let (user, password) = (form.required("username")?, form.required("password")?);
        if user != USER || password != self.password {
            return Err(OAuthError::invalid_grant(format!("the user is `{USER}` with the printed password")));
        }
        let scopes = self.requested_scopes(form.get("scope"))?;
        Ok(Granted::of_user(scopes))
    }

    /// A code is valid once (RFC 6749, section 4.1.2), for the same redirect URI and with its verifier.
    fn by_code(&self, holder: &Holder, form: &Form) -> Result<Granted, OAuthError> {
        let code = self.grants().codes.remove(form.required("code")?);
        let code = code.ok_or_else(|| OAuthError::invalid_grant("the code is unknown or was used"))?;
        if code.expires <= Instant::now() {
            return Err(OAuthError::invalid_grant("the code has expired"));
        }
        if form.required("redirect_uri")? != code.redirect_uri {
            return Err(OAuthError::invalid_grant("`redirect_uri` is not that of the authorization request"));
        }
        if random::challenge(form.required("code_verifier")?) != code.challenge {
            return Err(OAuthError::invalid_grant("`code_verifier` does not match the code challenge"));
        }
        holder.check(code.thumbprint.as_deref())?;
        Ok(Granted { nonce: code.nonce, ..Granted::of_user(code.scopes) })
    }

    /// A refresh token is valid once: the response has a new one (RFC 9700, section 4.14.2).
    fn by_refresh_token(&self, holder: &Holder, form: &Form) -> Result<Granted, OAuthError> {
        let token = form.required("refresh_token")?;
        // One lock for all of it: of two requests with one token, only one succeeds.
        let mut grants = self.grants();
        let refresh = grants.refresh.get(token).cloned();
        let refresh = refresh.ok_or_else(|| OAuthError::invalid_grant("the refresh token is unknown or was used"))?;
        let scopes = match form.get("scope") {
            None => refresh.scopes.clone(),
            Some(scope) => scope.split_ascii_whitespace().map(str::to_owned).collect(),
        };
        if let Some(more) = scopes.iter().find(|scope| !refresh.scopes.contains(scope)) {
            return Err(OAuthError::new("invalid_scope", format!("`{more}` was not granted")));
        }
        // Before the token is used up: whoever has it without the key must not end the session of its owner.
        holder.check(refresh.thumbprint.as_deref())?;
        grants.refresh.remove(token);
        Ok(Granted { subject: refresh.subject, ..Granted::of_user(scopes) })
    }

    fn by_device_code(&self, form: &Form) -> Result<Granted, OAuthError> {
        let code = form.required("device_code")?;
        let mut grants = self.grants();
        let device = grants.devices.get(code).cloned();
        let device = device.ok_or_else(|| OAuthError::invalid_grant("the device code is unknown or was used"))?;
        if device.expires <= Instant::now() {
            grants.devices.remove(code);
            return Err(OAuthError::new("expired_token", "the device code has expired"));
        }
        match device.state {
            DeviceState::Pending => Err(OAuthError::new("authorization_pending", "the user has not decided yet")),
            DeviceState::Denied => Err(OAuthError::new("access_denied", "the user denied access")),
            DeviceState::Allowed => {
                grants.devices.remove(code);
                Ok(Granted::of_user(device.scopes))
            }
        }
    }

    fn token_response(&self, granted: &Granted, holder: &Holder) -> Value {
        let thumbprint = holder.thumbprint.as_deref();
        let mut response = json!({
            "access_token": self.access_token(&granted.subject, &granted.scopes, self.lifetime(), thumbprint),
            "token_type": token_type(thumbprint),
            "expires_in": self.lifetime(),
            "scope": granted.scopes.join(" "),
        });
        if granted.can_refresh {
            let token = random::token();
            // The refresh token of a confidential client is bound to the client.
            let thumbprint = holder.thumbprint.clone().filter(|_| holder.client == Client::Public);
            let refresh = Refresh { subject: granted.subject.clone(), scopes: granted.scopes.clone(), thumbprint };
            self.grants().refresh.insert(token.clone(), refresh);
            response["refresh_token"] = json!(token);
        }
        if granted.scopes.iter().any(|scope| scope == "openid") {
            response["id_token"] = json!(self.id_token(granted));
        }
        response
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
