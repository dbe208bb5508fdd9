//! The keys with which tokens are signed and verified.

/// The keys of the issuer of tokens, as far as the user has them.
#[derive(Debug, Default)]
pub(crate) struct JwtKeys {
    /// The private key in PEM, or the secret of HMAC.
    pub signing: Option<Signing>,
    /// The public key, as the server has it.
    pub public: Option<Vec<u8>>,
}

/// A key that is not printed.
pub(crate) struct Signing(pub Vec<u8>);

impl std::fmt::Debug for Signing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signing(…)")
    }
}
