//! The application: verifiers from the runtime, and functions that return the caller.

use jsonwebtoken::Algorithm;

use crate::server::auth::{
    ApiKey, ApiKeys, Authorization, Bearer, Claims, DpopPolicy, DpopVerifier, Forbidden, HttpCredentials, JwtKeys,
    JwtPolicy, JwtVerifier,
};
use crate::server::{
    AddPetRequest, Api, Authenticator, GetPetRequest, Granted, ListPetsRequest, OauthAndKey, OauthOrAnonymous,
    OauthOrKey, OauthOrToken, Principals, Problem, Reject,
};

/// The secret of the issuer of tokens.
pub const SECRET: &[u8] = b"the secret of the issuer of tokens";
/// The issuer of tokens.
pub const ISSUER: &str = "https://id.example.com";
/// A valid key.
pub const KEY: &str = "right-key-of-the-tests";

/// The application.
#[derive(Debug)]
pub struct App {
    oauth: DpopVerifier,
    bound: DpopVerifier,
    tokens: JwtVerifier,
    keys: ApiKeys,
}

impl App {
    /// Creates an application with a policy for each scheme of bound tokens.
    ///
    /// # Panics
    ///
    /// If a constant is invalid.
    pub fn new(policy: impl Fn() -> DpopPolicy) -> Self {
        let keys = JwtKeys::from_secret(SECRET, Algorithm::HS256).expect("the secret is long enough");
        let tokens = JwtVerifier::new(keys, JwtPolicy::new(ISSUER, "api", &[Algorithm::HS256]));
        Self {
            oauth: DpopVerifier::jwt(tokens.clone(), policy()),
            bound: DpopVerifier::jwt(tokens.clone(), policy()),
            tokens,
            keys: ApiKeys::new().with_key("keyed", KEY, &[]).expect("the key is long enough"),
        }
    }

    /// Replaces the verifier of the scheme `oauth`.
    #[must_use]
    pub fn with_oauth(self, oauth: DpopVerifier) -> Self {
        Self { oauth, ..self }
    }
}

impl Authenticator for App {
    type Oauth = Claims;
    type Bound = Claims;
    type Token = Claims;
    type Key = String;

    async fn oauth(&self, token: HttpCredentials<'_>) -> Result<Granted<Claims>, Reject> {
        self.oauth.verify(token).await
    }

    async fn bound(&self, token: HttpCredentials<'_>) -> Result<Granted<Claims>, Reject> {
        self.bound.verify(token).await
    }

    async fn token(&self, token: Bearer<'_>) -> Result<Granted<Claims>, Reject> {
        self.tokens.verify(token).await
    }

    async fn key(&self, key: ApiKey<'_>) -> Result<Granted<String>, Reject> {
        self.keys.verify(key)
    }

    /// Pets are added by their owners, and for them by one service only.
    async fn authorize(&self, call: Authorization<'_, Principals<Self>>) -> Result<(), Forbidden> {
        let actor = call.principals.oauth.as_ref().and_then(Claims::actor);
        match actor {
            Some(actor) if call.operation() == "addPet" && actor.subject() != Some("service16") => Err(Forbidden),
            Some(_) | None => Ok(()),
        }
    }
}

impl Api for App {
    type Error = Problem;

    async fn list_pets(&self, auth: Claims, _: ListPetsRequest) -> Result<Vec<String>, Problem> {
        Ok(vec![auth.subject])
    }

    async fn add_pet(&self, _: Claims, _: AddPetRequest) -> Result<(), Problem> {
        Ok(())
    }

    async fn get_pet(&self, auth: Claims, request: GetPetRequest) -> Result<String, Problem> {
        Ok(format!("{} of {}", request.name, auth.subject))
    }

    async fn either(&self, _: OauthOrKey<Self>) -> Result<(), Problem> {
        Ok(())
    }

    async fn both(&self, _: OauthAndKey<Self>) -> Result<(), Problem> {
        Ok(())
    }

    async fn any_token(&self, _: OauthOrToken<Self>) -> Result<(), Problem> {
        Ok(())
    }

    async fn optional(&self, auth: OauthOrAnonymous<Self>) -> Result<(), Problem> {
        match auth {
            OauthOrAnonymous::Oauth(_) => Ok(()),
            OauthOrAnonymous::Anonymous => Err(Problem::not_implemented()),
        }
    }
}
