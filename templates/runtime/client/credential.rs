//! Credentials: given to the builder once, shown to nobody, wiped when dropped.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};

/// Any error, as providers and signers give it.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A future on the heap.
pub type BoxFuture<'f, T> = Pin<Box<dyn Future<Output = T> + Send + 'f>>;

/// Gives a secret when a call needs it: a token endpoint, a secret manager, a keyring.
pub trait Provider: Send + Sync + 'static {
    /// The secret for a call that asks for these scopes.
    fn secret<'p>(&'p self, scopes: &'p [&'p str]) -> BoxFuture<'p, Result<SecretString, BoxError>>;

    /// Hears that the API refused this secret (401). Where it says that the next one may be another, the call is made once
    /// more.
    fn refused(&self, secret: &SecretString) -> bool {
        let _ = secret;
        false
    }
}

impl<F, Made> Provider for F
where
    F: Fn() -> Made + Send + Sync + 'static,
    Made: Future<Output = Result<SecretString, BoxError>> + Send + 'static,
{
    fn secret<'p>(&'p self, _: &'p [&'p str]) -> BoxFuture<'p, Result<SecretString, BoxError>> {
        Box::pin(self())
    }
}

/// Sees the finished request and adds to it: a signature over method, URL, headers and body.
pub trait Signer: Send + Sync + 'static {
    /// Signs the request.
    ///
    /// # Errors
    ///
    /// If it cannot; nothing is sent then.
    fn sign(&self, request: &mut reqwest::Request) -> Result<(), BoxError>;
}

/// What a scheme holds.
#[derive(Clone)]
pub(super) enum Secret {
    Value(SecretString),
    Login {
        user: String,
        password: SecretString,
    },
    Provider(Arc<dyn Provider>),
    Signer(Arc<dyn Signer>),
    #[allow(dead_code)] // made where the document has mutual TLS
    Identity(reqwest::Identity),
}

/// A credential for one scheme; the types below are its doors.
#[derive(Clone)]
pub struct Credential(pub(super) Secret);

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential(…)")
    }
}

macro_rules! doors {
    ($($(#[$doc:meta])* $name:ident),*) => {$(
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name(Credential);

        impl $name {
            /// A secret that is asked for at each call.
            pub fn provider(provider: impl Provider) -> Self {
                Self(Credential(Secret::Provider(Arc::new(provider))))
            }

            /// A signature over the finished request in place of a fixed secret.
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
            fn from(door: $name) -> Self {
                door.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )*};
}

doors! {
    /// An API key.
    Key,
    /// A bearer token.
    Token,
    /// What follows the scheme's name in the `Authorization` header, or a signer that writes the header itself.
    Authorization
}

/// A user name and a password.
#[derive(Clone)]
pub struct Login(Credential);

impl Login {
    /// A login; the password is kept as a secret.
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
        return Err("has a `:` in its user name");
    }
    if user.chars().chain(password.chars()).any(char::is_control) {
        return Err("holds control characters");
    }
    Ok(STANDARD.encode(format!("{user}:{password}")))
}

/// RFC 6750, section 2.1.
pub(super) fn is_token68(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    !body.is_empty() && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte))
}

/// RFC 6265, section 4.1.1.
pub(super) fn is_cookie_octet(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x2b | 0x2d..=0x3a | 0x3c..=0x5b | 0x5d..=0x7e)
}
