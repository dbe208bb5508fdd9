//! Random values of the mock, and values that a seed determines.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::fill;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// A random text of 128 bits that cannot be guessed.
pub(super) fn token() -> String {
    let mut bytes = [0; 16];
    fill(&mut bytes).expect("the system has random numbers");
    base64url(&bytes)
}

/// A text that is always the same for the same seed and name.
pub(super) fn fixed(seed: u64, name: &str) -> String {
    let hash = digest(&SHA256, format!("{seed}/{name}").as_bytes());
    hash.as_ref()[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The code challenge for a verifier (RFC 7636, section 4.2).
pub(super) fn challenge(verifier: &str) -> String {
    base64url(digest(&SHA256, verifier.as_bytes()).as_ref())
}

/// base64url without padding (RFC 4648, section 5).
pub(super) fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_challenge_is_that_of_rfc_7636_appendix_b() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(super::challenge(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }
}
