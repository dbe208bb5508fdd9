//! Credentials of schemes whose tokens are bound to a key (DPoP, RFC 9449), as text: the access token, white space, and the
//! private key in PEM (PKCS#8).

use std::path::Path;

use keystub_client_runtime as rt;

use rt::core::CoreBuilder;
use rt::credential::Token;
use rt::dpop::{DpopError, DpopKey};
use rt::secrecy::{ExposeSecret, SecretString};
use rt::secrets::SecretsError;

use crate::model::Api;
use crate::model::security::Binding;

/// A token and the key to which it is bound.
#[derive(Debug, Clone)]
pub(crate) struct BoundCredential {
    pub token: SecretString,
    pub key: DpopKey,
}

impl BoundCredential {
    /// Reads a credential.
    ///
    /// # Errors
    ///
    /// If the key is missing or invalid. Callers print the error after the name of the credential.
    pub fn read(text: &SecretString) -> Result<Self, &'static str> {
        let (token, key) = text.expose_secret().trim().split_once(char::is_whitespace).ok_or(
            "must be a token and, after white space, its private key in PEM (tokens of this scheme are bound to a key, DPoP)",
        )?;
        let key = DpopKey::from_pkcs8_pem(key)
            .map_err(|_| "has no PKCS#8 private key of the curve P-256 in PEM after the token (DPoP)")?;
        Ok(Self { token: token.into(), key })
    }

    /// A credential in one line.
    ///
    /// # Errors
    ///
    /// If the key cannot be encoded.
    pub fn write(token: &str, key: &DpopKey) -> Result<String, DpopError> {
        let pem = key.to_pkcs8_pem()?;
        Ok(format!("{token} {}", pem.expose_secret().trim().replace('\n', " ")))
    }

    /// The token as a credential of the client.
    pub fn as_token(&self) -> Token {
        self.key.token(self.token.clone())
    }
}

/// Whether the tokens of the scheme with this index are bound.
pub(crate) fn is_bound(api: &Api, scheme: usize) -> bool {
    api.schemes[scheme].binding == Binding::Dpop
}

/// The names of the schemes of a document whose tokens are bound to keys.
pub(crate) fn bound_schemes(api: &Api) -> Vec<&str> {
    let bound = api.schemes.iter().filter(|scheme| scheme.binding == Binding::Dpop);
    bound.map(|scheme| scheme.name.as_str()).collect()
}

/// A credential that was set.
#[derive(Debug)]
pub(crate) struct SetCredential {
    /// The index of its scheme.
    pub scheme: usize,
    /// The key to which it is bound.
    pub key: Option<DpopKey>,
}

/// Sets the credential of the scheme with this index. `place` is where the text comes from.
///
/// # Errors
///
/// If the text is not a valid credential for the scheme. The error does not contain it.
pub(crate) fn set(
    builder: &mut CoreBuilder,
    api: &Api,
    (scheme, text): (usize, SecretString),
    place: &str,
) -> Result<SetCredential, SecretsError> {
    if is_bound(api, scheme) {
        let own = BoundCredential::read(&text).map_err(|what| SecretsError::Malformed(place.to_owned(), what))?;
        builder.credential(scheme, own.as_token().into());
        return Ok(SetCredential { scheme, key: Some(own.key) });
    }
    builder.credential_from_text(scheme, place, text)?;
    Ok(SetCredential { scheme, key: None })
}

/// Sets the credentials of environment variables, which have one name for each scheme, or an empty one.
///
/// # Errors
///
/// If a variable does not hold a valid credential for its scheme.
pub(crate) fn set_from_env(
    builder: &mut CoreBuilder,
    api: &Api,
    variables: &[&str],
) -> Result<Vec<SetCredential>, SecretsError> {
    let mut all = Vec::new();
    for (scheme, variable) in variables.iter().enumerate().filter(|(_, variable)| !variable.is_empty()) {
        match std::env::var(variable) {
            Ok(text) => all.push(set(builder, api, (scheme, text.into()), variable)?),
            Err(std::env::VarError::NotPresent) => {}
            Err(std::env::VarError::NotUnicode(_)) => {
                return Err(SecretsError::Malformed((*variable).to_owned(), "is not text"));
            }
        }
    }
    Ok(all)
}

/// Sets the credentials of a file.
///
/// # Errors
///
/// If the file cannot be read, or has an entry that is not a valid credential for a scheme.
pub(crate) fn set_from_file(
    builder: &mut CoreBuilder,
    api: &Api,
    path: &Path,
) -> Result<Vec<SetCredential>, SecretsError> {
    let texts = builder.texts_of_file(path)?;
    texts.into_iter().map(|(scheme, text)| set(builder, api, (scheme, text), &api.schemes[scheme].name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_credential_is_a_token_and_its_key() {
        let key = DpopKey::generate().unwrap();
        let line = BoundCredential::write("t0ken", &key).unwrap();
        let pem = key.to_pkcs8_pem().unwrap();
        for text in [line, format!("t0ken\n{}", pem.expose_secret()), format!("\n t0ken\t{}\n", pem.expose_secret())] {
            let own = BoundCredential::read(&text.into()).unwrap();
            assert_eq!(own.token.expose_secret(), "t0ken");
            assert_eq!(own.key.thumbprint(), key.thumbprint());
        }
        let begin = "-----BEGIN PRIVATE KEY-----";
        let rows = [
            ("", "must be a token and"),
            ("s3cret", "must be a token and"),
            ("s3cret other", "has no PKCS#8 private key"),
            (&format!("s3cret {begin} AAAA -----END PRIVATE KEY-----"), "has no PKCS#8 private key"),
        ];
        for (text, expected) in rows {
            let error = BoundCredential::read(&text.into()).unwrap_err();
            assert!(error.starts_with(expected) && !error.contains("s3cret"), "{text}: {error}");
        }
    }
}
