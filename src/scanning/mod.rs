//! What services that show results next to the lines of a document read: SARIF and annotations of GitHub Actions.
//!
//! The results are those of `keystub audit` and `keystub changes`.

mod fingerprint;
mod github;
mod result;
mod sarif;

pub use fingerprint::fingerprint;
pub use github::github;
pub use result::{Descriptor, Entry, Level, Suppressed};
pub use sarif::sarif;
