//! The content security policy of the pages (CSP Level 3): no network, and no script or style other than keystub's.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

/// The policy of a page whose script and style are files next to it.
pub fn of_files() -> String {
    policy("'self'", "'self'")
}

/// The policy of a page that contains its only script and style.
pub fn of_texts(script: &str, style: &str) -> String {
    policy(&hash(script), &hash(style))
}

fn policy(script: &str, style: &str) -> String {
    format!("default-src 'none'; script-src {script}; style-src {style}; base-uri 'none'; form-action 'none'")
}

fn hash(text: &str) -> String {
    format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(text.as_bytes())))
}
