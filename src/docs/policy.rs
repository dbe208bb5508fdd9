//! The content security policy of the pages (CSP Level 3): no script or style other than keystub's, and no requests except
//! to the origins that the document names, if the pages can call operations.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

use super::origins::Origins;

/// The policy of a page whose script and style are files next to it.
pub fn of_files(origins: Option<&Origins>) -> String {
    policy("'self'", "'self'", origins)
}

/// The policy of a page that contains its only script and style.
pub fn of_texts(script: &str, style: &str, origins: Option<&Origins>) -> String {
    policy(&hash(script), &hash(style), origins)
}

fn policy(script: &str, style: &str, origins: Option<&Origins>) -> String {
    let connect = origins.map(|origins| format!("; connect-src {}", origins.sources())).unwrap_or_default();
    format!("default-src 'none'; script-src {script}; style-src {style}; base-uri 'none'; form-action 'none'{connect}")
}

fn hash(text: &str) -> String {
    format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(text.as_bytes())))
}

/// An entity tag of a text (RFC 9110, section 8.8.3).
pub fn entity_tag(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    let digest: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{digest}\"")
}
