//! Credentials for the schemes of a client. They are never printed and are wiped when dropped.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};

use super::platform::Identity;
use super::transport::Transport;

/// Any error, as returned by providers and signers.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A boxed future.
pub type BoxFuture<'f, T> = Pin<Box<dyn Future<Output = T> + Send + 'f>>;

/// Provides a secret when a call needs it, for example from a token endpoint, a secret manager or a keyring.
pub trait Provider: Send + Sync + 'static {
    /// The secret for a call that requires these scopes.
    fn secret<'p>(&'p self, scopes: &'p [&'p str]) -> BoxFuture<'p, Result<SecretString, BoxError>>;

    /// As [`Self::secret`], with the connection settings of the client that needs the secret. Only the providers of this
    /// crate implement it, for their token requests.
    #[doc(hidden)]
    fn secret_over<'p>(
        &'p self,
        transport: &'p Transport,
        scopes: &'p [&'p str],
    ) -> BoxFuture<'p, Result<SecretString, BoxError>> {
        let _ = transport;
        self.secret(scopes)
    }

    /// Whether this error of [`Self::secret`] means that the scopes were not granted. If so, the call tries the scopes of
    /// its next alternative with the same schemes.
    fn is_about_scopes(&self, error: &BoxError) -> bool {
        let _ = error;
        false
    }

    /// The key to which the secrets are bound (RFC 9449). Only the providers of this crate have one.
    #[doc(hidden)]
    fn possession(&self) -> Option<Arc<dyn Possession>> {
        None
    }

    /// Called if the API rejected this secret with a 401. If it returns true, the call is repeated once, with a new
    /// secret.
    fn refused(&self, secret: &SecretString) -> bool {
        let _ = secret;
        false
    }
}

impl<F, Fut> Provider for F
where
    F: Fn() -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<SecretString, BoxError>> + Send + 'static,
{
    fn secret<'p>(&'p self, _: &'p [&'p str]) -> BoxFuture<'p, Result<SecretString, BoxError>> {
        Box::pin(self())
    }
}

/// Proves with each request that the client holds the key to which its tokens are bound (RFC 9449).
#[doc(hidden)]
pub trait Possession: Send + Sync + 'static {
    /// Adds a new proof to the finished request: of an API call with this token, or of a token request.
    ///
    /// # Errors
    ///
    /// If the proof cannot be made. The request is not sent then.
    fn prove(&self, request: &mut reqwest::Request, token: Option<&SecretString>) -> Result<(), BoxError>;

    /// Keeps the nonce of a response from this URL for the next proofs for its origin. Returns whether it has one.
    fn keep_nonce(&self, url: &reqwest::Url, headers: &reqwest::header::HeaderMap) -> bool;

    /// The thumbprint of the key (RFC 7638).
    fn thumbprint(&self) -> &str;
}

/// Signs the finished request: adds a signature over method, URL, headers or body.
pub trait Signer: Send + Sync + 'static {
    /// Signs the request.
    ///
    /// # Errors
    ///
    /// If the request cannot be signed. It is not sent then.
    fn sign(&self, request: &mut reqwest::Request) -> Result<(), BoxError>;
}

/// The credential of a scheme.
#[derive(Clone)]
pub(super) enum Secret {
    Value(SecretString),
    /// A bearer token outside the syntax of RFC 6750.
    Opaque(SecretString),
    Login {
        user: String,
        password: SecretString,
    },
    Provider(Arc<dyn Provider>),
    Signer(Arc<dyn Signer>),
    #[allow(dead_code)] // constructed only if the document has mutual TLS
    Identity(Identity),
}

/// A credential for one scheme. It is created from [`Key`], [`Token`], [`Authorization`] or [`Login`].
#[derive(Clone)]
pub struct Credential(pub(super) Secret);

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential(…)")
    }
}

macro_rules! credentials {
    ($($(#[$doc:meta])* $name:ident),*) => {$(
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name(Credential);

        impl $name {
            /// A secret that is requested for each call.
            pub fn provider(provider: impl Provider) -> Self {
                Self(Credential(Secret::Provider(Arc::new(provider))))
            }

            /// A signature over the finished request instead of a fixed secret.
            pub fn signer(signer: impl Signer) -> Self {
                Self(Credential(Secret::Signer(Arc::new(signer))))
            }
        }

        impl From<SecretString> for $name {
            fn from(secret: SecretString) -> Self {
                Self(Credential(Secret::Value(secret)))
            }
        }

        impl From<String> for $name {
            fn from(secret: String) -> Self {
                SecretString::from(secret).into()
            }
        }

        impl From<&str> for $name {
            fn from(secret: &str) -> Self {
                SecretString::from(secret).into()
            }
        }

        impl From<$name> for Credential {
            fn from(credential: $name) -> Self {
                credential.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )*};
}

credentials! {
    /// An API key.
    Key,
    /// A bearer token.
    Token,
    /// The text after the scheme's name in the `Authorization` header, or a signer that sets the header itself.
    Authorization
}

impl Token {
    /// A token with characters that RFC 6750, section 2.1 does not allow, such as the `|` of Laravel Sanctum. It may
    /// contain every visible ASCII character, but no blank.
    pub fn opaque(token: impl Into<SecretString>) -> Self {
        Self(Credential(Secret::Opaque(token.into())))
    }
}

/// A user name and a password.
#[derive(Clone)]
pub struct Login(Credential);

impl Login {
    /// A login with this user name and password.
    pub fn new(user: impl Into<String>, password: impl Into<SecretString>) -> Self {
        Self(Credential(Secret::Login { user: user.into(), password: password.into() }))
    }
}

impl<U: Into<String>, P: Into<SecretString>> From<(U, P)> for Login {
    fn from((user, password): (U, P)) -> Self {
        Self::new(user, password)
    }
}

impl From<Login> for Credential {
    fn from(login: Login) -> Self {
        login.0
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Login(…)")
    }
}

/// The base64 of `user:password` (RFC 7617, section 2).
pub(super) fn login(user: &str, password: &SecretString) -> Result<String, &'static str> {
    let password = password.expose_secret();
    if user.contains(':') {
        return Err("contains a `:` in the user name");
    }
    if user.chars().chain(password.chars()).any(char::is_control) {
        return Err("contains control characters");
    }
    Ok(STANDARD.encode(format!("{user}:{password}")))
}

/// Whether a text can be the credential of `Authorization: Bearer` without changing the structure of the header.
pub(super) fn is_opaque(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Whether a cookie value may contain this byte (RFC 6265, section 4.1.1).
pub(super) fn is_cookie_octet(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x2b | 0x2d..=0x3a | 0x3c..=0x5b | 0x5d..=0x7e)
}
